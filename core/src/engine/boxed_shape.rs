//! The boxes that a function may return by an alias. A macro can't see the type behind an alias.

use alloc::boxed::Box;
use core::future::Future;
use core::pin::Pin;

use futures_core::Stream;

use super::asynchronous::handle::AsyncHandle;
use super::machine::Machine;
use super::owned_iterator::BoxedIterator;
use super::recursion::BoxedMachine;
use super::sync::handle::Handle;
use crate::adapters::stream::CoroutineStream;
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::coroutine::Coroutine;

/// A box that a coroutine function may return.
pub trait BoxedShape {
    /// The type of the values that are sent.
    type Sent;

    /// The type of the yielded values.
    type Yielded;

    /// The type of the value that the body returns.
    type Returned;
}

/// A box that a `Machine` can be put into.
#[diagnostic::on_unimplemented(
    message = "a coroutine can't return `{Self}`: write `impl Coroutine<R, Yield = Y, Return = \
               T>`, `impl Iterator<Item = Y>`, `impl AsyncCoroutine<R, Yield = Y, Return = T>`, \
               `impl Stream<Item = Y>` or a box of one of these; for an alias of a boxed stream \
               add the option `stream`, for one of a boxed async coroutine `async`",
    label = "can't be made of this body"
)]
pub trait FromMachine<Machine>: BoxedShape {
    /// Puts the machine into its box.
    fn from_machine(machine: Machine) -> Self;
}

/// The same for a type that has the name of one of std's, and is no alias. Its message has no list
/// of boxes, and doesn't say why a body isn't `Send`.
#[diagnostic::on_unimplemented(
    message = "a coroutine can't return `{Self}`: write `impl Coroutine<R, Yield = Y, Return = \
               T>`, `impl Iterator<Item = Y>`, `impl AsyncCoroutine<R, Yield = Y, Return = T>`, \
               `impl Stream<Item = Y>` or a box of one of these",
    label = "not the type of a coroutine"
)]
pub trait StdFromMachine<Machine>: FromMachine<Machine> {}

#[diagnostic::do_not_recommend]
impl<Machine, B: FromMachine<Machine>> StdFromMachine<Machine> for B {}

/// Puts the machine into a box, which has the name of a type of std's.
#[inline]
pub fn std_from_machine<Machine, B: StdFromMachine<Machine>>(machine: Machine) -> B {
    B::from_machine(machine)
}

/// A box whose body returns the error of a `?`, as a function does.
#[diagnostic::on_unimplemented(
    message = "the `?` of a boxed iterator or stream yields the error, which the attribute doesn't \
               see behind an alias: add the option `iterator` or `stream`, as in \
               `#[cogen::coroutine(iterator)]`",
    label = "an alias of `{Self}`"
)]
pub trait ReturnsErrors {}

/// Requires that the body returns the error of a `?`.
#[inline(always)]
pub fn returns_errors<Boxed: ReturnsErrors + ?Sized>() {}

/// An empty type in place of a machine. Each box can be made from it, too. So the compiler can't
/// infer the machine's type from the box, and its error names the types that don't match.
#[derive(Debug)]
pub enum NoMachine {}

macro_rules! impl_boxed_shape {
    (
        $boxed:ty, <$($parameter:ident),*>,
        $sent:ty, $yielded:ty, $returned:ty, $handle:ident, [$future:path], [$($bound:ident)*],
        |$machine:ident| $make:expr
    ) => {
        impl<'a, $($parameter),*> BoxedShape for $boxed {
            type Sent = $sent;
            type Yielded = $yielded;
            type Returned = $returned;
        }

        impl<'a, F, $($parameter: 'a),*> FromMachine<Machine<$handle<$sent, $yielded>, F>>
            for $boxed
        where
            F: $future $(+ $bound)* + 'a,
        {
            #[inline]
            fn from_machine($machine: Machine<$handle<$sent, $yielded>, F>) -> Self {
                $make
            }
        }

        #[diagnostic::do_not_recommend]
        impl<'a, $($parameter),*> FromMachine<NoMachine> for $boxed {
            fn from_machine(machine: NoMachine) -> Self {
                match machine {}
            }
        }
    };
}

macro_rules! impl_boxed_shapes {
    (@each [$($bound:ident)*]) => {
        #[diagnostic::do_not_recommend]
        impl<R, Y, T> ReturnsErrors
            for Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> $(+ $bound)* + '_>>
        {
        }

        #[diagnostic::do_not_recommend]
        impl<R, Y, T> ReturnsErrors
            for Pin<Box<dyn AsyncCoroutine<R, Yield = Y, Return = T> $(+ $bound)* + '_>>
        {
        }

        impl_boxed_shape!(
            Pin<Box<dyn Coroutine<R, Yield = Y, Return = T> $(+ $bound)* + 'a>>, <R, Y, T>,
            R, Y, T, Handle, [Future<Output = T>], [$($bound)*],
            |machine| Box::pin(BoxedMachine::new(machine))
        );
        #[diagnostic::do_not_recommend]
        impl<'a, R: 'a, Y: 'a, F> FromMachine<BoxedMachine<R, Y, F>>
            for Pin<Box<dyn Coroutine<R, Yield = Y, Return = F::Output> $(+ $bound)* + 'a>>
        where
            F: Future $(+ $bound)* + 'a,
        {
            #[inline]
            fn from_machine(machine: BoxedMachine<R, Y, F>) -> Self {
                Box::pin(machine)
            }
        }
        impl_boxed_shape!(
            Pin<Box<dyn AsyncCoroutine<R, Yield = Y, Return = T> $(+ $bound)* + 'a>>, <R, Y, T>,
            R, Y, T, AsyncHandle, [Future<Output = T>], [$($bound)*],
            |machine| Box::pin(machine)
        );
        impl_boxed_shape!(
            Box<dyn Iterator<Item = Y> $(+ $bound)* + 'a>, <Y>,
            (), Y, (), Handle, [Future], [$($bound)*],
            |machine| Box::new(BoxedIterator::new(Box::pin(machine)))
        );
        impl_boxed_shape!(
            Pin<Box<dyn Stream<Item = Y> $(+ $bound)* + 'a>>, <Y>,
            (), Y, (), AsyncHandle, [Future<Output: 'a $(+ $bound)*>], [$($bound)*],
            |machine| Box::pin(CoroutineStream::new(machine))
        );
    };
    ($($bounds:tt)*) => {
        $(impl_boxed_shapes!(@each $bounds);)*
    };
}

impl_boxed_shapes!([] [Send] [Sync] [Send Sync]);
