//! Rows B1 to B11: delegation, PEP 380.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::pin::pin;
use std::thread;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt};

use crate::averager::{Key, Results, grouper};
use crate::output::say;
use crate::python::{self, say_if_ended, say_yielded};

/// B1 (notes 002, 004): delegation to anything that can be iterated over.
pub(crate) fn iterables() {
    #[cogen::coroutine]
    fn chain(
        my_list: Vec<i32>,
        my_dict: [(&'static str, &'static str); 2],
    ) -> impl Iterator<Item = String> {
        yield_from!(my_list.iter().map(i32::to_string));
        yield_from!(my_dict.map(|(key, _)| key.to_owned()));
        yield_from!((5..10).map(|number| number.to_string()));
    }

    for item in chain(vec![1, 2, 3], [("frank", "yangchao"), ("ailsa", "liuliu")]) {
        say!("{item}");
    }
}

/// The errors that some rows throw.
struct DemoException(&'static str);

/// B2 (notes 000, 001, 002): yielded values pass straight out, and sent values and thrown errors
/// pass straight in. The delegating coroutine never sees them.
pub(crate) fn channel() {
    type Sent = Result<i32, DemoException>;

    #[cogen::coroutine]
    fn sub() -> impl Coroutine<Sent, Yield = i32> {
        let mut total = 0;
        loop {
            match yield_!(total) {
                Ok(number) => total += number,
                Err(DemoException(_)) => {
                    say!("sub: handled, starting over");
                    total = 0;
                }
            }
        }
    }

    #[cogen::coroutine]
    fn delegating() -> impl Coroutine<Sent, Yield = i32> {
        say!("delegating: before");
        yield_from!(sub());
        say!("never reached");
    }

    let mut outer = pin!(delegating());
    say_yielded(outer.start());
    say_yielded(outer.send(Ok(3)));
    say_yielded(outer.send(Ok(4)));
    say_yielded(outer.throw(DemoException("")));
    say_yielded(outer.send(Ok(5)));
}

/// B3 (note 004): the delegation starts the sub-coroutine, so it must not be primed by hand.
pub(crate) fn starts_the_inner_one() {
    #[cogen::coroutine]
    fn sub() -> impl Coroutine<&'static str, Yield = &'static str> {
        say!("sub: started");
        let received = yield_!("first");
        say!("sub: received {received}");
    }

    #[cogen::coroutine]
    fn delegating() -> impl Coroutine<&'static str, Yield = &'static str> {
        say!("delegating: started");
        yield_from!(sub());
        say!("delegating: done");
    }

    let mut outer = pin!(delegating());
    say_yielded(outer.start());
    say_if_ended(outer.send("hello"));
}

/// B4 (notes 000, 001, 002): the value of the delegation is the sub-coroutine's return value.
pub(crate) fn value() {
    #[cogen::coroutine]
    fn sub() -> impl Coroutine<i32, Yield = String, Return = i32> {
        yield_!("first?".to_owned()) + yield_!("second?".to_owned())
    }

    #[cogen::coroutine]
    fn delegating() -> impl Coroutine<i32, Yield = String> {
        let total = yield_from!(sub());
        yield_!(format!("total {total}"));
    }

    let mut outer = pin!(delegating());
    say_yielded(outer.start());
    say_yielded(outer.send(20));
    say_yielded(outer.send(22));
}

/// A group and a unit, which form the key, and the values.
type Data<'a> = (&'a str, &'a str, &'a [f64]);

/// The caller of row B5: it only talks to the delegating coroutine.
fn collect(data: &[Data<'_>]) -> Results {
    let results = RefCell::new(BTreeMap::new());
    for &(group, unit, values) in data {
        let mut group = pin!(grouper(&results, Key::new(group, unit)));
        group.start();
        for &value in values {
            group.send(Some(value));
        }
        group.send(None); // else nothing is ever written: see row B6
    }
    results.into_inner()
}

/// B5 (notes 000, 001): grouper and report, with the data of both notes.
pub(crate) fn grouper_and_report() {
    const FLUENT: [Data<'_>; 4] = [
        ("girls", "kg", &[40.9, 38.5, 44.3, 42.2, 45.2, 41.7, 44.5, 38.0, 40.6, 44.5]),
        ("girls", "m", &[1.6, 1.51, 1.4, 1.3, 1.41, 1.39, 1.33, 1.46, 1.45, 1.43]),
        ("boys", "kg", &[39.0, 40.8, 43.2, 40.8, 43.1, 38.6, 41.4, 40.6, 36.3]),
        ("boys", "m", &[1.38, 1.5, 1.32, 1.25, 1.37, 1.48, 1.25, 1.49, 1.46]),
    ];
    const OWN: [Data<'_>; 4] = [
        ("girls", "m", &[1.6, 1.51, 1.25, 1.3, 1.41, 1.37, 1.43, 1.46, 1.25, 1.43]),
        ("boys", "m", &[1.88, 1.5, 1.32, 1.25, 1.37, 1.58, 1.35, 1.49, 1.36]),
        ("girls", "kg", &[40.9, 48.5, 42.3, 42.2, 45.2, 41.7, 46.5, 38.0, 47.6, 34.8]),
        ("boys", "kg", &[59.0, 50.8, 43.2, 39.8, 43.1, 48.6, 41.6, 40.6, 56.3]),
    ];

    for (key, result) in collect(&FLUENT) {
        say!(
            "{:2} {:5} averaging {:.2}{}",
            result.count,
            key.group(),
            result.average.unwrap_or(f64::NAN),
            key.unit()
        );
    }
    for (key, result) in collect(&OWN) {
        say!(
            "{} {} averaging {:.2} {}",
            result.count,
            key.group(),
            result.average.unwrap_or(f64::NAN),
            key.unit()
        );
    }
}

/// B6 (note 001): without the final "stop" the delegation never ends, and no result is written.
pub(crate) fn without_the_stop() {
    let results = RefCell::new(BTreeMap::new());
    for (group, values) in [("girls", [40.9, 38.5]), ("boys", [39.0, 40.8])] {
        let mut group = pin!(grouper(&results, Key::new(group, "kg")));
        group.start();
        for value in values {
            group.send(Some(value));
        }
        // No `send(None)`: the group is dropped at its current yield.
    }
    say!("{:?}", results.into_inner());
}

/// B7 (note 002): an error that the sub-coroutine doesn't handle reaches the delegation, where the
/// delegating coroutine may handle it.
pub(crate) fn error_at_the_delegation() {
    type Sent = Result<i32, DemoException>;
    type Ended = Result<(), DemoException>;

    #[cogen::coroutine]
    fn sub() -> impl Coroutine<Sent, Yield = &'static str, Return = Ended> {
        loop {
            let x = yield_!("")?;
            say!("sub: received {x}");
        }
    }

    #[cogen::coroutine]
    fn delegating() -> impl Coroutine<Sent, Yield = &'static str, Return = Ended> {
        if let Err(DemoException(error)) = yield_from!(sub()) {
            say!("delegating: handled {error}");
        }
        yield_!("after the sub-coroutine")?;
        Ok(())
    }

    let mut outer = pin!(delegating());
    outer.start();
    outer.send(Ok(1));
    say_yielded(outer.throw(DemoException("out of the sub-coroutine")));
    if let Complete(Err(DemoException(error))) = outer.throw(DemoException("unhandled")) {
        say!("caller: {error}");
    }
}

