//! Attempts of safe code to reach the channel from where it must not. Those that don't compile stand in `ui/`; these are
//! harmless, which Miri and AddressSanitizer confirm.
//!
//! | attempt | where it is tried |
//! |---|---|
//! | a yield in another machine, by a macro | `ui/yield_carried_into_a_closure`, `…_an_async_block`, `async_yield_carried_away`; here `a_macro_may_repeat_a_yield` |
//! | by a closure, an `async` block, an inner item | `ui/yield_in_…`, `async_yield_out_of_place` |
//! | by a yield of the coroutine around | `ui/yield_of_the_outer_one`, `async_yield_of_the_outer_one` |
//! | by the order of attributes, and by macros that get what ours makes | `ui/escape_by_attribute_order`, `escape_attribute_behind`, `attribute_twice` |
//! | by shadowed macros, of std and ours | `ui/escape_by_shadowed_macros` |
//! | by the macro's own names, in locals, labels and items | `ui/hidden_names`, `item_captures_a_hidden_name`, and their `async_` twins |
//! | by a false `crate = …`, `core`, storage or struct | `ui/false_crate_path`, `async_false_crate_path`, `named_false_…`, `escape_named_false_storage`, `named_taken_apart`, `named_protected` |
//! | the handle used after its coroutine, or in another | it can't be mentioned: the three rows above |
//! | `Pin::set`, `mem::swap` before the start | here; of named ones in `tests/named.rs` |
//! | `mem::forget`, leaking | here; of a recursion in `tests/recursion.rs` |
//! | wakers that are kept, compared, polled with elsewhere | here; of async ones in `tests/async_coroutines.rs` |
//! | a future by hand that polls with another context | here |
//! | panics that are caught, and going on | here, `tests/drops.rs` |
//! | use of a coroutine by itself, and while it is dropped | here, `tests/shared.rs` |
//! | lifetimes stretched, by items and by structs | `ui/stretched_lifetime`, `async_stretched_lifetime`, `named_hidden_lifetime` |
//! | `Send` for what isn't | `ui/not_send`, `async_not_send`, `named_not_send`; here |
//! | pointers that lead a recursion to another body | `tests/recursion.rs` |

use std::cell::RefCell;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine, SendError, Shared, Status, co};

macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}

thread_local! {
    static STOLEN: RefCell<Vec<Waker>> = const { RefCell::new(Vec::new()) };
}

/// Keeps the waker that it is polled with, and is ready.
struct StealsTheWaker;

impl Future for StealsTheWaker {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        cx.waker().wake_by_ref();
        STOLEN.with_borrow_mut(|stolen| stolen.push(cx.waker().clone()));
        Poll::Ready(())
    }
}

#[cogen::coroutine]
fn robbed() -> impl Coroutine<u32, Yield = u32> {
    hidden_await!(StealsTheWaker);
    let mut sent = yield_!(0);
    loop {
        hidden_await!(StealsTheWaker);
        sent = yield_!(sent);
    }
}

#[test]
fn a_stolen_waker_leads_nowhere() {
    let mut coroutine = Box::pin(robbed());
    coroutine.start();
    assert_eq!(coroutine.send(1), Yielded(1));
    drop(coroutine);
    for waker in STOLEN.take() {
        let other = waker.clone();
        assert!(waker.data().is_null(), "a clone holds no pointer to a slot");
        waker.wake();
        std::thread::spawn(move || other.wake_by_ref()).join().unwrap();
    }
}

#[test]
fn a_stolen_waker_opens_no_other_coroutine() {
    let mut coroutine = Box::pin(robbed());
    coroutine.start();
    let waker = STOLEN.with_borrow_mut(|stolen| stolen.pop().unwrap());
    // A future that is polled with it from inside another body finds no slot of ours, and needs none.
    let mut other = pin!(co! {
        let mut stolen = pin!(StealsTheWaker);
        assert!(stolen.as_mut().poll(&mut Context::from_waker(&waker)).is_ready());
        let () = yield!("other");
    });
    assert_eq!(other.start(), Yielded("other"));
    assert_eq!(coroutine.send(2), Yielded(2));
}

/// Resumes another coroutine while it is polled inside of a body.
struct ResumesAnother<'a>(BoxCoroutine<'a, u64, String, ()>);

impl Future for ResumesAnother<'_> {
    type Output = String;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<String> {
        Poll::Ready(self.0.send(3).yielded().unwrap())
    }
}

