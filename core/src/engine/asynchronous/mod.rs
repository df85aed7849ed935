//! The channel of bodies that yield and `.await`.

pub(crate) mod delegate;
pub(crate) mod handle;
mod machine;
mod relay;
