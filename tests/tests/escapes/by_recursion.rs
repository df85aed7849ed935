//! Attempts with the active stack: the root of a recursion keeps pointers to the coroutines on it.
//! Here they are called leaves.

use std::cell::RefCell;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{
    AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine, Shared, Status,
    WeakShared, co,
};
use futures::FutureExt;

use crate::{Log, OnDrop};

#[cogen::coroutine]
fn down(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32, u32> {
    let _noisy = log.noisy(depth.to_string());
    let own = [depth; 4];
    let borrowed = &own;
    yield_!(borrowed[0]);
    let below = if depth > 0 { yield_from!(down(depth - 1, log.clone())) } else { 0 };
    yield_!(borrowed[3]);
    below + 1
}

fn rest(coroutine: &mut BoxCoroutine<'static, (), u32, u32>) -> (Vec<u32>, u32) {
    let mut yielded = Vec::new();
    loop {
        match coroutine.start() {
            Yielded(depth) => yielded.push(depth),
            Complete(levels) => return (yielded, levels),
        }
    }
}

// Roots with leaves are swapped, taken, replaced, moved.
#[test]
fn leaves_stay_where_they_are_when_boxes_move() {
    let log = Log::default();
    let mut places = vec![down(2, log.clone()), down(3, log.clone())];
    for coroutine in &mut places {
        (0..3).for_each(|_| assert!(coroutine.start().is_yielded()));
    }
    places.swap(0, 1);
    let mut taken = places.pop().unwrap();
    places.reserve(100);
    let mut replaced = mem::replace(&mut places[0], down(0, log.clone()));
    mem::swap(&mut taken, &mut replaced);
    assert_eq!(rest(&mut taken), (vec![0, 0, 1, 2, 3], 4));
    assert_eq!(rest(&mut replaced), (vec![0, 1, 2], 3));
    assert_eq!(rest(&mut places[0]), (vec![0, 0], 1));
}

// A root with leaves is leaked and still used, another is forgotten.
#[test]
fn a_root_that_is_forgotten_uses_no_leaf() {
    let log = Log::default();
    let mut forgotten = down(2, log.clone());
    (0..3).for_each(|_| assert!(forgotten.start().is_yielded()));
    mem::forget(forgotten);
    let mut leaked = down(2, log.clone());
    (0..2).for_each(|_| assert!(leaked.start().is_yielded()));
    let leaked: &'static mut BoxCoroutine<'static, (), u32, u32> = Box::leak(Box::new(leaked));
    assert_eq!(rest(leaked), (vec![0, 0, 1, 2], 3));
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2"]);
}

// A started root becomes the leaf of another root, and that one of a third.
#[test]
fn roots_in_the_middle_become_leaves_of_others() {
    #[cogen::coroutine]
    fn above(
        mut inner: BoxCoroutine<'static, (), u32, u32>,
        by_hand: u32,
    ) -> BoxCoroutine<'static, (), u32, u32> {
        for _ in 0..by_hand {
            let value = inner.start().yielded().unwrap();
            yield_!(100 + value);
        }
        yield_from!(inner)
    }
    let log = Log::default();
    let mut walk = down(3, log.clone());
    walk.start();
    for by_hand in [1, 1, 2] {
        walk = above(walk, by_hand);
    }
    assert_eq!(rest(&mut walk), (vec![302, 101, 0, 0, 1, 2, 3], 4));

    let mut dropped = above(above(down(3, log.clone()), 2), 1);
    (0..3).for_each(|_| assert!(dropped.start().is_yielded()));
    log.take();
    drop(dropped);
    assert_eq!(log.take(), ["drop 1", "drop 2", "drop 3"]);
}