/// B8 (note 002): `close` closes the sub-coroutine first.
pub(crate) fn closes_the_inner_one_first() {
    struct Finally(&'static str);

    impl Drop for Finally {
        fn drop(&mut self) {
            say!("{}: closed", self.0);
        }
    }

    #[cogen::coroutine]
    fn sub() -> impl Coroutine {
        let _finally = Finally("sub");
        yield_!();
    }

    #[cogen::coroutine]
    fn delegating() -> impl Coroutine {
        let _finally = Finally("delegating");
        yield_from!(sub());
    }

    let mut outer = pin!(delegating());
    outer.start();
    outer.close();
    say!("{}", python::state(outer.status()));
}

/// B9 (notes 000, 001): chains of any length, driven from the outermost, also by a `for` loop. A
/// function that calls itself returns a box.
///
/// As in Python, where the recursion limit counts them, the members of a chain call each other:
/// unoptimized, each takes two kilobytes of the stack. Not every system gives the main thread
/// enough for a thousand.
pub(crate) fn chains() {
    let thread = thread::Builder::new()
        .stack_size(8 << 20)
        .spawn(drive_chains)
        .expect("there is memory for a thread");
    thread.join().expect("the chains end");
}

fn drive_chains() {
    #[cogen::coroutine]
    fn chain(length: u32) -> BoxCoroutine<'static, &'static str, &'static str, String> {
        if length == 0 {
            let received = yield_!("innermost");
            return format!("got {received}");
        }
        yield_from!(chain(length - 1))
    }

    #[cogen::coroutine]
    fn count(length: u32) -> BoxCoroutine<'static, (), u32> {
        match length {
            0 => yield_from!(0..3),
            _ => yield_from!(count(length - 1)),
        }
    }

    for length in [1, 10, 1000] {
        let mut outermost = chain(length);
        if let Yielded(value) = outermost.start() {
            say!("{length} {value}");
        }
        if let Complete(value) = outermost.send("a value") {
            say!("{length} {value}");
        }
    }
    for number in count(1000).iterate() {
        say!("{number}");
    }
}

/// B10 (note 004): a proxy that restarts its sub-coroutine.
pub(crate) fn restarting_proxy() {
    #[cogen::coroutine]
    fn sum(num: u32) -> impl Coroutine<Option<u32>, Yield = u32> {
        let mut next = Some(num);
        while let Some(num) = next {
            next = yield_!((1..=num).sum());
        }
    }

    #[cogen::coroutine]
    fn proxy() -> impl Coroutine<Option<u32>, Yield = u32> {
        loop {
            yield_from!(sum(0));
            say!("proxy done");
        }
    }

    let mut p = pin!(proxy());
    p.start();
    for i in 5..10 {
        say_yielded(p.send(Some(i)));
    }
    p.send(None);
}

/// B11 (note 004): a custom iterator as the delegate.
///
/// The note delegates to the same object in an endless loop. After the iterator is exhausted, that
/// loop spins without yielding again. This form ends.
pub(crate) fn custom_iterator() {
    struct A {
        num: u32,
    }

    impl Iterator for A {
        type Item = u32;

        fn next(&mut self) -> Option<u32> {
            (self.num < 10).then(|| {
                self.num += 1;
                self.num
            })
        }
    }

    #[cogen::coroutine]
    fn numbers() -> impl Iterator<Item = u32> {
        yield_from!(A { num: 1 });
    }

    for i in numbers() {
        say!("{i}");
    }
}
