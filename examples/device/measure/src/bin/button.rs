//! `device::button`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use cogen::CoroutineExt;

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut button = pin!(device::button());
    button.start();
    measure::run(size_of_val(&*button), |number| button.send(number & 4 != 0))
}
