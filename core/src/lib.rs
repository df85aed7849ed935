//! Generators and coroutines for stable Rust, from one attribute.
//!
//! A function under [`#[cogen::coroutine]`](macro@coroutine) that contains [`yield_!`] or
//! [`yield_from!`] becomes a pinned state machine with the whole protocol of Python's generator
//! coroutines, at the cost of the compiler's own:
//!
//! ```
//! use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
//! use std::pin::pin;
//!
//! #[cogen::coroutine]
//! fn averager() -> impl Coroutine<f64, Yield = f64> {
//!     let (mut total, mut count, mut average) = (0.0, 0u32, 0.0);
//!     loop {
//!         let term = yield_!(average); // gives `average` out, takes `term` in
//!         total += term;
//!         count += 1;
//!         average = total / f64::from(count);
//!     }
//! }
//!
//! let mut average = pin!(averager());
//! average.start(); // runs to the first yield
//! assert_eq!(average.send(10.0), Yielded(10.0));
//! assert_eq!(average.send(30.0), Yielded(20.0));
//! ```
//!
//! **The return type chooses the shape:**
//!
//! | written return type | the caller gets | heap |
//! |---|---|---|
//! | `impl Coroutine<R, Yield = Y, Return = T>` | the pinned struct, opaque | none |
//! | `impl Iterator<Item = Y>` | an iterator that moves freely | one box, at the first `next` |
//! | [`BoxCoroutine<'a, R, Y, T>`](BoxCoroutine), [`SendBoxCoroutine`] | owned, `Unpin`, `dyn`: for recursion, fields, collections | one box |
//! | `impl AsyncCoroutine<R, Yield = Y, Return = T>` | the pinned struct, whose body may `.await`: each resume is a future | none |
//! | `impl Stream<Item = Y>`, with the feature `stream` | a pinned stream, whose body may `.await` | none |
//!
//! Where to look: [`Coroutine`] is what coroutines are, [`CoroutineExt`] what one does with them,
//! [`yield_from!`] how they call each other, [`co!`] how to write one in the middle of a function,
//! [`Shared`] how to use one from several places; [`AsyncCoroutine`] and [`AsyncCoroutineExt`]
//! are the same for those that wait, on any executor, and [`CoroutineExt::drive`] is the bridge
//! between the two. The module [`replay`] clones, saves and restores coroutines.
//!
//! Without the feature `alloc` (which `std`, on by default, implies) the crate allocates nothing
//! and needs `core` only; what needs a box is not there then.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;

mod argument;
mod async_coroutine;
mod async_delegate;
mod async_extension;
mod async_machine;
mod async_slot;
#[cfg(feature = "alloc")]
mod boxed;
mod bridge;
mod coroutine;
mod delegate;
mod extension;
mod fingerprint;
#[cfg(feature = "alloc")]
mod iter;
mod machine;
mod macros;
mod named;
mod prime;
#[cfg(feature = "alloc")]
mod recursion;
#[cfg(feature = "alloc")]
pub mod replay;
#[cfg(feature = "alloc")]
mod shared;
mod slot;
#[cfg(feature = "stream")]
mod stream;

pub use argument::Throwable;
pub use async_coroutine::AsyncCoroutine;
pub use async_extension::{AsyncCoroutineExt, Resume};
#[cfg(feature = "alloc")]
pub use boxed::{BoxCoroutine, SendBoxCoroutine};
pub use bridge::{CoroutineFuture, IntoAsync};
#[cfg(feature = "executor")]
#[doc(inline)]
pub use cogen_executor as executor;
pub use coroutine::{Coroutine, CoroutineState, Status};
pub use extension::{CoroutineExt, Iterate, SendError};
pub use fingerprint::Fingerprint;
pub use macros::coroutine;
pub use prime::Primed;
#[cfg(feature = "alloc")]
pub use shared::{Shared, WeakShared};
#[cfg(feature = "stream")]
pub use stream::CoroutineStream;

/// What the macros call. Not part of the public interface.
#[doc(hidden)]
pub mod __private {
    #[cfg(feature = "alloc")]
    pub use alloc::boxed::Box;

    pub use cogen_macros::co;
    #[cfg(feature = "stream")]
    pub use futures_core::stream::{FusedStream, Stream};

    pub use crate::async_slot::AsyncHandle;
    #[cfg(feature = "alloc")]
    pub use crate::iter::MachineIterator;
    pub use crate::named::{AutoTraits, Storage, alignment, size};
    #[cfg(feature = "alloc")]
    pub use crate::recursion::BoxedMachine;
    pub use crate::slot::{Channel, Handle};
}
