//! Drivers that save each step.

use super::recorded::{Return, Yield, not_the_same};
use super::step::Input;
use super::{Constructor, Evidence, Recorded, Step};
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

impl<F, A, R, E> Recorded<F, A, R, E>
where
    F: Constructor<A, R>,
    A: Clone,
    R: Clone,
    E: Evidence<Yield<F, A, R>> + Clone,
    Yield<F, A, R>: Clone,
{
    /// Runs the coroutine to its end, on any executor, and saves each step.
    ///
    /// `handler` carries out each yielded value and returns the reply. `save` saves a step.
    ///
    /// `handler` gets the value and the [number](Step::number) of the step that yielded it. The
    /// number is the same in every process and after every restore, so the receiver of a request
    /// can recognise a repeated request by it.
    ///
    /// `save` gets each step twice, with the same number: first with the input, before the body
    /// gets it, then also with the outcome, before `handler` gets it. So no step runs before the
    /// previous one is saved. The second version replaces the first one, as in
    /// [`Record::push`](super::Record::push). So the steps can be the rows of a table, whose key is
    /// the number, or the lines of a log. If a failed `save` may have written its line, use rows.
    ///
    /// The caller saves the rest of the record: its arguments, and the steps that the record had
    /// when it was replayed or [cut](Self::cut). The driver begins by saving the steps that `send`
    /// or `throw` has made since. Save the step of `close` yourself, as a closed coroutine isn't
    /// driven any more. Until that step is saved, a restart resumes the coroutine.
    ///
    /// Only one process at a time may drive a coroutine. Two would overwrite each other's steps.
    /// See the [guide](crate::guide::replay#one-process-at-a-time).
    ///
    /// On an executor with several threads, both closures must own their data (use `async move`),
    /// such as an `Arc` of what they share. Otherwise rustc reports "implementation of `Send` is
    /// not general enough" or "higher-ranked lifetime error": see
    /// [the guide](crate::guide::troubleshooting#a-handler-of-drive-that-borrows).
    ///
    /// A restored coroutine continues at the yield at which it is suspended. If it has returned,
    /// the driver returns its return value.
    ///
    /// # Errors
    ///
    /// Returns the errors of `handler` and of `save`. The coroutine keeps its state, and the next
    /// call continues from there. If `handler` failed, or the `save` of its reply, `handler` is
    /// called again with a clone of the value. So `handler` can also return an error to stop if
    /// there is no reply yet. Dropping the future has the same effect.
    ///
    /// # Panics
    ///
    /// Panics if the coroutine was closed, if its return value was taken, if the body panics or has
    /// panicked, and if other code has started the coroutine. Such a panic names a line of this
    /// crate, as an `async fn` doesn't know its caller's. That of
    /// [`drive_saved_blocking`](Self::drive_saved_blocking) names the caller's line.
    ///
    /// If `start` or `send` has returned the value at which the coroutine is suspended, the driver
    /// replays the record once to get it again, and panics if that replay fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// use cogen::replay::{ByValue, Record, Recorded};
    /// use cogen::{Coroutine, CoroutineExt};
    /// use std::collections::BTreeMap;
    ///
    /// #[cogen::coroutine(fingerprint = ORDER)]
    /// fn order(item: String) -> impl Coroutine<String, Yield = String, Return = String> {
    ///     let receipt = yield_!(format!("charge for {item}"));
    ///     let parcel = yield_!(format!("ship {item}"));
    ///     format!("{receipt}, {parcel}")
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut order_1 = Recorded::new(ORDER, order, ("tea".to_owned(),));
    /// let header = serde_json::to_string(order_1.record()).unwrap();
    /// let mut rows = BTreeMap::new(); // a table of a database
    ///
    /// let stopped = order_1
    ///     .drive_saved(
    ///         async |number, request| match number {
    ///             0 => Ok(format!("done: {request}")),
    ///             _ => Err("the power is gone"),
    ///         },
    ///         async |step| {
    ///             rows.insert(step.number(), serde_json::to_string(&step).unwrap());
    ///             Ok(())
    ///         },
    ///     )
    ///     .await;
    /// assert_eq!(stopped, Err("the power is gone"));
    /// drop(order_1);
    ///
    /// let mut record: Record<(String,), String, ByValue<String>> =
    ///     serde_json::from_str(&header).unwrap();
    /// for row in rows.values() {
    ///     record.push(serde_json::from_str(row).unwrap()).unwrap();
    /// }
    /// let mut order_1 = record.replay(ORDER, order).unwrap();
    /// let done = order_1.drive_saved_blocking(
    ///     |number, request| {
    ///         assert_eq!((number, &*request), (1, "ship tea"));
    ///         Ok::<_, ()>("shipped".to_owned())
    ///     },
    ///     |_| Ok(()),
    /// );
    /// assert_eq!(done.unwrap(), "done: charge for tea, shipped");
    /// # });
    /// # }
    /// ```
    ///
    /// In a task of an executor with several threads:
    ///
    /// ```
    /// use cogen::replay::{ByValue, Recorded, Step};
    /// use std::sync::{Arc, Mutex};
    ///
    /// # use cogen::Coroutine;
    /// # #[cogen::coroutine(fingerprint = ORDER)]
    /// # fn order(item: String) -> impl Coroutine<String, Yield = String, Return = String> {
    /// #     yield_!(format!("charge for {item}"))
    /// # }
    /// # fn spawn<T>(future: impl Future<Output = T> + Send + 'static) -> T {
    /// #     futures::executor::block_on(future)
    /// # }
    /// let saved: Arc<Mutex<Vec<Step<String, ByValue<String>>>>> = Arc::default();
    /// let own = Arc::clone(&saved);
    /// let receipt = spawn(async move {
    ///     let mut order_1 = Recorded::new(ORDER, order, ("tea".to_owned(),));
    ///     let handler = async move |_, request| Ok::<_, ()>(format!("done: {request}"));
    ///     order_1.drive_saved(handler, async move |step| Ok(own.lock().unwrap().push(step))).await
    /// });
    /// assert_eq!(receipt.unwrap(), "done: charge for tea");
    /// assert_eq!(saved.lock().unwrap().len(), 4); // each of the two steps, twice
    /// ```
    pub async fn drive_saved<X>(
        &mut self,
        mut handler: impl AsyncFnMut(u64, Yield<F, A, R>) -> Result<R, X>,
        mut save: impl AsyncFnMut(Step<R, E>) -> Result<(), X>,
    ) -> Result<Return<F, A, R>, X> {
        loop {
            while let Some(step) = self.unsaved() {
                save(step).await?;
                self.saved += 1;
            }
            let input = match self.next() {
                Next::Start => Input::Start,
                Next::Reply(number, value) => Input::Send(handler(number, value).await?),
                Next::End(value) => return Ok(value),
            };
            let step = Step::unfinished(self.record.next_number(), input);
            save(step.clone()).await?;
            self.go_on(step);
        }
    }

    /// The blocking twin of [`drive_saved`](Self::drive_saved).
    ///
    /// # Errors
    /// The same as for [`drive_saved`](Self::drive_saved).
    ///
    /// # Panics
    /// The same as for [`drive_saved`](Self::drive_saved).
    ///
    /// # Examples
    ///
    /// See [`drive_saved`](Self::drive_saved).
    #[track_caller]
    pub fn drive_saved_blocking<X>(
        &mut self,
        mut handler: impl FnMut(u64, Yield<F, A, R>) -> Result<R, X>,
        mut save: impl FnMut(Step<R, E>) -> Result<(), X>,
    ) -> Result<Return<F, A, R>, X> {
        loop {
            while let Some(step) = self.unsaved() {
                save(step)?;
                self.saved += 1;
            }
            let input = match self.next() {
                Next::Start => Input::Start,
                Next::Reply(number, value) => Input::Send(handler(number, value)?),
                Next::End(value) => return Ok(value),
            };
            let step = Step::unfinished(self.record.next_number(), input);
            save(step.clone())?;
            self.go_on(step);
        }
    }

    /// Returns a clone of the first step that is not saved.
    fn unsaved(&self) -> Option<Step<R, E>> {
        self.record.steps().get(self.saved).cloned()
    }

    #[track_caller]
    fn next(&mut self) -> Next<F, A, R> {
        let Some(last) = self.record.steps().last() else {
            // A primed coroutine also returns its first value when it is started.
            return Next::Start;
        };
        let number = last.number();
        if self.replayed.is_none() && self.coroutine.status() == Status::Suspended {
            self.replay_in_place();
        }
        match self.replayed.take() {
            Some(CoroutineState::Yielded(value)) => {
                self.replayed = Some(CoroutineState::Yielded(value.clone()));
                Next::Reply(number, value)
            }
            Some(CoroutineState::Complete(value)) => Next::End(value),
            None => self.refuse(),
        }
    }

    /// Panics because there is no value to begin with.
    #[cold]
    #[track_caller]
    fn refuse(&self) -> ! {
        match self.record.steps().last() {
            Some(step) if step.is_unfinished() => panic!(
                "the body panicked in the last step: correct the body, or take the reply back with \
                 `Record::pop`, and replay the record"
            ),
            Some(step) if step.is_close() => {
                panic!("the recorded coroutine was closed, so it can't be driven: check `status`")
            }
            Some(step) if step.ends() => panic!(
                "the return value was taken already: `Record::replay` computes it again from the \
                 record"
            ),
            _ => misuse::wrong_status(&self.coroutine.status()),
        }
    }

    /// Replays the record, for the value at which the coroutine is suspended.
    #[track_caller]
    fn replay_in_place(&mut self) {
        match self.record.run(self.record.fingerprint(), &self.constructor) {
            Ok(restored) => {
                self.coroutine = restored.coroutine;
                self.replayed = restored.state;
            }
            Err(failure) => not_the_same("driven", failure.kind),
        }
    }

    /// Runs a step that is saved, and stores its outcome in `replayed`.
    #[track_caller]
    fn go_on(&mut self, step: Step<R, E>) {
        let state = self.take(step.0.input);
        self.replayed = Some(state);
    }
}

/// The next action of a driver.
enum Next<F: Constructor<A, R>, A, R> {
    Start,
    /// The reply to the value that the step with this number yielded.
    Reply(u64, Yield<F, A, R>),
    /// None, as the coroutine has returned.
    End(Return<F, A, R>),
}