// The body of a leaf drops, closes or resumes the root that runs it.
#[test]
fn a_leaf_can_not_reach_its_root() {
    type Me = WeakShared<'static, (), u32>;

    #[cogen::coroutine]
    fn attacks(
        depth: u32,
        me: Me,
        place: Rc<RefCell<Option<Shared<'static, (), u32>>>>,
    ) -> BoxCoroutine<'static, (), u32> {
        let text = String::from("abc");
        let borrowed = &text;
        yield_!(depth);
        if depth > 0 {
            yield_from!(attacks(depth - 1, me.clone(), place.clone()));
            yield_!(borrowed.len() as u32);
            return;
        }
        let root = me.upgrade().unwrap();
        assert_eq!(root.status(), Status::Running);
        assert!(root.try_send(()).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| root.close())).is_err());
        drop(place.take());
        yield_!(borrowed.len() as u32 + 100);
    }
    let place = Rc::new(RefCell::new(None));
    let root = Shared::new_cyclic(|me| attacks(2, me.clone(), place.clone()));
    *place.borrow_mut() = Some(root.clone());
    let mut seen = Vec::new();
    while let Yielded(value) = root.start() {
        seen.push(value);
    }
    assert_eq!(seen, [2, 1, 0, 103, 3, 3]);
    assert!(place.borrow().is_none());
}

// A destructor of a leaf drops the last handle of its root.
#[test]
fn a_root_that_is_being_dropped_can_not_be_found_again() {
    #[cogen::coroutine]
    fn looks(
        depth: u32,
        me: WeakShared<'static, (), u32>,
        log: Log,
    ) -> BoxCoroutine<'static, (), u32> {
        let _on_drop = OnDrop(|| log.push(format!("{depth} {}", me.upgrade().is_none())));
        yield_!(depth);
        if depth > 0 {
            yield_from!(looks(depth - 1, me.clone(), log.clone()));
        }
    }
    let log = Log::default();
    let root = Shared::new_cyclic(|me| looks(2, me.clone(), log.clone()));
    (0..3).for_each(|_| assert!(root.start().is_yielded()));
    drop(root);
    assert_eq!(log.take(), ["0 true", "1 true", "2 true"]);
}

/// A pointer to one of two coroutines. A shared switch selects it.
struct Switched([BoxCoroutine<'static, (), u32, u32>; 2], Rc<std::cell::Cell<usize>>);

impl Deref for Switched {
    type Target = BoxCoroutine<'static, (), u32, u32>;

    fn deref(&self) -> &Self::Target {
        &self.0[self.1.get()]
    }
}

impl DerefMut for Switched {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0[self.1.get()]
    }
}

// A user's pointer type points elsewhere between two resumes, and one of its targets is replaced
// meanwhile.
#[test]
fn a_pointer_that_switches_is_asked_each_time() {
    let (log, switch) = (Log::default(), Rc::new(std::cell::Cell::new(0)));
    let switched = Switched([down(1, log.clone()), down(5, log.clone())], switch.clone());
    let mut outer: BoxCoroutine<'static, (), u32, u32> = above(Pin::new(switched));
    let mut seen = Vec::new();
    for at in [0, 1, 0, 1, 1, 0, 0] {
        switch.set(at);
        match outer.start() {
            Yielded(depth) => seen.push(depth),
            Complete(levels) => assert_eq!(levels, 2),
        }
    }
    assert_eq!(seen, [1, 5, 0, 4, 3, 0, 1]);
    #[cogen::coroutine]
    fn above<C: Coroutine<(), Yield = u32, Return = u32> + 'static>(
        inner: C,
    ) -> BoxCoroutine<'static, (), u32, u32> {
        yield_from!(inner)
    }
}

/// A pointer that replaces its target at each access.
struct Replaces(BoxCoroutine<'static, (), u32, u32>, Log);

impl Deref for Replaces {
    type Target = BoxCoroutine<'static, (), u32, u32>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Replaces {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.0 = down(7, self.1.clone());
        &mut self.0
    }
}

