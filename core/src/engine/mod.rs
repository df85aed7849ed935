//! The engine: how a body runs, yields and delegates. Nearly all `unsafe` of the crate is here.
//!
//! A body is the compiler's `async` block. A resume puts a [`Slot`](slot::Slot) on its own stack,
//! wraps a pointer to it in a `Waker` with our vtable, and polls the block with that. A yield finds
//! the slot through the context, leaves its value there and is pending once. The next resume polls
//! again, with a new slot that holds the argument.
//!
//! ```text
//! resume(argument) ── Slot::Argument ──► poll(body)
//!                                         │  Suspend takes the argument and is ready
//!                                         │  SlotPointer::put leaves a value, Suspend is pending
//! Yielded(value) ◄──── Slot::Value ◄──────┘
//! ```
//!
//! [`sync`] has the channel of bodies that only yield, [`asynchronous`] the one of bodies that also
//! `.await`. Their files line up: frame and relay, handle, machine, delegate.
//!
//! # Invariants
//!
//! **The channel.** A `Handle<R, Y>` or `AsyncHandle<R, Y>` is used only by the code of the `async`
//! block that its [`BodyCell`](body::BodyCell) holds: not from a future or a closure inside that
//! block, and not after it.
//!
//! The macros keep this invariant: `__machine!` of [`expansion`](crate::expansion), which makes the
//! handle and names it, and `body!` of `cogen-macros`, which puts the name into the yields. User
//! code can't mention it, whoever calls these macros with whatever tokens. Every yield mentions a
//! label of the block, which no inner closure or `async` block can reach, and breaks to it, in a
//! branch that never runs, with the very handle and slot that it uses, so that no item of the
//! user's can stand in for them. So whenever a future of a handle is polled, it is polled by its
//! own body's poll, which only the machines here do, with a slot of the same `R` and `Y`.
//!
//! A sync body keeps the pointer to its slot from one yield to the next, and gives it up when it is
//! suspended. An async body is also resumed after each `.await`, with a new slot, so it keeps no
//! such pointer: a yield asks for the slot whenever it is polled, and a delegation before each time
//! that it polls its delegate.
//!
//! What a body delegates to is a local of the body that nothing but the delegation mentions, so it
//! is pinned from its first poll to the end.
//!
//! **The machine.** The body is there unless the status is `Closed` ([`machine`]).
//!
//! **The storage.** All calls for the storage of one named struct name the same function, with the
//! parameters of that struct, and these are all parameters that the function's arguments have
//! ([`storage`]).
//!
//! `__named_struct!` of [`expansion`](crate::expansion) keeps this invariant. It defines the
//! struct, and all its calls take the function from one place, in a block of items of which none is
//! the caller's. The struct is a parameter of the storage, so that storages of different structs
//! can't be mistaken for each other.
//!
//! **The active stack.** What is on the stack of a root is alive, where it was, and used by nobody
//! else, whenever the root uses it ([`recursion`]).
//!
//! The contract of `Coroutine::__delegate` keeps this invariant. Between a child's call for the
//! stack and its return, it is in a local of the body of the one below it on the stack, or of the
//! root, which isn't run meanwhile. The local owns it, as a value or in boxes, and is dropped with
//! that body only. A body on the stack is dropped by the root, which closes what is above it first.
//! If the root itself is never dropped, nobody uses the stack.

pub(crate) mod asynchronous;
pub(crate) mod body;
#[cfg(feature = "alloc")]
pub(crate) mod boxed_shape;
pub(crate) mod flat;
pub(crate) mod machine;
#[cfg(feature = "alloc")]
pub(crate) mod owned_iterator;
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
