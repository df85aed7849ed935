//! A box that is allocated before its content is created.

use alloc::boxed::Box;
use core::fmt;
use core::mem::MaybeUninit;
use core::pin::Pin;

/// A box without its content yet. The content is created in its place.
///
/// The argument of `Box::new` exists while the box is allocated, so it would be created on the
/// stack and copied.
pub struct EmptyBox<T>(Box<MaybeUninit<T>>);

impl<T> EmptyBox<T> {
    /// Allocates the box.
    #[inline(always)]
    pub fn allocate() -> Self {
        Self(Box::new_uninit())
    }

    /// Returns the box with `content`.
    #[inline(always)]
    pub fn fill(mut self, content: T) -> Box<T> {
        self.0.write(content);
        // SAFETY: the content has just been written.
        unsafe { self.0.assume_init() }
    }

    /// Returns the pinned box with `content`.
    #[inline(always)]
    pub fn pin(self, content: T) -> Pin<Box<T>> {
        Box::into_pin(self.fill(content))
    }
}

impl<T> fmt::Debug for EmptyBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmptyBox")
    }
}
