//! `device::lamp` as an `async fn`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::hint::black_box;
use core::pin::pin;

use measure::by_hand::{self, Port};

#[cortex_m_rt::entry]
fn main() -> ! {
    let port = Port::default();
    let mut lamp = pin!(by_hand::lamp(&port, black_box(2)));
    let _ = port.resume(lamp.as_mut(), None);
    measure::run(size_of_val(&port) + size_of_val(&*lamp), |number| {
        port.resume(lamp.as_mut(), Some((number & 7 == 0).then_some(3)))
    })
}
