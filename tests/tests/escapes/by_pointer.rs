//! Attempts with pointers and places: started coroutines are moved, swapped, leaked, forgotten, or
//! lent and used afterwards.

use std::mem::{self, ManuallyDrop};
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Mutex;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine, Status, co};

use crate::{Log, PendingOnce, borrows_itself, hidden_await};

// `mem::swap` before the start, `Pin::set` after it.
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

// A shared reference to a body with references into itself.
#[test]
fn looking_at_a_suspended_one_does_not_disturb_what_it_borrows_of_itself() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let looked_at = &coroutine;
    assert_eq!(looked_at.status(), Status::Suspended);
    assert_eq!(coroutine.send(()), Yielded(6));
}

// A hidden `.await` suspends a body that holds a slot pointer, which dangles at the next resume.
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
    fn delegates<C: Coroutine<u32, Yield = u32>>(
        inner: C,
    ) -> impl Coroutine<u32, Yield = u32, Return = C::Return> {
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

// Some level of a chain waits: at its start, after a yield, or after a delegation.
#[test]
fn waiting_in_secret_at_any_level_closes_the_whole_chain() {
    macro_rules! check {
        ($sent:ty, $value:expr) => {{
            #[cogen::coroutine]
            fn once() -> impl Coroutine<$sent, Yield = u8> {
                yield_!(2);
            }
            #[cogen::coroutine]
            fn inner(at: u8, log: Log) -> impl Coroutine<$sent, Yield = u8> {
                let _noisy = log.noisy("inner".to_owned());
                if at == 0 {
                    hidden_await!(PendingOnce(false));
                }
                yield_!(1);
                if at == 1 {
                    hidden_await!(PendingOnce(false));
                }
                yield_from!(once());
                if at == 2 {
                    hidden_await!(PendingOnce(false));
                }
                yield_!(3);
            }
            #[cogen::coroutine]
            fn middle(at: u8, log: Log) -> impl Coroutine<$sent, Yield = u8> {
                let _noisy = log.noisy("middle".to_owned());
                yield_from!(inner(at, log.clone()));
                if at == 3 {
                    hidden_await!(PendingOnce(false));
                }
            }
            #[cogen::coroutine]
            fn outer(at: u8, log: Log) -> impl Coroutine<$sent, Yield = u8> {
                let _noisy = log.noisy("outer".to_owned());
                yield_from!(middle(at, log.clone()));
                hidden_await!(PendingOnce(false));
            }
            for at in 0..5 {
                let log = Log::default();
                let mut coroutine = Box::pin(outer(at, log.clone()));
                let mut yielded = Vec::new();
                let caught = catch_unwind(AssertUnwindSafe(|| {
                    let mut state = coroutine.start();
                    while let Yielded(number) = state {
                        yielded.push(number);
                        state = coroutine.send($value);
                    }
                }));
                let message = *caught.unwrap_err().downcast::<&str>().unwrap();
                assert_eq!(message, "coroutine isn't async: `.await` in a macro");
                assert_eq!(yielded, [1, 2, 3][..usize::from(at.min(3))]);
                assert_eq!(coroutine.status(), Status::Closed);
                assert_eq!(log.take(), ["drop inner", "drop middle", "drop outer"]);
            }
        }};
    }
    check!((), ());
    check!(String, "sent".to_owned());
}

// The hidden `.await` is in the yielded expression, or in the delegate's.
#[test]
fn waiting_in_the_middle_of_a_yield_closes_it_before_anything_is_given_out() {
    #[cogen::coroutine]
    fn waits_in_a_yield(delegates: bool) -> impl Coroutine<u8, Yield = String> {
        if delegates {
            yield_from!({
                hidden_await!(PendingOnce(false));
                Box::pin(waits_in_a_yield(false)) as BoxCoroutine<'static, u8, String>
            });
        }
        yield_!({
            hidden_await!(PendingOnce(false));
            "never".to_owned()
        });
    }
    for delegates in [false, true] {
        let mut coroutine = Box::pin(waits_in_a_yield(delegates));
        assert!(catch_unwind(AssertUnwindSafe(|| coroutine.start())).is_err());
        assert_eq!(coroutine.status(), Status::Closed);
    }
}

// A root of a recursion has a hidden `.await`, and so has a coroutine on its stack.
#[test]
fn waiting_in_secret_closes_a_whole_recursion() {
    #[cogen::coroutine]
    fn waits_at(depth: u32, at: u32, log: Log) -> BoxCoroutine<'static, (), u32> {
        let _noisy = log.noisy(depth.to_string());
        yield_!(depth);
        if depth < 3 {
            yield_from!(waits_at(depth + 1, at, log.clone()));
        }
        if depth == at {
            hidden_await!(PendingOnce(false));
        }
        yield_!(depth);
    }
    for at in 0..4 {
        let log = Log::default();
        let mut coroutine = waits_at(0, at, log.clone());
        let caught = catch_unwind(AssertUnwindSafe(|| while let Yielded(_) = coroutine.start() {}));
        assert!(caught.is_err());
        assert_eq!(coroutine.status(), Status::Closed);
        assert_eq!(log.take(), ["drop 3", "drop 2", "drop 1", "drop 0"]);
    }
}

