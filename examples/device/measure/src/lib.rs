//! Measures one part: the programs in `bin` call it.

#![no_std]
#![forbid(unsafe_code)]

pub mod by_hand;

use core::hint::black_box;

use cortex_m::Peripherals;
use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_semihosting::{debug, hio};

/// The number of measured steps.
const STEPS: u32 = 4096;

/// The emulator runs an instruction each nanosecond (`-icount shift=0`), and the timer ticks at
/// 12.5 MHz.
const INSTRUCTIONS_PER_TICK: u32 = 80;

/// Prints the size of the part's state, and the number of instructions of 100 steps.
///
/// # Panics
///
/// If it is called twice.
pub fn run<T>(state: usize, mut step: impl FnMut(u32) -> T) -> ! {
    // Every firmware can panic, and clears memory. So the subtracted program does both, too.
    let mut timer = Peripherals::take().expect("nobody has taken them").SYST;
    black_box(&mut [1u8; 64][..]).fill(0);
    timer.set_clock_source(SystClkSource::Core);
    timer.set_reload(0xff_ffff);
    timer.clear_current();
    timer.enable_counter();
    let begin = SYST::get_current();
    for number in 0..STEPS {
        black_box(step(black_box(number)));
    }
    let ticks = begin.wrapping_sub(SYST::get_current()) & 0xff_ffff;
    print(state as u32, b' ');
    print(ticks * INSTRUCTIONS_PER_TICK / (STEPS / 64) * 100 / 64, b'\n');
    debug::exit(debug::EXIT_SUCCESS);
    halt();
}

/// Prints a number, without the formatting of `core`, which would count as flash.
fn print(mut number: u32, end: u8) {
    let mut digits = [b' '; 11];
    for digit in digits.iter_mut().rev().skip(1) {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    digits[10] = end;
    if let Ok(mut output) = hio::hstdout() {
        let _ = output.write_all(&digits);
    }
}

fn halt() -> ! {
    cortex_m::interrupt::disable();
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    if cfg!(feature = "print-panics") {
        cortex_m_semihosting::hprintln!("{info}");
    }
    halt();
}
