//! `device::lamp`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::hint::black_box;
use core::pin::pin;

use cogen::CoroutineExt;

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut lamp = pin!(device::lamp(black_box(2)));
    lamp.start();
    measure::run(size_of_val(&*lamp), |number| lamp.send((number & 7 == 0).then_some(3)))
}
