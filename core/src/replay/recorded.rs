//! A coroutine that records its history.

use alloc::boxed::Box;
use core::fmt;
use core::hash::Hash;
use core::pin::Pin;
use core::task::Poll;

use super::constructor::Sent;
use super::run::Restored;
use super::step::{Input, Output};
use super::{
    ByHash, ByValue, Checkpoint, Constructor, Evidence, Record, ReplayError, ReplayErrorKind, Step,
    Unchecked,
};
use crate::engine::probe::{self, is_at_own_yield};
use crate::engine::sync::channel::Channel;
use crate::fingerprint::Fingerprint;
use crate::protocol::coroutine::{Coroutine, relay};
use crate::protocol::state::{CoroutineState, Status};

/// The type that the coroutine of `F` yields.
pub(super) type Yield<F, A, R> = <<F as Constructor<A, R>>::Coroutine as Coroutine<R>>::Yield;
/// The type that it returns.
pub(super) type Return<F, A, R> = <<F as Constructor<A, R>>::Coroutine as Coroutine<R>>::Return;
/// The type that its resumes return.
pub(super) type State<F, A, R> = CoroutineState<Yield<F, A, R>, Return<F, A, R>>;

/// A coroutine that records its history, so that it can be cloned, saved and restored: see the
/// [module](super).
///
/// It is a boxed coroutine, and therefore `Unpin`. [`CoroutineExt`](crate::CoroutineExt) has its
/// methods. A sent value is recorded before the body gets it. So a step in which the body panics is
/// recorded, as [unfinished](Step::is_unfinished).
///
/// After a restore, the first [`start`](crate::CoroutineExt::start) of a coroutine that had started
/// doesn't run the body. It returns the value at which the coroutine is suspended, or its return
/// value. So [`drive_blocking`](crate::CoroutineExt::drive_blocking) and
/// [`drive`](crate::CoroutineExt::drive) continue a restored coroutine.
///
/// # Examples
///
/// ```
/// use cogen::replay::Recorded;
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine(fingerprint = LONGEST)]
/// fn longest(first: String) -> impl Coroutine<String, Yield = usize> {
///     let mut words = vec![first];
///     loop {
///         let longest = words.iter().max_by_key(|word| word.len()).unwrap();
///         let word = yield_!(longest.len()); // `words` is borrowed
///         words.push(word);
///     }
/// }
///
/// let mut one = Recorded::new(LONGEST, longest, ("be".to_owned(),));
/// assert_eq!(one.start(), Yielded(2));
/// assert_eq!(one.send("not".to_owned()), Yielded(3));
///
/// let mut other = one.clone();
/// assert_eq!(other.send("question".to_owned()), Yielded(8));
/// assert_eq!(one.send("or".to_owned()), Yielded(3)); // independent of `other`
/// ```
#[must_use = "coroutines do nothing until started"]
pub struct Recorded<F: Constructor<A, R>, A, R, E> {
    pub(super) constructor: F,
    pub(super) coroutine: Pin<Box<F::Coroutine>>,
    pub(super) record: Record<A, R, E>,
    /// The last yielded value or the return value, if a replay, a cut or a driver has stored it and
    /// no resume has returned it.
    pub(super) replayed: Option<State<F, A, R>>,
    /// The number of steps that a driver needn't save: those that a driver has saved, and those of
    /// the record that was replayed or cut.
    pub(super) saved: usize,
}

// Only the coroutine in the box is pinned.
impl<F: Constructor<A, R>, A, R, E> Unpin for Recorded<F, A, R, E> {}

impl<F, A, R, Y> Recorded<F, A, R, ByValue<Y>>
where
    F: Constructor<A, R>,
    F::Coroutine: Coroutine<R, Yield = Y>,
    A: Clone,
    R: Sent,
    Y: Clone + PartialEq,
{
    /// Creates the coroutine `constructor(arguments…)`, and records every value that it yields as
    /// evidence.
    ///
    /// `fingerprint` is the constant that the option `fingerprint = NAME` of the attribute defines
    /// beside the function, or [`Fingerprint::NONE`].
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn new(fingerprint: Fingerprint, constructor: F, arguments: A) -> Self {
        Self::with_evidence(fingerprint, constructor, arguments)
    }
}

