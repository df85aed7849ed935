//! The loop: on a device without an operating system, for ever; elsewhere for some ticks, which it
//! prints.

#![cfg_attr(target_os = "none", no_std, no_main)]

#[cfg(not(target_os = "none"))]
fn main() {
    device::start();
    for tick in 1..=24 {
        let contact = (10..14).contains(&tick);
        let lamps = device::tick(contact).map(|on| if on { '*' } else { '.' });
        println!(
            "{tick:2} {} {}",
            lamps.iter().collect::<String>(),
            if contact { "pressed" } else { "" }.trim_end()
        );
    }
}

#[cfg(target_os = "none")]
mod bare {
    /// Where the device begins. A real one reads its pins here, and waits for its clock.
    // SAFETY: nothing else has this name.
    #[unsafe(no_mangle)]
    extern "C" fn _start() -> ! {
        device::start();
        loop {
            core::hint::black_box(device::tick(core::hint::black_box(false)));
        }
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        loop {}
    }
}
