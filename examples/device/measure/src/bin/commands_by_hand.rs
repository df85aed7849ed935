//! `device::commands` as an `async fn`.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use measure::by_hand::{self, Port};

#[cortex_m_rt::entry]
fn main() -> ! {
    let port = Port::default();
    let mut commands = pin!(by_hand::commands(&port));
    let _ = port.resume(commands.as_mut(), None);
    measure::run(size_of_val(&port) + size_of_val(&*commands), |number| {
        port.resume(commands.as_mut(), Some(b"lamp 12 3\njam\nx\n"[number as usize & 15]))
    })
}
