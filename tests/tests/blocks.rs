//! `co!`: its types, and its other shapes.

use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutineExt, Coroutine, CoroutineExt, co};
use futures::StreamExt;
use futures::executor::block_on;

#[test]
fn nothing_is_sent_where_no_value_is_used() {
    let mut two = pin!(co! { yield!(1); yield!(2); });
    assert_eq!(two.start(), Yielded(1));
    assert_eq!(two.send(()), Yielded(2));
    assert_eq!(two.send(()), Complete(()));

    let squares = pin!(co! {
        for n in 1..4 {
            match n % 2 {
                0 => yield!(n * n),
                _ => { yield n * n }
            };
        }
        println!("{}", 1 + 1);
        "done"
    });
    assert_eq!(squares.iterate().collect::<Vec<_>>(), [1, 4, 9]);

    let mut waits = pin!(co! { async
        std::future::ready(()).await;
        yield!(1);
    });
    assert_eq!(block_on(waits.start()), Yielded(1));
}

#[test]
fn without_a_yield_the_context_tells_what_is_sent() {
    fn returned<Y>(coroutine: impl Coroutine<(), Yield = Y, Return = u8>) -> Option<u8> {
        pin!(coroutine).start().complete()
    }

    assert_eq!(returned::<u32>(co! { 1 }), Some(1));
}

#[test]
fn a_value_that_is_used_tells_its_type() {
    let mut echo = pin!(co! {
        let first = yield!(0);
        let second: u32 = yield!(first);
        yield!(second);
    });
    assert_eq!(echo.start(), Yielded(0));
    assert_eq!(echo.send(1), Yielded(1));
    assert_eq!(echo.send(2), Yielded(2));

    let mut typed = pin!(co! { let _: &str = yield!(1); });
    typed.start();
    assert_eq!(typed.send("ignored"), Complete(()));

    let mut last = pin!(co! { yield!(1) });
    last.start();
    assert_eq!(last.send('c'), Complete('c'));
}

#[test]
fn a_delegate_tells_what_is_sent() {
    #[cogen::coroutine]
    fn inner() -> impl Coroutine<u32, Yield = u32> {
        let number = yield_!(0);
        yield_!(2 * number);
    }

    let mut outer = pin!(co! { yield_from!(inner()); yield!(7); });
    assert_eq!(outer.start(), Yielded(0));
    assert_eq!(outer.send(4), Yielded(8));
    assert_eq!(outer.send(5), Yielded(7));
}

#[test]
fn a_yield_out_of_another_macro_may_be_used() {
    macro_rules! receive {
        () => {
            yield_!(1)
        };
    }

    let mut hidden = pin!(co! { let number: u8 = receive!(); number });
    assert_eq!(hidden.start(), Yielded(1));
    assert_eq!(hidden.send(9), Complete(9));
}

#[test]
fn types_are_written_as_those_of_a_function() {
    let mut echo = pin!(co! { -> impl Coroutine<u32, Yield = u8, Return = _> {
        yield!(1);
        yield!(2);
        "end"
    } });
    assert_eq!(echo.start(), Yielded(1));
    assert_eq!(echo.send(7_u32), Yielded(2));
    assert_eq!(echo.send(7), Complete("end"));

    let text = "a b";
    let mut words = pin!(co! { -> impl Coroutine<&str, Yield = &str> {
        for word in text.split(' ') {
            yield!(word);
        }
    } });
    assert_eq!(words.start(), Yielded("a"));
    assert_eq!(words.send(""), Yielded("b"));

    let mut waits = pin!(co! { -> impl AsyncCoroutine<u8, Yield = u8> {
        std::future::ready(()).await;
        yield!(1);
    } });
    assert_eq!(block_on(waits.start()), Yielded(1));
    assert_eq!(block_on(waits.send(2)), Complete(()));

    assert!(co! { -> impl Iterator<Item = u8> { yield!(1); } }.eq([1]));
    let stream = pin!(co! { -> impl Stream<Item = u8> { yield!(1); } });
    assert_eq!(block_on(stream.collect::<Vec<u8>>()), [1]);
}

