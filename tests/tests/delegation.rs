//! `yield_from!`: coroutines, foreign coroutines, iterators, recursion.

use std::cell::RefCell;
use std::pin::{Pin, pin};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, CoroutineState, Shared, Status, co};

#[cogen::coroutine]
fn sum() -> impl Coroutine<Option<i32>, Yield = i32, Return = i32> {
    let mut total = 0;
    while let Some(number) = yield_!(total) {
        total += number;
    }
    total
}

#[cogen::coroutine]
fn sums(count: usize) -> impl Coroutine<Option<i32>, Yield = i32, Return = Vec<i32>> {
    let mut sums = Vec::new();
    for _ in 0..count {
        sums.push(yield_from!(sum()));
    }
    sums
}

#[test]
fn values_go_out_arguments_go_in_and_the_return_value_comes_back() {
    let mut sums = pin!(sums(2));
    assert_eq!(sums.start(), Yielded(0), "the delegation starts the inner one");
    assert_eq!(sums.send(Some(1)), Yielded(1));
    assert_eq!(sums.send(Some(2)), Yielded(3));
    assert_eq!(sums.send(None), Yielded(0), "the next inner one has started");
    assert_eq!(sums.send(Some(5)), Yielded(5));
    assert_eq!(sums.send(None), Complete(vec![3, 5]));
}

#[test]
fn an_inner_one_that_never_yields_is_passed_over() {
    let mut outer = pin!(co! {
        let one: i32 = yield_from!(co! { 1 });
        let two: i32 = yield!(one);
        two
    });
    assert_eq!(outer.start(), Yielded(1));
    assert_eq!(outer.send(2), Complete(2));
}

#[cogen::coroutine]
fn every_kind_of_pointer() -> impl Coroutine<(), Yield = u32, Return = u32> {
    yield_from!(count(1));
    yield_from!(pin!(count(2)));
    yield_from!(Box::pin(count(3)));
    let mut pinned = pin!(count(4));
    yield_from!(pinned.as_mut());
    yield_from!(&mut Box::pin(count(5)));
    let boxed: BoxCoroutine<'_, (), u32, u32> = Box::pin(count(6));
    yield_from!(Box::new(boxed));
    yield_from!(Box::pin(count(7)).primed());
    yield_from!(Shared::new(count(8)))
}

#[cogen::coroutine]
fn count(n: u32) -> impl Coroutine<(), Yield = u32, Return = u32> {
    yield_!(n);
    10 * n
}

#[test]
fn coroutines_may_stand_behind_pointers() {
    let mut all = Box::pin(every_kind_of_pointer()).iterate();
    assert!(all.by_ref().eq(1..=8));
    assert_eq!(all.into_return(), Some(80));
}

/// Written by hand: yields twice the sent number, three times.
struct Doubler {
    left: u32,
    status: Status,
}

impl Coroutine<u32> for Doubler {
    type Yield = u32;
    type Return = &'static str;

    fn begin(mut self: Pin<&mut Self>) -> CoroutineState<u32, &'static str> {
        self.status = Status::Suspended;
        Yielded(0)
    }

    fn resume(mut self: Pin<&mut Self>, number: u32) -> CoroutineState<u32, &'static str> {
        if self.left == 0 {
            self.status = Status::Closed;
            return Complete("doubled");
        }
        self.left -= 1;
        Yielded(2 * number)
    }

    fn terminate(mut self: Pin<&mut Self>) {
        self.status = Status::Closed;
    }

    fn status(&self) -> Status {
        self.status
    }
}

#[cogen::coroutine]
fn around<C: Coroutine<u32, Yield = u32>>(
    inner: C,
) -> impl Coroutine<u32, Yield = u32, Return = C::Return> {
    yield_from!(inner)
}

#[test]
fn foreign_coroutines_are_delegated_to_through_their_resume() {
    let mut outer = pin!(around(around(Doubler { left: 2, status: Status::Created })));
    assert_eq!(outer.start(), Yielded(0));
    assert_eq!(outer.send(1), Yielded(2));
    assert_eq!(outer.send(2), Yielded(4));
    assert_eq!(outer.send(3), Complete("doubled"));
}

#[cogen::coroutine]
fn chain() -> impl Iterator<Item = u32> {
    yield_from!(vec![1, 2]);
    yield_from!(3..5);
    yield_from!(Some(5));
    let list = RefCell::new(vec![6, 7]);
    yield_from!(list.borrow().iter().copied());
    let boxed: Box<dyn Iterator<Item = u32>> = Box::new(8..9);
    yield_from!(boxed);
}

#[test]
fn iterators_are_delegated_to_with_their_temporaries_alive() {
    assert!(chain().eq(1..9));
}

type Stop = Result<(), &'static str>;

#[cogen::coroutine]
fn interruptible() -> impl Coroutine<Stop, Yield = u32, Return = (Stop, Stop)> {
    (yield_from!(1..3), yield_from!(1..3))
}

