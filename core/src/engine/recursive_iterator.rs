//! The iterator that a function returns as `impl Iterator` if it calls itself.

use core::fmt;
use core::ops::{Deref, DerefMut};
use core::pin::Pin;
use core::task::Poll;

use super::owned_iterator::BoxedIterator;
use super::sync::channel::Channel;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::{CoroutineState, Status};

/// An iterator that contains a coroutine. `yield_from!` delegates to this coroutine, so an item
/// costs the same at any depth of a recursion.
pub trait RecursiveIterator {
    /// The type of the items.
    type Yield;

    /// The type of the coroutine.
    type Coroutine: Coroutine<(), Yield = Self::Yield, Return = ()>;

    /// Returns the coroutine of the iterator.
    fn into_coroutine(self) -> Self::Coroutine;
}

impl<C: Coroutine + Unpin> RecursiveIterator for BoxedIterator<C> {
    type Yield = C::Yield;
    type Coroutine = Remaining<C>;

    #[inline]
    fn into_coroutine(self) -> Remaining<C> {
        Remaining { coroutine: self.0, ended: false }
    }
}

/// The remaining items of an iterator. There may be none.
pub struct Remaining<C> {
    coroutine: C,
    /// Whether the coroutine was closed when it was entered.
    ended: bool,
}

/// Drops the return value, whose type says only whether a macro returns from the body
/// (`hidden_return`).
fn without_return<Y, T>(state: CoroutineState<Y, T>) -> CoroutineState<Y, ()> {
    match state {
        CoroutineState::Yielded(value) => CoroutineState::Yielded(value),
        CoroutineState::Complete(_) => CoroutineState::Complete(()),
    }
}

impl<C: Coroutine + Unpin> Coroutine<()> for Remaining<C> {
    type Yield = C::Yield;
    type Return = ();

    fn begin(self: Pin<&mut Self>) -> CoroutineState<C::Yield, ()> {
        without_return(Pin::new(&mut self.get_mut().coroutine).begin())
    }

    fn resume(self: Pin<&mut Self>, (): ()) -> CoroutineState<C::Yield, ()> {
        without_return(Pin::new(&mut self.get_mut().coroutine).resume(()))
    }

    fn terminate(self: Pin<&mut Self>) {
        Pin::new(&mut self.get_mut().coroutine).terminate();
    }

    fn status(&self) -> Status {
        self.coroutine.status()
    }

    #[inline]
    unsafe fn __enter(self: Pin<&mut Self>, sends: bool) {
        let this = self.get_mut();
        this.ended = this.coroutine.status() == Status::Closed;
        if !this.ended {
            // SAFETY: as below.
            unsafe { Pin::new(&mut this.coroutine).__enter(sends) };
        }
    }

    #[inline]
    unsafe fn __delegate(self: Pin<&mut Self>, channel: Channel<'_, (), C::Yield>) -> Poll<()> {
        let this = self.get_mut();
        if this.ended {
            return Poll::Ready(());
        }
        // SAFETY: the caller's promise is about this coroutine, and so about the coroutine that it
        // owns.
        unsafe { Pin::new(&mut this.coroutine).__delegate(channel) }.map(|_| ())
    }
}

impl<C: Coroutine> fmt::Debug for Remaining<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remaining")
            .field("status", &self.coroutine.status())
            .finish_non_exhaustive()
    }
}

/// The operand of a `yield_from!` in a function that calls itself.
///
/// If the operand is a [`RecursiveIterator`], the body delegates to its coroutine. The compiler
/// prefers the method of this type to the method of [`AnyDelegate`], which it finds only by
/// dereferencing.
#[derive(Debug)]
pub struct Delegate<D>(AnyDelegate<D>);

/// A delegate that is used as it is.
#[derive(Debug)]
pub struct AnyDelegate<D>(Option<D>);

impl<D> Delegate<D> {
    #[inline(always)]
    pub(crate) fn new(delegate: D) -> Self {
        Self(AnyDelegate(Some(delegate)))
    }
}

impl<D: RecursiveIterator> Delegate<D> {
    /// Returns the coroutine of the delegate.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take(&mut self) -> D::Coroutine {
        self.0.__cogen_take().into_coroutine()
    }
}

impl<D> AnyDelegate<D> {
    /// Returns the delegate.
    ///
    /// # Panics
    ///
    /// If the delegate was taken before.
    #[inline(always)]
    pub fn __cogen_take(&mut self) -> D {
        self.0.take().expect("a delegate is taken once")
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
