//! `yield_from!` in async bodies: the types that it accepts, and how a delegate of each type runs
//! in place of the body.
//!
//! As in [sync bodies](crate::engine::sync::delegate), the body keeps its delegate in a local, and
//! polls it through an [`AsyncDelegation`].

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::{Context, Poll, ready};

use futures_core::Stream;

use super::relay::RelayPointer;
use crate::engine::slot::Slot;
use crate::engine::sync::delegate::{OfCoroutine, OfIterator, TakesArgument, give_item};
use crate::engine::unit;
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::IteratorArgument;

/// Something that `yield_from!` takes, in an async coroutine that takes `R` and yields `Y`.
///
/// `Kind` distinguishes the implementations. The compiler infers which one applies.
#[diagnostic::on_unimplemented(
    message = "`yield_from!` takes a coroutine, async or not, that is sent `{R}`, a stream, an \
               iterator or a future, and `{Self}` is none of these",
    label = "can't be delegated to in an async coroutine that takes `{R}` and yields `{Y}`",
    note = "an iterator stands there without a pin, and a coroutine by value or pinned"
)]
pub trait IntoAsyncDelegate<R, Y, Kind> {
    /// The delegate, which runs in place of the body.
    type Delegate;

    /// Makes the delegate.
    fn into_async_delegate(self) -> Self::Delegate;
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

impl<R, Y, C: AsyncCoroutine<R>> IntoAsyncDelegate<R, Y, OfAsyncCoroutine> for C {
    type Delegate = C;

    #[inline(always)]
    fn into_async_delegate(self) -> C {
        self
    }
}

impl<R, Y, C: Coroutine<R>> IntoAsyncDelegate<R, Y, OfCoroutine> for C {
    type Delegate = C;

    #[inline(always)]
    fn into_async_delegate(self) -> C {
        self
    }
}

impl<R, Y, I: IntoIterator> IntoAsyncDelegate<R, Y, OfIterator> for I {
    type Delegate = I::IntoIter;

    #[inline(always)]
    fn into_async_delegate(self) -> I::IntoIter {
        self.into_iter()
    }
}

impl<R, Y, S: Stream> IntoAsyncDelegate<R, Y, OfStream> for S {
    type Delegate = S;

    #[inline(always)]
    fn into_async_delegate(self) -> S {
        self
    }
}

impl<R, Y, F: IntoFuture> IntoAsyncDelegate<R, Y, OfFuture> for F {
    type Delegate = F::IntoFuture;

    #[inline(always)]
    fn into_async_delegate(self) -> F::IntoFuture {
        self.into_future()
    }
}

/// A type that an async body can `.await`: any [`IntoFuture`].
///
/// `Kind` is always [`OfFuture`]. Because the compiler has to infer it, the compiler stops at a
/// type that is not a future, and reports it only once.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a future",
    label = "`{Self}` is not a future, so it can't be awaited",
    note = "what is no future is used without `.await`"
)]
pub trait Awaitable<Kind> {
    /// The type of the future that is polled.
    type Future: Future;

    /// Makes the future that is polled.
    fn into_future(self) -> Self::Future;
}

impl<F: IntoFuture> Awaitable<OfFuture> for F {
    type Future = F::IntoFuture;

    #[inline(always)]
    fn into_future(self) -> F::IntoFuture {
        IntoFuture::into_future(self)
    }
}

/// Kind: nothing.
#[derive(Debug)]
pub enum OfNothing {}

/// A trait that no type implements.
pub trait Nothing {
    /// A future.
    type Future: Future;
}

impl<T: Nothing> Awaitable<OfNothing> for T {
    type Future = T::Future;

    fn into_future(self) -> T::Future {
        unreachable!()
    }
}

/// The operand of a `yield_from!`, before its kind is known.
///
/// A type may be of several kinds. A coroutine that can be awaited is also a future, and
/// `FuturesUnordered` is both a stream and an [`IntoIterator`]. The method `__cogen_take` of this
/// type uses its operand as an async coroutine. The methods of [`SyncDelegate`] and
/// [`ItemsDelegate`] use it as a coroutine and as a stream. The compiler prefers each method to
/// those that it finds only by dereferencing. All other types are of one kind, which the compiler
/// infers.
#[derive(Debug)]
pub struct Delegate<D, R>(SyncDelegate<D, R>);

