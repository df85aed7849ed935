// The path leads to modules that would keep all coroutines in storages of one type, and call all of
// them `Send`.
#![forbid(unsafe_code)]

pub mod one_for_all {
    pub use cogen::{Coroutine, CoroutineState, Status};

    pub mod __private {
        pub use cogen::__private::{
            AutoTraits, Channel, CoreTypes, Handle, PinnedStruct, alignment, core, size,
        };

        pub type Storage<Named, const SIZE: usize, const ALIGNMENT: usize, AutoTraits, Borrowed> =
            cogen::__private::Storage<(), SIZE, ALIGNMENT, AutoTraits, (Named, Borrowed)>;
    }
}

#[cogen::coroutine(crate = crate::one_for_all, struct = One)]
fn one() -> impl cogen::Coroutine<(), Yield = u8> {
    yield_!(1);
}

pub mod all_send {
    pub use cogen::{Coroutine, CoroutineState, Status};

    pub mod __private {
        pub use cogen::__private::{
            Channel, CoreTypes, Handle, PinnedStruct, Storage, alignment, core, size,
        };

        pub type AutoTraits<const SEND: bool, const SYNC: bool, const UNPIN: bool> =
            cogen::__private::AutoTraits<true, true, true>;
    }
}

#[cogen::coroutine(crate = crate::all_send, struct = Two)]
fn two() -> impl cogen::Coroutine<(), Yield = u8> {
    let counter = std::rc::Rc::new(1);
    yield_!(*counter);
}

fn main() {}
