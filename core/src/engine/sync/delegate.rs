//! `yield_from!`: what can stand in it, and how each runs in the place of the body that delegates
//! to it.

use core::fmt;
use core::future::Future;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use pin_project::pin_project;

use super::channel::Channel;
use super::handle::Handle;
use super::slot_pointer::SlotPointer;
use crate::engine::slot::Slot;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::throwable::IteratorArgument;

/// Something that `yield_from!` takes, in a coroutine that takes `R` and yields `Y`.
///
/// `Kind` keeps the two implementations apart: the compiler finds out which one fits.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` takes a coroutine that is sent `{R}`, or an iterator, and `{Self}` is \
               neither",
    label = "can't be delegated to in a coroutine that takes `{R}` and yields `{Y}`",
    note = "async coroutines, streams and futures can stand there in a function that returns \
            `impl AsyncCoroutine` or `impl Stream`"
)]
pub trait IntoDelegation<R, Y, Kind> {
    /// The running form.
    type Delegation;

    /// Makes the running form.
    fn into_delegation(self) -> Self::Delegation;
}

/// Kind: a [`Coroutine`].
#[derive(Debug)]
pub enum OfCoroutine {}

/// Kind: an [`IntoIterator`].
#[derive(Debug)]
pub enum OfIterator {}

impl<R, Y, C: Coroutine<R>> IntoDelegation<R, Y, OfCoroutine> for C {
    type Delegation = CoroutineDelegation<C>;

    #[inline(always)]
    fn into_delegation(self) -> CoroutineDelegation<C> {
        CoroutineDelegation(self)
    }
}

impl<R, Y, I: IntoIterator> IntoDelegation<R, Y, OfIterator> for I {
    type Delegation = IteratorDelegation<I::IntoIter>;

    #[inline(always)]
    fn into_delegation(self) -> IteratorDelegation<I::IntoIter> {
        IteratorDelegation(self.into_iter())
    }
}

/// A delegation on its way: polled in the place of the body, with the body's channel.
pub trait Delegation<R, Y> {
    /// The value of the `yield_from!`.
    type Return;

    /// Runs to the next yield (`Pending`) or to the end.
    fn poll(self: Pin<&mut Self>, channel: &mut Channel<'_, '_, R, Y>) -> Poll<Self::Return>;
}

/// Delegation to a coroutine.
#[pin_project]
#[derive(Debug)]
pub struct CoroutineDelegation<C>(#[pin] C);

impl<R, Y, C: Coroutine<R, Yield = Y>> Delegation<R, Y> for CoroutineDelegation<C> {
    type Return = C::Return;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, channel: &mut Channel<'_, '_, R, Y>) -> Poll<C::Return> {
        // SAFETY: this is a delegation, which owns the coroutine until it is dropped with the body
        // that awaits it.
        unsafe { self.project().0.__delegate(channel) }
    }
}

/// Delegation to a plain iterator.
#[derive(Debug)]
pub struct IteratorDelegation<I>(pub(crate) I);

// The iterator is used in place and never pinned.
impl<I> Unpin for IteratorDelegation<I> {}

impl<R: IteratorArgument, Y, I: Iterator<Item = Y>> Delegation<R, Y> for IteratorDelegation<I> {
    type Return = R::Return;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, channel: &mut Channel<'_, '_, R, Y>) -> Poll<R::Return> {
        give_item(channel.slot(), || Poll::Ready(self.0.next()))
    }
}

/// Takes the argument and puts the next item, of something that gives items and looks at no
/// argument.
#[inline(always)]
pub(crate) fn give_item<R: IteratorArgument, Y>(
    slot: &mut Slot<R, Y>,
    next: impl FnOnce() -> Poll<Option<Y>>,
) -> Poll<R::Return> {
    if let Some(argument) = slot.take_argument() {
        if let ControlFlow::Break(value) = argument.received() {
            return Poll::Ready(value);
        }
    }
    match ready!(next()) {
        Some(item) => {
            slot.put(item);
            Poll::Pending
        }
        None => Poll::Ready(R::exhausted()),
    }
}

/// See [`Handle::delegate`].
#[pin_project]
pub struct DelegationFuture<R, Y, D> {
    handle: Handle<R, Y>,
    #[pin]
    delegation: D,
}

impl<R, Y, D> DelegationFuture<R, Y, D> {
    #[inline(always)]
    pub(crate) fn new(handle: Handle<R, Y>, delegation: D) -> Self {
        Self { handle, delegation }
    }
}

impl<R, Y, D> fmt::Debug for DelegationFuture<R, Y, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DelegationFuture").finish_non_exhaustive()
    }
}

impl<R, Y, D: Delegation<R, Y>> Future for DelegationFuture<R, Y, D> {
    type Output = (D::Return, SlotPointer<R, Y>);

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let value = ready!(this.delegation.poll(&mut Channel::new(*this.handle, cx)));
        Poll::Ready((value, SlotPointer::of(*this.handle, cx)))
    }
}
