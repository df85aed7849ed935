//! The compiler's messages for a macro that returns from the body of an iterator or a stream.
//!
//! The attribute doesn't see a `return` or a `?` in the expansion of another macro. So a body that
//! calls such a macro returns a type that the compiler infers: `()` if a macro contains `return;`,
//! and otherwise a type whose name says what to write instead of a `?`. All other types are
//! refused, with a message of ours.

use core::marker::PhantomData;
use core::ops::Deref;

/// The return type of a body if no macro returns from it. The compiler names it in its error about
/// a `?` in a macro.
#[derive(Debug, Default)]
pub struct WriteTheQuestionMarkOutsideOfTheMacro;

/// A type that a body may return.
#[diagnostic::on_unimplemented(
    message = "this macro returns from the body of an iterator or a stream, which returns nothing: \
               write `Err(…)?` instead of the macro, such as `Err(anyhow!(…))?` for `bail!(…)`",
    label = "a `{Self}` is returned here, and goes nowhere"
)]
pub trait Ended {
    /// Returns the value.
    fn ended() -> Self;
}

#[diagnostic::do_not_recommend]
impl Ended for () {
    #[inline(always)]
    fn ended() -> Self {}
}

#[diagnostic::do_not_recommend]
impl Ended for WriteTheQuestionMarkOutsideOfTheMacro {
    #[inline(always)]
    fn ended() -> Self {
        Self
    }
}

/// Chooses the return type `T` at the end of a body. As long as the compiler doesn't know `T`, it
/// prefers the method `choose` of this type, which determines `T`. If it knows `T`, it finds the
/// method of `Known`.
#[derive(Debug)]
pub struct End<T>(Known<T>);

/// See `End`.
#[derive(Debug)]
pub struct Known<T>(PhantomData<fn() -> T>);

impl<T> End<T> {
    /// Creates the end of a body.
    #[inline(always)]
    #[expect(clippy::new_without_default, reason = "only the macros create one")]
    pub fn new() -> Self {
        Self(Known(PhantomData))
    }

    /// Tells the compiler that the body returns `T`, in code that never runs.
    pub fn never(&self) -> T {
        unreachable!()
    }
}

impl End<WriteTheQuestionMarkOutsideOfTheMacro> {
    /// Determines the type.
    #[inline(always)]
    pub fn choose(&self) {}
}

impl<T> Deref for End<T> {
    type Target = Known<T>;

    #[inline(always)]
    fn deref(&self) -> &Known<T> {
        &self.0
    }
}

impl<T> Known<T> {
    /// Leaves the type as it is.
    #[inline(always)]
    pub fn choose(&self) {}
}
