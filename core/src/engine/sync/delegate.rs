//! `yield_from!`: the types that it accepts, and how a delegate of each type runs in place of the
//! body.
//!
//! The body keeps its delegate in a local and polls it through a [`Delegation`]. A future around
//! the delegate would be one more type between the body and the delegate. The compiler counts these
//! types when it decides whether a chain of coroutines is `Send`, and gives up at 128.

use core::fmt;
use core::marker::{PhantomData, PhantomPinned};
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Poll, ready};

use super::channel::Channel;
use super::handle::Pause;
use super::slot_pointer::SlotPointer;
#[cfg(feature = "alloc")]
use crate::engine::dyn_iterator;
use crate::engine::slot::Slot;
use crate::engine::unit;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::Status;
use crate::protocol::throwable::IteratorArgument;

/// Something that `yield_from!` takes, in a coroutine that takes `R` and yields `Y`.
///
/// `Kind` distinguishes the two implementations. The compiler infers which one applies.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` takes a coroutine that is sent `{R}`, or an iterator, and `{Self}` is \
               neither",
    label = "can't be delegated to in a coroutine that takes `{R}` and yields `{Y}`",
    note = "an iterator stands there without a pin, and a coroutine by value or pinned; an async \
            coroutine, a stream or a future can stand there only in a function that returns \
            `impl AsyncCoroutine` or `impl Stream`"
)]
pub trait IntoDelegate<R, Y, Kind> {
    /// The delegate, which runs in place of the body.
    type Delegate;

    /// Makes the delegate.
    fn into_delegate(self) -> Self::Delegate;
}

/// Kind: a [`Coroutine`].
#[derive(Debug)]
pub enum OfCoroutine {}

/// Kind: an [`IntoIterator`].
#[derive(Debug)]
pub enum OfIterator {}

impl<R, Y, C: Coroutine<R>> IntoDelegate<R, Y, OfCoroutine> for C {
    type Delegate = C;

    #[inline(always)]
    fn into_delegate(self) -> C {
        self
    }
}

impl<R, Y, I: IntoIterator> IntoDelegate<R, Y, OfIterator> for I {
    type Delegate = I::IntoIter;

    #[inline(always)]
    fn into_delegate(self) -> I::IntoIter {
        self.into_iter()
    }
}

/// A delegate, which runs in place of the body and uses the body's channel.
pub trait Delegate<R, Y, Kind> {
    /// The value of the `yield_from!`.
    type Return;

    /// Runs the delegate to its next yield (`Pending`) or to its end.
    ///
    /// # Safety
    ///
    /// The delegate belongs to the body of the channel. From the first call of `enter` on, it is
    /// pinned: it is neither moved nor used in any other way. It is dropped with the body at the
    /// latest. `enter` was called before, and no earlier call of `poll` was ready, panicked or left
    /// the slot as it was.
    unsafe fn poll(&mut self, channel: Channel<'_, R, Y>) -> Poll<Self::Return>;
}

/// A delegate that can be prepared to run, whatever it yields.
pub trait Enter<R, Kind> {
    /// Prepares the delegate. The slot holds an argument for it, or nothing.
    ///
    /// # Panics
    ///
    /// If the delegate can't run.
    ///
    /// # Safety
    ///
    /// As for [`Delegate::poll`], which has to follow.
    #[track_caller]
    unsafe fn enter<Y>(&mut self, channel: Channel<'_, R, Y>);
}

impl<R, C: Coroutine<R>> Enter<R, OfCoroutine> for C {
    #[inline(always)]
    #[track_caller]
    unsafe fn enter<Y>(&mut self, mut channel: Channel<'_, R, Y>) {
        let sends = channel.slot().has_argument();
        // SAFETY: the caller's promise: it is pinned from now on, and this is a delegation.
        unsafe { Pin::new_unchecked(self).__enter(sends) };
    }
}

impl<R, I: Iterator> Enter<R, OfIterator> for I {
    #[inline(always)]
    unsafe fn enter<Y>(&mut self, channel: Channel<'_, R, Y>) {
        #[cfg(feature = "alloc")]
        // SAFETY: the caller's promise.
        unsafe {
            dyn_iterator::enter(self, channel);
        }
        #[cfg(not(feature = "alloc"))]
        let _ = channel;
    }
}

impl<R, Y, C: Coroutine<R, Yield = Y>> Delegate<R, Y, OfCoroutine> for C {
    type Return = C::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, channel: Channel<'_, R, Y>) -> Poll<C::Return> {
        // SAFETY: the caller's promise: it is pinned from now on.
        let coroutine = unsafe { Pin::new_unchecked(self) };
        // SAFETY: this is a delegation, and the body owns the coroutine. The caller promises the
        // rest: `enter` was called before, and no earlier call was ready, panicked or left the slot
        // as it was.
        unsafe { coroutine.__delegate(channel) }
    }
}

impl<R: IteratorArgument, Y, I: Iterator<Item = Y>> Delegate<R, Y, OfIterator> for I {
    type Return = R::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, mut channel: Channel<'_, R, Y>) -> Poll<R::Return> {
        #[cfg(feature = "alloc")]
        {
            let slot = channel.slot();
            if dyn_iterator::is_below(self, slot) {
                return Poll::Pending;
            }
            if dyn_iterator::has_returned(self, slot) {
                *slot = Slot::Empty;
                return Poll::Ready(R::exhausted());
            }
        }
        give_item(channel.slot(), || Poll::Ready(self.next()))
    }
}

