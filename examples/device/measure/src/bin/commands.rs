//! `device::commands`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use cogen::CoroutineExt;

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut commands = pin!(device::commands());
    commands.start();
    measure::run(size_of_val(&*commands), |number| {
        commands.send(b"lamp 12 3\njam\nx\n"[number as usize & 15])
    })
}
