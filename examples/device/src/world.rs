//! The world around the device: the events at its pins.

use core::convert::Infallible;

use cogen::Coroutine;

use crate::Event;

/// Yields the events, in order. The interrupts of the firmware resume it. A real firmware reads its
/// pins instead.
#[cogen::coroutine(struct = World, send)]
pub fn world() -> impl Coroutine<(), Yield = Event, Return = Infallible> {
    for tick in 1..=40 {
        let line = match tick {
            3 => "motor 4\n",
            15 => "jam\n",
            18 => "lamp 1 300\nlamp 7 1\nlamp 0 1\n",
            25 => "lamp 2 2\n",
            30 => "to be or not to be\n",
            _ => "",
        };
        for byte in line.bytes() {
            yield_!(Event::Byte(byte));
        }
        // The contact bounces before it stays closed.
        yield_!(Event::Tick { contact: matches!(tick, 8 | 10..=14) });
    }
    loop {
        yield_!(Event::End);
    }
}
