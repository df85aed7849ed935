//! The place of one value in a `static`, behind a lock that spins.

use core::cell::UnsafeCell;
use core::pin::Pin;
use core::sync::atomic::{AtomicBool, Ordering};

/// A place that is filled when the program starts. What is in it stays where it is, so it is
/// pinned.
pub(crate) struct Slot<T> {
    locked: AtomicBool,
    value: UnsafeCell<Option<T>>,
}

// SAFETY: the lock lets one at a time have the value.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Slot<T> {
    pub(crate) const fn empty() -> Self {
        Self { locked: AtomicBool::new(false), value: UnsafeCell::new(None) }
    }

    /// Puts a value there in the place of another, and lets `begin` see it.
    pub(crate) fn fill<R>(
        &'static self,
        make: impl FnOnce() -> T,
        begin: impl FnOnce(Pin<&mut T>) -> R,
    ) -> R {
        self.locked(|mut place| {
            place.set(None); // where it is
            place.set(Some(make()));
            begin(place.as_pin_mut().expect("it was just filled"))
        })
    }

    /// Lets `function` see the value.
    pub(crate) fn with<R>(&'static self, function: impl FnOnce(Pin<&mut T>) -> R) -> R {
        self.locked(|place| function(place.as_pin_mut().expect("the device was not started")))
    }

    fn locked<R>(&'static self, function: impl FnOnce(Pin<&mut Option<T>>) -> R) -> R {
        struct Unlock<'a>(&'a AtomicBool);

        impl Drop for Unlock<'_> {
            fn drop(&mut self) {
                self.0.store(false, Ordering::Release);
            }
        }

        while self.locked.swap(true, Ordering::Acquire) {
            core::hint::spin_loop();
        }
        let _unlock = Unlock(&self.locked);
        // SAFETY: the lock is ours until `_unlock` is dropped. The value never moves: it is in a
        // `static`, and only ever seen pinned.
        function(unsafe { Pin::new_unchecked(&mut *self.value.get()) })
    }
}