// This pointer drops the coroutine between two resumes.
#[test]
fn a_pointer_that_drops_what_it_leads_to_leaves_no_leaf_behind() {
    let log = Log::default();
    let mut outer: BoxCoroutine<'static, (), u32, u32> =
        boxed(Pin::new(Replaces(down(0, log.clone()), log.clone())));
    for _ in 0..3 {
        assert_eq!(outer.start(), Yielded(7));
    }
    drop(outer);
    assert_eq!(log.take(), ["drop 7", "drop 7", "drop 7"]);
    #[cogen::coroutine]
    fn boxed<C: Coroutine<(), Yield = u32, Return = u32> + 'static>(
        inner: C,
    ) -> BoxCoroutine<'static, (), u32, u32> {
        yield_from!(inner)
    }
}

/// A false macro: the coroutine that the real one boxes stays unboxed in the delegating body.
pub(crate) mod unboxed {
    macro_rules! unboxed {
        (boxed pin $($machine:tt)*) => {{
            let leaf = cogen::__private::BoxedMachine::new(cogen::__machine_value!($($machine)*));
            Box::pin(cogen::co! { yield_from!(leaf) })
        }};
    }

    pub(crate) use unboxed as __coroutine;
}

#[cogen::coroutine(crate = crate::by_recursion::unboxed)]
fn down_unboxed(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32, u32> {
    let _noisy = log.noisy(depth.to_string());
    let own = [depth; 4];
    let borrowed = &own;
    yield_!(borrowed[0]);
    let below = match depth {
        0 => 0,
        3 => yield_from!(down(depth - 1, log.clone())),
        _ => yield_from!(down_unboxed(depth - 1, log.clone())),
    };
    yield_!(borrowed[3]);
    below + 1
}

// The leaves are values in the bodies that the root runs.
#[test]
fn leaves_without_a_box_are_pinned_with_the_body_that_owns_them() {
    let log = Log::default();
    for resumes in 0..15 {
        let mut walk = down_unboxed(5, log.clone());
        (0..resumes).for_each(|_| _ = walk.try_send(()));
        drop(walk);
    }
    log.take();
    assert_eq!(
        rest(&mut down_unboxed(5, log.clone())),
        (vec![5, 4, 3, 2, 1, 0, 0, 1, 2, 3, 4, 5], 6)
    );
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2", "drop 3", "drop 4", "drop 5"]);
}

#[cogen::coroutine(struct = Level, send)]
fn level(
    depth: u32,
    inner: Option<SendBoxCoroutine<'static, (), u32>>,
) -> impl Coroutine<(), Yield = u32> {
    let own = [depth; 2];
    let borrowed = &own;
    yield_!(borrowed[0]);
    if let Some(inner) = inner {
        yield_from!(inner);
    }
    yield_!(borrowed[1]);
}

#[cogen::coroutine]
fn with_levels(depth: u32) -> SendBoxCoroutine<'static, (), u32> {
    yield_!(100 + depth);
    if depth > 0 {
        yield_from!(level(depth, Some(with_levels(depth - 1))));
        yield_from!(Box::pin(level(depth, Some(with_levels(depth - 1)))));
    }
}

// Named structs, boxed and unboxed, are between the leaves, and the root moves from thread to
// thread.
#[test]
fn what_stands_between_leaves_owns_them_and_goes_where_they_go() {
    let expected: Vec<u32> = with_levels(3).iterate().collect();
    let mut walk = with_levels(3);
    for &value in &expected {
        walk = std::thread::spawn(move || {
            assert_eq!(walk.start(), Yielded(value));
            walk
        })
        .join()
        .unwrap();
    }
    assert_eq!(walk.start(), Complete(()));
    for resumes in 0..expected.len() {
        let mut dropped = with_levels(3);
        (0..resumes).for_each(|_| assert!(dropped.start().is_yielded()));
        std::thread::spawn(move || drop(dropped)).join().unwrap();
    }
}

