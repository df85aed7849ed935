// The storage that the path leads to is somebody else's. The struct pins it, and passes delegations
// on to what it owns, so what the storage gets must keep to both.
#![forbid(unsafe_code)]

use std::cell::Cell;
use std::marker::PhantomData;
use std::pin::Pin;

use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine};

thread_local! {
    static OF_THIS_THREAD: Cell<Option<&'static mut BoxCoroutine<'static, (), u8>>> =
        const { Cell::new(None) };
}

/// Owns nothing: the root of a recursion would resume it in another thread, where the pointer isn't
/// asked for again.
pub mod not_owned {
    pub use cogen::{Coroutine, CoroutineState, Status};

    pub mod __private {
        use super::super::*;
        pub use cogen::__private::{
            AutoTraits, Channel, CoreTypes, Handle, PinnedStruct, alignment, core, size,
        };

        pub struct Storage<Named, const SIZE: usize, const ALIGNMENT: usize, AutoTraits, Borrowed>(
            PhantomData<(Named, AutoTraits, Borrowed)>,
        );

        impl<Named, const SIZE: usize, const ALIGNMENT: usize, AutoTraits, Borrowed>
            Storage<Named, SIZE, ALIGNMENT, AutoTraits, Borrowed>
        {
            pub fn __cogen_empty() -> Self {
                Self(PhantomData)
            }

            pub fn __cogen_fill<A, F>(
                self,
                _: CoreTypes,
                _: fn(Named),
                _: F,
                _: impl Sized,
            ) -> Self {
                self
            }

            pub fn body<A, F>(
                self: Pin<&mut Self>,
                _: fn(Named),
                _: F,
            ) -> Pin<&mut BoxCoroutine<'static, (), u8>> {
                Pin::new(OF_THIS_THREAD.take().unwrap())
            }

            pub fn body_ref<A, F>(&self, _: fn(Named), _: F) -> &BoxCoroutine<'static, (), u8> {
                unimplemented!()
            }

            pub fn __cogen_drop_body<A, F>(&self, _: fn(Named), _: F) {}
        }
    }
}

#[cogen::coroutine(crate = crate::not_owned, struct = NotOwned)]
fn not_owned() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(struct = Inner)]
fn inner() -> impl AsyncCoroutine<(), Yield = u8> {
    yield_!(1);
}

/// Would move what was pinned when it is dropped.
pub mod moved_out {
    pub use cogen::{AsyncCoroutine, CoroutineState, Status};

    pub mod __private {
        use super::super::*;
        pub use cogen::__private::{
            AsyncHandle, AutoTraits, Channel, CoreTypes, PinnedStruct, alignment, core, size,
        };

        pub struct Storage<Named, const SIZE: usize, const ALIGNMENT: usize, AutoTraits, Borrowed>(
            Option<Inner>,
            PhantomData<(Named, AutoTraits, Borrowed)>,
        );

        impl<Named, const SIZE: usize, const ALIGNMENT: usize, AutoTraits, Borrowed>
            Storage<Named, SIZE, ALIGNMENT, AutoTraits, Borrowed>
        {
            pub fn __cogen_empty() -> Self {
                Self(Some(inner()), PhantomData)
            }

            pub fn __cogen_fill<A, F>(
                self,
                _: CoreTypes,
                _: fn(Named),
                _: F,
                _: impl Sized,
            ) -> Self {
                self
            }

            pub fn body<A, F>(self: Pin<&mut Self>, _: fn(Named), _: F) -> Pin<&mut Inner> {
                unimplemented!("by a crate that projects pins")
            }

            pub fn body_ref<A, F>(&self, _: fn(Named), _: F) -> &Inner {
                self.0.as_ref().unwrap()
            }

            pub fn __cogen_drop_body<A, F>(&mut self, _: fn(Named), _: F) {
                drop(self.0.take().map(Box::pin));
            }
        }
    }
}

#[cogen::coroutine(crate = crate::moved_out, struct = MovedOut)]
fn moved_out() -> impl AsyncCoroutine<(), Yield = u8> {
    yield_!(1);
}

fn main() {}