/// See [`Delegate`].
#[derive(Debug)]
pub struct SyncDelegate<D, R>(ItemsDelegate<D>, PhantomData<fn(R) -> R>);

/// See [`Delegate`].
#[derive(Debug)]
pub struct ItemsDelegate<D>(AnyDelegate<D>);

/// A delegate whose kind the compiler infers.
#[derive(Debug)]
pub struct AnyDelegate<D>(Option<D>);

/// A delegate that is used as a `Kind`.
#[derive(Debug)]
pub struct DelegateOf<D, Kind>(D, PhantomData<Kind>);

impl<D, R> Delegate<D, R> {
    #[inline(always)]
    pub(super) fn new(delegate: D) -> Self {
        Self(SyncDelegate(ItemsDelegate(AnyDelegate(Some(delegate))), PhantomData))
    }
}

impl<R, C: AsyncCoroutine<R>> Delegate<C, R> {
    /// Returns the delegate as an async coroutine.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take(&mut self) -> DelegateOf<C, OfAsyncCoroutine> {
        self.0.0.0.__cogen_take()
    }
}

impl<R, C: Coroutine<R>> SyncDelegate<C, R> {
    /// Returns the delegate as a coroutine.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take(&mut self) -> DelegateOf<C, OfCoroutine> {
        self.0.0.__cogen_take()
    }
}

impl<S: Stream + IntoIterator> ItemsDelegate<S> {
    /// Returns the delegate as a stream.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take(&mut self) -> DelegateOf<S, OfStream> {
        self.0.__cogen_take()
    }
}

impl<D> AnyDelegate<D> {
    /// Returns the delegate. The compiler infers its kind.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take<Kind>(&mut self) -> DelegateOf<D, Kind> {
        DelegateOf(self.0.take().expect("a delegate is taken once"), PhantomData)
    }
}

impl<D, Kind> DelegateOf<D, Kind> {
    #[inline(always)]
    pub(super) fn into_inner(self) -> D {
        self.0
    }
}

