//! `device::motor` as an `async fn`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use device::Jammed;
use measure::by_hand::{self, Port};

#[cortex_m_rt::entry]
fn main() -> ! {
    let port = Port::default();
    let mut motor = pin!(by_hand::motor(&port));
    let _ = port.resume(motor.as_mut(), None);
    measure::run(size_of_val(&port) + size_of_val(&*motor), |number| {
        port.resume(motor.as_mut(), Some(if number & 15 == 0 { Err(Jammed) } else { Ok(3) }))
    })
}
