//! The compiler's message for a coroutine that is not pinned.

use super::async_coroutine::AsyncCoroutine;
use super::coroutine::Coroutine;

/// Defines a trait that is not implemented if a pin is missing.
macro_rules! says_what_to_write {
    ($(#[$documentation:meta])* trait $($trait:tt)*) => {
        $(#[$documentation])*
        #[cfg_attr(
            feature = "alloc",
            diagnostic::on_unimplemented(
                message = "a coroutine has to be pinned before it runs: write \
                           `std::pin::pin!(…)` or `Box::pin(…)` around it",
                label = "the coroutine is not pinned"
            )
        )]
        #[cfg_attr(
            not(feature = "alloc"),
            diagnostic::on_unimplemented(
                message = "a coroutine has to be pinned before it runs: write \
                           `core::pin::pin!(…)` around it",
                label = "the coroutine is not pinned"
            )
        )]
        pub trait $($trait)*
    };
}

says_what_to_write! {
    /// A [`Coroutine`] that is pinned, or that needs no pin because it is [`Unpin`].
    ///
    /// The methods of [`CoroutineExt`](crate::CoroutineExt) that run a coroutine have this bound,
    /// so that the compiler's message says how to pin. Write `C: Coroutine<R> + Unpin` in your own
    /// bounds, which implies it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// fn first<C: Coroutine + Unpin>(mut coroutine: C) -> Option<C::Yield> {
    ///     coroutine.start().yielded()
    /// }
    ///
    /// # #[cogen::coroutine]
    /// # fn numbers() -> impl Coroutine<(), Yield = u32> { yield_!(1); }
    /// assert_eq!(first(Box::pin(numbers())), Some(1));
    /// assert_eq!(first(std::pin::pin!(numbers())), Some(1));
    /// ```
    trait Pinned<R = ()>: Coroutine<R> + Unpin {}
}

// The compiler then reports the missing trait, and not the missing `Unpin`.
#[diagnostic::do_not_recommend]
impl<R, C: Coroutine<R> + Unpin + ?Sized> Pinned<R> for C {}

says_what_to_write! {
    /// An [`AsyncCoroutine`] that is pinned, or that needs no pin because it is [`Unpin`].
    ///
    /// The methods of [`AsyncCoroutineExt`](crate::AsyncCoroutineExt) that run a coroutine have
    /// this bound, so that the compiler's message says how to pin. Write
    /// `C: AsyncCoroutine<R> + Unpin` in your own bounds, which implies it.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    ///
    /// async fn first<C: AsyncCoroutine + Unpin>(mut coroutine: C) -> Option<C::Yield> {
    ///     coroutine.start().await.yielded()
    /// }
    ///
    /// # #[cogen::coroutine]
    /// # fn numbers() -> impl AsyncCoroutine<(), Yield = u32> { yield_!(1); }
    /// # futures::executor::block_on(async {
    /// assert_eq!(first(Box::pin(numbers())).await, Some(1));
    /// # });
    /// ```
    trait AsyncPinned<R = ()>: AsyncCoroutine<R> + Unpin {}
}

#[diagnostic::do_not_recommend]
impl<R, C: AsyncCoroutine<R> + Unpin + ?Sized> AsyncPinned<R> for C {}

says_what_to_write! {
    /// A machine, or the auto traits of a named struct, that are `Unpin`. It puts our message into
    /// errors about the bounds of other crates, such as those of `StreamExt`.
    trait NeedsNoPin {}
}

/// Needs no pin if `M` needs none. In the condition of an `Unpin`, it stands between `M` and the
/// trait: otherwise the compiler would say that `M` is not `Unpin`, and to borrow it.
#[derive(Debug)]
pub struct Unpinned<M>(core::marker::PhantomData<M>);

#[diagnostic::do_not_recommend]
impl<M: NeedsNoPin> NeedsNoPin for Unpinned<M> {}

/// A wrapper of a pinned coroutine. It puts our message into errors about the bounds of other
/// crates, such as those of `StreamExt`.
#[cfg_attr(
    feature = "alloc",
    diagnostic::on_unimplemented(
        message = "a stream has to be pinned before it runs: write `std::pin::pin!(…)` or \
                   `Box::pin(…)` around it, or `+ Unpin` in the type that its function returns",
        label = "the stream is not pinned"
    )
)]
#[cfg_attr(
    not(feature = "alloc"),
    diagnostic::on_unimplemented(
        message = "a stream has to be pinned before it runs: write `core::pin::pin!(…)` around it",
        label = "the stream is not pinned"
    )
)]
pub trait HoldsPinned: Unpin {}

#[diagnostic::do_not_recommend]
impl<W: Unpin> HoldsPinned for W {}
