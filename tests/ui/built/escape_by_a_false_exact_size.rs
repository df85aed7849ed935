// It is compared with the size of the body, which is another.
#![forbid(unsafe_code)]

cogen::__named! {
    coroutine "Exact" [Exact [] [] [] []] [()] [u64] [()] []
    ["" "" struct] [] [false false false] [true 64, 8] [body]
}

fn body() -> impl cogen::Coroutine<(), Yield = u64, Return = ()> {
    cogen::co! {
        let own = [1u64, 2, 3];
        let part = &own[1..];
        yield!(part[0]);
        yield!(part[1]);
    }
}

fn main() {}
