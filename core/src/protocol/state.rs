//! What a resume comes back with, and where a coroutine stands.

/// What a coroutine gives out when it is resumed: a value and a pause, or its return value and the
/// end.
///
/// Mirrors [`core::ops::CoroutineState`], which is unstable. In Python, `Yielded` is what `send`
/// returns and `Complete` is the `StopIteration` that it raises, with the value in it.
///
/// # Examples
///
/// ```
/// use cogen::{CoroutineExt, CoroutineState::*};
///
/// #[cogen::coroutine]
/// fn once(value: i32) -> impl cogen::Coroutine<(), Yield = i32, Return = &'static str> {
///     yield_!(value);
///     "done"
/// }
///
/// let mut once = std::pin::pin!(once(1));
/// assert_eq!(once.start(), Yielded(1));
/// assert_eq!(once.send(()), Complete("done"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CoroutineState<Y, T> {
    /// The coroutine is suspended at a yield, which gave this value out.
    Yielded(Y),
    /// The coroutine has ended with this return value.
    #[doc(alias = "StopIteration")]
    Complete(T),
}

impl<Y, T> CoroutineState<Y, T> {
    /// The yielded value, or `None` if the coroutine has ended (its return value is dropped).
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::CoroutineState;
    /// assert_eq!(CoroutineState::<i32, ()>::Yielded(1).yielded(), Some(1));
    /// ```
    pub fn yielded(self) -> Option<Y> {
        match self {
            Self::Yielded(value) => Some(value),
            Self::Complete(_) => None,
        }
    }

    /// The return value, or `None` if the coroutine has not ended (the value that it yielded is
    /// dropped).
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::CoroutineState;
    /// assert_eq!(CoroutineState::<(), i32>::Complete(1).complete(), Some(1));
    /// ```
    pub fn complete(self) -> Option<T> {
        match self {
            Self::Yielded(_) => None,
            Self::Complete(value) => Some(value),
        }
    }

    /// Whether this is a yielded value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::CoroutineState;
    /// assert!(CoroutineState::<i32, ()>::Yielded(1).is_yielded());
    /// ```
    pub fn is_yielded(&self) -> bool {
        matches!(self, Self::Yielded(_))
    }

    /// Whether this is a return value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::CoroutineState;
    /// assert!(CoroutineState::<(), i32>::Complete(1).is_complete());
    /// ```
    pub fn is_complete(&self) -> bool {
        matches!(self, Self::Complete(_))
    }
}

/// The four states of a coroutine, async or not, as Python's `inspect.getgeneratorstate` names
/// them.
///
/// ```text
///  Created ──start──► Running ──yield──► Suspended
///     │                │  ▲                 │  │
///     │       end, panic  └──────send───────┘  │
///     │                ▼                       │
///     └───close────► Closed ◄──────close───────┘
/// ```
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, Status};
///
/// #[cogen::coroutine]
/// fn pause() -> impl Coroutine {
///     yield_!();
/// }
///
/// let mut pause = std::pin::pin!(pause());
/// assert_eq!(pause.status(), Status::Created);
/// pause.start();
/// assert_eq!(pause.status(), Status::Suspended);
/// pause.send(());
/// assert_eq!(pause.status(), Status::Closed);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// Made, and not started: nothing of the body has run.
    #[doc(alias = "GEN_CREATED")]
    Created,
    /// In the middle of a resume. Of a [`Coroutine`](crate::Coroutine) only the body itself can see
    /// this, through a [`Shared`](crate::Shared) handle; an
    /// [`AsyncCoroutine`](crate::AsyncCoroutine) is this also while it waits for a future.
    #[doc(alias = "GEN_RUNNING")]
    Running,
    /// Paused at a yield.
    #[doc(alias = "GEN_SUSPENDED")]
    Suspended,
    /// Ended: by returning, by [`close`](crate::CoroutineExt::close), or by a panic.
    #[doc(alias = "GEN_CLOSED")]
    Closed,
}
