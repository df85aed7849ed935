// An attribute macro in the body would get the names that the yields are written with, and could
// carry them elsewhere.
#![forbid(unsafe_code)]

use cogen::{BoxCoroutine, Coroutine};

#[cogen::coroutine]
fn in_the_body() -> impl Coroutine<(), Yield = u64> {
    #[evil::take]
    yield_!(1);
    #[evil::take]
    let _ = yield_!(2);
    #[cfg_attr(all(), evil::take)]
    loop {
        #[evil::take]
        match 1 {
            #[evil::take]
            1 => yield_!(3),
            _ => break,
        }
    }
    #[unsafe(evil::take)]
    println!("{:?}", yield_!(4));
    #[evil::take]
    return drop(yield_!(5));
}

// That of a tool is left out, as a module can have the tool's name.
mod rustfmt {
    pub use cogen::coroutine as skip;
}

#[cogen::coroutine]
fn fine() -> BoxCoroutine<'static, (), u64> {
    #[rustfmt::skip]
    yield_!(3);
    #[allow(clippy::let_unit_value)]
    let _unit = yield_!(4);
}

fn main() {
    let _ = (in_the_body(), fine());
}
