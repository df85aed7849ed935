// The hidden ends of the channel are of no use to others: the types can be named, but there are no
// values of them, and what leads further is `unsafe`.
#![forbid(unsafe_code)]

use std::pin::Pin;
use std::task::Poll;

use cogen::__private::{AsyncHandle, Channel, Handle, bind, bind_async};
use cogen::{Coroutine, CoroutineState, Status};

fn made() {
    let _: Handle<u8, u8> = bind();
    let _: AsyncHandle<u8, u8> = bind_async();
}

fn made_otherwise() {
    let _: Handle<u8, u8> = Default::default();
    let _ = Handle::<u8, u8>(std::marker::PhantomData);
}

fn made_unsafely() {
    let _: Handle<u8, u8> = unsafe { bind() };
}

struct Overrides;

macro_rules! by_hand {
    ($($delegate:tt)*) => {
        impl Coroutine for Overrides {
            type Yield = u8;
            type Return = u8;

            fn begin(self: Pin<&mut Self>) -> CoroutineState<u8, u8> {
                todo!()
            }

            fn resume(self: Pin<&mut Self>, _: ()) -> CoroutineState<u8, u8> {
                todo!()
            }

            fn terminate(self: Pin<&mut Self>) {}

            fn status(&self) -> Status {
                Status::Created
            }

            $($delegate)*
        }
    };
}

mod safe {
    use super::*;
    struct Overrides;

    by_hand! {
        fn __delegate(self: Pin<&mut Self>, mut channel: Channel<'_, (), u8>) -> Poll<u8> {
            let _ = channel.slot();
            Poll::Pending
        }
    }
}

mod marked_unsafe {
    use super::*;
    struct Overrides;

    by_hand! {
        unsafe fn __delegate(
            self: Pin<&mut Self>,
            channel: Channel<'_, (), u8>,
        ) -> Poll<u8> {
            let _ = channel.without_active_stack(|_| 1);
            Poll::Pending
        }
    }
}

fn swapped(one: &mut Channel<'_, (), u8>, other: &mut Channel<'_, (), u8>) {
    std::mem::swap(one, other);
}

fn main() {}