#[test]
fn coroutines_of_other_types_run_inside_of_each_other() {
    let mut inner: BoxCoroutine<'_, u64, String, ()> = Box::pin(co! {
        let mut sent = yield!(String::new());
        loop { sent = yield!("x".repeat(sent as usize)); }
    });
    inner.start();
    let mut outer = pin!(co! {
        let text = hidden_await!(ResumesAnother(inner));
        let number: u8 = yield!(text.len());
        number
    });
    assert_eq!(outer.start(), Yielded(3));
    assert_eq!(outer.send(7), Complete(7));
}

#[cogen::coroutine]
fn borrows_itself(text: String) -> impl Coroutine<(), Yield = usize, Return = String> {
    let mut own = text.clone();
    let slice = &mut own;
    yield_!(slice.len());
    slice.push_str(&text);
    yield_!(slice.len());
    own
}

#[test]
fn swapping_before_the_start_and_setting_after_it_are_fine() {
    let (mut one, mut other) = (borrows_itself("a".into()), borrows_itself("bb".into()));
    mem::swap(&mut one, &mut other);
    let mut one = pin!(one);
    assert_eq!(one.start(), Yielded(2));
    one.set(other);
    assert_eq!(one.status(), Status::Created);
    assert_eq!(one.start(), Yielded(1));
    assert_eq!(one.send(()), Yielded(2));
    assert_eq!(one.send(()), Complete("aa".to_owned()));
}

#[test]
fn looking_at_a_suspended_one_does_not_disturb_what_it_borrows_of_itself() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let looked_at = &coroutine;
    assert_eq!(looked_at.status(), Status::Suspended);
    assert_eq!(coroutine.send(()), Yielded(6));
}

/// Is pending once, without having told anybody.
struct PendingOnce(bool);

impl Future for PendingOnce {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

#[test]
fn one_that_waits_in_secret_is_closed_even_if_it_was_only_lent() {
    #[cogen::coroutine]
    fn waits_in_secret() -> impl Coroutine<u32, Yield = u32> {
        let mut sent = yield_!(0);
        while sent < 5 {
            sent = yield_!(sent);
        }
        hidden_await!(PendingOnce(false));
        yield_!(sent); // would write to a slot that is gone
    }
    #[cogen::coroutine]
    fn delegates<C: Coroutine<u32, Yield = u32>>(inner: C) -> impl Coroutine<u32, Yield = u32, Return = C::Return> {
        yield_from!(inner)
    }
    let mut inner = Box::pin(waits_in_secret());
    {
        let mut middle = Box::pin(delegates(&mut inner));
        let mut outer = Box::pin(delegates(&mut middle));
        outer.start();
        assert_eq!(outer.send(4), Yielded(4));
        assert!(catch_unwind(AssertUnwindSafe(|| outer.send(5))).is_err());
        assert_eq!(outer.status(), Status::Closed);
        drop(outer);
        assert_eq!(middle.status(), Status::Closed);
    }
    assert_eq!(inner.status(), Status::Closed);
    assert!(inner.try_send(6).is_err());
}

#[test]
fn leaking_is_harmless() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let leaked: &'static mut _ = Box::leak(Box::new(coroutine));
    assert_eq!(leaked.send(()), Yielded(6));
    // Miri looks for leaked memory, so it gets this back.
    // SAFETY: the reference is not used again.
    drop(unsafe { Box::from_raw(leaked) });
    let array = [0; 8];
    mem::forget(co! {
        let () = yield!(array.len());
    });
}

#[test]
#[allow(clippy::unnecessary_literal_unwrap)]
fn after_a_panic_in_a_yielded_value_or_in_an_inner_one_nothing_is_stale() {
    #[cogen::coroutine]
    fn explodes(inner: bool) -> impl Coroutine<(), Yield = String> {
        yield_!("first".to_owned());
        if inner {
            yield_from!(explodes_at_once());
        }
        yield_!(Err(()).expect("in the value"));
    }
    #[cogen::coroutine]
    fn explodes_at_once() -> impl Coroutine<(), Yield = String> {
        yield_!(None::<String>.expect("in the inner one"));
    }
    for inner in [true, false] {
        let mut coroutine = Box::pin(explodes(inner));
        coroutine.start();
        assert!(catch_unwind(AssertUnwindSafe(|| coroutine.send(()))).is_err());
        assert_eq!(coroutine.status(), Status::Closed);
        assert!(coroutine.try_send(()).is_err());
    }
}

#[test]
fn a_started_one_goes_on_in_another_thread_and_place() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let mut coroutine = std::thread::spawn(move || {
        assert_eq!(coroutine.send(()), Yielded(6));
        coroutine
    })
    .join()
    .unwrap();
    assert_eq!(coroutine.send(()), Complete("abcabc".to_owned()));
}

