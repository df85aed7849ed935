//! Attempts of safe code to reach undefined behaviour: using the channel between a body and its
//! caller from elsewhere, moving pinned values, using dropped values.
//!
//! These attempts compile. Each is harmless, and its test checks the actual result. Miri, with both
//! models of borrows, and AddressSanitizer report nothing. Attempts that don't compile are in
//! `tests/ui/`.
//!
//! | attempt | compiles, and is harmless | does not compile |
//! |---|---|---|
//! | a yield in another machine: by macros | `by_macro` | `yield_of_the_outer_one`, `yield_carried_into_*`, `escape_yield_carried_by_macros` |
//! | by closures, `async` blocks, items | `by_macro` | `yield_in_*`, `async_yield_out_of_place`, `item_captures_a_hidden_name` |
//! | by the order of attributes | `by_macro` | `escape_attribute_in_the_body`, `escape_by_attribute_order`, `attribute_twice` |
//! | a name made from a token of the expansion | `by_procedural_macro` | |
//! | shadowed macros of std, shadowed names, false crates | `by_macro`, `hygiene.rs` | `escape_by_shadowed_macros`, `false_crate_path`, `named_false_core`, `escape_by_a_false_*` |
//! | `Pin::set`, `mem::swap`, `mem::forget`, leaks, `ManuallyDrop`, statics | `by_pointer` | `not_pinned`, `named_protected`, `escape_moved_after_the_start` |
//! | wakers that are kept, inspected, or use the coroutine themselves | `by_waker` | |
//! | a future that polls with another context | `by_waker` | |
//! | a hidden `.await` | `by_pointer`, `by_waker` | `await_in_a_sync_coroutine` |
//! | panics that are caught, panics in destructors | `by_panic` | |
//! | a resume, a close or a drop from inside: of the body, of a destructor | `by_reentry` | |
//! | another thread between two resumes | `by_thread` | `not_send`, `named_not_send`, `escape_thread` |
//! | the active stack of a recursion: members swapped, leaked, dropped, moved | `by_recursion`, `recursion.rs` | `escape_leaves` |
//! | an implementation by hand that lies | `by_implementation` | `escape_channel` |
//! | peers' holes: the handle is moved out and outlives the body | | `hidden_names` |
//! | an address, a thread-local, a waker as an identity | `by_waker`, `by_pointer` | `yield_of_the_outer_one` |
//! | a lifetime is stretched | | `stretched_lifetime`, `async_stretched_lifetime`, `named_lifetimes`, `escape_argument_kept` |
//! | `Send` is claimed for a body that is not | `by_thread` | `not_send`, `named_not_send`, `escape_thread` |

#![forbid(unsafe_code)]
#![allow(
    clippy::useless_vec,
    clippy::waker_clone_wake,
    reason = "that they are used is the attempt"
)]

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use cogen::Coroutine;

mod by_implementation;
mod by_macro;
mod by_panic;
mod by_pointer;
mod by_procedural_macro;
mod by_recursion;
mod by_reentry;
mod by_thread;
mod by_waker;

/// An `.await` that is hidden from the attribute.
macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}
pub(crate) use hidden_await;

/// A future that is pending once, without storing the waker.
struct PendingOnce(bool);

impl Future for PendingOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Runs a function when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// A log of events, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn push(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }

    /// Returns a guard that logs its drop.
    fn noisy(&self, name: impl Into<String>) -> OnDrop<Box<dyn FnMut()>> {
        let (log, name) = (self.clone(), name.into());
        OnDrop(Box::new(move || log.push(format!("drop {name}"))))
    }
}

/// Holds references into itself over every yield.
#[cogen::coroutine]
fn borrows_itself(text: String) -> impl Coroutine<(), Yield = usize, Return = String> {
    let mut own = text.clone();
    let slice = &mut own;
    yield_!(slice.len());
    slice.push_str(&text);
    yield_!(slice.len());
    own
}
