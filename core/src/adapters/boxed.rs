//! Boxed coroutines: of one type whatever their bodies are, for recursion, fields and collections.

use alloc::boxed::Box;
use core::fmt;
use core::pin::Pin;

use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;

/// A pinned box with a coroutine that is sent `R`, yields `Y` and returns `T`. The coroutine may
/// hold borrows of the lifetime `'a`.
///
/// A function under [`#[cogen::coroutine]`](macro@crate::coroutine) may return this type. Use it
/// for a coroutine that delegates to itself. You can also box a coroutine yourself:
/// `let c: BoxCoroutine<'_, R, Y, T> = Box::pin(coroutine)`. All coroutines that are sent, yield
/// and return the same types have the same `BoxCoroutine` type. The box is [`Unpin`], so it can be
/// moved, stored in a field or a collection, and resumed without `pin!`. It is not `Send`, but
/// [`SendBoxCoroutine`] is. The type is modelled on `LocalBoxFuture` of the futures crates.
///
/// # Recursion
///
/// **The cost per item does not grow with the depth of the recursion.** The outermost box resumes
/// the innermost one directly. A resume doesn't use more of the call stack at a greater depth, and
/// neither does dropping the outermost box. (`std::generator` of C++23 does the same with
/// `elements_of`.)
///
/// This shortcut needs every level to be a box that the attribute made. If a level between two such
/// boxes is an unboxed coroutine, or one that you boxed yourself, it is resumed by its parent in an
/// ordinary call. If a level is a coroutine that implements the trait by hand, or one that is only
/// borrowed, the shortcut ends at that level, and a new one begins below it.
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

/// A [`BoxCoroutine`] that is [`Send`].
///
/// The type is modelled on `BoxFuture` of the futures crates.
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

/// A pinned box with an async coroutine that is sent `R`, yields `Y` and returns `T`. The coroutine
/// may hold borrows of the lifetime `'a`.
///
/// A function under [`#[cogen::coroutine]`](macro@crate::coroutine) may return this type, and
/// `Box::pin(coroutine)` can be converted into it. The box is [`Unpin`], so it can be moved and
/// resumed without `pin!`. In a recursion each resume passes through every level.
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

/// A [`BoxAsyncCoroutine`] that is [`Send`].
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