impl<F, A, R> Recorded<F, A, R, ByHash>
where
    F: Constructor<A, R>,
    Yield<F, A, R>: Hash,
    A: Clone,
    R: Sent,
{
    /// Like [`new`](Recorded::new), but records a hash of each yielded value: see [`ByHash`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{Coroutine, CoroutineExt, Fingerprint};
    ///
    /// #[cogen::coroutine]
    /// fn page(letter: char) -> impl Coroutine<(), Yield = String> {
    ///     loop {
    ///         yield_!(String::from(letter).repeat(4096));
    ///     }
    /// }
    ///
    /// let mut pages = Recorded::hashed(Fingerprint::NONE, page, ('a',));
    /// pages.start();
    /// let error = pages.into_record().replay(Fingerprint::NONE, |_: char| page('b')).unwrap_err();
    /// assert_eq!(error.kind(), ReplayErrorKind::Differs { step: 0 });
    /// ```
    pub fn hashed(fingerprint: Fingerprint, constructor: F, arguments: A) -> Self {
        Self::with_evidence(fingerprint, constructor, arguments)
    }
}

impl<F, A, R> Recorded<F, A, R, Unchecked>
where
    F: Constructor<A, R>,
    A: Clone,
    R: Sent,
{
    /// Like [`new`](Recorded::new), but doesn't record the yielded values, which may be of any
    /// type: see [`Unchecked`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::Recorded;
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, Fingerprint};
    ///
    /// #[cogen::coroutine]
    /// fn multipliers() -> impl Coroutine<(), Yield = fn(i32) -> i32> {
    ///     yield_!(|number| number * 2);
    ///     yield_!(|number| number * 3);
    /// }
    ///
    /// let mut recorded = Recorded::unchecked(Fingerprint::NONE, multipliers, ());
    /// recorded.start();
    /// let Yielded(triple) = recorded.clone().send(()) else { panic!("it yields twice") };
    /// assert_eq!(triple(5), 15);
    /// ```
    pub fn unchecked(fingerprint: Fingerprint, constructor: F, arguments: A) -> Self {
        Self::with_evidence(fingerprint, constructor, arguments)
    }
}

