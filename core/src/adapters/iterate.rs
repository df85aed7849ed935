//! The iterator over the values that a coroutine yields. It keeps the return value.

use core::iter::FusedIterator;
use core::pin::Pin;

use crate::protocol::coroutine::Coroutine;
use crate::protocol::pinned::Pinned;
use crate::protocol::state::{CoroutineState, Status};

/// An iterator over the values that a coroutine yields. It keeps the return value.
///
/// [`CoroutineExt::iterate`](crate::CoroutineExt::iterate) creates it. It is fused: after the end,
/// and after a panic of the coroutine, it returns `None` for ever.
///
/// # Examples
///
/// See [`CoroutineExt::iterate`](crate::CoroutineExt::iterate).
#[derive(Debug)]
#[must_use = "iterators do nothing until advanced"]
pub struct Iterate<C: Coroutine> {
    coroutine: C,
    returned: Option<C::Return>,
}

impl<C: Coroutine> Iterate<C> {
    #[inline]
    pub(crate) fn new(coroutine: C) -> Self {
        Self { coroutine, returned: None }
    }

    /// Returns the return value of the coroutine, if this iterator has run it to its end.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// # #[cogen::coroutine]
    /// # fn answer() -> impl Coroutine<(), Yield = (), Return = i32> { yield_!(); 42 }
    /// let mut answer = Box::pin(answer()).iterate();
    /// assert_eq!(answer.returned(), None);
    /// answer.by_ref().count();
    /// assert_eq!(answer.returned(), Some(&42));
    /// ```
    pub fn returned(&self) -> Option<&C::Return> {
        self.returned.as_ref()
    }

    /// Returns the return value of the coroutine, if this iterator has run it to its end.
    ///
    /// Python: `StopIteration.value`.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::iterate`](crate::CoroutineExt::iterate).
    pub fn into_return(self) -> Option<C::Return> {
        self.returned
    }
}

impl<C: Pinned> Iterator for Iterate<C> {
    type Item = C::Yield;

    #[inline(always)]
    fn next(&mut self) -> Option<C::Yield> {
        if self.coroutine.status() == Status::Closed {
            return None; // also if it has panicked, or was closed through another handle
        }
        match Pin::new(&mut self.coroutine).resume(()) {
            CoroutineState::Yielded(value) => Some(value),
            CoroutineState::Complete(value) => {
                self.returned = Some(value);
                None
            }
        }
    }
}

impl<C: Pinned> FusedIterator for Iterate<C> {}
