// Whatever is said of a size, the body goes only where it fits.
#![forbid(unsafe_code)]

use cogen::__private::coroutine;

const fn lying() -> usize {
    1
}

cogen::__named! {
    coroutine "Capacity" [Capacity [] [[= N: usize]] [] []] [()] [u64] [()] []
    ["" "" struct] [] [false false false] [false N, lying()] [body]
}

#[cogen::coroutine(struct = Parameter<SIZE>, size = SIZE)]
fn parameter<const SIZE: usize>() -> impl cogen::Coroutine<(), Yield = usize> {
    let bytes = [0u8; 8];
    yield_!(SIZE);
    drop(bytes);
}

fn body() -> impl cogen::Coroutine<(), Yield = u64, Return = ()> {
    cogen::co! {
        let own = [1u64, 2, 3];
        let part = &own[1..];
        yield!(part[0]);
        yield!(part[1]);
    }
}

fn main() {
    drop::<Capacity<8>>(coroutine::new(()));
    drop::<Capacity<64>>(coroutine::new(()));
    drop(parameter::<100>());
    drop(parameter::<1>());
}
