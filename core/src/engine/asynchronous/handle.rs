//! The typed end of the channel that the body of an async coroutine holds.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::delegate::{AsyncDelegation, Awaitable, Delegate, OfFuture};
use super::relay::RelayPointer;
use crate::engine::machine::Machine;
use crate::engine::question_mark::{Branch, LastItem};
use crate::engine::returned::{
    ReturnedByDefault, ReturnedByItems, ReturnedForItems, YieldedByDefault,
};

/// The typed end of the channel that an async body holds. Only macros make one.
///
/// Invariant in both types, so that a body can neither yield nor take what its machine was not made
/// for.
pub struct AsyncHandle<R, Y>(PhantomData<fn(R, Y) -> (R, Y)>);

impl<R, Y> Copy for AsyncHandle<R, Y> {}

impl<R, Y> Clone for AsyncHandle<R, Y> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<R, Y> fmt::Debug for AsyncHandle<R, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsyncHandle")
    }
}

impl<R, Y> AsyncHandle<R, Y> {
    /// Makes the handle of one body.
    ///
    /// # Safety
    ///
    /// The handle, and what its methods return, may be used only by the code of one `async` block,
    /// which goes into a `BodyCell` together with this handle: not from a future or a closure
    /// inside of the block, nor from anywhere else. In it, each future of the handle is awaited
    /// where it is made, and a `RelayPointer` is used before the block is suspended again. What an
    /// `AsyncDelegation` or [`wait`](Self::wait) polls is a local of the block that is neither
    /// moved nor used in another way from the first poll on.
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
    pub fn never(self, _: Self) -> ! {
        unreachable!()
    }

    /// The same, of any type.
    #[inline(always)]
    pub fn diverge<T>(self, _: Self) -> T {
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

    /// A future that is ready at once with the way to the relay of this poll.
    #[inline(always)]
    pub fn current(self) -> FindCurrent<R, Y> {
        FindCurrent(self)
    }

    /// A future that is pending until an argument comes in, which it is ready with.
    #[inline(always)]
    pub fn suspend(self) -> Suspend<R, Y> {
        Suspend(self)
    }

    /// What is to run in the place of the body, for its method `take`, which chooses its kind.
    #[inline(always)]
    pub fn choose<D>(self, delegate: D) -> Delegate<D, R> {
        Delegate::new(delegate)
    }

    /// Polls what runs in the place of the body, which is of a kind that the compiler infers.
    #[inline(always)]
    pub fn delegation<Kind>(self) -> AsyncDelegation<R, Y, Kind> {
        AsyncDelegation::new()
    }

    /// The future that an `.await` of the body waits for.
    #[inline(always)]
    pub fn future<Kind, F: Awaitable<Kind>>(self, future: F) -> F::Future {
        future.into_future()
    }

    /// Polls `future`, which an `.await` of the body waits for.
    #[inline(always)]
    pub fn wait<F: Future>(self, future: &mut F, relay: RelayPointer<R, Y>) -> Poll<F::Output> {
        self.delegation::<OfFuture>().poll(future, relay)
    }

    /// A future that is ready with the way to the relay of this poll, for a delegate or a future:
    /// at once, or, where that has just paused the body, at the next poll of the body.
    #[inline(always)]
    pub fn relay(self) -> FindRelay<R, Y> {
        FindRelay(self)
    }
}

/// See [`AsyncHandle::relay`].
#[derive(Debug)]
pub struct FindRelay<R, Y>(AsyncHandle<R, Y>);

impl<R, Y> Future for FindRelay<R, Y> {
    type Output = RelayPointer<R, Y>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut relay = RelayPointer::of(self.0, cx);
        if relay.slot().is_paused() {
            return Poll::Pending;
        }
        Poll::Ready(relay)
    }
}

/// See [`AsyncHandle::current`].
#[derive(Debug)]
pub struct FindCurrent<R, Y>(AsyncHandle<R, Y>);

impl<R, Y> Future for FindCurrent<R, Y> {
    type Output = RelayPointer<R, Y>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Poll::Ready(RelayPointer::of(self.0, cx))
    }
}

/// See [`AsyncHandle::suspend`].
#[derive(Debug)]
pub struct Suspend<R, Y>(AsyncHandle<R, Y>);

impl<R, Y> Future for Suspend<R, Y> {
    type Output = R;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        match RelayPointer::of(self.0, cx).slot().take_answer() {
            Some(argument) => Poll::Ready(argument),
            None => Poll::Pending,
        }
    }
}
