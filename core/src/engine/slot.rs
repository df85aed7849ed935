//! The slot: what one resume and the body exchange.

use core::fmt;
use core::mem;

use super::unit;
use crate::protocol::misuse;

/// The place where one resume and the body exchange an argument and a value.
///
/// The type can't be named outside of this crate, so no other crate can implement a trait whose
/// methods take it.
///
/// The variants that pause the body come last, so one comparison distinguishes them from the
/// others.
pub enum Slot<R, Y> {
    /// Nothing, or the content has been taken.
    Empty,
    /// The value that was sent in, until the suspended yield takes it.
    Argument(R),
    /// The coroutine that the body delegates to was run by the root, and has returned.
    ChildReturned,
    /// A [probe](super::probe) that no delegation has answered.
    #[cfg(feature = "alloc")]
    Probe,
    /// The yielded value, until the resume returns it. If the body has returned, the value is the
    /// last item of an iterator or a stream, and comes from a `?`.
    Value(Y),
    /// The body delegates to a coroutine that has put itself on the stack of the root of the
    /// [recursion](super::recursion). The root runs that coroutine next.
    Descend,
    /// The delegate or the awaited future of an async body is pending.
    Waiting,
    /// The answer of a delegation to a probe.
    #[cfg(feature = "alloc")]
    Delegated,
}

impl<R, Y> fmt::Debug for Slot<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Slot")
    }
}

impl<R, Y> Slot<R, Y> {
    #[inline(always)]
    pub(crate) fn new(argument: Option<R>) -> Self {
        argument.map_or(Self::Empty, Self::Argument)
    }

    /// Stores `value` for the resume to return. An argument that was not taken is dropped, so that
    /// it can't be mistaken for the answer to this value.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: Y) {
        *self = Self::Value(value);
    }

    /// Stores an argument, as if it had been sent in.
    #[inline(always)]
    pub(crate) fn send(&mut self, argument: R) {
        *self = Self::Argument(argument);
    }

    /// Returns whether there is an argument to [take](Self::take_argument).
    #[inline(always)]
    pub(crate) fn has_argument(&self) -> bool {
        matches!(self, Self::Argument(_))
    }

    /// Returns whether this is a [probe](super::probe).
    #[inline(always)]
    pub(crate) fn is_probe(&self) -> bool {
        #[cfg(feature = "alloc")]
        return matches!(self, Self::Probe);
        #[cfg(not(feature = "alloc"))]
        return false;
    }

    /// Answers a [probe](super::probe), for a delegation whose delegate has not paused the body.
    ///
    /// # Panics
    ///
    /// If there is no probe. Then the delegate waits for something other than its caller.
    #[cold]
    pub(crate) fn answer_probe(&mut self) {
        if !self.is_probe() {
            misuse::awaited();
        }
        #[cfg(feature = "alloc")]
        {
            *self = Self::Delegated;
        }
    }

    /// Returns whether a yield, a delegate or an awaited future has paused the body.
    #[inline(always)]
    pub(crate) fn is_paused(&self) -> bool {
        !self.resumes() && !self.is_probe()
    }

    /// Returns whether the poll resumes the body.
    #[inline(always)]
    fn resumes(&self) -> bool {
        matches!(self, Self::Empty | Self::Argument(_) | Self::ChildReturned)
    }

    /// Takes the argument that a suspended yield waits for. If `R` is `()`, there is one unless the
    /// slot is [paused](Self::is_paused) or a probe.
    #[inline(always)]
    pub(crate) fn take_answer(&mut self) -> Option<R> {
        match unit::unit() {
            Some(argument) => self.resumes().then_some(argument),
            None => self.take_argument(),
        }
    }

    /// Takes the argument, if one was sent in and has not been taken.
    #[inline(always)]
    pub(crate) fn take_argument(&mut self) -> Option<R> {
        if !self.has_argument() {
            return None; // leaves a value where it is
        }
        match mem::replace(self, Self::Empty) {
            Self::Argument(argument) => Some(argument),
            _ => None,
        }
    }
}
