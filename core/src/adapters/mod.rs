//! Coroutines in other forms: boxed, primed, shared, and as iterators, streams and futures.

#[cfg(feature = "alloc")]
pub(crate) mod boxed;
pub(crate) mod counted;
pub(crate) mod future;
pub(crate) mod into_async;
pub(crate) mod iterate;
pub(crate) mod pinned;
pub(crate) mod primed;
#[cfg(feature = "alloc")]
pub(crate) mod shared;
pub(crate) mod stream;
