//! `device::message` as an `async fn`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use measure::by_hand::{self, Port};

#[cortex_m_rt::entry]
fn main() -> ! {
    let port = Port::default();
    let mut message = pin!(by_hand::message(&port, "SOS"));
    measure::run(size_of_val(&port) + size_of_val(&*message), |_| {
        let state = port.resume(message.as_mut(), Some(()));
        if state.is_err() {
            message.set(by_hand::message(&port, "SOS"));
        }
        state
    })
}
