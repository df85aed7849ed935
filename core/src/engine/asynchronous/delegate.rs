//! `yield_from!` in async bodies: what can stand in it, and how each runs in the place of the body
//! that delegates to it.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::Stream;
use pin_project::pin_project;

use super::handle::AsyncHandle;
use super::relay::find;
use crate::adapters::into_async::IntoAsync;
use crate::engine::slot::Slot;
use crate::engine::sync::delegate::{IteratorDelegation, OfCoroutine, OfIterator, give_item};
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::CoroutineState;
use crate::protocol::throwable::IteratorArgument;

/// Something that `yield_from!` takes, in an async coroutine that takes `R` and yields `Y`.
///
/// `Kind` keeps the implementations apart: the compiler finds out which one fits.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` takes a coroutine, async or not, that is sent `{R}`, a stream, an \
               iterator or a future, and `{Self}` is none of these",
    label = "can't be delegated to in an async coroutine that takes `{R}` and yields `{Y}`"
)]
pub trait IntoAsyncDelegation<R, Y, Kind> {
    /// The running form.
    type Delegation;

    /// Makes the running form.
    fn into_async_delegation(self) -> Self::Delegation;
}

/// Kind: an [`AsyncCoroutine`].
#[derive(Debug)]
pub enum OfAsyncCoroutine {}

/// Kind: a [`Stream`].
#[derive(Debug)]
pub enum OfStream {}

/// Kind: an [`IntoFuture`].
#[derive(Debug)]
pub enum OfFuture {}

impl<R, Y, C: AsyncCoroutine<R>> IntoAsyncDelegation<R, Y, OfAsyncCoroutine> for C {
    type Delegation = AsyncCoroutineDelegation<C>;

    #[inline(always)]
    fn into_async_delegation(self) -> Self::Delegation {
        AsyncCoroutineDelegation(self)
    }
}

impl<R, Y, C: Coroutine<R>> IntoAsyncDelegation<R, Y, OfCoroutine> for C {
    type Delegation = AsyncCoroutineDelegation<IntoAsync<C>>;

    #[inline(always)]
    fn into_async_delegation(self) -> Self::Delegation {
        AsyncCoroutineDelegation(IntoAsync::new(self))
    }
}

impl<R, Y, I: IntoIterator> IntoAsyncDelegation<R, Y, OfIterator> for I {
    type Delegation = IteratorDelegation<I::IntoIter>;

    #[inline(always)]
    fn into_async_delegation(self) -> Self::Delegation {
        IteratorDelegation(self.into_iter())
    }
}

impl<R, Y, S: Stream> IntoAsyncDelegation<R, Y, OfStream> for S {
    type Delegation = StreamDelegation<S>;

    #[inline(always)]
    fn into_async_delegation(self) -> Self::Delegation {
        StreamDelegation(self)
    }
}

impl<R, Y, F: IntoFuture> IntoAsyncDelegation<R, Y, OfFuture> for F {
    type Delegation = FutureDelegation<F::IntoFuture>;

    #[inline(always)]
    fn into_async_delegation(self) -> Self::Delegation {
        FutureDelegation(self.into_future())
    }
}

/// What a `yield_from!` was given, before it is known what kind of delegate it is.
///
/// A type may be both a stream and an [`IntoIterator`], as `FuturesUnordered` is. It is a stream
/// here: the compiler prefers the method of this type to the one of [`AnyDelegate`], which it finds
/// only by dereferencing.
#[derive(Debug)]
pub struct Delegate<D>(AnyDelegate<D>);

/// A delegate whose kind the compiler infers.
#[derive(Debug)]
pub struct AnyDelegate<D>(Option<D>);

/// A delegate that is used as one of this kind.
#[derive(Debug)]
pub struct DelegateOf<D, Kind>(D, PhantomData<Kind>);

impl<D> Delegate<D> {
    #[inline(always)]
    pub(super) fn new(delegate: D) -> Self {
        Self(AnyDelegate(Some(delegate)))
    }
}

