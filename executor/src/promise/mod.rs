//! Futures whose result is set from outside.

pub(crate) mod error;
#[allow(clippy::module_inception)]
pub(crate) mod promise;
