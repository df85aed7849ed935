//! Attempts to use a coroutine from inside: from its body, from its destructors, from values in
//! transfer.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, SendError, Shared, Status, WeakShared,
    co,
};

use crate::{Log, OnDrop};

// The body drops the last other handle, while it is resumed through one.
#[test]
fn a_body_that_drops_its_own_handles_runs_on() {
    type Slot = Rc<RefCell<Option<Shared<'static, (), u32>>>>;

    #[cogen::coroutine]
    fn drops_its_handle(slot: Slot, text: String) -> impl Coroutine<(), Yield = u32> {
        let own = text.as_str();
        yield_!(1);
        drop(slot.take());
        yield_!(own.len() as u32);
    }
    let slot = Slot::default();
    *slot.borrow_mut() = Some(Shared::new(drops_its_handle(slot.clone(), "abc".into())));
    let handle = slot.borrow().clone().unwrap();
    assert_eq!(handle.start(), Yielded(1));
    assert_eq!(handle.send(()), Yielded(3));
    assert!(slot.borrow().is_none());
    drop(handle);
}

// The destructor of a local tries every operation on its coroutine, while the coroutine is closed,
// dropped, or ends.
#[test]
fn a_destructor_in_the_body_is_refused_by_the_coroutine_that_runs() {
    #[cogen::coroutine]
    fn tries(me: WeakShared<'static, u8, u8>, log: Log) -> impl Coroutine<u8, Yield = u8> {
        let _on_drop = OnDrop(|| match me.upgrade() {
            Some(me) => {
                assert_eq!(me.status(), Status::Running);
                assert_eq!(me.try_send(1), Err(SendError::Running(1)));
                assert!(catch_unwind(AssertUnwindSafe(|| me.close())).is_err());
                assert!(catch_unwind(AssertUnwindSafe(|| me.start())).is_err());
                log.push("refused");
            }
            None => log.push("gone"),
        });
        let text = String::from("abc");
        let borrowed = &text;
        while yield_!(borrowed.len() as u8) > 0 {}
    }
    let log = Log::default();
    let make = || {
        let coroutine = Shared::new_cyclic(|me| tries(me.clone(), log.clone()));
        coroutine.start();
        coroutine
    };
    assert_eq!(make().send(0), Complete(()));
    make().close();
    drop(make());
    assert_eq!(log.take(), ["refused", "refused", "gone"]);
}

