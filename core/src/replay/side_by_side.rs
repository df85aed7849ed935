//! Several coroutines that run concurrently as one.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::pin::Pin;

use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};

/// A value that a child of [`join`] or [`race`] has yielded, and to which it waits for a reply.
///
/// # Examples
///
/// See [`join`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Waiting<Y> {
    /// The index of the child, from 0.
    pub child: usize,
    /// The number of replies to other children since this value was yielded.
    ///
    /// If each step of the recorded coroutine is one reply to this join, the number of the current
    /// step minus `age` is the number of the step that yielded the value. Then that number and
    /// `child` are a key of the request, which stays the same until the reply, and which no other
    /// request has. See [`join`](join#keys-of-the-requests) for the condition.
    pub age: u64,
    /// The yielded value.
    pub value: Y,
}

/// Runs coroutines concurrently until all have returned. Python: `asyncio.gather`.
///
/// It yields the pending values of all its children. It is sent the reply to one of them, with the
/// index of the child, in any order. So it is *one* coroutine, and one record holds the history of
/// all its children. After a restore, [`replayed`](super::Recorded::replayed) returns all pending
/// values again.
///
/// # Keys of the requests
///
/// A request stays in the list until its reply. A driver that begins to carry out all requests in
/// the list needs a key for each, by which it recognises a request that it has begun before.
///
/// The number of the current step minus [`age`](Waiting::age), together with
/// [`child`](Waiting::child), is such a key if
///
/// - the body delegates to the join with `yield_from!(join(…))`, or the recorded coroutine is the
///   join itself, so that each step between the start and the end of the join is one reply to it;
/// - the join is neither a child of another `join` or [`race`] nor [primed](crate::Primed).
///
/// It is **not** a key if the body resumes the join itself and yields something else between two
/// replies, or if joins are nested: then the same request gets another number later. In these
/// cases, put a key into the values that the children yield. A child can create it from its
/// arguments and from a counter of its requests, so that a replay creates the same keys:
///
/// ```
/// use cogen::Coroutine;
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct Request {
///     key: String,
///     text: String,
/// }
///
/// #[cogen::coroutine]
/// fn leg(name: String, stops: Vec<String>) -> impl Coroutine<String, Yield = Request> {
///     for (number, stop) in stops.iter().enumerate() {
///         let (key, text) = (format!("{name}/{number}"), format!("a hotel in {stop}"));
///         yield_!(Request { key, text });
///     }
/// }
/// ```
///
/// # Panics
///
/// The coroutine panics if it is sent a reply for a child that isn't waiting for one, and if a
/// child panics.
///
/// # Examples
///
/// ```
/// use cogen::replay::{Recorded, Waiting, join};
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine]
/// fn leg(to: String) -> impl Coroutine<String, Yield = String, Return = String> {
///     let flight = yield_!(format!("a flight to {to}"));
///     let hotel = yield_!(format!("a hotel in {to}"));
///     format!("{flight}, {hotel}")
/// }
///
/// #[cogen::coroutine(fingerprint = TRIP)]
/// fn trip(cities: Vec<String>)
///     -> impl Coroutine<(usize, String), Yield = Vec<Waiting<String>>, Return = Vec<String>>
/// {
///     yield_from!(join(cities.into_iter().map(leg)))
/// }
///
/// let mut trip_1 = Recorded::new(TRIP, trip, (vec!["Rome".to_owned(), "Oslo".to_owned()],));
/// trip_1.start();
/// trip_1.send((1, "AZ 1".to_owned())); // the second child first
///
/// let mut restored = trip_1.clone();
/// let waiting = |child, age, value: &str| Waiting { child, age, value: value.to_owned() };
/// assert_eq!(
///     restored.replayed(),
///     Some(Yielded(&vec![waiting(0, 1, "a flight to Rome"), waiting(1, 0, "a hotel in Oslo")]))
/// );
/// restored.send((1, "Grand".to_owned()));
/// restored.send((0, "AZ 2".to_owned()));
/// let legs = restored.send((0, "Roma".to_owned())).complete().unwrap();
/// assert_eq!(legs, ["AZ 2, Roma", "AZ 1, Grand"]);
/// ```
#[doc(alias = "gather")]
pub fn join<C, R>(children: impl IntoIterator<Item = C>) -> Join<C, R>
where
    C: Coroutine<R>,
    C::Yield: Clone,
{
    Join { children: Children::new(children) }
}

