//! Values that somebody sets later.

pub(crate) mod error;
#[allow(clippy::module_inception)]
pub(crate) mod promise;
