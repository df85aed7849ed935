//! The probe: whether a coroutine is suspended at a yield of its own, or delegates to a coroutine
//! that has yielded.
//!
//! A probe polls the suspended body with [`Slot::Probe`], which is no argument, so a yield remains
//! pending. A delegation polls its delegate likewise, and replaces the probe with
//! [`Slot::Delegated`]. So a resume costs nothing more than without probes.

use core::pin::Pin;
use core::task::Poll;

use super::slot::Slot;
use super::sync::channel::Channel;
use super::sync::frame::PollFrame;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::state::Status;

/// Returns whether the coroutine is suspended, and not in a delegation. A coroutine that is not one
/// of this crate's counts as one that doesn't delegate.
pub(crate) fn is_at_own_yield<R, C: Coroutine<R>>(coroutine: Pin<&mut C>) -> bool {
    let mut frame = PollFrame::new(Slot::Probe);
    pass_on(coroutine, Channel::new(&mut frame)).is_pending() && frame.slot.is_probe()
}

/// Passes the probe in the channel's slot on to `coroutine`, if that is suspended.
pub(crate) fn pass_on<R, C: Coroutine<R> + ?Sized>(
    coroutine: Pin<&mut C>,
    channel: Channel<'_, R, C::Yield>,
) -> Poll<C::Return> {
    if coroutine.status() != Status::Suspended {
        return Poll::Pending;
    }
    // SAFETY: the coroutine is suspended, and a probe is in the slot. If an earlier probe panicked,
    // the coroutine is closed.
    unsafe { coroutine.__delegate(channel) }
}