/// Runs coroutines concurrently until one has returned, and closes the others.
///
/// Python: `asyncio.wait(…, return_when=FIRST_COMPLETED)`, with cancellation of the pending ones.
///
/// It yields and is sent the same values as [`join`]. It returns the index of the child that has
/// returned, and its return value. The children are started in their order. If one returns without
/// yielding, the later ones are not started.
///
/// # Panics
///
/// The coroutine panics when it is started without children, as there is no value to return. It
/// also panics in the same cases as [`join`].
///
/// # Examples
///
/// ```
/// use cogen::replay::{Waiting, race};
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine]
/// fn ask(whom: &str) -> impl Coroutine<bool, Yield = String, Return = bool> {
///     yield_!(format!("{whom}: do you agree?"))
/// }
///
/// let mut asked = race(["Ada", "Grace"].map(ask));
/// let Yielded(waiting) = asked.start() else { panic!("both wait") };
/// assert_eq!(waiting[1].value, "Grace: do you agree?");
/// assert_eq!(asked.send((1, true)), Complete((1, true)));
/// ```
#[doc(alias = "FIRST_COMPLETED")]
#[doc(alias = "select")]
pub fn race<C, R>(children: impl IntoIterator<Item = C>) -> Race<C, R>
where
    C: Coroutine<R>,
    C::Yield: Clone,
{
    Race { children: Children::new(children) }
}

/// The coroutine that [`join`] returns.
#[must_use = "coroutines do nothing until started"]
pub struct Join<C: Coroutine<R>, R> {
    children: Children<C, R>,
}

/// The coroutine that [`race`] returns.
#[must_use = "coroutines do nothing until started"]
pub struct Race<C: Coroutine<R>, R> {
    children: Children<C, R>,
}

struct Children<C: Coroutine<R>, R> {
    children: Vec<Child<C, R>>,
    status: Status,
}

struct Child<C: Coroutine<R>, R> {
    coroutine: Pin<Box<C>>,
    state: State<C::Yield, C::Return>,
}

enum State<Y, T> {
    Created,
    Waits {
        value: Y,
        age: u64,
    },
    Returned(T),
    /// Its return value was taken.
    Gone,
}

impl<C: Coroutine<R>, R> Children<C, R> {
    fn new(children: impl IntoIterator<Item = C>) -> Self {
        let children = children
            .into_iter()
            .map(|child| Child { coroutine: Box::pin(child), state: State::Created })
            .collect();
        Self { children, status: Status::Created }
    }

    /// Runs one child. Returns whether it has returned.
    fn run(
        &mut self,
        child: usize,
        run: impl FnOnce(Pin<&mut C>) -> CoroutineState<C::Yield, C::Return>,
    ) -> bool {
        let child = &mut self.children[child];
        child.state = match run(child.coroutine.as_mut()) {
            CoroutineState::Yielded(value) => State::Waits { value, age: 0 },
            CoroutineState::Complete(value) => State::Returned(value),
        };
        matches!(child.state, State::Returned(_))
    }

    #[track_caller]
    fn begin(&mut self) {
        if self.status != Status::Created {
            misuse::wrong_status(&self.status);
        }
        self.status = Status::Closed; // if a child panics
    }

    /// Sends a reply to a child. Returns whether the child has returned.
    #[track_caller]
    fn reply(&mut self, child: usize, reply: R) -> bool {
        if self.status != Status::Suspended {
            misuse::wrong_status(&self.status);
        }
        let waits = self.children.get(child).map(|child| &child.state);
        assert!(
            matches!(waits, Some(State::Waits { .. })),
            "a reply was sent for the child {child}, which doesn't wait for one"
        );
        self.status = Status::Closed; // if the child panics
        for child in &mut self.children {
            if let State::Waits { age, .. } = &mut child.state {
                *age += 1;
            }
        }
        self.run(child, |coroutine| coroutine.resume(reply))
    }

