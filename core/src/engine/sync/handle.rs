//! The typed end of the channel that the body of a sync coroutine holds.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::slot_pointer::SlotPointer;
use crate::engine::hidden_return::Ended;
use crate::engine::machine::Machine;
use crate::engine::question_mark::{Branch, LastItem};
#[cfg(feature = "alloc")]
use crate::engine::recursive_iterator::Delegate;

/// The typed end of the channel that a body holds. Only the macros create one.
///
/// The handle is invariant in both types, so a body can't yield or take any types but those of its
/// machine.
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

/// Creates the handle of one body.
///
/// # Safety
///
/// Only the code of one `async` block uses the handle and the values that its methods return. The
/// block goes into a `BodyCell` together with this handle. No future or closure inside the block
/// uses them, and no code outside of it. The block awaits each future of the handle where it
/// creates it, and uses a `SlotPointer` before it is suspended again. The delegate of a
/// `Delegation` is a local of the block. From `enter` on, it is neither moved nor used in any other
/// way.
#[inline(always)]
pub unsafe fn bind<R, Y>() -> Handle<R, Y> {
    Handle(PhantomData)
}

impl<R, Y> Handle<R, Y> {
    /// Creates the coroutine whose body is `future`.
    #[inline(always)]
    pub fn machine<F: Future>(self, future: F) -> Machine<Self, F> {
        Machine::new(self, future)
    }

    // Both handles have the following methods, and neither uses itself there. A trait of the user's
    // could replace methods that are not inherent, and for functions rustc's messages are longer.

    /// Returns the value of a `?` in the body, or the residual that ends the body.
    #[inline(always)]
    pub fn branch<T: Branch>(self, value: T) -> ControlFlow<T::Residual, T::Output> {
        value.branch()
    }

    /// Converts the residual into the last item. Its use fixes `Item` as `Y`. If the method
    /// returned `Y`, the compiler would infer the type of the error from it.
    #[inline(always)]
    pub fn last_item<Residual, Item: LastItem<Residual>>(self, residual: Residual) -> Item {
        Item::last_item(residual)
    }

    /// Returns the value that a body of items returns if a macro may return from it.
    #[inline(always)]
    pub fn ended<T: Ended>(self) -> T {
        T::ended()
    }

    /// Returns `value`, which must have the type that the body yields.
    #[inline(always)]
    pub fn yielded(self, value: Y) -> Y {
        value
    }

    /// Names the type that the body yields.
    #[inline(always)]
    pub fn yields(self) -> PhantomData<fn(Y) -> Y> {
        PhantomData
    }

    /// Wraps the delegate of a body that calls its own function. The wrapper's method
    /// `__cogen_take` returns the delegate.
    #[cfg(feature = "alloc")]
    #[inline(always)]
    pub fn choose<D>(self, delegate: D) -> Delegate<D> {
        Delegate::new(delegate)
    }

    /// Returns a future that resolves to the slot pointer.
    #[inline(always)]
    pub fn slot(self) -> FindSlot<R, Y> {
        FindSlot(self)
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

/// See [`Delegation::pause`](super::delegate::Delegation::pause).
#[derive(Debug)]
pub struct Pause<R, Y>(Handle<R, Y>);

impl<R, Y> Pause<R, Y> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Handle(PhantomData))
    }
}

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

/// See [`SlotPointer::put`].
#[derive(Debug)]
pub struct Suspend<R, Y>(Handle<R, Y>);

impl<R, Y> Suspend<R, Y> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(Handle(PhantomData))
    }
}

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
