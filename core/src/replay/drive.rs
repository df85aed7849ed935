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
    /// Runs the coroutine from where it is to its end, on any executor. `handler` carries out each
    /// yielded value and returns the reply, and `save` saves each step.
    ///
    /// `handler` gets the [number](Step::number) of the step that yielded the value, which is the
    /// same in every process and after every restore: a key by which the receiver of a request
    /// knows it again.
    ///
    /// `save` gets each step twice, with the same number. First it has the reply, and the body has
    /// not seen that yet. Then it also has what came of it, and `handler` has not seen that yet. So
    /// no step runs before the one before it is saved. The second one replaces the first one, as
    /// [`Record::push`](super::Record::push) does it. A driver begins with the last step of the
    /// record, which may not have been saved.
    /// What the record had before its first step (its arguments) is for the caller to save.
    ///
    /// On an executor with several threads, both closures must own what they use (`async move`),
    /// such as an `Arc` of what they share. Otherwise rustc reports "implementation of `Send` is
    /// not general enough" or "higher-ranked lifetime error": see
    /// [the guide](crate::guide::troubleshooting#a-handler-of-drive-that-borrows).
    ///
    /// A restored coroutine goes on at the yield that it is paused at, and returns its return value
    /// if it has ended.
    ///
    /// # Errors
    ///
    /// Those of `handler` and of `save`. The coroutine stays where it is, and a further call goes
    /// on from there: the handler is called again for a value for which it, or the `save` of its
    /// reply, has failed, as it gets a clone. This is also the way to stop, if there is no reply
    /// yet. If the future is dropped in the middle, it is the same.
    ///
    /// # Panics
    ///
    /// If the coroutine was closed or its return value was taken, if the body panics, and, where
    /// the value that it is paused at was handed out by `start` or `send`, if a replay doesn't lead
    /// there again. (The driver needs the value, and so replays the record once.)
    ///
    /// # Examples
    ///
    /// ```
    /// # #[cfg(feature = "serde")] {
    /// use cogen::replay::{ByValue, Record, Recorded};
    /// use cogen::{Coroutine, CoroutineExt};
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
    /// let mut lines = Vec::new(); // a file, or a table of a database
    ///
    /// let stopped = order_1
    ///     .drive_saved(
    ///         async |number, request| match number {
    ///             0 => Ok(format!("done: {request}")),
    ///             _ => Err("the power is gone"),
    ///         },
    ///         async |step| Ok(lines.push(serde_json::to_string(&step).unwrap())),
    ///     )
    ///     .await;
    /// assert_eq!(stopped, Err("the power is gone"));
    /// drop(order_1);
    ///
    /// let mut record: Record<(String,), String, ByValue<String>> =
    ///     serde_json::from_str(&header).unwrap();
    /// for line in &lines {
    ///     record.push(serde_json::from_str(line).unwrap()).unwrap();
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
            if let Some(last) = self.record.steps().last() {
                save(last.clone()).await?;
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
    ///
    /// As there.
    ///
    /// # Panics
    ///
    /// As there.
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
            if let Some(last) = self.record.steps().last() {
                save(last.clone())?;
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

    #[track_caller]
    fn next(&mut self) -> Next<F, A, R> {
        let Some(last) = self.record.steps().last() else {
            // A primed coroutine hands its first value out when it is started, too.
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
            None => misuse::wrong_status(self.coroutine.status()),
        }
    }

    /// Brings the coroutine to where it is once more, for the value that it is paused at.
    fn replay_in_place(&mut self) {
        match self.record.run(self.record.fingerprint(), &self.constructor) {
            Ok((coroutine, replayed)) => {
                self.coroutine = coroutine;
                self.replayed = replayed;
            }
            Err(failure) => not_the_same("driven", failure.kind),
        }
    }

    /// Takes a step that is saved. What comes of it stays here.
    fn go_on(&mut self, step: Step<R, E>) {
        let state = self.take(step.0.input);
        self.replayed = Some(state);
    }
}

/// What comes next for a coroutine.
enum Next<F: Constructor<A, R>, A, R> {
    Start,
    /// A reply to the value that this step yielded.
    Reply(u64, Yield<F, A, R>),
    /// Nothing, as it has returned.
    End(Return<F, A, R>),
}
