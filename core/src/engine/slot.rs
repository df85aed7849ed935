//! What passes between one resume and the body.

use core::fmt;
use core::mem;

use super::unit;

/// What passes between one resume and the body.
///
/// The type can't be named outside of this crate, so nobody else can implement what takes it.
///
/// Those that pause the body stand last, so one comparison tells them from the others.
pub enum Slot<R, Y> {
    /// Nothing, or what was there has been taken.
    Empty,
    /// What was sent in, until the suspended yield takes it.
    Argument(R),
    /// The coroutine that was delegated to was run by the root, and has returned.
    ChildReturned,
    /// What was yielded, until the resume hands it out. If the body returns meanwhile, it is the
    /// last item of an iterator or a stream, which a `?` has left.
    Value(Y),
    /// A coroutine was delegated to that is to be run by the root of the
    /// [recursion](super::recursion), which finds it on its stack.
    Descend,
    /// The delegate of an async body waits for a future.
    Waiting,
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

    /// Leaves `value` for the resume to hand out. An argument that nobody took is dropped, so that
    /// it can't be mistaken for the answer to this value.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: Y) {
        *self = Self::Value(value);
    }

    /// Puts an argument there, as if it had been sent in.
    #[inline(always)]
    pub(crate) fn send(&mut self, argument: R) {
        *self = Self::Argument(argument);
    }

    /// Whether there is something to [take](Self::take_argument).
    #[inline(always)]
    pub(crate) fn has_argument(&self) -> bool {
        matches!(self, Self::Argument(_))
    }

    /// Whether what runs in the place of this body has paused it.
    #[inline(always)]
    pub(crate) fn is_paused(&self) -> bool {
        matches!(self, Self::Value(_) | Self::Descend | Self::Waiting)
    }

    /// The argument that a suspended yield waits for. One that is `()` is there as soon as the
    /// value has been given out.
    #[inline(always)]
    pub(crate) fn take_answer(&mut self) -> Option<R> {
        match unit::unit() {
            Some(argument) => (!self.is_paused()).then_some(argument),
            None => self.take_argument(),
        }
    }

    /// What was sent in, if anything, and if nobody took it before.
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
