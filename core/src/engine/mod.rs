//! The engine runs bodies, their yields and their delegations. Nearly all `unsafe` code of the
//! crate is here.
//!
//! A body is an `async` block. A resume puts a [`Slot`](slot::Slot) on its own stack, wraps a
//! pointer to it in a `Waker` with our vtable, and polls the block with this waker. A yield finds
//! the slot through the context, stores its value there and is pending once. The next resume polls
//! the block again, with a new slot that holds the argument.
//!
//! ```text
//! resume(argument) ── Slot::Argument ──► poll(body)
//!                                         │  Suspend takes the argument and is ready
//!                                         │  SlotPointer::put leaves a value, Suspend is pending
//! Yielded(value) ◄──── Slot::Value ◄──────┘
//! ```
//!
//! [`sync`] is the channel of bodies that only yield, [`asynchronous`] is the channel of bodies
//! that also `.await`. Their files correspond: frame and relay, handle, machine, delegate.
//!
//! # Invariants
//!
//! **The channel.** A `Handle<R, Y>` or `AsyncHandle<R, Y>` is used only by the code of the `async`
//! block that its [`BodyCell`](body::BodyCell) holds: not from a future or a closure inside that
//! block, and not after it.
//!
//! The macros keep this invariant. `__machine!` of [`expansion`](crate::expansion) creates the
//! handle and its name, and `body!` of `cogen-macros` puts the name into the yields. User code
//! can't mention the name, even if it calls these macros with tokens of its own. Each yield also
//! names a label of the block, which no inner closure or `async` block can reach: in a branch that
//! never runs, the yield breaks to this label. An item of the body's could take the place of the
//! variable that a yield uses. In an async body, the break has a value that only the handle has
//! ([`label`]). In a sync body, the yield uses no other variable of ours than the slot pointer, so
//! it would run code of the user's only, with values of the user's. Therefore each future of a
//! handle is polled only by the poll of its own body. Only the machines in this module poll a body,
//! with a slot of the same `R` and `Y`.
//!
//! A sync body keeps the pointer to its slot while it runs, and doesn't use it after a suspension.
//! An async body keeps no such pointer, because it is also resumed after each `.await`, with a new
//! slot. There a yield finds the slot at each poll, and a delegation finds it before each poll of
//! its delegate.
//!
//! The delegate of a body is a local that only the delegation mentions. So it is pinned from its
//! first use by the delegation until it is dropped.
//!
//! **The machine.** The body exists unless the status is `Closed` ([`machine`]).
//!
//! **The storage.** A named struct has one hidden trait ([`named`]), implemented once, whose
//! `function` makes its body. The struct has all parameters that the function's arguments have, and
//! its only field is the [`Storage`](storage::Storage) of that trait, which nothing replaces.
//!
//! `__named!` of [`expansion`](crate::expansion) keeps this invariant. It defines the struct and
//! implements the trait, which is `unsafe`, in a block that contains no item of the caller's. The
//! struct is a parameter of the storage, so storages of different structs have different types.
//!
//! **The active stack.** Whenever a root uses a coroutine on its stack, the coroutine is alive, has
//! not moved, and is not used by any other code ([`recursion`]).
//!
//! The contract of `Coroutine::__delegate` keeps this invariant. While a child is on the stack, it
//! is in a local of the body of the coroutine below it on the stack, or of the root's body. That
//! body doesn't run in the meantime. The local owns the child, directly or in boxes, and is dropped
//! only with that body. The root drops a body on the stack only after it has closed the coroutines
//! above it. If the root itself is never dropped, nothing uses the stack again.

pub(crate) mod asynchronous;
pub(crate) mod body;
#[cfg(feature = "alloc")]
pub(crate) mod boxed_shape;
#[cfg(feature = "alloc")]
pub(crate) mod dyn_iterator;
#[cfg(feature = "alloc")]
pub(crate) mod empty_box;
pub(crate) mod flat;
pub(crate) mod hidden_return;
pub(crate) mod label;
pub(crate) mod machine;
pub(crate) mod named;
#[cfg(feature = "alloc")]
pub(crate) mod owned_iterator;
#[cfg(feature = "alloc")]
pub(crate) mod probe;
pub(crate) mod question_mark;
#[cfg(feature = "alloc")]
pub(crate) mod recursion;
#[cfg(feature = "alloc")]
pub(crate) mod recursive_iterator;
pub(crate) mod returned;
pub(crate) mod room;
pub(crate) mod slot;
pub(crate) mod storage;
pub(crate) mod sync;
pub(crate) mod unit;
