// No items from outside can stand beside the functions that make and pin a body. There they could
// define another struct of that name.
#![forbid(unsafe_code)]

use std::pin::Pin;

use cogen::__private::{AutoTraits, Storage, alignment, size};
use cogen::{Coroutine, CoroutineState};

fn body() -> impl Coroutine<(), Yield = u64, Return = ()> {
    cogen::co! {
        let own = [1u64, 2, 3];
        let part = &own[1..];
        yield!(part[0]);
        yield!(part[1]);
    }
}

trait Begins: Unpin {
    fn begin(self: Pin<&mut Self>) -> CoroutineState<u64, ()>;
}

cogen::__named_struct! {
    [Name [] [] [] []] [impl Coroutine<(), Yield = u64, Return = ()>]
    {
        pub struct Name {
            __cogen_storage: Storage<
                (),
                true,
                { size::<(), _>(body) },
                { alignment::<(), _>(body) },
                AutoTraits<false, false, false>,
                (),
            >,
        }

        impl Begins for Name {
            fn begin(self: Pin<&mut Self>) -> CoroutineState<u64, ()> {
                __cogen_body(self).resume(())
            }
        }
    }
    ["" "" struct] [] [] [false false true]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)] [body]
}

fn main() {}
