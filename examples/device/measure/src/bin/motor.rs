//! `device::motor`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use cogen::CoroutineExt;
use device::Jammed;

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut motor = pin!(device::motor());
    motor.start();
    measure::run(size_of_val(&*motor), |number| {
        if number & 15 == 0 { motor.throw(Jammed) } else { motor.send(Ok(3)) }
    })
}
