//! Coroutines behind a box: of one type whatever their bodies, for recursion, fields and
//! collections.

use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

use crate::protocol::async_coroutine::AsyncCoroutine;
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

/// An owned async coroutine of any body that takes `R`, yields `Y` and returns `T`, borrowing for
/// `'a`.
///
/// A function under `#[cogen::coroutine]` may return it, and any pinned box can become one. It is
/// `Unpin`, so that its methods can be called without another pin. Each resume passes through every
/// level of a recursion.
///
/// # Examples
///
/// ```
/// use cogen::{AsyncCoroutineExt, BoxAsyncCoroutine, CoroutineState::*};
///
/// #[cogen::coroutine]
/// fn countdown(from: u32) -> BoxAsyncCoroutine<'static, (), u32> {
///     if from > 0 {
///         yield_!(from);
///         yield_from!(countdown(from - 1));
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let mut countdown = countdown(2);
/// assert_eq!(countdown.start().await, Yielded(2));
/// assert_eq!(countdown.send(()).await, Yielded(1));
/// assert_eq!(countdown.send(()).await, Complete(()));
/// # });
/// ```
pub type BoxAsyncCoroutine<'a, R = (), Y = (), T = ()> =
    Pin<Box<dyn AsyncCoroutine<R, Yield = Y, Return = T> + 'a>>;

/// A [`BoxAsyncCoroutine`] that may be sent to another thread.
///
/// # Examples
///
/// ```
/// use cogen::{AsyncCoroutineExt, CoroutineState::*, SendBoxAsyncCoroutine};
///
/// #[cogen::coroutine]
/// fn ready() -> SendBoxAsyncCoroutine<'static, (), u32> {
///     yield_!(std::future::ready(1).await);
/// }
///
/// let task = std::thread::spawn(|| {
///     let mut ready = ready();
///     futures::executor::block_on(async move { ready.start().await })
/// });
/// assert_eq!(task.join().unwrap(), Yielded(1));
/// ```
pub type SendBoxAsyncCoroutine<'a, R = (), Y = (), T = ()> =
    Pin<Box<dyn AsyncCoroutine<R, Yield = Y, Return = T> + Send + 'a>>;

impl<R, Y, T> fmt::Debug for dyn AsyncCoroutine<R, Yield = Y, Return = T> + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxAsyncCoroutine").field("status", &self.status()).finish_non_exhaustive()
    }
}

impl<R, Y, T> fmt::Debug for dyn AsyncCoroutine<R, Yield = Y, Return = T> + Send + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendBoxAsyncCoroutine")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

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
