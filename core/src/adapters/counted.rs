//! Iterators that say how many items are left.

use core::iter::FusedIterator;

use crate::protocol::misuse;

/// An iterator with a size hint.
///
/// An iterator that `#[cogen::coroutine]` or [`co!`](crate::co) creates has the size hint `(0,
/// None)`, because the number of items that its body yields is not known in advance. This adapter
/// adds a lower and an upper bound. [`WithLen`] adds an exact number.
///
/// # Examples
///
/// ```
/// use cogen::{WithSizeHint, co};
///
/// /// Yields the even numbers. There are at most as many as `numbers`.
/// fn even(numbers: &[u32]) -> impl Iterator<Item = u32> {
///     let items = co! { gen
///         for number in numbers {
///             if number % 2 == 0 {
///                 yield!(*number);
///             }
///         }
///     };
///     WithSizeHint::new(items, (0, Some(numbers.len())))
/// }
///
/// let mut items = even(&[1, 2, 3, 4]);
/// assert_eq!(items.size_hint(), (0, Some(4)));
/// items.next();
/// assert_eq!(items.size_hint(), (0, Some(3)));
/// assert_eq!(items.collect::<Vec<_>>(), [4]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "iterators do nothing unless consumed"]
pub struct WithSizeHint<I> {
    iterator: I,
    hint: (usize, Option<usize>),
}

impl<I: Iterator> WithSizeHint<I> {
    /// Wraps `iterator`, whose number of items has the bounds in `hint`: a lower and an upper one.
    ///
    /// The hint is not checked. If it is wrong, `collect` and other functions that rely on it
    /// reserve too much memory or too little.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[inline]
    pub fn new(iterator: I, hint: (usize, Option<usize>)) -> Self {
        Self { iterator, hint }
    }
}

impl<I: Iterator> Iterator for WithSizeHint<I> {
    type Item = I::Item;

    #[inline]
    fn next(&mut self) -> Option<I::Item> {
        let item = self.iterator.next();
        self.hint = match (&item, self.hint) {
            (Some(_), (lower, upper)) => {
                (lower.saturating_sub(1), upper.map(|upper| upper.saturating_sub(1)))
            }
            (None, _) => (0, Some(0)),
        };
        item
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.hint
    }
}

impl<I: FusedIterator> FusedIterator for WithSizeHint<I> {}

/// An iterator of a known length, which implements [`ExactSizeIterator`].
///
/// # Panics
///
/// `next` panics if the wrapped iterator ends too early, and if it has an item too many.
///
/// # Examples
///
/// ```
/// use cogen::{WithLen, co};
///
/// fn squares(numbers: &[u32]) -> impl ExactSizeIterator<Item = u32> {
///     let items = co! { gen
///         for number in numbers {
///             yield!(number * number);
///         }
///     };
///     WithLen::new(items, numbers.len())
/// }
///
/// let mut items = squares(&[1, 2, 3]);
/// assert_eq!(items.len(), 3);
/// items.next();
/// assert_eq!(items.len(), 2);
/// assert_eq!(items.collect::<Vec<_>>(), [4, 9]);
/// ```
#[derive(Clone, Debug)]
#[must_use = "iterators do nothing unless consumed"]
pub struct WithLen<I> {
    iterator: I,
    left: usize,
}

impl<I: Iterator> WithLen<I> {
    /// Wraps `iterator`, which has `len` items.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[inline]
    pub fn new(iterator: I, len: usize) -> Self {
        Self { iterator, left: len }
    }
}

impl<I: Iterator> Iterator for WithLen<I> {
    type Item = I::Item;

    #[inline]
    #[track_caller]
    fn next(&mut self) -> Option<I::Item> {
        let item = self.iterator.next();
        match (&item, self.left) {
            (Some(_), 0) => misuse::longer(),
            (Some(_), left) => self.left = left - 1,
            (None, 0) => {}
            (None, _) => misuse::shorter(),
        }
        item
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<I: Iterator> ExactSizeIterator for WithLen<I> {}

impl<I: FusedIterator> FusedIterator for WithLen<I> {}
