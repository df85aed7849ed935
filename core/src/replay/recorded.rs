//! A coroutine that keeps a record of its life.

use alloc::boxed::Box;
use core::fmt;
use core::hash::Hash;
use core::pin::Pin;

use super::constructor::Sent;
use super::step::Input;
use super::{
    ByHash, ByValue, Checkpoint, Constructor, Evidence, Record, ReplayError, ReplayErrorKind, Step,
    Unchecked,
};
use crate::fingerprint::Fingerprint;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// What the coroutine that `F` makes yields.
pub(super) type Yield<F, A, R> = <<F as Constructor<A, R>>::Coroutine as Coroutine<R>>::Yield;
/// What it returns.
pub(super) type Return<F, A, R> = <<F as Constructor<A, R>>::Coroutine as Coroutine<R>>::Return;
/// What a resume of it comes back with.
pub(super) type State<F, A, R> = CoroutineState<Yield<F, A, R>, Return<F, A, R>>;

/// A coroutine that can be cloned, saved and restored, since it records what it is sent: see the
/// [module](super).
///
/// It is a coroutine itself, in a box and therefore `Unpin`: [`CoroutineExt`](crate::CoroutineExt)
/// has its methods. What is sent is in the record before the body sees it. So a step in which the
/// body panics is recorded, as [unfinished](Step::is_unfinished).
///
/// One that was restored hands out the value that it is paused at, or its return value, in its
/// first [`start`](crate::CoroutineExt::start), which runs nothing. So
/// [`drive_blocking`](crate::CoroutineExt::drive_blocking) and
/// [`drive`](crate::CoroutineExt::drive) go on from where it is.
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
/// assert_eq!(one.send("or".to_owned()), Yielded(3)); // goes its own way
/// ```
#[must_use = "coroutines do nothing until started"]
pub struct Recorded<F: Constructor<A, R>, A, R, E> {
    pub(super) constructor: F,
    pub(super) coroutine: Pin<Box<F::Coroutine>>,
    pub(super) record: Record<A, R, E>,
    /// What the coroutine yielded last, or returned, if nobody has been given it: what a replay
    /// came to, or what a driver holds.
    pub(super) replayed: Option<State<F, A, R>>,
}

// Nothing of it is pinned but what is in the box.
impl<F: Constructor<A, R>, A, R, E> Unpin for Recorded<F, A, R, E> {}

impl<F, A, R, Y> Recorded<F, A, R, ByValue<Y>>
where
    F: Constructor<A, R>,
    F::Coroutine: Coroutine<R, Yield = Y>,
    A: Clone,
    R: Sent,
    Y: Clone + PartialEq,
{
    /// Makes the coroutine `constructor(arguments…)`, and keeps every value that it yields as
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
    /// Like [`new`](Recorded::new), but keeps a hash of each value: see [`ByHash`].
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
    /// Like [`new`](Recorded::new), but keeps nothing of the yielded values, which may be of any
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
    /// Like [`new`](Recorded::new), with the evidence that the context says.
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
        Self { constructor, coroutine, record, replayed: None }
    }

    pub(super) fn from_replay(
        constructor: F,
        coroutine: Pin<Box<F::Coroutine>>,
        record: Record<A, R, E>,
        replayed: Option<State<F, A, R>>,
    ) -> Self {
        Self { constructor, coroutine, record, replayed }
    }

    /// Writes down what came of the last step, if a replay has brought it to its end.
    pub(super) fn finish_last_step(&mut self) {
        let unfinished = self.record.steps().last().is_some_and(Step::is_unfinished);
        if let (true, Some(state)) = (unfinished, &self.replayed) {
            self.record.finish(state);
        }
    }

    /// Takes a step: records its input, lets the body run, and records what came of it.
    #[track_caller]
    pub(super) fn take(&mut self, input: Input<R>) -> State<F, A, R>
    where
        R: Clone,
    {
        let status = self.coroutine.status();
        if status == Status::Suspended {
            self.replayed = None;
        }
        // The record has the copy, so that the body gets the very value that was sent.
        self.record.append(Step::unfinished(self.record.next_number(), input.clone()));
        let mut step = Unfinished { recorded: self, status, came_back: false };
        let coroutine = step.recorded.coroutine.as_mut();
        let state = match input {
            Input::Send(argument) => coroutine.resume(argument),
            Input::Start | Input::Close => coroutine.begin(),
        };
        step.came_back = true;
        step.recorded.record.finish(&state);
        core::mem::forget(step);
        state
    }

    /// A second coroutine at the same place: [`Clone::clone`], with an error for a body that
    /// doesn't behave the same twice.
    ///
    /// It costs what the recorded steps cost, since the body runs through them again.
    ///
    /// # Errors
    ///
    /// A [`ReplayError`] with a copy of the record. This coroutine is as it was.
    ///
    /// # Panics
    ///
    /// Without the feature `std`, if the body or the constructor panics; this coroutine is as it
    /// was.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::replay::{Recorded, ReplayErrorKind};
    /// use cogen::{Coroutine, CoroutineExt, Fingerprint};
    /// use std::cell::Cell;
    ///
    /// /// Reads the world behind the record's back.
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

    /// Forgets everything before the yield that the coroutine is paused at, if `yielded`, which
    /// that yield gave out, offers to be a [`Checkpoint`].
    ///
    /// The coroutine is made anew with the checkpoint's arguments, and run to its first yield,
    /// which must give out the same value; this one takes its place. So what goes on is what a
    /// restored record would go on with. The record has one step then, with the number that it had
    /// before, and the same fingerprint. Returns whether it was cut: only where the value offers
    /// it.
    ///
    /// # Errors
    ///
    /// [`ReplayErrorKind::Elsewhere`] if `yielded` is not what the coroutine has yielded last, as
    /// far as the evidence tells, or if it is not paused.
    /// [`Fingerprint`](ReplayErrorKind::Fingerprint) if the checkpoint is one of other code, such
    /// as that of a coroutine which this one delegates to. [`Differs`](ReplayErrorKind::Differs) or
    /// [`EndedEarly`](ReplayErrorKind::EndedEarly) at the last step if the body made anew doesn't
    /// begin with that value, and [`NotNew`](ReplayErrorKind::NotNew) if the constructor doesn't
    /// make a new one. The coroutine and its record are as they were.
    ///
    /// # Panics
    ///
    /// If the body made anew or the constructor panics; the coroutine and its record are as they
    /// were. If what the body up to now holds panics when it is dropped.
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
        self.coroutine = coroutine;
        self.replayed = Some(replayed);
        Ok(true)
    }
}

