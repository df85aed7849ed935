//! Generators and coroutines for stable Rust, from one attribute.
//!
//! Put [`#[cogen::coroutine]`](macro@coroutine) on a function, and write [`yield_!`] in its body.
//! You don't import this macro. The return type decides whether the function returns an iterator, a
//! coroutine that can be sent values, or a stream. The body compiles to the same kind of state
//! machine as an `async` block.
//!
//! ```
//! use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
//! use std::pin::pin;
//!
//! #[cogen::coroutine]
//! fn fibonacci() -> impl Iterator<Item = u64> {
//!     let (mut a, mut b) = (0, 1);
//!     loop {
//!         yield_!(a);
//!         (a, b) = (b, a + b);
//!     }
//! }
//!
//! assert!(fibonacci().skip(5).take(3).eq([5, 8, 13]));
//!
//! #[cogen::coroutine]
//! fn averager() -> impl Coroutine<f64, Yield = f64> {
//!     let (mut total, mut count, mut average) = (0.0, 0, 0.0);
//!     loop {
//!         total += yield_!(average); // yields the average, and is sent a number
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
//! # Where to look
//!
//! - **Begin:** [first steps](guide::first_steps), and the whole [guide](guide).
//! - **Translate code** from another crate, Python or `gen` blocks:
//!   [coming from](guide::coming_from).
//! - **Understand an error message:** [troubleshooting](guide::troubleshooting).
//! - **Write an iterator:** the [attribute](macro@coroutine), with `impl Iterator`;
//!   [`?` in iterators](guide::errors); [`WithLen`] for an exact length.
//! - **Write an iterator or a coroutine in the middle of a function:** [`co!`].
//! - **Send values to a coroutine, close it, iterate over it:** [`CoroutineExt`]; the guide's page
//!   on [talking to a coroutine](guide::talking).
//! - **Call one coroutine from another:** [`yield_from!`]; [delegation](guide::delegation).
//! - **Recurse, or store coroutines in fields and collections:** [`BoxCoroutine`], and
//!   [recursion](guide::delegation#recursion).
//! - **Write a type down without a box, or use no allocator:** [named structs](guide::named).
//! - **Use one coroutine in several places:** [`Shared`].
//! - **Yield and `.await`:** [streams and async](guide::streams), [`AsyncCoroutine`] and
//!   [`AsyncCoroutineExt`].
//! - **Write a protocol without I/O:** [`CoroutineExt::drive`], and
//!   [sans-io protocols](guide::sans_io).
//! - **Clone a coroutine, save it, restore it:** [`replay`].
#![cfg_attr(
    feature = "executor",
    doc = "- **Run tasks, timers and sockets:** the event loop, [`executor`](crate::executor)."
)]
#![cfg_attr(
    not(feature = "executor"),
    doc = "- **Run tasks, timers and sockets:** the event loop, with the feature `executor`."
)]
//! - **Implement a coroutine by hand, or be generic over coroutines:** [`Coroutine`].
//!
//! # The return type
//!
//! | you write | you get | heap |
//! |---|---|---|
//! | `impl Iterator<Item = Y>` | an iterator, which needs no pin | one box, at the first `next` |
//! | `impl Coroutine<R, Yield = Y, Return = T>` | a coroutine that is sent `R`, yields `Y` and returns `T` | none |
//! | [`BoxCoroutine<'a, R, Y, T>`](BoxCoroutine), [`SendBoxCoroutine`] | the same coroutine in a box, with a type that you can write down | one box |
//! | `impl Stream<Item = Y>` | a stream, whose body may `.await` | none |
//! | `impl AsyncCoroutine<R, Yield = Y, Return = T>` | a coroutine whose body may `.await`: each resume is a future | none |
//!
//! The page of the [attribute](macro@coroutine) lists more return types, and says which are `Send`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `std` | yes | panics that name the caller's line (behind `dyn`, a line of cogen), replays that catch panics; implies `alloc` |
//! | `alloc` | yes, implied by `std` | `impl Iterator`, [`BoxCoroutine`] and the other boxes, the option `priming`, [`Shared`], [`replay`] |
//! | `serde` | no | saving and loading the records of [`replay`]; implies `alloc` |
//! | `executor` | no | the event loop, as the module `executor`, on Unix and Windows; implies `std` |
//!
//! Without features the crate is `no_std` and needs no allocator. The minimum Rust version is 1.85.

#![cfg_attr(not(feature = "std"), no_std)]
#![warn(clippy::std_instead_of_core, clippy::std_instead_of_alloc, clippy::alloc_instead_of_core)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// The documentation mentions the items that need an allocator. Without one it can't link to them.
#![cfg_attr(not(feature = "alloc"), allow(rustdoc::broken_intra_doc_links))]

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

// rustdoc 1.95 loses the aliases of items in private modules, so they are at the re-exports.
#[cfg(feature = "alloc")]
#[doc(alias = "boxed")]
#[doc(alias = "dyn")]
pub use adapters::boxed::BoxCoroutine;
#[cfg(feature = "alloc")]
pub use adapters::boxed::{BoxAsyncCoroutine, SendBoxAsyncCoroutine, SendBoxCoroutine};
pub use adapters::counted::{WithLen, WithSizeHint};
#[doc(alias = "__await__")]
#[doc(alias = "types.coroutine")]
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
#[doc(alias = "generator")]
pub use macros::coroutine;
#[doc(alias = "async generator")]
pub use protocol::async_coroutine::AsyncCoroutine;
pub use protocol::async_extension::{AsyncCoroutineExt, Resume};
#[doc(alias = "generator")]
pub use protocol::coroutine::Coroutine;
pub use protocol::error::SendError;
pub use protocol::extension::CoroutineExt;
pub use protocol::pinned::{AsyncPinned, Pinned};
pub use protocol::state::CoroutineState;
#[doc(alias = "getgeneratorstate")]
pub use protocol::state::Status;
pub use protocol::throwable::Throwable;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