// A yielded value resumes its coroutine when the caller drops it, and an argument when the body
// does.
#[test]
fn values_that_resume_the_coroutine_when_dropped_do_so_or_are_refused() {
    struct Resumes(WeakShared<'static, (), Self>, Log);

    impl Drop for Resumes {
        fn drop(&mut self) {
            let Some(coroutine) = self.0.upgrade() else {
                return self.1.push("gone");
            };
            match coroutine.try_send(()) {
                Ok(Yielded(value)) => {
                    self.1.push("yielded");
                    drop(value);
                }
                Ok(Complete(())) => self.1.push("complete"),
                Err(_) => self.1.push("refused"),
            }
        }
    }

    #[cogen::coroutine]
    fn three(
        me: WeakShared<'static, (), Resumes>,
        log: Log,
    ) -> impl Coroutine<(), Yield = Resumes> {
        for _ in 0..3 {
            yield_!(Resumes(me.clone(), log.clone()));
        }
        drop(Resumes(me.clone(), log.clone()));
    }
    let log = Log::default();
    let coroutine = Shared::new_cyclic(|me| three(me.clone(), log.clone()));
    drop(coroutine.start());
    assert_eq!(log.take(), ["yielded", "yielded", "refused", "complete"]);
}

/// An argument that nobody takes. It is dropped in the slot, and uses another coroutine there.
struct UsesInTheSlot(Shared<'static, (), [u64; 4]>);

impl Drop for UsesInTheSlot {
    fn drop(&mut self) {
        assert!(self.0.start().is_yielded());
    }
}

// An argument that isn't taken is dropped in the slot, where it runs a coroutine of other types.
#[test]
fn an_argument_may_run_another_coroutine_from_inside_the_slot() {
    /// Returns its pinned inner coroutine, which is another one each time.
    struct Switches([Pin<Box<dyn Coroutine<UsesInTheSlot, Yield = u8, Return = ()>>>; 2], usize);

    impl std::ops::Deref for Switches {
        type Target = dyn Coroutine<UsesInTheSlot, Yield = u8, Return = ()>;

        fn deref(&self) -> &Self::Target {
            &*self.0[self.1]
        }
    }

    #[cogen::coroutine]
    fn numbers(from: u8) -> impl Coroutine<UsesInTheSlot, Yield = u8> {
        yield_!(from);
        yield_!(from + 1);
    }
    #[cogen::coroutine]
    fn one_after_the_other() -> impl Coroutine<UsesInTheSlot, Yield = u8> {
        let mut switches = Switches([Box::pin(numbers(10)), Box::pin(numbers(20))], 0);
        assert_eq!(std::ops::Deref::deref(&switches).status(), Status::Created);
        switches.1 = 1;
        let [one, other] = switches.0;
        yield_from!(one);
        yield_from!(other);
    }
    let other = Shared::new(co! { loop { let () = yield!([7u64; 4]); } });
    let mut outer = Box::pin(one_after_the_other());
    assert_eq!(outer.start(), Yielded(10));
    for yielded in [11, 20, 21] {
        assert_eq!(outer.send(UsesInTheSlot(other.clone())), Yielded(yielded));
    }
    assert_eq!(outer.send(UsesInTheSlot(other.clone())), Complete(()));
}

// A coroutine delegates to a handle of itself.
#[test]
fn delegating_to_oneself_is_refused() {
    #[cogen::coroutine]
    fn itself(me: WeakShared<'static>) -> BoxCoroutine<'static> {
        yield_!();
        yield_from!(me.upgrade().unwrap());
    }
    let coroutine = Shared::new_cyclic(|me| itself(me.clone()));
    coroutine.start();
    assert!(catch_unwind(AssertUnwindSafe(|| coroutine.start())).is_err());
    assert_eq!(coroutine.status(), Status::Closed);
}

// Two coroutines delegate to each other.
#[test]
fn delegating_in_a_circle_is_refused() {
    #[cogen::coroutine]
    fn half(other: Rc<RefCell<Option<Shared<'static>>>>, log: Log) -> BoxCoroutine<'static> {
        let _noisy = log.noisy("half");
        yield_!();
        let other = other.borrow().clone().unwrap();
        yield_from!(other);
    }
    let (log, place) = (Log::default(), Rc::new(RefCell::new(None)));
    let one = Shared::new(half(place.clone(), log.clone()));
    let two = Shared::new(half(Rc::new(RefCell::new(Some(one.clone()))), log.clone()));
    *place.borrow_mut() = Some(two.clone());
    assert!(one.start().is_yielded());
    assert!(one.start().is_yielded());
    assert!(catch_unwind(AssertUnwindSafe(|| while one.start().is_yielded() {})).is_err());
    assert_eq!((one.status(), two.status()), (Status::Closed, Status::Closed));
    assert_eq!(log.take(), ["drop half", "drop half"]);
    place.take();
}

// The running body replaces the only place through which its coroutine is reachable.
#[test]
fn a_body_can_not_replace_the_box_that_it_runs_in() {
    type Place = Rc<RefCell<Option<BoxCoroutine<'static, (), bool>>>>;

    #[cogen::coroutine]
    fn replaces(place: Place) -> impl Coroutine<(), Yield = bool> {
        let own = [true; 16];
        let borrowed = &own;
        yield_!(place.try_borrow_mut().is_ok());
        let found = place.try_borrow_mut().map(|mut place| place.take()).is_ok();
        yield_!(found && borrowed[0]);
    }
    let place = Place::default();
    let made = replaces(place.clone());
    *place.borrow_mut() = Some(Box::pin(made));
    for _ in 0..2 {
        assert_eq!(place.borrow_mut().as_mut().unwrap().start(), Yielded(false));
    }
    // It is taken out during a resume, so its body doesn't find it.
    let mut taken = place.take().unwrap();
    assert_eq!(taken.start(), Complete(()));
}

// A destructor in a leaf closes another recursion, and a destructor there closes a third.
#[test]
fn closing_others_while_being_closed_is_an_ordinary_thing() {
    #[cogen::coroutine]
    fn down(
        depth: u32,
        closes: Option<Shared<'static, (), u32>>,
        log: Log,
    ) -> BoxCoroutine<'static, (), u32> {
        let _on_drop = OnDrop(|| {
            closes.iter().for_each(Shared::close);
            log.push(depth.to_string());
        });
        yield_!(depth);
        if depth % 10 != 0 {
            yield_from!(down(depth - 1, closes.clone(), log.clone()));
        }
    }
    let log = Log::default();
    let mut before = None;
    for start in [12, 22, 32] {
        let walk = Shared::new(down(start, before.take(), log.clone()));
        (0..3).for_each(|_| assert!(walk.start().is_yielded()));
        before = Some(walk);
    }
    drop(before);
    assert_eq!(log.take(), ["10", "11", "12", "20", "21", "22", "30", "31", "32"]);
}

// A coroutine is resumed inside the resume of another of the same type, which is inside that of a
// third, and so on.
#[test]
fn resumes_of_one_type_stand_in_each_other() {
    #[cogen::coroutine]
    fn nested(depth: u8) -> impl Coroutine<String, Yield = String> {
        let mut inner: Option<Pin<Box<dyn Coroutine<String, Yield = String, Return = ()>>>> = None;
        if depth > 0 {
            inner = Some(Box::pin(nested(depth - 1)));
        }
        let mut sent = yield_!(
            inner
                .as_mut()
                .map(|inner| format!("{depth}{:?}", inner.start().yielded()))
                .unwrap_or_default()
        );
        loop {
            sent = yield_!(match &mut inner {
                Some(inner) => inner.send(sent + "+").yielded().unwrap() + "-",
                None => sent,
            });
        }
    }
    let mut coroutine = pin!(nested(4));
    assert!(coroutine.start().is_yielded());
    assert_eq!(coroutine.send("x".into()), CoroutineState::Yielded("x++++----".to_owned()));
}
