//! The channel of bodies that only yield.

pub(crate) mod channel;
pub(crate) mod delegate;
pub(crate) mod frame;
pub(crate) mod handle;
mod machine;
pub(crate) mod slot_pointer;
