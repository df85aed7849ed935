//! The typed end of the channel that the body of a sync coroutine holds.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::delegate::Delegation;
use super::slot_pointer::SlotPointer;
use crate::engine::machine::Machine;
use crate::engine::question_mark::{Branch, LastItem};
#[cfg(feature = "alloc")]
use crate::engine::recursive_iterator::Delegate;
use crate::engine::returned::{
    ReturnedByDefault, ReturnedByItems, ReturnedForItems, YieldedByDefault,
};

/// The typed end of the channel that a body holds. Only macros make one.
///
/// Invariant in both types, so that a body can neither yield nor take what its machine was not made
/// for.
pub struct Handle<R, Y>(PhantomData<fn(R, Y) -> (R, Y)>);

impl<R, Y> Copy for Handle<R, Y> {}

impl<R, Y> Clone for Handle<R, Y> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y> fmt::Debug for Handle<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle")
    }
}

impl<R, Y> Handle<R, Y> {
    /// Makes the handle of one body.
    ///
    /// # Safety
    ///
    /// The handle, and what its methods return, may be used only by the code of one `async` block,
    /// which goes into a `BodyCell` together with this handle: not from a future or a closure
    /// inside of the block, nor from anywhere else. In it, each future of the handle is awaited
    /// where it is made, and a `SlotPointer` is used before the block is suspended again. What a
    /// `Delegation` polls is a local of the block that is neither moved nor used in another way
    /// from the first poll on.
    #[inline(always)]
    pub unsafe fn bind() -> Self {
        Self(PhantomData)
    }

    /// The coroutine whose body is `future`.
    #[inline(always)]
    pub fn machine<F: Future>(self, future: F) -> Machine<Self, F> {
        Machine::new(self, future)
    }

    /// What comes after a block that is only ever left by returning: never reached. It says what
    /// the block would have had to be left with.
    #[inline(always)]
    pub fn never(self, _: (Self, SlotPointer<R, Y>)) -> ! {
        unreachable!()
    }

    /// The same, of any type.
    #[inline(always)]
    pub fn diverge<T>(self, _: (Self, SlotPointer<R, Y>)) -> T {
        unreachable!()
    }

    /// What a `?` of the body is given: its value, or what ends the body.
    #[inline(always)]
    pub fn branch<T: Branch>(self, value: T) -> ControlFlow<T::Residual, T::Output> {
        value.branch()
    }

    /// The item that what ends the body becomes. That it is a `Y` is left to its use: the compiler
    /// would choose the type of the error by it.
    #[inline(always)]
    pub fn last_item<Residual, Item: LastItem<Residual>>(self, residual: Residual) -> Item {
        Item::last_item(residual)
    }

    /// What the body of an iterator or a stream returns, which is `()`.
    #[inline(always)]
    pub fn returned_by_items<T: ReturnedByItems>(self, _: T) {}

    /// What the body of an iterator or a stream returns that yields nothing: `()`, if anything.
    #[inline(always)]
    pub fn returned_for_items<T: ReturnedForItems>(self, _: T) {}

    /// What a coroutine yields that is written to yield `()`.
    #[inline(always)]
    pub fn yielded_by_default<T: YieldedByDefault>(self, _: T) {}

    /// What the body of a coroutine returns that is written to return `()`.
    #[inline(always)]
    pub fn returned_by_default<T: ReturnedByDefault>(self, _: T) {}

    /// `value`, which is of the type that the body yields.
    #[inline(always)]
    pub fn yielded(self, value: Y) -> Y {
        value
    }

    /// What is to run in the place of a body that calls its own function, for its method `take`.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub fn choose<D>(self, delegate: D) -> Delegate<D> {
        Delegate::new(delegate)
    }

    /// A future that is ready with the way to the slot.
    #[inline(always)]
    pub fn slot(self) -> FindSlot<R, Y> {
        FindSlot(self)
    }

    /// A future that is pending until the next resume, as a delegate has just paused the body. Then
    /// it is ready with the way to the next slot.
    #[inline(always)]
    pub fn pause(self) -> Pause<R, Y> {
        Pause(self)
    }

    /// A future that is pending until an argument comes in, which it is ready with, and with the
    /// way to the next slot.
    #[inline(always)]
    pub fn suspend(self) -> Suspend<R, Y> {
        Suspend(self)
    }

    /// Polls what runs in the place of the body, which is of a kind that the compiler infers.
    #[inline(always)]
    pub fn delegation<Kind>(self) -> Delegation<R, Y, Kind> {
        Delegation::new()
    }
}

/// See [`Handle::slot`].
#[derive(Debug)]
pub struct FindSlot<R, Y>(Handle<R, Y>);

impl<R, Y> Future for FindSlot<R, Y> {
    type Output = SlotPointer<R, Y>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(SlotPointer::of(self.0, cx))
    }
}

/// See [`Handle::pause`].
#[derive(Debug)]
pub struct Pause<R, Y>(Handle<R, Y>);

impl<R, Y> Future for Pause<R, Y> {
    type Output = SlotPointer<R, Y>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = SlotPointer::of(self.0, cx);
        if slot.slot().is_paused() {
            return Poll::Pending;
        }
        Poll::Ready(slot)
    }
}

/// See [`Handle::suspend`].
#[derive(Debug)]
pub struct Suspend<R, Y>(Handle<R, Y>);

impl<R, Y> Future for Suspend<R, Y> {
    type Output = (R, SlotPointer<R, Y>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = SlotPointer::of(self.0, cx);
        match slot.slot().take_answer() {
            Some(argument) => Poll::Ready((argument, slot)),
            None => Poll::Pending,
        }
    }
}
