//! `device::message`, three levels deep, repeated.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

use core::pin::pin;

use cogen::{CoroutineExt, CoroutineState::Complete};

#[cortex_m_rt::entry]
fn main() -> ! {
    let mut message = pin!(device::message("SOS"));
    measure::run(size_of_val(&*message), |_| {
        let state = message.send(());
        if let Complete(_) = state {
            message.set(device::message("SOS"));
        }
        state
    })
}