impl<S: Stream + IntoIterator> Delegate<S> {
    /// Takes the delegate out, as a stream.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn take(&mut self) -> DelegateOf<S, OfStream> {
        self.0.take()
    }
}

impl<D> AnyDelegate<D> {
    /// Takes the delegate out, as what it is.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn take<Kind>(&mut self) -> DelegateOf<D, Kind> {
        DelegateOf(self.0.take().expect("a delegate is taken once"), PhantomData)
    }
}

impl<D, Kind> DelegateOf<D, Kind> {
    #[inline(always)]
    pub(super) fn into_inner(self) -> D {
        self.0
    }
}

impl<D> Deref for Delegate<D> {
    type Target = AnyDelegate<D>;

    #[inline(always)]
    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl<D> DerefMut for Delegate<D> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

/// A delegation on its way: polled in the place of the body, with the context that the body was
/// polled with and the body's slot.
pub trait AsyncDelegation<R, Y> {
    /// The value of the `yield_from!`.
    type Return;

    /// Runs to the next yield (`Pending`, with a value in the slot), until it waits (`Pending`,
    /// without), or to the end.
    fn poll(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slot: &mut Slot<R, Y>,
    ) -> Poll<Self::Return>;
}

/// Delegation to an async coroutine.
#[pin_project]
#[derive(Debug)]
pub struct AsyncCoroutineDelegation<C>(#[pin] C);

impl<R, Y, C: AsyncCoroutine<R, Yield = Y>> AsyncDelegation<R, Y> for AsyncCoroutineDelegation<C> {
    type Return = C::Return;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<C::Return> {
        match ready!(self.project().0.poll_resume(cx, &mut slot.take_argument())) {
            CoroutineState::Yielded(value) => {
                slot.put(value);
                Poll::Pending
            }
            CoroutineState::Complete(value) => Poll::Ready(value),
        }
    }
}

impl<R: IteratorArgument, Y, I: Iterator<Item = Y>> AsyncDelegation<R, Y>
    for IteratorDelegation<I>
{
    type Return = R::Return;

    #[inline(always)]
    fn poll(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        slot: &mut Slot<R, Y>,
    ) -> Poll<R::Return> {
        give_item(slot, || Poll::Ready(self.0.next()))
    }
}

/// Delegation to a stream.
#[pin_project]
#[derive(Debug)]
pub struct StreamDelegation<S>(#[pin] S);

impl<R: IteratorArgument, Y, S: Stream<Item = Y>> AsyncDelegation<R, Y> for StreamDelegation<S> {
    type Return = R::Return;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<R::Return> {
        give_item(slot, || self.project().0.poll_next(cx))
    }
}

/// Delegation to a future, which yields nothing.
#[pin_project]
#[derive(Debug)]
pub struct FutureDelegation<F>(#[pin] F);

impl<R, Y, F: Future> AsyncDelegation<R, Y> for FutureDelegation<F> {
    type Return = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>, _: &mut Slot<R, Y>) -> Poll<F::Output> {
        self.project().0.poll(cx)
    }
}

/// See [`AsyncHandle::delegate`].
#[pin_project]
pub struct AsyncDelegationFuture<R, Y, D> {
    handle: AsyncHandle<R, Y>,
    #[pin]
    delegation: D,
}

impl<R, Y, D> AsyncDelegationFuture<R, Y, D> {
    #[inline(always)]
    pub(crate) fn new(handle: AsyncHandle<R, Y>, delegation: D) -> Self {
        Self { handle, delegation }
    }
}

impl<R, Y, D> fmt::Debug for AsyncDelegationFuture<R, Y, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncDelegationFuture").finish_non_exhaustive()
    }
}

impl<R, Y, D: AsyncDelegation<R, Y>> Future for AsyncDelegationFuture<R, Y, D> {
    type Output = D::Return;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<D::Return> {
        let this = self.project();
        let (outer, slot) = find(*this.handle, cx);
        this.delegation.poll(&mut Context::from_waker(outer), slot)
    }
}
