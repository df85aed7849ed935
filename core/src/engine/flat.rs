//! A wrapper around streams and primed coroutines, which implements their auto traits.

use core::fmt;
use core::future::Future;
use core::panic::UnwindSafe;
use core::pin::Pin;
use core::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};

use super::asynchronous::handle::AsyncHandle;
use super::machine::Machine;
#[cfg(feature = "alloc")]
use super::sync::handle::Handle;
use crate::adapters::stream::CoroutineStream;
use crate::protocol::pinned::HoldsPinned;
#[cfg(feature = "alloc")]
use crate::{
    adapters::primed::Primed,
    engine::sync::channel::Channel,
    protocol::coroutine::Coroutine,
    protocol::state::{CoroutineState, Status},
};

/// The stream or primed coroutine `W`, which contains a machine.
///
/// Its auto traits depend on the body directly. The compiler would derive the same auto traits
/// through `W` and all types between `W` and the body, but it counts these types in a chain of
/// coroutines (see `Machine`).
#[must_use = "coroutines do nothing until started"]
pub struct Flat<W>(W);

impl<W> Flat<W> {
    /// Wraps `shaped`.
    #[inline(always)]
    pub fn new(shaped: W) -> Self {
        Self(shaped)
    }

    #[inline(always)]
    fn shaped(self: Pin<&mut Self>) -> Pin<&mut W> {
        // SAFETY: the field is pinned with the whole. `Flat` is `Unpin` only if `W` is, has no
        // destructor of its own, and never moves the field.
        unsafe { self.map_unchecked_mut(|flat| &mut flat.0) }
    }
}

// The condition implies that `W` is `Unpin`, and has a message of ours.
impl<W> Unpin for Flat<W> where W: HoldsPinned {}

// SAFETY: the stream consists of the machine and its return value.
unsafe impl<Y, F> Send for Flat<CoroutineStream<Machine<AsyncHandle<(), Y>, F>>> where
    F: Future<Output: Send> + Send
{
}

// SAFETY: as above.
unsafe impl<Y, F> Sync for Flat<CoroutineStream<Machine<AsyncHandle<(), Y>, F>>> where
    F: Future<Output: Sync> + Sync
{
}

impl<Y, F> UnwindSafe for Flat<CoroutineStream<Machine<AsyncHandle<(), Y>, F>>> where
    F: Future<Output: UnwindSafe> + UnwindSafe
{
}

#[cfg(feature = "alloc")]
type BoxedStream<Y, F> = CoroutineStream<Pin<alloc::boxed::Box<Machine<AsyncHandle<(), Y>, F>>>>;

// SAFETY: the stream consists of a box, which alone owns the machine, and the return value.
#[cfg(feature = "alloc")]
unsafe impl<Y, F> Send for Flat<BoxedStream<Y, F>> where F: Future<Output: Send> + Send {}

// SAFETY: as above.
#[cfg(feature = "alloc")]
unsafe impl<Y, F> Sync for Flat<BoxedStream<Y, F>> where F: Future<Output: Sync> + Sync {}

#[cfg(feature = "alloc")]
impl<Y, F> UnwindSafe for Flat<BoxedStream<Y, F>>
where
    F: Future<Output: UnwindSafe>,
    F: UnwindSafe,
{
}

#[cfg(feature = "alloc")]
type PrimedMachine<R, Y, F> = Primed<Pin<alloc::boxed::Box<Machine<Handle<R, Y>, F>>>, R>;

// SAFETY: the coroutine consists of a box, which alone owns the machine, and a value that the
// machine yielded or returned.
#[cfg(feature = "alloc")]
unsafe impl<R, Y, F> Send for Flat<PrimedMachine<R, Y, F>>
where
    Y: Send,
    F: Future<Output: Send> + Send,
{
}

// SAFETY: as above.
#[cfg(feature = "alloc")]
unsafe impl<R, Y, F> Sync for Flat<PrimedMachine<R, Y, F>>
where
    Y: Sync,
    F: Future<Output: Sync> + Sync,
{
}

#[cfg(feature = "alloc")]
impl<R, Y, F> UnwindSafe for Flat<PrimedMachine<R, Y, F>>
where
    Y: UnwindSafe,
    F: Future<Output: UnwindSafe> + UnwindSafe,
{
}

impl<W: Stream> Stream for Flat<W> {
    type Item = W::Item;

    #[inline(always)]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<W::Item>> {
        self.shaped().poll_next(cx)
    }
}

impl<W: FusedStream> FusedStream for Flat<W> {
    #[inline(always)]
    fn is_terminated(&self) -> bool {
        self.0.is_terminated()
    }
}

#[cfg(feature = "alloc")]
impl<R, W: Coroutine<R>> Coroutine<R> for Flat<W> {
    type Yield = W::Yield;
    type Return = W::Return;

    #[inline(always)]
    #[track_caller]
    fn begin(self: Pin<&mut Self>) -> CoroutineState<W::Yield, W::Return> {
        self.shaped().begin()
    }

    #[inline(always)]
    #[track_caller]
    fn resume(self: Pin<&mut Self>, argument: R) -> CoroutineState<W::Yield, W::Return> {
        self.shaped().resume(argument)
    }

    #[inline(always)]
    fn terminate(self: Pin<&mut Self>) {
        self.shaped().terminate();
    }

    #[inline(always)]
    fn status(&self) -> Status {
        self.0.status()
    }

    #[inline(always)]
    #[track_caller]
    unsafe fn __enter(self: Pin<&mut Self>, sends: bool) {
        // SAFETY: as below.
        unsafe { self.shaped().__enter(sends) };
    }

    #[inline(always)]
    unsafe fn __delegate(
        self: Pin<&mut Self>,
        channel: Channel<'_, R, W::Yield>,
    ) -> Poll<W::Return> {
        // SAFETY: both methods only pass the call on, and this owns the coroutine.
        unsafe { self.shaped().__delegate(channel) }
    }
}

impl<W: fmt::Debug> fmt::Debug for Flat<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
