//! The firmware. First the parts of `device` run in the loop of `main`, fed by an interrupt through
//! a queue. Then the executor of embassy takes over, and runs a stream.

#![no_std]
#![no_main]
#![forbid(unsafe_code)]

mod clock;
mod console;
mod queue;
mod tasks;

use cogen::pin_static;
use cortex_m_rt::{entry, exception};
use device::{Button, Commands, Device, Event, LAMPS, Lamp, Message, Motor, World};
use embassy_executor::Executor;
use static_cell::StaticCell;

use console::Console;

static WORLD: StaticCell<World> = StaticCell::new();
static LAMP: StaticCell<[Lamp; LAMPS]> = StaticCell::new();
static BUTTON: StaticCell<Button> = StaticCell::new();
static COMMANDS: StaticCell<Commands> = StaticCell::new();
static MOTOR: StaticCell<Motor> = StaticCell::new();
static MESSAGE: StaticCell<Message> = StaticCell::new();
static EXECUTOR: StaticCell<Executor> = StaticCell::new();

#[entry]
fn main() -> ! {
    let mut device = Device::start(
        pin_static(LAMP.init_with(|| [device::lamp(1), device::lamp(2), device::lamp(3)])),
        pin_static(BUTTON.init_with(device::button)),
        pin_static(COMMANDS.init_with(device::commands)),
        pin_static(MOTOR.init_with(device::motor)),
        pin_static(MESSAGE.init_with(|| device::message("SOS"))),
    );
    queue::fill_from(pin_static(WORLD.init_with(device::world)));
    let peripherals = cortex_m::Peripherals::take().expect("nobody has taken them");
    clock::start(peripherals.SYST);

    loop {
        match queue::next() {
            Some(Event::End) => break,
            Some(event) => device.handle(event, &mut Console).expect("the console takes all"),
            None => cortex_m::asm::wfi(),
        }
    }

    EXECUTOR.init(Executor::new()).run(tasks::spawn)
}

/// The interrupt of the clock.
#[exception]
fn SysTick() {
    clock::tick();
    queue::fill();
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    if cfg!(feature = "print-panics") {
        console::print(format_args!("{info}\n"));
        console::exit(false);
    }
    cortex_m::interrupt::disable();
    loop {
        cortex_m::asm::wfi();
    }
}
