//! The compiler's message for a coroutine that is sent values, in a place that sends none.

use super::async_coroutine::AsyncCoroutine;
use super::coroutine::Coroutine;

/// A [`Coroutine<R>`](Coroutine) whose `R` is `()`.
#[diagnostic::on_unimplemented(
    message = "`iterate` and `into_future` are for a coroutine that is sent nothing, and this one \
               is sent `{R}`: call `start` and `send`, or answer its yields with `drive_blocking` \
               or `drive`",
    label = "this coroutine is sent `{R}`"
)]
pub trait SentNothing<R> {
    /// The coroutine itself. If the trait is not implemented, the compiler reports no further
    /// errors about the types that would contain the coroutine.
    type Itself: Coroutine;

    /// Returns the coroutine.
    fn itself(self) -> Self::Itself;
}

/// An [`AsyncCoroutine<R>`](AsyncCoroutine) whose `R` is `()`.
#[diagnostic::on_unimplemented(
    message = "`into_stream` and `into_future` are for an async coroutine that is sent nothing, \
               and this one is sent `{R}`: call `start` and `send`, or answer its yields with \
               `drive`",
    label = "this coroutine is sent `{R}`"
)]
pub trait AsyncSentNothing<R> {
    /// See [`SentNothing::Itself`].
    type Itself: AsyncCoroutine;

    /// Returns the coroutine.
    fn itself(self) -> Self::Itself;
}

/// Never implemented. Because of a second implementation of the traits above, for this, the
/// compiler checks whether the first one fits before it concludes that a coroutine is sent `()`.
/// If it doesn't fit, the message says what the coroutine is sent instead.
pub trait Nobody: Coroutine + AsyncCoroutine {}

/// See [`Nobody`].
#[derive(Debug)]
pub enum NoArgument {}

macro_rules! impl_sent_nothing {
    ($coroutine:ident, $sent_nothing:ident) => {
        #[diagnostic::do_not_recommend]
        impl<C: $coroutine> $sent_nothing<()> for C {
            type Itself = C;

            #[inline(always)]
            fn itself(self) -> C {
                self
            }
        }

        #[diagnostic::do_not_recommend]
        impl<C: Nobody> $sent_nothing<NoArgument> for C {
            type Itself = C;

            fn itself(self) -> C {
                self
            }
        }
    };
}

impl_sent_nothing!(Coroutine, SentNothing);
impl_sent_nothing!(AsyncCoroutine, AsyncSentNothing);