/// Yields its argument twice.
macro_rules! twice {
    ($value:expr) => {
        $value + $value
    };
}

#[test]
fn a_macro_may_repeat_a_yield() {
    let mut coroutine = pin!(co! {
        let mut count = 0;
        let sum: u32 = twice!({
            count += 1;
            let sent: u32 = yield!(count);
            sent
        });
        sum
    });
    assert_eq!(coroutine.start(), Yielded(1));
    assert_eq!(coroutine.send(10), Yielded(2));
    assert_eq!(coroutine.send(5), Complete(15));
}

type Handle = Shared<'static, u32, u32, ()>;

thread_local! {
    static ITSELF: RefCell<Option<Handle>> = const { RefCell::new(None) };
}

/// Uses the coroutine that it is a part of, when it is dropped.
struct UsesItself;

impl Drop for UsesItself {
    fn drop(&mut self) {
        let itself = ITSELF.take().unwrap();
        assert_eq!(itself.status(), Status::Running);
        assert_eq!(itself.try_send(1), Err(SendError::Running(1)));
        assert!(catch_unwind(AssertUnwindSafe(|| itself.close())).is_err());
    }
}

#[test]
fn a_coroutine_that_is_being_closed_can_not_be_used() {
    let shared = Shared::new(co! {
        let _uses_itself = UsesItself;
        loop {
            yield!(0);
        }
    });
    ITSELF.set(Some(shared.clone()));
    shared.start();
    shared.close();
    assert_eq!(shared.status(), Status::Closed);
    assert!(ITSELF.take().is_none(), "the guard has used it");
}

#[test]
fn a_body_that_lets_its_own_last_handle_go_is_dropped_after_its_resume() {
    let shared: Handle = Shared::new(co! {
        drop(ITSELF.take());
        let sent: u32 = yield!(1);
        assert_eq!(sent, 2);
    });
    ITSELF.set(Some(shared.clone()));
    let once = shared.clone();
    drop(shared);
    assert_eq!(once.start(), Yielded(1));
    assert_eq!(once.send(2), Complete(()));
}

#[test]
fn a_leaf_can_not_drop_the_root_that_runs_it() {
    thread_local! {
        static ROOT: RefCell<Option<BoxCoroutine<'static, (), u32>>> = const { RefCell::new(None) };
    }

    #[cogen::coroutine]
    fn descend(depth: u32) -> BoxCoroutine<'static, (), u32> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(descend(depth - 1));
        }
        ROOT.with(|root| drop(root.borrow_mut().take()));
    }

    let step = || ROOT.with_borrow_mut(|root| root.as_mut().unwrap().start());
    ROOT.set(Some(descend(2)));
    assert_eq!([step(), step(), step()], [Yielded(2), Yielded(1), Yielded(0)]);
    assert!(catch_unwind(step).is_err(), "it is borrowed");
    assert_eq!(ROOT.take().unwrap().status(), Status::Closed);
}

#[test]
fn a_recursion_is_resumed_and_dropped_in_other_threads() {
    #[cogen::coroutine]
    fn descend(depth: u32) -> SendBoxCoroutine<'static, (), String> {
        let own = format!("{depth}");
        let borrowed = &own;
        if depth > 0 {
            yield_from!(descend(depth - 1));
        }
        yield_!(borrowed.clone());
    }

    let mut root = descend(3);
    for expected in ["0", "1"] {
        root = std::thread::spawn(move || {
            assert_eq!(root.start(), Yielded(expected.to_owned()));
            root
        })
        .join()
        .unwrap();
    }
    std::thread::spawn(move || drop(root)).join().unwrap();
}

/// Polls what is inside with a waker of its own.
struct WithAnotherWaker<F>(F);

impl<F: Future + Unpin> Future for WithAnotherWaker<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<F::Output> {
        Pin::new(&mut self.0).poll(&mut Context::from_waker(Waker::noop()))
    }
}

#[test]
fn a_future_that_hides_the_channel_from_what_it_polls_hides_nothing_that_yields() {
    let mut inner = Box::pin(borrows_itself("ab".into()));
    inner.start();
    let mut outer = pin!(co! {
        let length = hidden_await!(WithAnotherWaker(std::future::ready(inner.send(()).yielded().unwrap())));
        let () = yield!(length);
    });
    assert_eq!(outer.start(), Yielded(4));
    assert_eq!(outer.send(()), Complete(()));
}
