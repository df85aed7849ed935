//! The labelled block around a body.

use crate::engine::asynchronous::handle::AsyncHandle;
use crate::engine::sync::slot_pointer::SlotPointer;

/// The type of the variable through which a body yields.
#[diagnostic::on_unimplemented(
    message = "an item of the body has the name of a hidden variable, which its yields use"
)]
pub trait Caller {}

#[diagnostic::do_not_recommend]
impl<R, Y> Caller for SlotPointer<R, Y> {}

#[diagnostic::do_not_recommend]
impl<R, Y> Caller for AsyncHandle<R, Y> {}

/// Diverges: takes the value of a block that is left only by `return`, and is never reached. The
/// bound restricts the type of the block, and so of each `break` to the block's label. Only the
/// macros have values of such a type. `T` is the type that the body returns. With the return type
/// `!`, the compiler would infer `!` for a type that follows from an integer literal.
pub fn never<C: Caller, T>(_: C) -> T {
    unreachable!()
}
