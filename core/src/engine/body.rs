//! The body of a coroutine, in the cell that lets it refer to itself.

use core::cell::UnsafeCell;
use core::pin::Pin;

use pin_project_lite::pin_project;

pin_project! {
    /// The body of a coroutine, together with the handle that it yields through.
    ///
    /// A suspended body may hold references into itself, which a shared reference to the whole
    /// would invalidate: it claims that nothing it covers changes. The cell takes the body out of
    /// that claim, as `UnsafePinned` will (RFC 3467), so that a coroutine can be asked for its
    /// status at any time. Nothing is done to the body through a shared reference.
    pub(crate) struct BodyCell<H, F> {
        #[pin]
        future: UnsafeCell<F>,
        handle: H,
    }
}

// SAFETY: a shared reference to a body gives no access to the future in the cell.
unsafe impl<H: Sync, F: Sync> Sync for BodyCell<H, F> {}

impl<H, F> BodyCell<H, F> {
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { future: UnsafeCell::new(future), handle }
    }

    #[inline(always)]
    pub(crate) fn future(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: the future is pinned with its cell: nothing ever moves it out of there, and it is
        // dropped in place.
        unsafe { self.project().future.map_unchecked_mut(UnsafeCell::get_mut) }
    }
}