impl<F: Constructor<A, R>, A, R, E> Recorded<F, A, R, E> {
    /// The record up to now: to be saved, or looked at.
    ///
    /// # Examples
    ///
    /// See [`Record`].
    #[must_use]
    pub fn record(&self) -> &Record<A, R, E> {
        &self.record
    }

    /// The record; the coroutine is dropped where it stands.
    ///
    /// # Examples
    ///
    /// See [`Record::steps`].
    #[must_use]
    pub fn into_record(self) -> Record<A, R, E> {
        self.record
    }

    /// The value that the coroutine is paused at, or its return value, if a replay has brought it
    /// there, or a [cut](Self::cut), and nobody has been given it.
    ///
    /// `None` once the coroutine has gone on or [`start`](crate::CoroutineExt::start) has handed
    /// the value out, and if the coroutine has not started or was closed.
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
    /// assert_eq!(ended.start(), Complete(3)); // runs nothing
    /// ```
    #[must_use]
    pub fn replayed(&self) -> Option<CoroutineState<&Yield<F, A, R>, &Return<F, A, R>>> {
        self.replayed.as_ref().map(|state| match state {
            CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
            CoroutineState::Complete(value) => CoroutineState::Complete(value),
        })
    }
}

/// A step in which the body is running. It is dropped if that, or the evidence, panics.
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
            // There is no evidence, so nothing that could come next would be recorded right.
            self.recorded.coroutine.as_mut().terminate();
        } else if self.recorded.coroutine.status() == self.status {
            // The coroutine couldn't take this and has not run: a body that panics closes it.
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

    fn __check(&self, sends: bool) -> Result<(), Status> {
        match self.replayed {
            Some(_) => Ok(()),
            None => self.coroutine.__check(sends),
        }
    }
}

impl<F, A, R, E> Clone for Recorded<F, A, R, E>
where
    F: Constructor<A, R> + Clone,
    A: Clone,
    R: Clone,
    E: Evidence<Yield<F, A, R>> + Clone,
{
    /// A second coroutine at the same place, which goes its own way. The body runs through the
    /// recorded steps for it.
    ///
    /// # Panics
    ///
    /// If the body doesn't behave as it did before, or panics, where
    /// [`try_clone`](Recorded::try_clone) returns an error.
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
    panic!(
        "a recorded coroutine can't be {done}: {kind}; its body must be deterministic, and \
         `try_clone` returns an error instead"
    )
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
