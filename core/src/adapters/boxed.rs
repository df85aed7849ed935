//! Coroutines behind a box: of one type whatever their bodies, for recursion, fields and
//! collections.

use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

use crate::protocol::coroutine::Coroutine;

/// An owned coroutine of any body that takes `R`, yields `Y` and returns `T`, borrowing for `'a`.
///
/// A function under `#[cogen::coroutine]` may return it, which is what makes recursion possible,
/// and any pinned box can become one: `let c: BoxCoroutine<'_, R, Y, T> = Box::pin(coroutine)`.
/// Mirrors the `LocalBoxFuture` of the futures crates.
///
/// **Recursion costs the same at any depth** where both the function that delegates and the one
/// that is delegated to return this type under the attribute: the outermost one resumes
/// the innermost directly, and neither a resume nor the end is deep on the machine's stack. C++23's
/// `std::generator` does the same with `elements_of`. With something else between them each item
/// passes through that: through a coroutine without a box, or in a box of one's own making, as many
/// levels as these stand in a row, which are also on the stack; one that is written by hand, or
/// only borrowed, begins a recursion of its own.
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
pub type BoxCoroutine<'a, R = (), Y = (), T = ()> =
    Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> + 'a>>;

/// A [`BoxCoroutine`] that may be sent to another thread. Mirrors the `BoxFuture` of the futures
/// crates.
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
pub type SendBoxCoroutine<'a, R = (), Y = (), T = ()> =
    Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> + Send + 'a>>;

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