macro_rules! dereference {
    ($([$($parameter:ident),*] $outer:ty => $inner:ty;)*) => {$(
        impl<$($parameter),*> Deref for $outer {
            type Target = $inner;

            #[inline(always)]
            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl<$($parameter),*> DerefMut for $outer {
            #[inline(always)]
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }
    )*};
}

dereference! {
    [D, R] Delegate<D, R> => SyncDelegate<D, R>;
    [D, R] SyncDelegate<D, R> => ItemsDelegate<D>;
    [D] ItemsDelegate<D> => AnyDelegate<D>;
}

/// A delegate, which runs in place of the body, with the context of the body's caller and the
/// body's slot.
pub trait AsyncDelegate<R, Y, Kind> {
    /// The value of the `yield_from!`.
    type Return;

    /// Runs the delegate to its next yield (`Pending`, with a value in the slot), until it waits
    /// (`Pending`, without a value), or to its end.
    ///
    /// # Safety
    ///
    /// From the first call on, the delegate is pinned: it is neither moved nor used in any other
    /// way.
    unsafe fn poll(&mut self, cx: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<Self::Return>;
}

impl<R, C: AsyncCoroutine<R>> TakesArgument<R, OfAsyncCoroutine> for C {
    #[inline]
    #[track_caller]
    fn expect_suspended(&self) {
        match self.status() {
            Status::Closed => misuse::resumed_when_closed(),
            _ if unit::is_unit::<R>() => {}
            Status::Created => misuse::sent_before_start(),
            Status::Running => misuse::sent_in_the_middle(),
            Status::Suspended => {}
        }
    }
}

/// Puts a yielded value into the slot, or returns the return value.
#[inline(always)]
fn give_state<R, Y, T>(slot: &mut Slot<R, Y>, state: CoroutineState<Y, T>) -> Poll<T> {
    match state {
        CoroutineState::Yielded(value) => {
            slot.put(value);
            Poll::Pending
        }
        CoroutineState::Complete(value) => Poll::Ready(value),
    }
}

impl<R, Y, C: AsyncCoroutine<R, Yield = Y>> AsyncDelegate<R, Y, OfAsyncCoroutine> for C {
    type Return = C::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, cx: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<C::Return> {
        // SAFETY: the caller's promise.
        let coroutine = unsafe { Pin::new_unchecked(self) };
        let state = ready!(coroutine.poll_resume(cx, &mut slot.take_argument()));
        give_state(slot, state)
    }
}

impl<R, Y, C: Coroutine<R, Yield = Y>> AsyncDelegate<R, Y, OfCoroutine> for C {
    type Return = C::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, _: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<C::Return> {
        // SAFETY: the caller's promise.
        let coroutine = unsafe { Pin::new_unchecked(self) };
        let state = match slot.take_argument().or_else(unit::unit) {
            Some(argument) => coroutine.resume(argument),
            None => coroutine.begin(),
        };
        give_state(slot, state)
    }
}

impl<R: IteratorArgument, Y, I: Iterator<Item = Y>> AsyncDelegate<R, Y, OfIterator> for I {
    type Return = R::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, _: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<R::Return> {
        give_item(slot, || Poll::Ready(self.next()))
    }
}

impl<R: IteratorArgument, Y, S: Stream<Item = Y>> AsyncDelegate<R, Y, OfStream> for S {
    type Return = R::Return;

    #[inline(always)]
    unsafe fn poll(&mut self, cx: &mut Context<'_>, slot: &mut Slot<R, Y>) -> Poll<R::Return> {
        // SAFETY: the caller's promise.
        let stream = unsafe { Pin::new_unchecked(self) };
        give_item(slot, || stream.poll_next(cx))
    }
}

impl<R, Y, F: Future> AsyncDelegate<R, Y, OfFuture> for F {
    type Return = F::Output;

    #[inline(always)]
    unsafe fn poll(&mut self, cx: &mut Context<'_>, _: &mut Slot<R, Y>) -> Poll<F::Output> {
        // SAFETY: the caller's promise.
        unsafe { Pin::new_unchecked(self) }.poll(cx)
    }
}

/// One `yield_from!` of an async body: see
/// [`AsyncHandle::delegation`](super::handle::AsyncHandle::delegation).
pub struct AsyncDelegation<R, Y, Kind>(PhantomData<fn(R, Y, Kind) -> (R, Y, Kind)>);

impl<R, Y, Kind> Copy for AsyncDelegation<R, Y, Kind> {}

impl<R, Y, Kind> Clone for AsyncDelegation<R, Y, Kind> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y, Kind> fmt::Debug for AsyncDelegation<R, Y, Kind> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncDelegation")
    }
}

impl<R, Y, Kind> AsyncDelegation<R, Y, Kind> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(PhantomData)
    }

    /// Makes the delegate.
    #[inline(always)]
    pub fn begin<D: IntoAsyncDelegate<R, Y, Kind>>(
        self,
        delegate: DelegateOf<D, Kind>,
    ) -> D::Delegate {
        delegate.into_inner().into_async_delegate()
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
        mut relay: RelayPointer<R, Y>,
        argument: R,
    ) {
        delegate.expect_suspended();
        relay.slot().send(argument);
    }

    /// Runs `delegate` to its next yield or until it waits (`Pending`), or to its end.
    #[inline(always)]
    pub fn poll<D: AsyncDelegate<R, Y, Kind>>(
        self,
        delegate: &mut D,
        mut relay: RelayPointer<R, Y>,
    ) -> Poll<D::Return> {
        let (cx, slot) = relay.get();
        // SAFETY: the delegate is a local of the body, which does nothing else with it
        // (`bind_async`).
        let poll = unsafe { delegate.poll(cx, slot) };
        if poll.is_pending() && !slot.is_paused() {
            *slot = Slot::Waiting;
        }
        poll
    }
}
