//! Re-exports cogen under another path, as frameworks do.

/// What the framework needs of others.
pub mod dependencies {
    pub use cogen as coroutines;
}

/// Defines a coroutine, with the path to `cogen` that this crate has.
#[macro_export]
macro_rules! countdown {
    ($name:ident) => {
        #[$crate::dependencies::coroutines::coroutine(crate = $crate::dependencies::coroutines)]
        fn $name(from: u32) -> impl Iterator<Item = u32> {
            for n in (1..=from).rev() {
                yield_!(n);
            }
        }
    };
}

/// Yields from whatever coroutine it is used in.
#[macro_export]
macro_rules! emit {
    ($value:expr) => {
        yield_!($value)
    };
}
