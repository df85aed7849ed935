//! The parts of a small firmware. Each is a coroutine, written as a plain loop.
//!
//! The parts use no allocator, no thread, no `unsafe` and no lock. The types of the coroutines have
//! names, so the package in the folder `firmware` can store them in a static. The same parts run on
//! the host:
//!
//! ```console
//! $ cargo run -p device      # on the host
//! $ .ci/device               # in an emulator
//! ```

#![no_std]
#![forbid(unsafe_code)]

mod button;
mod commands;
mod lamp;
mod morse;
mod motor;
mod world;

use core::fmt::{self, Write};
use core::pin::Pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, PinSliceExt, Status};

pub use button::{Button, button};
#[doc(hidden)]
pub use commands::parse;
pub use commands::{BadCommand, Command, Commands, commands};
pub use lamp::{Lamp, lamp};
#[doc(hidden)]
pub use morse::code;
pub use morse::{Message, message};
pub use motor::{Jammed, Motor, motor};
pub use world::{World, world};

/// The number of lamps.
pub const LAMPS: usize = 3;

/// The period of the lamps after a press of the button, in ticks.
const SLOW: u8 = 4;

/// An event that an interrupt reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The clock has ticked. The contact of the button is closed or open.
    Tick {
        /// Whether the contact is closed.
        contact: bool,
    },
    /// The serial line has received a byte.
    Byte(u8),
    /// The end of all events. A real device never receives it.
    End,
}

/// The coroutines of the device.
#[derive(Debug)]
pub struct Device<'a> {
    lamps: Pin<&'a mut [Lamp; LAMPS]>,
    button: Pin<&'a mut Button>,
    commands: Pin<&'a mut Commands>,
    motor: Pin<&'a mut Motor>,
    message: Pin<&'a mut Message>,
    speed: u8,
    /// New periods of the lamps, from the next tick on.
    changes: [Option<u8>; LAMPS],
    tick: u32,
}

impl<'a> Device<'a> {
    /// Starts the coroutines.
    ///
    /// # Panics
    ///
    /// If one of them has started.
    pub fn start(
        mut lamps: Pin<&'a mut [Lamp; LAMPS]>,
        mut button: Pin<&'a mut Button>,
        mut commands: Pin<&'a mut Commands>,
        mut motor: Pin<&'a mut Motor>,
        message: Pin<&'a mut Message>,
    ) -> Self {
        for mut lamp in lamps.as_mut().iter_pin_mut() {
            lamp.start();
        }
        button.start();
        commands.start();
        motor.start();
        Self { lamps, button, commands, motor, message, speed: 0, changes: [None; LAMPS], tick: 0 }
    }

    /// Handles `event`, and writes the actions of the device.
    ///
    /// # Errors
    ///
    /// If `output` can't be written to.
    pub fn handle(&mut self, event: Event, output: &mut impl Write) -> fmt::Result {
        match event {
            Event::Tick { contact } => self.handle_tick(contact, output),
            Event::Byte(byte) => match self.commands.send(byte) {
                Yielded(Some(Ok(command))) => self.obey(command, output),
                Yielded(Some(Err(BadCommand))) => writeln!(output, "not a command"),
                _ => Ok(()),
            },
            Event::End => Ok(()),
        }
    }

    fn obey(&mut self, command: Command, output: &mut impl Write) -> fmt::Result {
        writeln!(output, "{command:?}")?;
        match command {
            Command::Lamp { index, period } => match self.changes.get_mut(usize::from(index)) {
                Some(change) => *change = Some(period),
                None => writeln!(output, "no such lamp")?,
            },
            Command::Motor { speed } => self.speed = speed,
            Command::Jam => drop(self.motor.throw(Jammed)),
        }
        Ok(())
    }

    fn handle_tick(&mut self, contact: bool, output: &mut impl Write) -> fmt::Result {
        self.tick += 1;
        write!(output, "{:2} lamps ", self.tick)?;
        let pressed = self.button.send(contact) == Yielded(true);
        // Round robin: every lamp runs to its next yield.
        for (mut lamp, change) in self.lamps.as_mut().iter_pin_mut().zip(&mut self.changes) {
            let period = change.take().or(pressed.then_some(SLOW));
            write_light(lamp.send(period) == Yielded(true), output)?;
        }
        if let Yielded(power) = self.motor.send(Ok(self.speed)) {
            write!(output, " motor {power}")?;
        }
        if self.message.status() != Status::Closed {
            output.write_str(" morse ")?;
            match self.message.send(()) {
                Yielded(on) => write_light(on, output)?,
                Complete(ticks) => write!(output, "sent: {ticks} ticks of light")?,
            }
        }
        writeln!(output, "{}", if pressed { " pressed" } else { "" })
    }
}

fn write_light(on: bool, output: &mut impl Write) -> fmt::Result {
    output.write_char(if on { '*' } else { '.' })
}