// A started coroutine is leaked, and one that borrows a short-lived value is forgotten.
#[test]
fn leaking_is_harmless() {
    let mut coroutine = Box::pin(borrows_itself("abc".into()));
    coroutine.start();
    let leaked: &'static mut _ = Box::leak(Box::new(coroutine));
    assert_eq!(leaked.send(()), Yielded(6));
    {
        let array = [0; 8];
        let mut forgotten = Box::pin(co! {
            let () = yield!(array.len());
        });
        forgotten.start();
        mem::forget(forgotten);
    }
    assert_eq!(leaked.send(()), Complete("abcabc".to_owned()));
}

// A user's pointer type returns another coroutine each time: one that has not started, one that is
// closed, one that expects an argument.
#[test]
fn a_pointer_that_changes_its_mind_is_checked_each_time() {
    struct Alternates(Vec<BoxCoroutine<'static, u8, usize, String>>, usize);

    impl Deref for Alternates {
        type Target = BoxCoroutine<'static, u8, usize, String>;

        fn deref(&self) -> &Self::Target {
            &self.0[0]
        }
    }

    impl DerefMut for Alternates {
        fn deref_mut(&mut self) -> &mut Self::Target {
            self.1 += 1;
            let at = self.1 % self.0.len();
            &mut self.0[at]
        }
    }

    fn lengths(text: &str) -> BoxCoroutine<'static, u8, usize, String> {
        let text = text.to_owned();
        Box::pin(co! {
            let own = text;
            let borrowed = &own;
            let mut sent: u8 = yield!(borrowed.len());
            while sent > 0 {
                sent = yield!(borrowed.len());
            }
            own
        })
    }

    fn delegates(coroutines: Vec<BoxCoroutine<'static, u8, usize, String>>) -> Vec<String> {
        let mut outer = Box::pin(co! { yield_from!(Pin::new(Alternates(coroutines, 0))) });
        let mut seen = Vec::new();
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            seen.push(format!("{:?}", outer.start()));
            for sent in [1, 1, 0] {
                seen.push(format!("{:?}", outer.send(sent)));
            }
        }));
        seen.push(format!("{:?}", outcome.is_ok()));
        seen
    }

    let mut closed = lengths("closed");
    closed.close();
    assert_eq!(delegates(vec![closed, lengths("bb")]), ["Yielded(2)", "false"]);
    let mut started = lengths("ccc");
    started.start();
    let seen = delegates(vec![started, lengths("bb")]);
    assert_eq!(seen, ["Yielded(2)", "Yielded(3)", "Yielded(2)", "Complete(\"ccc\")", "true"]);
    assert_eq!(
        delegates(vec![lengths("a"), lengths("bb")]),
        ["Yielded(2)", "Yielded(1)", "Yielded(2)", "Complete(\"a\")", "true"]
    );
}

// A coroutine that a forgotten delegation had borrowed is used afterwards.
#[test]
fn what_a_forgotten_one_had_borrowed_goes_on_by_itself() {
    let mut inner = Box::pin(borrows_itself("abc".into()));
    let lent = &mut inner;
    let mut outer = Box::pin(co! { yield_from!(lent) });
    assert_eq!(outer.start(), Yielded(3));
    mem::forget(outer);
    assert_eq!(inner.send(()), Yielded(6));
    assert_eq!(inner.send(()), Complete("abcabc".to_owned()));
}

