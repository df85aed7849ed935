//! `yield_from!` of boxed coroutines, to any depth: they behave like the plain form, and neither a
//! resume nor the end recurses on the machine's stack.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;

use cogen::{
    BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, CoroutineState::*, SendBoxCoroutine,
    Status, co,
};

/// Deep enough to overflow the stack of a test's thread, if each level took some of it.
const DEEP: u32 = if cfg!(miri) { 300 } else { 100_000 };

#[derive(Default, Clone)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn push(&self, line: impl Into<String>) {
        self.0.borrow_mut().push(line.into());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

struct Noisy(Log, String);

impl Drop for Noisy {
    fn drop(&mut self) {
        self.0.push(format!("drop {}", self.1));
    }
}

#[cogen::coroutine]
fn down(depth: u32) -> BoxCoroutine<'static, (), u32, u64> {
    if depth == 0 {
        return 0;
    }
    yield_!(depth);
    let below: u64 = yield_from!(down(depth - 1));
    yield_!(depth);
    below + u64::from(depth)
}

#[test]
fn values_and_return_values_come_from_any_depth() {
    let mut walk = down(DEEP);
    let mut yielded = Vec::new();
    let returned = loop {
        match walk.start() {
            Yielded(depth) => yielded.push(depth),
            Complete(sum) => break sum,
        }
    };
    assert!(yielded.iter().copied().eq((1..=DEEP).rev().chain(1..=DEEP)));
    assert_eq!(returned, u64::from(DEEP) * u64::from(DEEP + 1) / 2);
    assert_eq!(walk.status(), Status::Closed);
}

#[test]
fn half_walked_ones_are_closed_and_dropped_without_a_deep_stack() {
    let mut closed = down(DEEP);
    let mut dropped = down(DEEP);
    for _ in 0..DEEP {
        closed.start();
        dropped.start();
    }
    assert_eq!(closed.status(), Status::Suspended);
    closed.close();
    assert_eq!(closed.status(), Status::Closed);
    drop(dropped);
}

#[cogen::coroutine]
fn descend_first(depth: u32) -> BoxCoroutine<'static, (), u32> {
    if depth > 0 {
        yield_from!(descend_first(depth - 1));
    }
    yield_!(depth);
}

#[test]
fn the_first_yield_may_be_at_the_bottom() {
    assert!(descend_first(DEEP).iterate().eq(0..=DEEP));
}

type Answer = Result<u32, String>;

/// Each level answers with its depth, catches errors that begin with its name, and passes on the
/// others.
#[cogen::coroutine]
fn levels(depth: u32, log: Log) -> BoxCoroutine<'static, Answer, String, Result<u32, String>> {
    let _noisy = Noisy(log.clone(), format!("{depth}"));
    let answer = yield_!(format!("{depth} begins"))?;
    log.push(format!("{depth} got {answer}"));
    if depth > 0 {
        match yield_from!(levels(depth - 1, log.clone())) {
            Err(error) if error.starts_with(&depth.to_string()) => {
                log.push(format!("{depth} caught {error}"))
            }
            other => log.push(format!("{depth} gets {}", other?)),
        }
    }
    let last = yield_!(format!("{depth} ends"))?;
    Ok(last + depth)
}

fn said(state: CoroutineState<String, Result<u32, String>>) -> String {
    format!("{state:?}")
}

