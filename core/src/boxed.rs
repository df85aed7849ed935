//! Coroutines behind a box: of one type whatever their bodies, for recursion, fields and collections.

use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

use crate::Coroutine;

/// An owned coroutine of any body that takes `R`, yields `Y` and returns `T`, borrowing for `'a`.
///
/// A function under `#[cogen::coroutine]` may return it, which is what makes recursion possible, and any pinned box can
/// become one: `let c: BoxCoroutine<'_, R, Y, T> = Box::pin(coroutine)`. Mirrors the `LocalBoxFuture` of the futures crates.
///
/// A recursion is as deep on the machine's stack, when it is resumed and when it is dropped, as it is in boxes: some 250 bytes a level
/// in a release build and 2 kilobytes in a debug build. Run one that goes thousands of levels deep on a thread with a stack to match.
///
/// # Examples
///
/// ```
/// use cogen::{BoxCoroutine, CoroutineExt};
///
/// enum Tree {
///     Leaf,
///     Node(Box<Tree>, i32, Box<Tree>),
/// }
///
/// #[cogen::coroutine]
/// fn in_order(tree: &Tree) -> BoxCoroutine<'_, (), i32, ()> {
///     if let Tree::Node(left, value, right) = tree {
///         yield_from!(in_order(left));
///         yield_!(*value);
///         yield_from!(in_order(right));
///     }
/// }
///
/// # use Tree::*;
/// # fn leaf(value: i32) -> Box<Tree> { Box::new(Node(Box::new(Leaf), value, Box::new(Leaf))) }
/// let tree = Node(leaf(1), 2, leaf(3));
/// assert!(in_order(&tree).iterate().eq([1, 2, 3]));
/// ```
pub type BoxCoroutine<'a, R = (), Y = (), T = ()> = Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> + 'a>>;

/// A [`BoxCoroutine`] that may be sent to another thread. Mirrors the `BoxFuture` of the futures crates.
///
/// # Examples
///
/// ```
/// use cogen::{CoroutineExt, CoroutineState::*, SendBoxCoroutine};
///
/// #[cogen::coroutine]
/// fn count() -> SendBoxCoroutine<'static, (), u32, ()> {
///     for n in 0.. {
///         yield_!(n);
///     }
/// }
///
/// let mut count = count();
/// count.start();
/// let next = std::thread::spawn(move || count.send(())).join().unwrap();
/// assert_eq!(next, Yielded(1));
/// ```
pub type SendBoxCoroutine<'a, R = (), Y = (), T = ()> = Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> + Send + 'a>>;

impl<R, Y, T> fmt::Debug for dyn Coroutine<R, Yield = Y, Return = T> + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxCoroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl<R, Y, T> fmt::Debug for dyn Coroutine<R, Yield = Y, Return = T> + Send + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendBoxCoroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}