// `ManuallyDrop` around a pinned coroutine: its storage is freed, and it isn't used again.
#[test]
fn one_that_is_never_dropped_is_only_leaked() {
    let log = Log::default();
    let noisy = log.noisy("kept");
    let mut kept = ManuallyDrop::new(Box::pin(co! {
        let _noisy = noisy;
        let () = yield!(1);
        yield!(2);
    }));
    assert_eq!(kept.start(), Yielded(1));
    let mut taken = ManuallyDrop::into_inner(kept);
    assert_eq!(taken.start(), Yielded(2));
    assert!(log.take().is_empty());
    drop(taken);
    assert_eq!(log.take(), ["drop kept"]);
}

// Started coroutines are moved: their boxes move, their bodies don't.
#[test]
fn boxes_can_be_swapped_taken_and_replaced_between_resumes() {
    let mut boxes: Vec<BoxCoroutine<'static, (), usize, String>> =
        ["a", "bb", "ccc"].map(|text| Box::pin(borrows_itself(text.to_owned())) as _).into();
    for coroutine in &mut boxes {
        coroutine.start();
    }
    boxes.swap(0, 2);
    let mut taken = boxes.remove(1);
    let (one, other) = boxes.split_at_mut(1);
    mem::swap(&mut one[0], &mut other[0]);
    assert_eq!(
        mem::replace(&mut boxes[0], Box::pin(borrows_itself(String::new()))).send(()),
        Yielded(2)
    );
    assert_eq!(boxes[0].start(), Yielded(0));
    assert_eq!(boxes[1].send(()), Yielded(6));
    assert_eq!(taken.send(()), Yielded(4));
    assert_eq!(taken.send(()), Complete("bbbb".to_owned()));
}

// A body takes a coroutine out of its own box, runs it by hand, and then delegates to it.
#[test]
fn one_that_was_moved_in_its_box_goes_on_where_it_is_delegated_to() {
    #[cogen::coroutine]
    fn moves(
        mut inner: Vec<BoxCoroutine<'static, (), usize, String>>,
    ) -> impl Coroutine<(), Yield = usize, Return = String> {
        let mut taken = inner.pop().unwrap();
        yield_!(taken.start().yielded().unwrap());
        inner.push(taken);
        inner.reserve(100);
        let moved = inner.swap_remove(0);
        yield_from!(moved)
    }
    let mut outer = Box::pin(moves(vec![Box::pin(borrows_itself("abc".into()))]));
    assert_eq!(outer.start(), Yielded(3));
    assert_eq!(outer.send(()), Yielded(6));
    assert_eq!(outer.send(()), Complete("abcabc".to_owned()));
}

// A later coroutine is at the address of an earlier one of another type: addresses prove nothing.
#[test]
fn the_same_address_is_not_the_same_coroutine() {
    let mut boxes: Vec<Box<dyn FnMut() -> String>> = Vec::new();
    for round in 0..4 {
        boxes.clear();
        let mut texts = Box::pin(co! {
            let mut sent: String = yield!(String::new());
            loop { sent = yield!(format!("{round} {sent}")); }
            #[allow(unreachable_code)]
            ()
        });
        texts.start();
        drop(texts);
        let mut numbers = Box::pin(co! {
            let mut sent: u64 = yield!(0u64);
            loop { sent = yield!(sent + round); }
            #[allow(unreachable_code)]
            ()
        });
        numbers.start();
        boxes.push(Box::new(move || format!("{:?}", numbers.send(1))));
        assert_eq!(boxes[0](), format!("Yielded({})", 1 + round));
    }
}

#[cogen::coroutine(struct = Named, send)]
fn named(text: String) -> impl Coroutine<(), Yield = usize, Return = String> {
    yield_from!(borrows_itself(text))
}

static IN_A_STATIC: Mutex<Option<Pin<Box<Named>>>> = Mutex::new(None);
static DYNAMIC_IN_A_STATIC: Mutex<Option<SendBoxCoroutine<'static, (), usize, String>>> =
    Mutex::new(None);

