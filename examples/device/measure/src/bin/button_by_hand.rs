//! `device::button` as an `async fn`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use measure::by_hand::{self, Port};

#[cortex_m_rt::entry]
fn main() -> ! {
    let port = Port::default();
    let mut button = pin!(by_hand::button(&port));
    let _ = port.resume(button.as_mut(), None);
    measure::run(size_of_val(&port) + size_of_val(&*button), |number| {
        port.resume(button.as_mut(), Some(number & 4 != 0))
    })
}