#[test]
fn an_error_thrown_at_an_iterator_ends_the_delegation() {
    let mut numbers = pin!(interruptible());
    assert_eq!(numbers.start(), Yielded(1));
    assert_eq!(numbers.send(Ok(())), Yielded(2));
    assert_eq!(numbers.send(Ok(())), Yielded(1));
    assert_eq!(numbers.throw("stop"), Complete((Ok(()), Err("stop"))));
}

type Signal = Result<u32, String>;

#[cogen::coroutine]
fn handles(what: &str) -> impl Coroutine<Signal, Yield = String, Return = Signal> {
    let mut last = 0;
    loop {
        match yield_!(format!("{what} {last}")) {
            Ok(0) => return Ok(last),
            Ok(number) => last = number,
            Err(error) if error == what => last = 0,
            Err(error) => return Err(error),
        }
    }
}

#[cogen::coroutine]
fn catches() -> impl Coroutine<Signal, Yield = String, Return = Signal> {
    match yield_from!(handles("inner")) {
        Ok(number) => yield_!(format!("returned {number}")),
        Err(error) => yield_!(format!("caught {error}")),
    }?;
    yield_from!(handles("second"))
}

#[test]
fn thrown_errors_go_in_and_what_the_inner_one_lets_out_comes_out_at_the_delegation() {
    let mut outer = pin!(catches());
    assert_eq!(outer.start(), Yielded("inner 0".to_owned()));
    assert_eq!(outer.send(Ok(3)), Yielded("inner 3".to_owned()));
    assert_eq!(
        outer.throw("inner".to_owned()),
        Yielded("inner 0".to_owned()),
        "handled inside, unseen outside"
    );
    assert_eq!(outer.throw("other".to_owned()), Yielded("caught other".to_owned()));
    assert_eq!(outer.send(Ok(1)), Yielded("second 0".to_owned()));
    assert_eq!(outer.throw("last".to_owned()), Complete(Err("last".to_owned())));
}

#[cogen::coroutine]
fn hanoi(
    discs: u32,
    from: char,
    to: char,
    by: char,
) -> BoxCoroutine<'static, (), (char, char), u32> {
    if discs == 0 {
        return 0;
    }
    let before = yield_from!(hanoi(discs - 1, from, by, to));
    yield_!((from, to));
    before + 1 + yield_from!(hanoi(discs - 1, by, to, from))
}

#[test]
fn recursion_goes_through_a_box() {
    let mut moves = hanoi(3, 'a', 'c', 'b').iterate();
    assert_eq!(moves.by_ref().count(), 7);
    assert_eq!(moves.into_return(), Some(7));
}

#[cogen::coroutine]
fn takes_over<C: Coroutine<(), Yield = u32, Return = u32> + Unpin>(
    mut inner: C,
) -> impl Coroutine<(), Yield = u32> {
    let first = inner.start();
    assert_eq!(first, Yielded(1));
    assert_eq!(yield_from!(&mut inner), 10);
    assert_eq!(inner.status(), Status::Closed);
}

#[test]
fn a_started_one_goes_on_where_nothing_is_sent() {
    assert_eq!(Box::pin(takes_over(Box::pin(count(1)))).iterate().count(), 0);
}

#[cogen::coroutine]
fn three() -> impl Coroutine<(), Yield = u32> {
    yield_from!([1, 2, 3]);
}

#[cogen::coroutine]
fn passes_on<C: Coroutine<(), Yield = u32>>(inner: C) -> impl Coroutine<(), Yield = u32> {
    yield_from!(inner);
}

#[test]
fn one_that_delegates_goes_on_likewise() {
    let mut inner = Box::pin(passes_on(three()));
    inner.start();
    assert_eq!(pin!(passes_on(&mut inner)).start(), Yielded(2));
    assert!(Box::pin(passes_on(inner)).iterate().eq([3]));
}

#[cogen::coroutine]
fn echo() -> impl Coroutine<u32, Yield = u32> {
    let mut heard = yield_!(0);
    loop {
        heard = yield_!(heard);
    }
}

#[test]
fn a_started_or_closed_one_that_needs_an_argument_panics_with_the_reason() {
    for close in [false, true] {
        let mut inner = Box::pin(echo());
        inner.start();
        if close {
            inner.close();
        }
        let mut outer = Box::pin(around(inner));
        let panic =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outer.start())).unwrap_err();
        let message = *panic.downcast_ref::<&str>().unwrap();
        assert!(
            message.contains(if close { "coroutine is closed" } else { "coroutine has started" }),
            "{message}"
        );
        assert_eq!(outer.status(), Status::Closed);
    }
}

#[test]
fn a_started_one_that_was_lent_is_left_as_it_was() {
    let mut inner = Box::pin(echo());
    inner.start();
    let mut outer = Box::pin(around(inner.as_mut()));
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outer.start())).is_err());
    drop(outer);
    assert_eq!(inner.send(5), Yielded(5));
}

