//! Re-exports cogen under another path, as frameworks do.

/// The crates that the framework re-exports.
pub mod dependencies {
    pub use cogen as coroutines;
}

/// Defines a coroutine, with this crate's path to `cogen`.
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

/// Yields from the coroutine that contains the call.
#[macro_export]
macro_rules! emit {
    ($value:expr) => {
        yield_!($value)
    };
}
