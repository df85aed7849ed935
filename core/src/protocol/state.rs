//! The result of a resume, and the status of a coroutine.

/// The result of `start` or `send`: a yielded value, or the return value.
///
/// It is modelled on [`core::ops::CoroutineState`], which is unstable. In Python, `send` returns
/// the yielded value, and raises `StopIteration` with the return value.
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
    /// The coroutine has yielded this value and is suspended.
    Yielded(Y),
    /// The coroutine has completed with this return value.
    #[doc(alias = "StopIteration")]
    Complete(T),
}

impl<Y, T> CoroutineState<Y, T> {
    /// Returns the yielded value. If the coroutine has completed, drops the return value and
    /// returns `None`.
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

    /// Returns the return value. If the coroutine has yielded, drops the yielded value and returns
    /// `None`.
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

    /// Returns whether this is a yielded value.
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

    /// Returns whether this is a return value.
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

/// The status of a coroutine, async or not.
///
/// The four variants are the states of Python's `inspect.getgeneratorstate`.
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
    /// The coroutine has not started. Nothing of the body has run.
    #[doc(alias = "GEN_CREATED")]
    Created,
    /// The coroutine is in the middle of a resume. For a [`Coroutine`](crate::Coroutine), only code
    /// that the body runs can see this status, through a [`Shared`](crate::Shared) handle. An
    /// [`AsyncCoroutine`](crate::AsyncCoroutine) is also `Running` while it waits for a future.
    #[doc(alias = "GEN_RUNNING")]
    Running,
    /// The coroutine is suspended at a yield.
    #[doc(alias = "GEN_SUSPENDED")]
    Suspended,
    /// The body has returned or panicked, or the coroutine was
    /// [closed](crate::CoroutineExt::close).
    #[doc(alias = "GEN_CLOSED")]
    Closed,
}
