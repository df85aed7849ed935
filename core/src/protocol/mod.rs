//! The protocol: the traits that coroutines implement, the methods that run them, and their errors.

pub(crate) mod async_coroutine;
pub(crate) mod async_extension;
pub(crate) mod coroutine;
pub(crate) mod error;
pub(crate) mod extension;
pub(crate) mod misuse;
pub(crate) mod pinned;
pub(crate) mod sent_nothing;
pub(crate) mod state;
pub(crate) mod throwable;