/// A delegate that has started and can be sent the value of `yield_from!(delegate, value)`.
#[diagnostic::on_unimplemented(
    message = "`yield_from!(coroutine, value)` sends the value to a coroutine, and `{Self}` is \
               none",
    label = "nothing can be sent to this: remove the value"
)]
pub trait TakesArgument<R, Kind> {
    /// Panics unless the delegate waits for a value.
    #[track_caller]
    fn expect_suspended(&self);
}

impl<R, C: Coroutine<R>> TakesArgument<R, OfCoroutine> for C {
    #[inline]
    #[track_caller]
    fn expect_suspended(&self) {
        match self.status() {
            Status::Closed => misuse::resumed_when_closed(),
            Status::Created if !unit::is_unit::<R>() => misuse::sent_before_start(),
            // A resume of a running coroutine panics anyway.
            Status::Created | Status::Suspended | Status::Running => {}
        }
    }
}

/// Takes the argument and puts the next item into the slot. `next` returns the items of an iterator
/// or a stream, which ignores the argument.
#[inline(always)]
pub(crate) fn give_item<R: IteratorArgument, Y>(
    slot: &mut Slot<R, Y>,
    next: impl FnOnce() -> Poll<Option<Y>>,
) -> Poll<R::Return> {
    if let Some(argument) = slot.take_argument() {
        if let ControlFlow::Break(value) = argument.received() {
            return Poll::Ready(value);
        }
    } else if slot.is_probe() {
        return Poll::Pending;
    }
    match ready!(next()) {
        Some(item) => {
            slot.put(item);
            Poll::Pending
        }
        None => Poll::Ready(R::exhausted()),
    }
}

/// One `yield_from!` of a body: see [`SlotPointer::delegation`].
///
/// A body keeps it beside its delegate. An optimising compiler looks for its own auto trait
/// `UnsafeUnpin` in values that may be moved. It stops at the `PhantomPinned` here. Otherwise it
/// would walk through the whole chain of coroutines and give up.
pub struct Delegation<R, Y, Kind>(PhantomPinned, PhantomData<fn(R, Y, Kind) -> (R, Y, Kind)>);

impl<R, Y, Kind> Copy for Delegation<R, Y, Kind> {}

impl<R, Y, Kind> Clone for Delegation<R, Y, Kind> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y, Kind> fmt::Debug for Delegation<R, Y, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Delegation")
    }
}

impl<R, Y, Kind> Delegation<R, Y, Kind> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(PhantomPinned, PhantomData)
    }

    /// Makes the delegate.
    #[inline(always)]
    pub fn begin<D: IntoDelegate<R, Y, Kind>>(self, delegate: D) -> D::Delegate {
        delegate.into_delegate()
    }

    /// Stores `argument` in the slot for `delegate`, which has started.
    ///
    /// # Panics
    ///
    /// If `delegate` doesn't wait for an argument.
    #[inline(always)]
    #[track_caller]
    pub fn send<D: TakesArgument<R, Kind>>(
        self,
        delegate: &D,
        mut slot: SlotPointer<R, Y>,
        argument: R,
    ) -> SlotPointer<R, Y> {
        delegate.expect_suspended();
        slot.slot().send(argument);
        slot
    }

    /// Prepares `delegate`, which is in its final place.
    ///
    /// # Panics
    ///
    /// If `delegate` can't run.
    #[inline(always)]
    #[track_caller]
    pub fn enter<D: Enter<R, Kind>>(
        self,
        delegate: &mut D,
        mut slot: SlotPointer<R, Y>,
    ) -> SlotPointer<R, Y> {
        // SAFETY: the delegate is a local of the body, which does nothing else with it
        // (`bind`).
        unsafe { delegate.enter(slot.channel()) };
        slot
    }

    /// Returns a future that is pending until the next resume, because the delegate has paused the
    /// body. It resolves to the next slot pointer.
    #[inline(always)]
    pub fn pause(self) -> Pause<R, Y> {
        Pause::new()
    }

    /// Runs `delegate` to its next yield (`Pending`), or to its end. Then it is ready with the
    /// delegate's return value and the same slot pointer.
    #[inline(always)]
    pub fn poll<D: Delegate<R, Y, Kind>>(
        self,
        delegate: &mut D,
        mut slot: SlotPointer<R, Y>,
    ) -> Poll<(D::Return, SlotPointer<R, Y>)> {
        // SAFETY: the delegate is a local of the body, which does nothing else with it
        // (`bind`).
        let poll = unsafe { delegate.poll(slot.channel()) };
        match poll {
            // With a value in the slot, the body would count as paused wherever it is pending next.
            Poll::Ready(_) if slot.slot().is_paused() => misuse::awaited(),
            Poll::Ready(value) => Poll::Ready((value, slot)),
            Poll::Pending => {
                if !slot.slot().is_paused() {
                    slot.slot().answer_probe();
                }
                Poll::Pending
            }
        }
    }
}