impl<F, A, R, E> Recorded<F, A, R, E>
where
    F: Constructor<A, R>,
    E: Evidence<Yield<F, A, R>>,
{
    /// Like [`new`](Recorded::new), with the evidence `E`, which the context determines.
    ///
    /// # Examples
    ///
    /// See [`Evidence`].
    pub fn with_evidence(fingerprint: Fingerprint, constructor: F, arguments: A) -> Self
    where
        A: Clone,
        R: Sent,
    {
        let coroutine = Box::pin(constructor.construct(arguments.clone()));
        let primed = coroutine.status() == Status::Suspended;
        let record = Record::new(fingerprint, arguments, primed);
        Self { constructor, coroutine, record, replayed: None, saved: 0 }
    }

    pub(super) fn from_replay(
        constructor: F,
        mut record: Record<A, R, E>,
        restored: Restored<F::Coroutine, R, E>,
    ) -> Self {
        let Restored { coroutine, state, outcome } = restored;
        let saved = record.steps().len() - usize::from(outcome.is_some());
        if let Some(outcome) = outcome {
            record.finish(outcome);
        }
        Self { constructor, coroutine, record, replayed: state, saved }
    }

    /// Runs a step: records its input, resumes the body, and records the outcome.
    #[track_caller]
    pub(super) fn take(&mut self, input: Input<R>) -> State<F, A, R>
    where
        R: Clone,
    {
        let status = self.coroutine.status();
        if status == Status::Suspended {
            assert!(
                self.record.status() != Status::Created,
                "other code has started the recorded coroutine: create a new one in each call of \
                 the constructor, and don't share it"
            );
            self.replayed = None;
        }
        // The record gets the clone, and the body the original.
        self.record.append(Step::unfinished(self.record.next_number(), input.clone()));
        let mut step = Unfinished { recorded: self, status, came_back: false };
        let coroutine = step.recorded.coroutine.as_mut();
        let state = match input {
            Input::Send(argument) => coroutine.resume(argument),
            Input::Start | Input::Close => coroutine.begin(),
        };
        step.came_back = true;
        step.recorded.record.finish(Output::of(&state));
        core::mem::forget(step);
        state
    }

    /// Returns a second coroutine at the same place.
    ///
    /// Unlike [`Clone::clone`], it returns an error if the body doesn't behave the same twice.
    ///
    /// It costs as much as the recorded steps, since the body runs through them again.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`] with a clone of the record. This coroutine is unchanged.
    ///
    /// # Panics
    ///
    /// Without the feature `std`, panics if the body or the constructor panics. This coroutine is
    /// unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{Coroutine, CoroutineExt, Fingerprint};
    /// use std::cell::Cell;
    ///
    /// /// Reads outside input that the record doesn't hold.
    /// #[cogen::coroutine]
    /// fn clock(now: &Cell<u32>) -> impl Coroutine<(), Yield = u32> {
    ///     yield_!(now.get());
    /// }
    ///
    /// let now = Cell::new(1);
    /// let mut recorded = Recorded::new(Fingerprint::NONE, clock, (&now,));
    /// recorded.start();
    /// assert!(recorded.try_clone().is_ok());
    /// now.set(2);
    /// assert_eq!(recorded.try_clone().unwrap_err().kind(), ReplayErrorKind::Differs { step: 0 });
    /// ```
    pub fn try_clone(&self) -> Result<Self, ReplayError<A, R, E>>
    where
        F: Clone,
        A: Clone,
        R: Clone,
        E: Clone,
    {
        self.record.clone().replay(self.record.fingerprint(), self.constructor.clone())
    }

    /// Cuts the record at the current yield, if the `yielded` value is a [`Checkpoint`].
    ///
    /// Returns whether the record was cut, which is `false` if the value's checkpoint is `None`.
    ///
    /// A new coroutine is created with the checkpoint's arguments, and run to its first yield,
    /// which must yield the same value. It replaces the old coroutine. So the coroutine continues
    /// exactly as one restored from the record would. The record then has one step, with its old
    /// number, and the same fingerprint.
    ///
    /// As after a restore, [`start`](crate::CoroutineExt::start) then returns the value again and
    /// doesn't run the body, also if `R` is `()`. To run the body, call
    /// [`send`](crate::CoroutineExt::send), such as `send(())`.
    ///
    /// If the steps are saved one by one, save the cut record in the place of the old one, before
    /// the coroutine is resumed. Otherwise the saved steps no longer fit together. Only the steps
    /// with a higher number than the record's last one are [pushed](Record::push) to it later. The
    /// [guide](crate::guide::replay#cutting-a-long-record) has an example.
    ///
    /// # Errors
    ///
    /// [`ReplayErrorKind::Elsewhere`] if the evidence shows that `yielded` is not the last yielded
    /// value, or if the coroutine is not suspended. [`Delegated`](ReplayErrorKind::Delegated) if
    /// the value comes from a `yield_from!`.
    /// [`Fingerprint`](ReplayErrorKind::Fingerprint) if the checkpoint is of other code.
    /// [`Differs`](ReplayErrorKind::Differs) or [`EndedEarly`](ReplayErrorKind::EndedEarly) at the
    /// last step if the new coroutine doesn't yield that value first, for example because it first
    /// yields the question of an [`Amended`](super::Amended).
    /// [`NotNew`](ReplayErrorKind::NotNew) if the constructor doesn't create a new coroutine. After
    /// an error, the coroutine and its record are unchanged.
    ///
    /// # Panics
    ///
    /// Panics if the new body or the constructor panics. Then the coroutine and its record are
    /// unchanged. Also panics if a destructor in the old body panics. If the body delegates to a
    /// coroutine that you implement, and its `status` panics, the recorded coroutine may be closed.
    ///
    /// # Examples
    ///
    /// See [`Checkpoint`].
    pub fn cut(&mut self, yielded: &Yield<F, A, R>) -> Result<bool, ReplayErrorKind>
    where
        Yield<F, A, R>: Checkpoint<A>,
        A: Clone,
    {
        let step = self.record.steps().last().map_or(0, Step::number);
        let last = self.record.steps().last().and_then(|step| step.yielded());
        match last {
            Some(evidence)
                if self.coroutine.status() == Status::Suspended && evidence.matches(yielded) => {}
            _ => return Err(ReplayErrorKind::Elsewhere),
        }
        let Some((given, arguments)) = yielded.checkpoint() else {
            return Ok(false);
        };
        if !is_at_own_yield(self.coroutine.as_mut()) {
            return Err(ReplayErrorKind::Delegated);
        }
        let recorded = self.record.fingerprint();
        if given != recorded {
            return Err(ReplayErrorKind::Fingerprint { recorded, given });
        }
        let mut coroutine = Box::pin(self.constructor.construct(arguments.clone()));
        if coroutine.status() != self.record.first_status() {
            return Err(ReplayErrorKind::NotNew { status: coroutine.status() });
        }
        let replayed = coroutine.as_mut().begin();
        match &replayed {
            CoroutineState::Yielded(value)
                if last.is_some_and(|evidence| evidence.matches(value)) => {}
            CoroutineState::Yielded(_) => return Err(ReplayErrorKind::Differs { step }),
            CoroutineState::Complete(_) => return Err(ReplayErrorKind::EndedEarly { step }),
        }
        self.record.cut(arguments);
        self.saved = self.record.steps().len();
        self.coroutine = coroutine;
        self.replayed = Some(replayed);
        Ok(true)
    }
}

impl<F: Constructor<A, R>, A, R, E> Recorded<F, A, R, E> {
    /// Returns the record so far, to save or inspect it.
    ///
    /// # Examples
    ///
    /// See [`Record`].
    #[must_use]
    pub fn record(&self) -> &Record<A, R, E> {
        &self.record
    }

