//! Reference semantics: handles, and a body with a handle to itself.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, SendError, Shared, Status, WeakShared};

type Me = WeakShared<'static, u32, &'static str, u32>;

#[cogen::coroutine]
fn looks_at_itself(
    me: Me,
    seen: Rc<RefCell<Vec<Status>>>,
) -> impl Coroutine<u32, Yield = &'static str, Return = u32> {
    let look = || seen.borrow_mut().push(me.upgrade().unwrap().status());
    look();
    let sent = yield_!("first");
    look();
    assert_eq!(me.upgrade().unwrap().try_send(7), Err(SendError::Running(7)));
    sent
}

#[test]
fn a_body_sees_itself_running_and_is_refused() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let shared = Shared::new_cyclic(|me| looks_at_itself(me.clone(), Rc::clone(&seen)));
    assert_eq!(shared.status(), Status::Created);
    assert_eq!(shared.try_send(1), Err(SendError::NotStarted(1)));
    assert_eq!(shared.start(), Yielded("first"));
    assert_eq!(shared.status(), Status::Suspended);
    assert_eq!(shared.clone().send(5), Complete(5));
    assert_eq!(shared.status(), Status::Closed);
    assert_eq!(shared.try_send(1), Err(SendError::Closed(1)));
    assert_eq!(*seen.borrow(), [Status::Running, Status::Running]);
}

#[test]
fn every_way_in_is_refused_from_inside() {
    type Me = WeakShared<'static, Result<(), u8>>;
    #[allow(deprecated)]
    #[cogen::coroutine]
    fn tries(me: Me) -> impl Coroutine<Result<(), u8>> {
        let me = me.upgrade().unwrap();
        assert_eq!(me.try_throw(1), Err(SendError::Running(1)));
        let refused: [&dyn Fn(); 4] =
            [&|| _ = me.start(), &|| _ = me.send(Ok(())), &|| _ = me.throw(1), &|| me.close()];
        for refused in refused {
            let panic = catch_unwind(AssertUnwindSafe(refused)).unwrap_err();
            assert!(panic.downcast_ref::<&str>().unwrap().contains("already executing"));
        }
    }
    let shared = Shared::new_cyclic(|me| tries(me.clone()));
    assert_eq!(shared.start(), Complete(()));
}

#[test]
fn handles_are_coroutines_themselves() {
    #[cogen::coroutine]
    fn count() -> impl Coroutine<(), Yield = u32> {
        yield_from!(1..4);
    }
    let mut shared = Shared::new(count());
    let other = shared.clone();
    assert_eq!(CoroutineExt::start(&mut shared), Yielded(1));
    assert!(shared.iterate().eq([2, 3]));
    assert_eq!(other.status(), Status::Closed);
    other.close();
    assert_eq!(format!("{other:?}"), "Shared { status: Closed, .. }");
}

#[test]
fn iteration_ends_when_another_handle_ends_the_coroutine() {
    #[cogen::coroutine]
    fn count() -> impl Coroutine<(), Yield = u32> {
        yield_from!(1..4);
    }
    let shared = Shared::new(count());
    let mut values = shared.clone().iterate();
    assert_eq!(values.next(), Some(1));
    shared.close();
    assert_eq!((values.next(), values.next()), (None, None));
}

#[test]
fn a_panic_inside_closes_and_does_not_lock_the_handle() {
    #[cogen::coroutine]
    fn panics() -> impl Coroutine {
        panic!("in the body");
    }
    let shared = Shared::new(panics());
    assert!(catch_unwind(AssertUnwindSafe(|| shared.start())).is_err());
    assert_eq!(shared.status(), Status::Closed);
    shared.close();
}

#[test]
fn a_body_may_hold_itself_weakly_without_a_leak() {
    let witness = Rc::new(());
    let held = Rc::clone(&witness);
    let shared = Shared::new_cyclic(|me: &WeakShared<'_>| {
        let me = me.clone();
        cogen::co! {
            let _held = held;
            yield!(());
            drop(me);
        }
    });
    shared.start();
    drop(shared);
    assert_eq!(Rc::strong_count(&witness), 1);
}
