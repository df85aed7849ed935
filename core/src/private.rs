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
pub use crate::engine::boxed_shape::{BoxedShape, FromMachine, returns_errors, std_from_machine};
#[cfg(feature = "alloc")]
pub use crate::engine::dyn_iterator::{
    dyn_iterator, dyn_iterator_send, dyn_iterator_send_sync, dyn_iterator_sync,
};
#[cfg(feature = "alloc")]
pub use crate::engine::empty_box::EmptyBox;
pub use crate::engine::flat::Flat;
pub use crate::engine::hidden_return::{End, WriteTheQuestionMarkOutsideOfTheMacro};
pub use crate::engine::label::never;
pub use crate::engine::named::{
    Types, async_coroutine, coroutine, debug, debug_items, iterator, stream,
};
#[cfg(feature = "alloc")]
pub use crate::engine::owned_iterator::{BoxedIterator, MachineIterator};
#[cfg(all(feature = "alloc", not(rust_analyzer)))]
pub use crate::engine::recursion::BoxedMachine;
#[cfg(feature = "alloc")]
pub use crate::engine::recursive_iterator::RecursiveIterator;
pub use crate::engine::returned::{
    DefaultReturn, DefaultYield, ItemsReturn, NoItemsReturn, Yielded,
};
pub use crate::engine::room::{ALIGNMENT, Fits, Room};
pub use crate::engine::storage::{
    AutoTraits, FunctionOf, SendOption, Storage, SyncOption, alignment, size,
};
pub use crate::engine::sync::channel::Channel;
pub use crate::engine::sync::handle::{Handle, bind};
#[cfg(rust_analyzer)]
pub use crate::expansion::editor::{self, BoxedMachine};
pub use crate::protocol::pinned::NeedsNoPin;

/// A bound that makes a return type capture `T`.
pub trait Captures<T: ?Sized> {}

impl<C, T: ?Sized> Captures<T> for C {}

/// Fixes a type for the compiler, in code that never runs.
pub const fn diverge<T>() -> T {
    panic!("this code never runs")
}