#[test]
fn one_that_is_left_in_the_middle_can_be_used_on() {
    let mut inner = Box::pin(echo());
    {
        let mut outer = pin!(around(&mut inner));
        outer.start();
        assert_eq!(outer.send(5), Yielded(5));
        outer.close();
    }
    assert_eq!(inner.status(), Status::Suspended);
    assert_eq!(inner.send(6), Yielded(6));
}

#[cogen::coroutine]
fn boxed_echo() -> BoxCoroutine<'static, u32, u32> {
    yield_from!(echo())
}

/// Delegates to a coroutine that has started, with a value that it was sent itself.
#[cogen::coroutine]
fn forward(inner: impl Coroutine<u32, Yield = u32>) -> impl Coroutine<u32, Yield = u32> {
    yield_from!(inner, yield_!(100) + 1);
}

#[cogen::coroutine]
fn boxed_forward<'a>(inner: BoxCoroutine<'a, u32, u32>) -> BoxCoroutine<'a, u32, u32> {
    let number = yield_!(100);
    yield_from!(inner, number + 1);
}

#[test]
fn a_started_one_goes_on_with_the_value_that_comes_with_it() {
    fn check(mut outer: impl Coroutine<u32, Yield = u32, Return = ()> + Unpin) {
        assert_eq!(outer.start(), Yielded(100));
        assert_eq!(outer.send(1), Yielded(2));
        assert_eq!(outer.send(3), Yielded(3));
    }

    fn started<C: Coroutine<u32> + Unpin>(mut coroutine: C) -> C {
        coroutine.start();
        coroutine
    }

    let mut lent = started(Box::pin(echo()));
    check(pin!(forward(&mut lent)));
    check(pin!(forward(lent.as_mut())));
    assert_eq!(lent.send(4), Yielded(4));
    let mut on_the_stack = pin!(echo());
    on_the_stack.start();
    check(pin!(forward(&mut on_the_stack)));
    check(pin!(forward(lent)));
    check(pin!(forward(started(boxed_echo()))));
    check(boxed_forward(started(boxed_echo())));
    check(boxed_forward(started(Box::pin(echo()) as BoxCoroutine<'_, u32, u32>)));
    check(pin!(forward(echo_behind_two_boxes(started(boxed_echo())))));
    // The first value of a primed coroutine is skipped.
    check(pin!(forward(Box::pin(echo()).primed())));
    check(pin!(forward(cogen::Shared::new(started(Box::pin(echo()))))));
    // In the expansion of another macro:
    macro_rules! hand_over {
        ($to:expr, $value:expr) => {
            yield_from!($to, $value)
        };
    }
    check(pin!(cogen::co! {
        let number = yield!(100);
        hand_over!(started(boxed_echo()), number + 1);
    }));
}

fn echo_behind_two_boxes(
    inner: BoxCoroutine<'static, u32, u32>,
) -> Box<BoxCoroutine<'static, u32, u32>> {
    Box::new(inner)
}

#[test]
fn one_that_returns_at_that_value_returns_it() {
    #[cogen::coroutine]
    fn once() -> BoxCoroutine<'static, u32, (), u32> {
        yield_!()
    }

    let mut inner = once();
    inner.start();
    let mut outer = pin!(cogen::co! {
        let sum = yield_from!(inner, 3) + 1;
        sum + yield!(())
    });
    assert_eq!(outer.start(), Yielded(()));
    assert_eq!(outer.send(2), Complete(6));

    // If nothing is sent, no value can be lost.
    let mut outer = pin!(cogen::co! { yield_from!(count(2), ()) });
    assert_eq!(outer.start(), Yielded(2));
}

#[test]
fn a_value_for_one_that_does_not_wait_for_it_panics_with_the_reason() {
    for (close, reason) in [(false, "coroutine not started"), (true, "coroutine is closed")] {
        let mut inner = Box::pin(echo());
        if close {
            inner.close();
        }
        let mut outer = Box::pin(forward(inner));
        outer.start();
        let panic =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| outer.send(1))).unwrap_err();
        let message = *panic.downcast_ref::<&str>().unwrap();
        assert!(message.contains(reason), "{message}");
        assert_eq!(outer.status(), Status::Closed);
    }
}

#[cogen::coroutine]
fn deep(depth: usize) -> BoxCoroutine<'static, u64, u64, usize> {
    if depth == 0 {
        let mut heard = 0;
        while heard < 3 {
            heard = yield_!(heard);
        }
        return 0;
    }
    1 + yield_from!(deep(depth - 1))
}

#[test]
fn chains_may_be_long() {
    let mut chain = deep(500);
    assert_eq!(chain.start(), Yielded(0));
    assert_eq!(chain.send(2), Yielded(2));
    assert_eq!(chain.send(3), Complete(500));
}
