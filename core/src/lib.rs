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
//! | `impl Stream<Item = Y>` | a pinned stream, whose body may `.await` | none |
//!
//! Where to look: [`Coroutine`] is what coroutines are, [`CoroutineExt`] what one does with them,
//! [`yield_from!`] how they call each other, [`co!`] how to write one in the middle of a function,
//! [`Shared`] how to use one from several places; [`AsyncCoroutine`] and [`AsyncCoroutineExt`] are
//! the same for those that wait, on any executor, and [`CoroutineExt::drive`] is the bridge between
//! the two. The module [`replay`] clones, saves and restores coroutines. The [`guide`] has a page
//! on [errors](guide::errors), one on [limits](guide::limits), and one on replay in production.
//!
//! Without the feature `alloc` (which `std`, on by default, implies) the crate allocates nothing
//! and needs `core` only; what needs a box is not there then.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(feature = "alloc")]
extern crate alloc;

mod adapters;
mod engine;
mod expansion;
mod fingerprint;
pub mod guide;
mod macros;
mod protocol;
#[cfg(feature = "alloc")]
pub mod replay;

#[cfg(feature = "alloc")]
pub use adapters::boxed::{
    BoxAsyncCoroutine, BoxCoroutine, SendBoxAsyncCoroutine, SendBoxCoroutine,
};
pub use adapters::counted::{WithLen, WithSizeHint};
pub use adapters::future::CoroutineFuture;
pub use adapters::into_async::IntoAsync;
pub use adapters::iterate::Iterate;
pub use adapters::pinned::{IterPinMut, PinSliceExt, pin_static};
pub use adapters::primed::Primed;
#[cfg(feature = "alloc")]
pub use adapters::shared::{Shared, WeakShared};
pub use adapters::stream::CoroutineStream;
#[cfg(feature = "executor")]
#[doc(inline)]
pub use cogen_executor as executor;
pub use fingerprint::Fingerprint;
pub use macros::coroutine;
pub use protocol::async_coroutine::AsyncCoroutine;
pub use protocol::async_extension::{AsyncCoroutineExt, Resume};
pub use protocol::coroutine::Coroutine;
pub use protocol::error::SendError;
pub use protocol::extension::CoroutineExt;
pub use protocol::pinned::{AsyncPinned, Pinned};
pub use protocol::state::{CoroutineState, Status};
pub use protocol::throwable::Throwable;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
