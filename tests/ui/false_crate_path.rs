// The path leads to a module that would keep the handle of one coroutine for another.
#![forbid(unsafe_code)]

pub mod evil {
    pub mod __private {
        pub use cogen::__private::{Handle, Machine, MachineIterator};
    }
}

#[cogen::coroutine(crate = crate::evil)]
fn strings() -> impl Iterator<Item = String> {
    yield_!(String::new());
}

fn main() {
    strings();
}
