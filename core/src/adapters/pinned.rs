//! Pinned places for several coroutines: the elements of arrays and slices, and statics.

use core::fmt;
use core::iter::FusedIterator;
use core::pin::Pin;
use core::slice;

/// Pinned access to the elements of a pinned array or slice.
///
/// The coroutines in a pinned array are pinned as well. This trait returns pinned references to
/// them, without `unsafe` and without a box. The array can be on the stack
/// ([`pin!`](core::pin::pin)) or in a static ([`pin_static`]).
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, PinSliceExt};
/// use std::pin::pin;
///
/// #[cogen::coroutine(struct = Count)]
/// fn count(mut number: u32) -> impl Coroutine<(), Yield = u32> {
///     loop {
///         yield_!(number);
///         number += 1;
///     }
/// }
///
/// let mut counts = pin!([count(1), count(10)]);
/// assert_eq!(counts.as_mut().get_pin_mut(1).unwrap().start(), Yielded(10));
/// let round: Vec<_> = counts.as_mut().iter_pin_mut().map(|mut count| count.send(())).collect();
/// assert_eq!(round, [Yielded(1), Yielded(11)]);
/// ```
pub trait PinSliceExt: sealed::Sealed {
    /// The type of the elements.
    type Element;

    /// Returns the element at `index`, or `None` if the index is out of bounds.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::PinSliceExt;
    ///
    /// let mut numbers = std::pin::pin!([1, 2]);
    /// *numbers.as_mut().get_pin_mut(1).unwrap() = 3;
    /// assert_eq!(numbers.as_mut().get_pin_mut(2), None);
    /// assert_eq!(*numbers, [1, 3]);
    /// ```
    fn get_pin_mut(self: Pin<&mut Self>, index: usize) -> Option<Pin<&mut Self::Element>>;

    /// Returns an iterator over the elements.
    ///
    /// # Examples
    ///
    /// See [`PinSliceExt`].
    fn iter_pin_mut(self: Pin<&mut Self>) -> IterPinMut<'_, Self::Element>;
}

impl<T> PinSliceExt for [T] {
    type Element = T;

    #[inline]
    fn get_pin_mut(self: Pin<&mut Self>, index: usize) -> Option<Pin<&mut T>> {
        // SAFETY: nothing is moved out of the slice here.
        let slice = unsafe { self.get_unchecked_mut() };
        // SAFETY: the element is pinned with its slice (`pin_element`).
        slice.get_mut(index).map(|element| unsafe { pin_element(element) })
    }

    #[inline]
    fn iter_pin_mut(self: Pin<&mut Self>) -> IterPinMut<'_, T> {
        // SAFETY: nothing is moved out of the slice: `IterPinMut` hands its elements out pinned.
        IterPinMut(unsafe { self.get_unchecked_mut() }.iter_mut())
    }
}

impl<T, const N: usize> PinSliceExt for [T; N] {
    type Element = T;

    #[inline]
    fn get_pin_mut(self: Pin<&mut Self>, index: usize) -> Option<Pin<&mut T>> {
        pin_slice(self).get_pin_mut(index)
    }

    #[inline]
    fn iter_pin_mut(self: Pin<&mut Self>) -> IterPinMut<'_, T> {
        pin_slice(self).iter_pin_mut()
    }
}

#[inline]
fn pin_slice<T, const N: usize>(array: Pin<&mut [T; N]>) -> Pin<&mut [T]> {
    // SAFETY: the slice is the whole array, and nothing is moved out of it here.
    unsafe { array.map_unchecked_mut(|array| array.as_mut_slice()) }
}

/// Pins an element of a pinned slice or array.
///
/// # Safety
///
/// The slice that contains `element` is pinned until it is dropped.
#[inline]
unsafe fn pin_element<T>(element: &mut T) -> Pin<&mut T> {
    // SAFETY: an element of a pinned slice is pinned itself. Slices and arrays are `Unpin` only if
    // their elements are, they drop the elements where these are, and std has no safe way to move
    // an element out of a pinned one.
    unsafe { Pin::new_unchecked(element) }
}

/// The iterator of [`PinSliceExt::iter_pin_mut`].
pub struct IterPinMut<'a, T>(slice::IterMut<'a, T>);

impl<'a, T> Iterator for IterPinMut<'a, T> {
    type Item = Pin<&'a mut T>;

    #[inline]
    fn next(&mut self) -> Option<Pin<&'a mut T>> {
        // SAFETY: `iter_pin_mut` got the slice pinned.
        self.0.next().map(|element| unsafe { pin_element(element) })
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<T> DoubleEndedIterator for IterPinMut<'_, T> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        // SAFETY: as in `next`.
        self.0.next_back().map(|element| unsafe { pin_element(element) })
    }
}

impl<T> ExactSizeIterator for IterPinMut<'_, T> {}
impl<T> FusedIterator for IterPinMut<'_, T> {}

impl<T> fmt::Debug for IterPinMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IterPinMut").field("len", &self.len()).finish_non_exhaustive()
    }
}

/// Pins a value that is borrowed for the rest of the program.
///
/// `Box::leak` returns such a reference, and so do crates that initialise a `static`, such as
/// `static_cell::StaticCell::init`. The function does the same as [`Pin::static_mut`], which is
/// unstable.
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, pin_static};
///
/// #[cogen::coroutine]
/// fn double() -> impl Coroutine<i32, Yield = i32> {
///     let mut number = yield_!(0);
///     loop {
///         number = yield_!(2 * number);
///     }
/// }
///
/// let mut double = pin_static(Box::leak(Box::new(double())));
/// double.start();
/// assert_eq!(double.send(21), Yielded(42));
/// ```
#[inline]
pub fn pin_static<T: ?Sized>(value: &'static mut T) -> Pin<&'static mut T> {
    // SAFETY: the reference is unique for the rest of the program, and only the returned pin has
    // it. So no other code can move the value or reuse its memory.
    unsafe { Pin::new_unchecked(value) }
}

mod sealed {
    /// Only slices and arrays have pinned elements.
    pub trait Sealed {}

    impl<T> Sealed for [T] {}
    impl<T, const N: usize> Sealed for [T; N] {}
}