#[test]
fn arguments_and_errors_go_straight_in_and_out() {
    let log = Log::default();
    let mut levels = levels(3, log.clone());
    assert_eq!(said(levels.start()), r#"Yielded("3 begins")"#);
    assert_eq!(said(levels.send(Ok(10))), r#"Yielded("2 begins")"#);
    assert_eq!(said(levels.send(Ok(11))), r#"Yielded("1 begins")"#);
    assert_eq!(said(levels.send(Ok(12))), r#"Yielded("0 begins")"#);
    assert_eq!(log.take(), ["3 got 10", "2 got 11", "1 got 12"]);
    assert_eq!(said(levels.throw("2 is to blame".to_owned())), r#"Yielded("2 ends")"#);
    assert_eq!(log.take(), ["drop 0", "drop 1", "2 caught 2 is to blame"]);
    assert_eq!(said(levels.send(Ok(20))), r#"Yielded("3 ends")"#);
    assert_eq!(log.take(), ["drop 2", "3 gets 22"]);
    assert_eq!(said(levels.throw("nobody's".to_owned())), r#"Complete(Err("nobody's"))"#);
    assert_eq!(log.take(), ["drop 3"]);
}

#[test]
fn the_end_comes_innermost_first() {
    let log = Log::default();
    let mut first = levels(2, log.clone());
    first.start();
    first.send(Ok(1));
    first.send(Ok(1));
    log.take();
    first.close();
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2"]);
    assert_eq!(first.try_send(Ok(1)).unwrap_err().into_inner(), Ok(1));
    drop(first);

    let mut second = levels(2, log.clone());
    second.start();
    second.send(Ok(1));
    log.take();
    drop(second);
    assert_eq!(log.take(), ["drop 1", "drop 2"]);
}

#[cogen::coroutine]
fn panicking(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32> {
    let _noisy = Noisy(log.clone(), format!("{depth}"));
    yield_!(depth);
    assert!(depth > 0, "at the bottom");
    yield_from!(panicking(depth - 1, log));
}

#[test]
fn a_panic_closes_all_levels() {
    let log = Log::default();
    let mut walk = panicking(3, log.clone());
    for depth in [3, 2, 1, 0] {
        assert_eq!(walk.start(), Yielded(depth));
    }
    let panic = catch_unwind(AssertUnwindSafe(|| walk.start())).unwrap_err();
    assert_eq!(*panic.downcast::<&str>().unwrap(), "at the bottom");
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2", "drop 3"]);
    assert_eq!(walk.status(), Status::Closed);
}

#[test]
fn a_panic_on_the_way_up_closes_all_levels() {
    #[cogen::coroutine]
    fn up(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32, u32> {
        let _noisy = Noisy(log.clone(), format!("{depth}"));
        yield_!(depth);
        let below = if depth > 0 { yield_from!(up(depth - 1, log.clone())) } else { 0 };
        assert_ne!(below, 2, "on the way up");
        below + 1
    }

    let log = Log::default();
    let mut walk = up(4, log.clone());
    for _ in 0..5 {
        walk.start();
    }
    let panic = catch_unwind(AssertUnwindSafe(|| walk.start())).unwrap_err();
    assert!(panic.downcast::<String>().unwrap().contains("on the way up"));
    assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2", "drop 3", "drop 4"]);
}

struct Bomb(Log, u32);

impl Drop for Bomb {
    fn drop(&mut self) {
        self.0.push(format!("drop {}", self.1));
        assert_ne!(self.1, 1, "from a destructor");
    }
}

#[test]
fn a_panic_of_a_destructor_lets_the_others_be_closed() {
    #[cogen::coroutine]
    fn mined(depth: u32, log: Log) -> BoxCoroutine<'static, (), u32> {
        let _bomb = Bomb(log.clone(), depth);
        yield_!(depth);
        if depth > 0 {
            yield_from!(mined(depth - 1, log));
        }
    }

    for by_drop in [false, true] {
        let log = Log::default();
        let mut walk = mined(3, log.clone());
        for _ in 0..4 {
            walk.start();
        }
        let panic =
            catch_unwind(AssertUnwindSafe(|| if by_drop { drop(walk) } else { walk.close() }))
                .unwrap_err();
        assert!(panic.downcast::<String>().unwrap().contains("from a destructor"));
        assert_eq!(log.take(), ["drop 0", "drop 1", "drop 2", "drop 3"]);
    }
}

/// A coroutine that the attribute didn't box.
#[cogen::coroutine]
fn unboxed(depth: u32) -> impl Coroutine<u32, Yield = String, Return = u32> {
    let answer = yield_!(format!("unboxed {depth}"));
    answer + yield_from!(mixed(depth))
}

#[cogen::coroutine]
fn mixed(depth: u32) -> BoxCoroutine<'static, u32, String, u32> {
    let answer = yield_!(format!("boxed {depth}"));
    answer
        + match (depth, depth % 3) {
            (0, _) => 1,
            (_, 0) => yield_from!(ByHand(mixed(depth - 1))),
            (_, 1) => yield_from!(unboxed(depth - 1)),
            _ => {
                let mut inner = Box::pin(co! {
                    let mut below = mixed(depth - 1);
                    let answer = yield_!(format!("block {depth}"));
                    answer + yield_from!(&mut below) + yield_!(format!("block {depth} again"))
                });
                yield_from!(inner.as_mut())
            }
        }
}

/// A foreign coroutine, which only has a `resume`.
struct ByHand(BoxCoroutine<'static, u32, String, u32>);

impl Coroutine<u32> for ByHand {
    type Yield = String;
    type Return = u32;

    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<String, u32> {
        self.0.as_mut().begin()
    }

    fn resume(mut self: Pin<&mut Self>, argument: u32) -> CoroutineState<String, u32> {
        self.0.as_mut().resume(argument)
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.0.as_mut().terminate();
    }

    fn status(&self) -> Status {
        self.0.status()
    }
}

fn drained(
    mut coroutine: Pin<&mut dyn Coroutine<u32, Yield = String, Return = u32>>,
) -> (Vec<String>, u32) {
    let mut said = Vec::new();
    let mut state = coroutine.start();
    loop {
        match state {
            Yielded(line) => said.push(line),
            Complete(sum) => return (said, sum),
        }
        state = coroutine.send(1);
    }
}

#[test]
fn mixed_chains_behave_alike() {
    let (said, sum) = drained(mixed(6).as_mut());
    let expected = [
        "boxed 6",
        "boxed 5",
        "block 5",
        "boxed 4",
        "unboxed 3",
        "boxed 3",
        "boxed 2",
        "block 2",
        "boxed 1",
        "unboxed 0",
        "boxed 0",
        "block 2 again",
        "block 5 again",
    ];
    assert_eq!(said, expected);
    assert_eq!(sum, expected.len() as u32 + 1);

    let (said, _) = drained(pin!(unboxed(6)));
    assert_eq!(said[1..], expected);

    // Closed and dropped at each point.
    for steps in 0..expected.len() {
        let mut walk = mixed(6);
        walk.start();
        for _ in 0..steps {
            walk.send(1);
        }
        if steps % 2 == 0 {
            walk.close();
        }
    }
}

#[test]
fn one_that_has_walked_by_itself_is_delegated_to() {
    #[cogen::coroutine]
    fn outer(
        mut inner: BoxCoroutine<'static, (), u32, u64>,
    ) -> BoxCoroutine<'static, (), u32, u64> {
        yield_!(0);
        assert_eq!(inner.start(), Yielded(2), "by hand, where its leaves are its own");
        let sum = yield_from!(&mut inner);
        assert_eq!(inner.status(), Status::Closed);
        sum
    }

    let mut inner = down(4);
    inner.start();
    inner.start();
    let mut outer = outer(inner);
    let rest: Vec<_> = std::iter::from_fn(|| outer.start().yielded()).collect();
    assert_eq!(rest, [0, 1, 1, 2, 3, 4]);
}

#[test]
fn what_is_borrowed_can_be_used_after_the_delegation() {
    #[cogen::coroutine]
    fn twice<'a>(
        walk: &'a mut BoxCoroutine<'static, (), u32>,
        log: &'a Log,
    ) -> BoxCoroutine<'a, (), u32> {
        yield_from!(&mut *walk);
        log.push(format!("{:?}", walk.status()));
    }

    let log = Log::default();
    let mut walk = descend_first(2);
    assert!(twice(&mut walk, &log).iterate().eq([0, 1, 2]));
    assert_eq!(log.take(), ["Closed"]);

    // If a root is never dropped, the coroutine that it borrowed continues at its place.
    let mut walk = down(3);
    {
        #[cogen::coroutine]
        fn borrows<'a>(
            walk: &'a mut BoxCoroutine<'static, (), u32, u64>,
        ) -> BoxCoroutine<'a, (), u32, u64> {
            yield_from!(walk)
        }

        let mut forgotten = borrows(&mut walk);
        assert_eq!(forgotten.start(), Yielded(3));
        assert_eq!(forgotten.start(), Yielded(2));
        std::mem::forget(forgotten);
    }
    assert_eq!(walk.start(), Yielded(1));
    assert_eq!(walk.start(), Yielded(1));
    assert_eq!(walk.start(), Yielded(2));
    assert_eq!(walk.start(), Yielded(3));
    assert_eq!(walk.start(), Complete(6));

    let log = Log::default();
    let mut walk = levels(3, log.clone());
    {
        #[cogen::coroutine]
        fn borrows<'a>(
            walk: &'a mut BoxCoroutine<'static, Answer, String, Answer>,
        ) -> BoxCoroutine<'a, Answer, String, Answer> {
            yield_from!(walk)
        }

        let mut forgotten = borrows(&mut walk);
        forgotten.start();
        forgotten.send(Ok(1));
        assert_eq!(said(forgotten.send(Ok(1))), r#"Yielded("1 begins")"#);
        std::mem::forget(forgotten);
    }
    assert_eq!(said(walk.send(Ok(1))), r#"Yielded("0 begins")"#);
    assert_eq!(said(walk.throw("1 is to blame".to_owned())), r#"Yielded("1 ends")"#);
    assert_eq!(said(walk.send(Ok(1))), r#"Yielded("2 ends")"#);
    walk.close();
    assert_eq!(
        log.take()[3..],
        ["drop 0", "1 caught 1 is to blame", "drop 1", "2 gets 2", "drop 2", "drop 3"]
    );
}

#[test]
fn a_half_walked_one_goes_to_another_thread() {
    #[cogen::coroutine]
    fn sent(depth: u32) -> SendBoxCoroutine<'static, (), u32> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(sent(depth - 1));
        }
    }

    let mut walk = sent(5);
    assert_eq!(walk.start(), Yielded(5));
    assert_eq!(walk.start(), Yielded(4));
    let mut walk = std::thread::spawn(move || {
        assert_eq!(walk.start(), Yielded(3));
        walk
    })
    .join()
    .unwrap();
    assert_eq!(walk.start(), Yielded(2));
}

#[test]
fn a_coroutine_without_a_box_above_keeps_the_cost_low_too() {
    #[cogen::coroutine]
    fn whole(depth: u32) -> impl Iterator<Item = u32> {
        yield_from!(descend_first(depth));
    }

    assert!(whole(DEEP).eq(0..=DEEP));
}

/// A pointer to one coroutine, and to another from its second use on.
struct Fickle([BoxCoroutine<'static, (), u32>; 2], usize);

impl std::ops::Deref for Fickle {
    type Target = BoxCoroutine<'static, (), u32>;

    fn deref(&self) -> &Self::Target {
        &self.0[self.1.min(1)]
    }
}

impl std::ops::DerefMut for Fickle {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.1 += 1;
        &mut self.0[(self.1 - 1).min(1)]
    }
}

#[test]
fn a_pointer_of_ones_own_is_asked_at_each_resume() {
    #[cogen::coroutine]
    fn outer() -> BoxCoroutine<'static, (), u32> {
        yield_from!(Pin::new(Fickle([descend_first(1), descend_first(2)], 0)));
    }

    assert!(outer().iterate().eq([0, 0, 1, 2]));
}

#[test]
fn what_is_borrowed_is_not_the_roots_to_close() {
    #[cogen::coroutine]
    fn borrows<'a>(
        walk: &'a mut BoxCoroutine<'static, (), u32, u64>,
    ) -> BoxCoroutine<'a, (), u32, u64> {
        yield_from!(walk)
    }

    let mut walk = down(5);
    for by_drop in [false, true] {
        let mut root = borrows(&mut walk);
        assert!(root.start().is_yielded());
        if !by_drop {
            root.close();
        }
    }
    assert_eq!(walk.status(), Status::Suspended);
    assert_eq!(walk.start(), Yielded(3));

    #[cogen::coroutine(struct = Named)]
    fn named() -> impl Coroutine<(), Yield = u32, Return = u64> {
        yield_from!(down(3))
    }

    #[cogen::coroutine]
    fn borrows_named<'a>(walk: Pin<&'a mut Named>) -> BoxCoroutine<'a, (), u32, u64> {
        yield_from!(walk)
    }

    let mut named = Box::pin(named());
    assert_eq!(borrows_named(named.as_mut()).start(), Yielded(3));
    assert_eq!(named.status(), Status::Suspended);
    assert_eq!(named.start(), Yielded(2));
}

#[test]
fn what_a_sent_one_returns_need_not_be_sent() {
    #[cogen::coroutine]
    fn sent(depth: u32) -> SendBoxCoroutine<'static, (), u32, Rc<u32>> {
        yield_!(depth);
        if depth == 0 {
            return Rc::new(0);
        }
        let below = *yield_from!(sent(depth - 1));
        Rc::new(below + depth)
    }

    let mut walk = sent(2);
    walk.start();
    let mut walk = std::thread::spawn(move || {
        walk.start();
        walk
    })
    .join()
    .unwrap();
    walk.start();
    assert_eq!(walk.start(), Complete(Rc::new(3)));
}

#[test]
fn deep_and_wide() {
    #[cogen::coroutine]
    fn tree(from: u32, to: u32) -> BoxCoroutine<'static, (), u32, u32> {
        if from == to {
            return 0;
        }
        let middle = from + (to - from) / 2;
        let left = yield_from!(tree(from, middle));
        yield_!(middle);
        left + 1 + yield_from!(tree(middle + 1, to))
    }

    let mut walk = tree(0, 1000);
    for n in 0..1000 {
        assert_eq!(walk.start(), Yielded(n));
    }
    assert_eq!(walk.start(), Complete(1000));
}
