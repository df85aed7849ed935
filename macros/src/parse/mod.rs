//! Reads what the user wrote: the attribute's options, the item under it, its signature, and the
//! input of `co!`.

pub(crate) mod attributes;
pub(crate) mod block;
pub(crate) mod boxed;
pub(crate) mod captures;
pub(crate) mod item;
pub(crate) mod machine;
pub(crate) mod options;
pub(crate) mod recursion;
pub(crate) mod signature;