// Sync coroutines in async ones in sync ones: each is a root of its own.
#[test]
fn a_recursion_inside_of_an_async_one_is_a_root_itself() {
    let log = Log::default();
    let inner = down(2, log.clone());
    let asynchronous = Box::pin(co! { async
        let text = String::from("abc");
        let borrowed = &text;
        let levels = yield_from!(inner);
        assert_eq!(borrowed, "abc");
        levels
    });
    #[cogen::coroutine]
    fn outermost<C>(mut inner: C) -> BoxCoroutine<'static, (), u32, u32>
    where
        C: cogen::AsyncCoroutine<(), Yield = u32, Return = u32> + Unpin + 'static,
    {
        loop {
            let state = inner.start().now_or_never().expect("it waits for nothing");
            match state {
                Yielded(value) => yield_!(value),
                Complete(value) => return value,
            }
        }
    }
    assert_eq!(rest(&mut outermost(asynchronous)), (vec![2, 1, 0, 0, 1, 2], 3));
}

// `break` and `?` leave a child's delegation, before and after it has been a leaf.
#[test]
fn a_delegation_that_is_left_before_it_is_polled_leaves_no_leaf() {
    #[cogen::coroutine]
    fn leaves_early(log: Log) -> BoxCoroutine<'static, (), u32, u32> {
        let mut rounds = 0;
        loop {
            rounds += 1;
            let levels = yield_from!({
                let inner = down(1, log.clone());
                if rounds == 2 {
                    break;
                }
                inner
            });
            yield_!(100 + levels);
        }
        rounds
    }
    let log = Log::default();
    assert_eq!(rest(&mut leaves_early(log.clone())), (vec![1, 0, 0, 1, 102], 2));
    assert_eq!(log.take(), ["drop 0", "drop 1"]);
}

// The argument of a yield delegates, and that of a delegation yields.
#[test]
fn delegations_stand_in_yields_and_the_other_way_round() {
    #[cogen::coroutine]
    fn crossed(log: Log) -> BoxCoroutine<'static, (), u32, u32> {
        yield_!(10 + yield_from!(down(1, log.clone())));
        yield_from!({
            yield_!(20);
            yield_!(30 + yield_from!(down(0, log.clone())));
            down(yield_from!(down(0, log.clone())), log.clone())
        })
    }
    let log = Log::default();
    assert_eq!(rest(&mut crossed(log)), (vec![1, 0, 0, 1, 12, 20, 0, 0, 31, 0, 0, 1, 0, 0, 1], 2));
}

// Coroutines that were closed after their start, or have panicked, are delegated to.
#[test]
fn a_closed_one_is_no_leaf() {
    #[cogen::coroutine]
    fn delegates(log: Log) -> BoxCoroutine<'static, (), u32, u32> {
        let mut closed = down(3, log.clone());
        (0..3).for_each(|_| assert!(closed.start().is_yielded()));
        closed.close();
        yield_!(1);
        yield_from!(closed)
    }
    let log = Log::default();
    let mut walk = delegates(log.clone());
    assert_eq!(walk.start(), Yielded(1));
    assert!(catch_unwind(AssertUnwindSafe(|| walk.start())).is_err());
    assert_eq!(walk.status(), Status::Closed);
    assert_eq!(log.take(), ["drop 1", "drop 2", "drop 3"]);
}

// What is left of an iterator is lent, closed, and lent again.
#[test]
fn the_rest_of_an_iterator_may_be_closed_between_two_delegations() {
    use cogen::__private::{BoxedIterator, RecursiveIterator};

    #[cogen::coroutine]
    fn borrows() -> impl Coroutine<(), Yield = usize> {
        let text = String::from("text");
        let borrowed = &text;
        yield_!(1);
        yield_!(borrowed.len());
    }
    #[cogen::coroutine]
    fn lends<C>(coroutine: &mut C) -> impl Coroutine<(), Yield = usize>
    where
        C: Coroutine<(), Yield = usize, Return = ()> + Unpin,
    {
        yield_from!(coroutine);
    }
    let mut rest = BoxedIterator::new(Box::pin(borrows())).into_coroutine();
    assert_eq!(Box::pin(lends(&mut rest)).start(), Yielded(1));
    rest.close();
    assert_eq!(Box::pin(lends(&mut rest)).start(), Complete(()));
}