#[test]
fn an_iterator_is_looped_over_where_it_stands() {
    let mut seen = Vec::new();
    for number in co! { gen
        for n in 1..=2 {
            yield!(n);
            yield 10 * n;
        }
    } {
        seen.push(number);
    }
    assert_eq!(seen, [1, 10, 2, 20]);

    fn is_unpin_and_fused(_: impl std::iter::FusedIterator + Unpin + Send) {}
    is_unpin_and_fused(co! { gen yield!(1); });

    // With brackets at the beginning:
    let (mut a, mut b) = (1, 2);
    assert!(co! { gen; (a, b) = (b, a); yield!(a); yield!(b); }.eq([2, 1]));
}

#[test]
fn an_error_is_the_last_item() {
    let mut numbers = co! { gen
        for word in "1 x 2".split(' ') {
            yield!(Ok(word.parse::<u8>()?));
        }
    };
    assert_eq!(numbers.next(), Some(Ok(1)));
    let last: Option<Result<u8, std::num::ParseIntError>> = numbers.next();
    assert!(last.unwrap().is_err());
    assert_eq!(numbers.next(), None);

    let mut stream = pin!(co! { -> impl Stream<Item = Result<u8, std::num::ParseIntError>> {
        yield!(Ok(1));
        yield!(Ok(std::future::ready("x").await.parse()?));
    } });
    assert_eq!(block_on(stream.next()), Some(Ok(1)));
    assert!(block_on(stream.next()).unwrap().is_err());
    assert_eq!(block_on(stream.next()), None);
}

#[test]
fn a_stream_is_awaited() {
    let stream = pin!(co! { async gen
        for n in 0..2 {
            yield!(std::future::ready(n).await);
        }
    });
    assert_eq!(block_on(stream.collect::<Vec<_>>()), [0, 1]);
}

#[test]
fn the_postfix_form_binds_as_await_does() {
    let mut words = pin!(co! {
        let first: &str = 1.yield;
        let negative = -i32::from(first.len().yield.starts_with('f'));
        [2, 3].len().yield;
        if { first.len() }.yield.parse::<u8>()? == 5 {
            (first.len() + 10).yield;
        }
        for _ in 0..2.yield.len() {}
        Ok::<_, std::num::ParseIntError>(negative)
    });
    assert_eq!(words.start(), Yielded(1));
    assert_eq!(words.send("one"), Yielded(3));
    assert_eq!(words.send("four"), Yielded(2));
    assert_eq!(words.send(""), Yielded(3));
    assert_eq!(words.send("5"), Yielded(13));
    assert_eq!(words.send(""), Yielded(2));
    assert_eq!(words.send(""), Complete(Ok(-1)));

    let mut both = pin!(co! { yield 1.yield; });
    assert_eq!(both.start(), Yielded(1));
    assert_eq!(both.send(2), Yielded(2));

    // Not a method, and the yield of another block.
    struct Fields {
        r#yield: u8,
    }
    let fields = Fields { r#yield: 7 };
    let mut outer = pin!(co! {
        let inner = pin!(co! { 5.yield; });
        for n in inner.iterate() {
            (n + fields.r#yield).yield;
        }
    });
    assert_eq!(outer.start(), Yielded(12));
    assert_eq!(outer.send(()), Complete(()));

    let mut waits = pin!(co! { async std::future::ready(1).await.yield; });
    assert_eq!(block_on(waits.start()), Yielded(1));
    assert!(co! { gen for n in 0..2 { n.yield; } }.eq([0, 1]));
}

#[test]
fn a_block_that_is_sent_nothing_by_what_runs_it_needs_no_types() {
    let items = Box::pin(co! {
        assert_eq!(format!("{:?}", yield!(1)), "()");
        yield!(2);
    });
    assert!(items.iterate().eq([1, 2]));
    let returned = co! { format!("{:?}", yield!(1)) };
    assert_eq!(block_on(returned.into_future()), "()");
}

#[test]
fn an_integer_literal_infers_what_is_sent_and_returned() {
    let mut one_less = Box::pin(co! { let number = yield!("how many?"); number - 1 });
    assert_eq!(one_less.start(), Yielded("how many?"));
    assert_eq!(one_less.send(10), Complete(9));
}