    /// Takes the return value of a child.
    fn take(&mut self, child: usize) -> Option<C::Return> {
        match core::mem::replace(&mut self.children[child].state, State::Gone) {
            State::Returned(value) => Some(value),
            _ => None,
        }
    }

    /// Suspends with the pending values of the children.
    fn suspend<T>(&mut self) -> CoroutineState<Vec<Waiting<C::Yield>>, T>
    where
        C::Yield: Clone,
    {
        self.status = Status::Suspended;
        let waiting = self.children.iter().enumerate().filter_map(|(child, of)| match &of.state {
            State::Waits { value, age } => Some(Waiting { child, age: *age, value: value.clone() }),
            _ => None,
        });
        CoroutineState::Yielded(waiting.collect())
    }

    fn close(&mut self) {
        self.status = Status::Closed;
        for child in &mut self.children {
            child.coroutine.as_mut().terminate();
        }
        self.children.clear();
    }
}

// Each child is in a box.
impl<C: Coroutine<R>, R> Unpin for Join<C, R> {}
impl<C: Coroutine<R>, R> Unpin for Race<C, R> {}

impl<C: Coroutine<R>, R> Join<C, R> {
    fn go_on(&mut self) -> CoroutineState<Vec<Waiting<C::Yield>>, Vec<C::Return>>
    where
        C::Yield: Clone,
    {
        let children = &mut self.children;
        if children.children.iter().all(|child| matches!(child.state, State::Returned(_))) {
            let values = (0..children.children.len()).filter_map(|child| children.take(child));
            let values = values.collect();
            children.close();
            return CoroutineState::Complete(values);
        }
        children.suspend()
    }
}

impl<C, R> Coroutine<(usize, R)> for Join<C, R>
where
    C: Coroutine<R>,
    C::Yield: Clone,
{
    type Yield = Vec<Waiting<C::Yield>>;
    type Return = Vec<C::Return>;

    #[track_caller]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return> {
        self.children.begin();
        for child in 0..self.children.children.len() {
            self.children.run(child, C::begin);
        }
        self.go_on()
    }

    #[track_caller]
    fn resume(
        mut self: Pin<&mut Self>,
        (child, reply): (usize, R),
    ) -> CoroutineState<Self::Yield, Self::Return> {
        self.children.reply(child, reply);
        self.go_on()
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.children.close();
    }

    fn status(&self) -> Status {
        self.children.status
    }
}

impl<C: Coroutine<R>, R> Race<C, R> {
    fn end(&mut self, child: usize) -> CoroutineState<Vec<Waiting<C::Yield>>, (usize, C::Return)>
    where
        C::Yield: Clone,
    {
        let value = self.children.take(child);
        self.children.close();
        CoroutineState::Complete((child, value.expect("the child has returned")))
    }
}

impl<C, R> Coroutine<(usize, R)> for Race<C, R>
where
    C: Coroutine<R>,
    C::Yield: Clone,
{
    type Yield = Vec<Waiting<C::Yield>>;
    type Return = (usize, C::Return);

    #[track_caller]
    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<Self::Yield, Self::Return> {
        self.children.begin();
        assert!(!self.children.children.is_empty(), "a race needs a child");
        for child in 0..self.children.children.len() {
            if self.children.run(child, C::begin) {
                return self.end(child);
            }
        }
        self.children.suspend()
    }

    #[track_caller]
    fn resume(
        mut self: Pin<&mut Self>,
        (child, reply): (usize, R),
    ) -> CoroutineState<Self::Yield, Self::Return> {
        if self.children.reply(child, reply) { self.end(child) } else { self.children.suspend() }
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.children.close();
    }

    fn status(&self) -> Status {
        self.children.status
    }
}

macro_rules! debug {
    ($($name:ident)*) => {$(
        impl<C: Coroutine<R>, R> fmt::Debug for $name<C, R> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))
                    .field("status", &self.children.status)
                    .field("children", &self.children.children.len())
                    .finish_non_exhaustive()
            }
        }
    )*};
}

debug! { Join Race }
