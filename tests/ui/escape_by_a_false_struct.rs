// The hidden trait can't be implemented for a struct of one's own, and the macro with the other
// items doesn't work without it.
#![forbid(unsafe_code)]

use cogen::__private::{AutoTraits, Room, alignment, coroutine, size};
use cogen::Coroutine;

fn body() -> impl Coroutine<(), Yield = u64, Return = ()> {
    cogen::co! {
        let own = [1u64, 2, 3];
        let part = &own[1..];
        yield!(part[0]);
        yield!(part[1]);
    }
}

pub struct Mine(Vec<u64>);

// The items that implement the traits, for a struct that has no hidden trait.
cogen::__named_items! { coroutine "Mine" [Mine [] [] []] [()] [u64] [()] [] }

pub struct Safe(Vec<u64>);

cogen::__named_items! { coroutine "Safe" [Safe [] [] []] [()] [u64] [()] [] }

// The hidden trait is `unsafe`.
impl coroutine::Named<fn() -> ((), ())> for Safe {
    type Traits = AutoTraits<false, false, false>;
    type Room = Room<true, { size::<(), _>(body) }, { alignment::<(), _>(body) }>;

    fn function() -> impl coroutine::Function<Self, fn() -> ((), ())> {
        cogen::__private::FunctionOf::new(body, const { cogen::__private::Fits::check() })
    }
}

// Of another shape than the struct.
cogen::__named! {
    coroutine "Name" [Name [] [] [] []] [()] [u64] [()] [] ["" "" struct] [] [false false false]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)] [body]
}

cogen::__named_items! { iterator "Name" [Name [] [] []] [()] [u64] [()] [] }

fn main() {}