// A named struct: swapped, moved and set before and after the start, from a static, in an array,
// forgotten.
#[test]
fn a_named_struct_is_moved_before_its_start_only() {
    let (mut one, mut other) = (named("a".into()), named("bb".into()));
    mem::swap(&mut one, &mut other);
    let mut places = [Some(one), None];
    places.swap(0, 1);
    let mut one = pin!(places[1].take().unwrap());
    assert_eq!(one.start(), Yielded(2));
    one.set(other);
    assert_eq!((one.start(), one.send(())), (Yielded(1), Yielded(2)));
    one.set(named("ccc".into()));
    assert_eq!(one.status(), Status::Created);

    let mut boxed = Box::pin(named("dddd".into()));
    boxed.start();
    *IN_A_STATIC.lock().unwrap() = Some(boxed);
    let taken = mem::take(&mut *IN_A_STATIC.lock().unwrap());
    *DYNAMIC_IN_A_STATIC.lock().unwrap() = taken.map(|boxed| boxed as _);
    assert_eq!(DYNAMIC_IN_A_STATIC.lock().unwrap().as_mut().unwrap().send(()), Yielded(8));

    let mut forgotten = Box::pin(named("e".into()));
    forgotten.start();
    mem::forget(forgotten);
    let mut kept = ManuallyDrop::new(Box::pin(named("f".into())));
    assert_eq!(kept.start(), Yielded(1));
    drop(ManuallyDrop::into_inner(kept));
}

// A storage is a field that this module can access: two unstarted structs exchange theirs.
#[test]
fn storages_that_are_swapped_are_of_one_type() {
    let (mut one, mut other) = (named("a".into()), named("bb".into()));
    mem::swap(&mut one.__cogen_storage, &mut other.__cogen_storage);
    assert_eq!(pin!(one).start(), Yielded(2));
    assert_eq!(pin!(other).start(), Yielded(1));
}

// `Pin::set` and `Option` around an async coroutine that waits.
#[test]
fn a_waiting_one_that_is_replaced_is_dropped_where_it_is() {
    #[cogen::coroutine]
    fn waits(log: Log) -> impl AsyncCoroutine {
        let noisy = log.noisy("local");
        let _borrowed = &noisy;
        PendingOnce(false).await;
        yield_!();
    }
    let log = Log::default();
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let mut place = pin!(Some(waits(log.clone())));
    assert!(place.as_mut().as_pin_mut().unwrap().poll_resume(cx, &mut None).is_pending());
    place.set(Some(waits(log.clone())));
    assert_eq!(log.take(), ["drop local"]);
    assert!(place.as_mut().as_pin_mut().unwrap().poll_resume(cx, &mut None).is_pending());
    assert!(place.as_mut().as_pin_mut().unwrap().poll_resume(cx, &mut None).is_ready());
    place.set(None);
    assert_eq!(log.take(), ["drop local"]);
}

// The content of a `Box<dyn Iterator>` moves into an `Rc`, also after it has started.
#[test]
fn an_iterator_moves_out_of_its_box() {
    #[cogen::coroutine]
    fn lengths(text: String) -> Box<dyn Iterator<Item = usize>> {
        let own = text;
        let slice = own.as_str();
        for at in 0..slice.len() {
            yield_!(slice[at..].len());
        }
    }
    type Lengths = Box<dyn Iterator<Item = usize>>;
    #[cogen::coroutine]
    fn by_alias(text: String) -> Lengths {
        yield_from!(lengths(text));
    }
    for mut lengths in [lengths("abc".into()), by_alias("abc".into())] {
        assert_eq!(lengths.next(), Some(3));
        let mut shared: Rc<dyn Iterator<Item = usize>> = lengths.into();
        let moved = Rc::get_mut(&mut shared).unwrap();
        assert_eq!((moved.next(), moved.next(), moved.next()), (Some(2), Some(1), None));
    }
}

// An iterator is moved, also after it has started.
#[test]
fn an_iterator_moves_and_its_body_does_not() {
    #[cogen::coroutine]
    fn lengths(text: String) -> impl Iterator<Item = usize> {
        let own = text;
        let slice = own.as_str();
        for at in 0..slice.len() {
            yield_!(slice[at..].len());
        }
    }
    let (mut one, mut other) = (lengths("abc".into()), lengths("dd".into()));
    assert_eq!((one.next(), other.next()), (Some(3), Some(2)));
    mem::swap(&mut one, &mut other);
    let mut moved = Box::new(Some(one));
    assert_eq!((Option::as_mut(&mut moved).unwrap().next(), other.next()), (Some(1), Some(2)));
    let taken = moved.take();
    mem::forget(other);
    assert!(taken.unwrap().next().is_none());
}
