//! The device on the host: the same coroutines, pinned on the stack, and driven without interrupts.

use std::io::{self, Write};
use std::pin::pin;

use cogen::{CoroutineExt, CoroutineState::Yielded};
use device::{Device, Event, button, commands, lamp, message, motor, world};

fn main() -> io::Result<()> {
    let mut world = pin!(world());
    let lamps = pin!([lamp(1), lamp(2), lamp(3)]);
    let (button, commands) = (pin!(button()), pin!(commands()));
    let (motor, message) = (pin!(motor()), pin!(message("SOS")));
    let mut device = Device::start(lamps, button, commands, motor, message);
    let mut output = String::new();
    loop {
        let Yielded(event) = world.send(());
        if event == Event::End {
            return io::stdout().write_all(output.as_bytes());
        }
        device.handle(event, &mut output).expect("a string can be written to");
    }
}
