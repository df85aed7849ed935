//! The surroundings of a coroutine function don't affect it: no prelude, shadowed names, names that
//! the macro uses itself.

#![no_implicit_prelude]

use ::cogen::CoroutineState::{Complete, Yielded};
use ::cogen::{Coroutine, CoroutineExt, co};
use ::std::iter::Iterator;
use ::std::{assert, assert_eq};

mod core {}
mod std {}
mod alloc {}

#[allow(dead_code)]
struct Option;
#[allow(dead_code)]
struct Machine;
#[allow(dead_code)]
struct Handle;
#[allow(dead_code)]
struct Some;
#[allow(dead_code)]
struct None;

#[::cogen::coroutine]
fn names_of_the_macro(
    handle: u32,
    value: u32,
    machine: u32,
    _slot: u32,
    next: u32,
) -> impl Coroutine<u32, Yield = u32, Return = u32> {
    let next = yield_!(handle + value + machine + _slot + next);
    let value = {
        let value = yield_!(next);
        yield_!(value)
    };
    let argument = yield_!({
        let argument = 1;
        argument + yield_!(value)
    });
    '_its_coroutine: loop {
        if yield_!(argument) > 0 {
            break '_its_coroutine;
        }
    }
    next + value + argument
}

#[test]
fn names_and_labels_of_the_macro_are_free_for_users() {
    let mut coroutine = ::std::pin::pin!(names_of_the_macro(1, 2, 3, 4, 5));
    assert_eq!(coroutine.start(), Yielded(15));
    for (sent, yielded) in [(10, 10), (20, 20), (30, 30), (40, 41), (50, 50)] {
        assert_eq!(coroutine.send(sent), Yielded(yielded));
    }
    assert_eq!(coroutine.send(60), Complete(10 + 30 + 50));
}

#[::cogen::coroutine]
fn items() -> impl Iterator<Item = i32> {
    #[allow(non_upper_case_globals)]
    static slot: i32 = 1;
    #[allow(non_upper_case_globals)]
    const value: i32 = 2;
    fn handle(x: i32) -> i32 {
        x
    }
    yield_!(handle(slot));
    yield_from!([handle(value)]);
    assert_eq!(yield_!(handle(3)), ());
}

#[test]
fn items_may_have_ordinary_names() {
    assert!(items().eq([1, 2, 3]));
}

mod a_macro_of_the_same_name {
    macro_rules! yield_ {
        ($value:expr) => {
            $value
        };
    }

    pub(crate) fn plain() -> u32 {
        yield_!(1)
    }

    #[::cogen::coroutine]
    pub(crate) fn ours() -> impl ::std::iter::Iterator<Item = u32> {
        yield_!(1);
        ::std::assert_eq!(yield_!(2), ());
    }
}

#[test]
fn a_macro_of_the_same_name_is_another_one() {
    assert_eq!(a_macro_of_the_same_name::plain(), 1);
    assert!(a_macro_of_the_same_name::ours().eq([1, 2]));
}

#[::cogen::coroutine]
fn conditions(
    #[cfg(any(test, windows))] here: u32,
    #[cfg(all(not(test), windows))] gone: u32,
) -> impl Iterator<Item = u32> {
    yield_!(here);
}

#[test]
fn arguments_may_be_conditional() {
    assert!(conditions(7).eq([7]));
}

#[test]
fn the_block_form_needs_no_prelude_either() {
    let mut block = ::std::pin::pin!(co! {
        let sent: u8 = yield!(1u8);
        sent
    });
    assert_eq!(block.start(), Yielded(1));
    assert_eq!(block.send(2), Complete(2));
}

/// Traits that give methods to everything, with the names of methods that an expansion calls.
mod methods {
    #[allow(dead_code)]
    pub(crate) trait ForEverything: ::std::marker::Sized {
        fn take(self) {}
        fn put(self) {}
        fn poll(self) {}
        fn choose(self) {}
        fn begin(self) {}
        fn enter(self) {}
        fn slot(self) {}
        fn suspend(self) {}
        fn pause(self) {}
        fn branch(self) {}
        fn delegation(self) {}
    }

    impl<T> ForEverything for T {}
}

#[::cogen::coroutine]
fn async_delegation() -> impl ::cogen::AsyncCoroutine<(), Yield = u32> {
    #[allow(unused_imports)]
    use methods::ForEverything as _;
    yield_from!([1, 2]);
    yield_!(3);
}

#[::cogen::coroutine]
fn recursion(depth: u32) -> impl Iterator<Item = u32> {
    #[allow(unused_imports)]
    use methods::ForEverything as _;
    if depth > 0 {
        yield_from!(recursion(depth - 1));
    }
    yield_!(depth);
}

#[test]
fn methods_of_everything_are_not_called() {
    use ::std::boxed::Box;
    let mut values = ::std::vec::Vec::new();
    ::futures::executor::block_on(async {
        let mut coroutine = Box::pin(async_delegation());
        while let Yielded(value) = ::cogen::AsyncCoroutineExt::start(&mut coroutine).await {
            values.push(value);
        }
    });
    assert_eq!(values, [1, 2, 3]);
    assert_eq!(recursion(2).collect::<::std::vec::Vec<_>>(), [0, 1, 2]);
}
