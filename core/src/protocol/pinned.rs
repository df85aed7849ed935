//! The bounds of what runs a coroutine through `&mut`. Each is no more than a [`Coroutine`] or an
//! [`AsyncCoroutine`] that is [`Unpin`], but the compiler says what to write where it isn't.

use super::async_coroutine::AsyncCoroutine;
use super::coroutine::Coroutine;

macro_rules! pinned {
    ($(#[$documentation:meta])* $pinned:ident: $coroutine:ident) => {
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
        pub trait $pinned<R = ()>: $coroutine<R> + Unpin {}

        // So that the message is that of the trait, and not that of `Unpin`.
        #[diagnostic::do_not_recommend]
        impl<R, C: $coroutine<R> + Unpin + ?Sized> $pinned<R> for C {}
    };
}

pinned! {
    /// A [`Coroutine`] that is pinned already, or that needs no pin, as it is [`Unpin`].
    ///
    /// The methods of [`CoroutineExt`](crate::CoroutineExt) that run a coroutine have this bound.
    /// It is there for the compiler's message where a pin is missing: `C: Coroutine<R> + Unpin`
    /// implies it.
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
    Pinned: Coroutine
}

pinned! {
    /// An [`AsyncCoroutine`] that is pinned already, or that needs no pin, as it is [`Unpin`].
    ///
    /// The methods of [`AsyncCoroutineExt`](crate::AsyncCoroutineExt) that run a coroutine have
    /// this bound. It is there for the compiler's message where a pin is missing:
    /// `C: AsyncCoroutine<R> + Unpin` implies it.
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
    AsyncPinned: AsyncCoroutine
}
