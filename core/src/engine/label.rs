//! The labelled block around a body.

use crate::engine::asynchronous::handle::AsyncHandle;

/// The type of the variable through which an async body yields.
#[diagnostic::on_unimplemented(
    message = "an item of the body has the name of a hidden variable, which its yields use"
)]
pub trait Caller {}

#[diagnostic::do_not_recommend]
impl<R, Y> Caller for AsyncHandle<R, Y> {}

/// Returns the value with which a yield of an async body leaves the labelled block, in a branch
/// that never runs. Only the macros have values of a type with this bound, so the yield uses a
/// variable of theirs.
pub fn never<C: Caller, T>(_: C) -> T {
    unreachable!()
}
