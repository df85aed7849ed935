// The path leads to the real storage, and to a `core` whose traits are false.
#![forbid(unsafe_code)]

pub mod evil {
    pub use cogen::{Coroutine, CoroutineState, Status};

    pub mod __private {
        pub use cogen::__private::{
            AutoTraits, Channel, Handle, PinnedStruct, Storage, alignment, size,
        };

        pub mod core {
            pub mod marker {
                pub use std::marker::{PhantomData, PhantomPinned};
                pub trait Unpin {}
            }

            pub mod ops {
                pub trait Drop {
                    fn drop(&mut self);
                }
            }
        }
    }
}

#[cogen::coroutine(struct = Walk, crate = crate::evil)]
fn walk() -> impl cogen::Coroutine<(), Yield = u8> {
    yield_!(1);
}

impl Unpin for Walk {}

impl Drop for Walk {
    fn drop(&mut self) {}
}

fn main() {}