    /// Returns the record, and drops the coroutine.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`].
    #[must_use]
    pub fn into_record(self) -> Record<A, R, E> {
        self.record
    }

    /// Returns the value at which a restored coroutine is suspended, or its return value.
    ///
    /// A replay, a [cut](Self::cut) and a [driver](Self::drive_saved) store this value.
    ///
    /// Returns `None` after the coroutine was resumed or [`start`](crate::CoroutineExt::start) has
    /// returned the value, and if the coroutine has not started or was closed.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::Recorded;
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, Fingerprint};
    ///
    /// #[cogen::coroutine]
    /// fn survey() -> impl Coroutine<String, Yield = &'static str, Return = usize> {
    ///     let name = yield_!("Your name?");
    ///     name.len()
    /// }
    ///
    /// let mut survey = Recorded::new(Fingerprint::NONE, survey, ());
    /// survey.start();
    /// let mut restored = survey.clone();
    /// assert_eq!(restored.replayed(), Some(Yielded(&"Your name?")));
    /// assert_eq!(restored.send("Ada".to_owned()), Complete(3));
    /// assert_eq!(restored.replayed(), None);
    ///
    /// let mut ended = restored.clone();
    /// assert_eq!(ended.replayed(), Some(Complete(&3)));
    /// assert_eq!(ended.start(), Complete(3)); // doesn't run the body
    /// ```
    #[must_use]
    pub fn replayed(&self) -> Option<CoroutineState<&Yield<F, A, R>, &Return<F, A, R>>> {
        self.replayed.as_ref().map(|state| match state {
            CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => CoroutineState::Complete(value),
        })
    }
}

/// A step in which the body is running. It is dropped if the body or the evidence panics.
struct Unfinished<'a, F: Constructor<A, R>, A, R, E> {
    recorded: &'a mut Recorded<F, A, R, E>,
    /// The status before the step.
    status: Status,
    /// Whether the body has yielded or returned.
    came_back: bool,
}

impl<F: Constructor<A, R>, A, R, E> Drop for Unfinished<'_, F, A, R, E> {
    fn drop(&mut self) {
        if self.came_back {
            // The evidence has panicked, so the step has no evidence, and later steps couldn't be
            // recorded.
            self.recorded.coroutine.as_mut().terminate();
        } else if self.recorded.coroutine.status() == self.status {
            // The status is the same, so the coroutine rejected the step and has not run: a panic
            // of the body would have closed it.
            self.recorded.record.retract();
        }
    }
}

impl<F, A, R, E> Coroutine<R> for Recorded<F, A, R, E>
where
    F: Constructor<A, R>,
    R: Clone,
    E: Evidence<Yield<F, A, R>>,
{
    type Yield = Yield<F, A, R>;
    type Return = Return<F, A, R>;

    #[track_caller]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return> {
        match self.replayed.take() {
            Some(state) => state,
            None => self.take(Input::Start),
        }
    }

    #[track_caller]
    fn resume(mut self: Pin<&mut Self>, argument: R) -> CoroutineState<Self::Yield, Self::Return> {
        self.take(Input::Send(argument))
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.replayed = None;
        self.record.close();
        self.coroutine.as_mut().terminate();
    }

    fn status(&self) -> Status {
        self.coroutine.status()
    }

    unsafe fn __delegate(
        mut self: Pin<&mut Self>,
        mut channel: Channel<'_, R, Self::Yield>,
    ) -> Poll<Self::Return> {
        if channel.slot().is_probe() {
            return probe::pass_on(self.coroutine.as_mut(), channel);
        }
        relay(self, channel.slot())
    }
}

impl<F, A, R, E> Clone for Recorded<F, A, R, E>
where
    F: Constructor<A, R> + Clone,
    A: Clone,
    R: Clone,
    E: Evidence<Yield<F, A, R>> + Clone,
{
    /// Returns a second, independent coroutine at the same place. The body runs through the
    /// recorded steps for it.
    ///
    /// # Panics
    ///
    /// Panics if the body behaves differently or panics. [`try_clone`](Recorded::try_clone) returns
    /// an error instead.
    #[track_caller]
    fn clone(&self) -> Self {
        match self.try_clone() {
            Ok(clone) => clone,
            Err(error) => not_the_same("cloned", error.kind()),
        }
    }
}

#[cold]
#[inline(never)]
#[track_caller]
pub(super) fn not_the_same(done: &str, kind: ReplayErrorKind) -> ! {
    panic!("a recorded coroutine can't be {done}: {kind} (`try_clone` returns this as an error)")
}

impl<F: Constructor<A, R>, A, R, E> fmt::Debug for Recorded<F, A, R, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.coroutine.status();
        f.debug_struct("Recorded")
            .field("status", &status)
            .field("steps", &self.record.steps().len())
            .finish_non_exhaustive()
    }
}
