//! The typed end of the channel that the body of an async coroutine holds.

use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::ops::ControlFlow;
use core::pin::Pin;
use core::task::{Context, Poll};

use super::delegate::{AsyncDelegation, Awaitable, Delegate, OfFuture};
use super::relay::RelayPointer;
use crate::engine::hidden_return::Ended;
use crate::engine::machine::Machine;
use crate::engine::question_mark::{Branch, LastItem};

/// The typed end of the channel that an async body holds. Only the macros create one.
///
/// The handle is invariant in both types, so a body can't yield or take any types but those of its
/// machine.
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

/// Creates the handle of one body.
///
/// # Safety
///
/// Only the code of one `async` block uses the handle and the values that its methods return. The
/// block goes into a `BodyCell` together with this handle. No future or closure inside the block
/// uses them, and no code outside of it. The block awaits each future of the handle where it
/// creates it, and uses a `RelayPointer` before it is suspended again. The delegate of an
/// `AsyncDelegation` and the future of [`wait`](AsyncHandle::wait) are locals of the block. From
/// the first poll on, they are neither moved nor used in any other way.
#[inline(always)]
pub unsafe fn bind_async<R, Y>() -> AsyncHandle<R, Y> {
    AsyncHandle(PhantomData)
}

impl<R, Y> AsyncHandle<R, Y> {
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

    /// Returns a future that resolves at once to the relay pointer of this poll.
    #[inline(always)]
    pub fn current(self) -> FindCurrent<R, Y> {
        FindCurrent(self)
    }

    /// Wraps a delegate. The wrapper's method `__cogen_take` chooses the delegate's kind.
    #[inline(always)]
    pub fn choose<D>(self, delegate: D) -> Delegate<D, R> {
        Delegate::new(delegate)
    }

    /// Returns the delegation, which polls a delegate. The compiler infers the kind of the
    /// delegate.
    #[inline(always)]
    pub fn delegation<Kind>(self) -> AsyncDelegation<R, Y, Kind> {
        AsyncDelegation::new()
    }

    /// Returns the future that an `.await` of the body polls.
    #[inline(always)]
    pub fn future<Kind, F: Awaitable<Kind>>(self, future: F) -> F::Future {
        future.into_future()
    }

    /// Polls `future`, which an `.await` of the body waits for.
    #[inline(always)]
    pub fn wait<F: Future>(self, future: &mut F, relay: RelayPointer<R, Y>) -> Poll<F::Output> {
        self.delegation::<OfFuture>().poll(future, relay)
    }

    /// Returns a future that resolves to the relay pointer, for a delegate or an awaited future. It
    /// resolves at once, or, if the delegate or future has just paused the body, at the body's next
    /// poll.
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

/// See [`RelayPointer::put`].
#[derive(Debug)]
pub struct Suspend<R, Y>(AsyncHandle<R, Y>);

impl<R, Y> Suspend<R, Y> {
    #[inline(always)]
    pub(super) fn new() -> Self {
        Self(AsyncHandle(PhantomData))
    }
}

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
