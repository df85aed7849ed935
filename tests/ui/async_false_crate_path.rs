// The path leads to a module that would keep the handle, or the bare body, of one coroutine for
// another.
#![forbid(unsafe_code)]

pub mod evil {
    pub mod __private {
        pub use cogen::__private::{AsyncHandle, Machine, YieldValue};
    }
}

#[cogen::coroutine(crate = crate::evil)]
fn strings() -> impl cogen::AsyncCoroutine<(), Yield = String> {
    yield_!(String::new());
}

fn main() {}
