//! The body of a coroutine, in a cell that allows it to refer to itself.

use core::cell::UnsafeCell;
use core::pin::Pin;

use pin_project_lite::pin_project;

pin_project! {
    /// The body of a coroutine, together with the handle that it yields through.
    ///
    /// A suspended body may hold references into itself. A shared reference to the whole coroutine
    /// would invalidate them, because it asserts that nothing behind it changes. The cell exempts
    /// the body from this assertion, as `UnsafePinned` will (RFC 3467), so the status of a
    /// coroutine can be read at any time. No code accesses the body through a shared reference.
    pub(crate) struct BodyCell<H, F> {
        #[pin]
        future: UnsafeCell<F>,
        handle: H,
    }
}

// SAFETY: a shared reference to a body allows no access to the future in the cell.
unsafe impl<H: Sync, F: Sync> Sync for BodyCell<H, F> {}

impl<H, F> BodyCell<H, F> {
    #[inline(always)]
    pub(crate) fn new(handle: H, future: F) -> Self {
        Self { future: UnsafeCell::new(future), handle }
    }

    #[inline(always)]
    pub(crate) fn future(self: Pin<&mut Self>) -> Pin<&mut F> {
        // SAFETY: the future is pinned together with its cell. Nothing moves it out of the cell,
        // and it is dropped in place.
        unsafe { self.project().future.map_unchecked_mut(UnsafeCell::get_mut) }
    }
}
