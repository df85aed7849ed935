//! Everything that an expansion of the macros may call. Not part of the public interface.

#[cfg(feature = "alloc")]
pub use alloc::boxed::Box;

pub use ::core;
pub use cogen_macros::{body, co};
pub use core::fmt;
pub use core::future::IntoFuture;
pub use core::iter::{FusedIterator, Iterator};
pub use core::marker::{PhantomData, Send, Sync, Unpin};
pub use core::ops::Drop;
pub use core::option::Option;
pub use core::pin::Pin;
pub use core::task::{Context, Poll};
pub use futures_core::stream::{FusedStream, Stream};

pub use crate::engine::asynchronous::handle::{AsyncHandle, bind_async};
#[cfg(feature = "alloc")]
pub use crate::engine::boxed_shape::{BoxedShape, FromMachine, returns_errors};
#[cfg(feature = "alloc")]
pub use crate::engine::empty_box::EmptyBox;
pub use crate::engine::flat::Flat;
pub use crate::engine::label::never;
#[cfg(feature = "alloc")]
pub use crate::engine::owned_iterator::{BoxedIterator, MachineIterator};
pub use crate::engine::question_mark::{Named, WriteTheQuestionMarkBeforeTheMacro};
#[cfg(all(feature = "alloc", not(rust_analyzer)))]
pub use crate::engine::recursion::BoxedMachine;
#[cfg(feature = "alloc")]
pub use crate::engine::recursive_iterator::RecursiveIterator;
pub use crate::engine::room::{ALIGNMENT, Fits};
pub use crate::engine::storage::{
    AutoTraits, BodyFunction, FromArguments, FunctionOf, Like, Storage, alignment, debug, size,
};
pub use crate::engine::sync::channel::Channel;
pub use crate::engine::sync::handle::{Handle, bind};
#[cfg(rust_analyzer)]
pub use crate::expansion::editor::{self, BoxedMachine};

/// A bound that makes a return type capture `T`.
pub trait Captures<T: ?Sized> {}

impl<C, T: ?Sized> Captures<T> for C {}

/// Fixes a type for the compiler, in code that never runs.
pub fn diverge<T>() -> T {
    unreachable!()
}
