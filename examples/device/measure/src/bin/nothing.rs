//! Only the measurement, which is subtracted.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

#[cortex_m_rt::entry]
fn main() -> ! {
    measure::run(0, |number| number)
}
