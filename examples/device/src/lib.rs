//! A program as for a small device: three lamps that blink at their own pace, and a button that
//! changes it.
//!
//! Each is a coroutine, written as the loop that it is. They stand in a `static`, in place, since
//! their types have names; a tick of the clock resumes them one after the other. There is no
//! allocator, no thread and no other stack than that of `main`.
//!
//! ```console
//! $ cargo run -p device
//! $ cargo build -p device --target thumbv7m-none-eabi     # as a device would have it
//! ```

#![no_std]

mod slot;

use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

use slot::Slot;

/// How many lamps there are.
pub const LAMPS: usize = 3;

static LAMP: [Slot<Lamp>; LAMPS] = [const { Slot::empty() }; LAMPS];
static BUTTON: Slot<Button> = Slot::empty();

/// A lamp that is on for `period` ticks and off for as many. A tick may bring it a new period,
/// which counts from the next change on.
#[cogen::coroutine(struct = Lamp, send)]
fn lamp(mut period: u8) -> impl Coroutine<Option<u8>, Yield = bool> {
    let mut on = true;
    loop {
        let ticks = period;
        for _ in 0..ticks {
            if let Some(changed) = yield_!(on) {
                period = changed.max(1);
            }
        }
        on = !on;
    }
}

/// Tells a press, which is said once, from the bouncing of the contact: down for three ticks in a
/// row.
#[cogen::coroutine(struct = Button, send)]
fn button() -> impl Coroutine<bool, Yield = bool> {
    let mut is_down = yield_!(false);
    loop {
        let mut ticks = 0;
        while is_down {
            ticks += 1;
            is_down = yield_!(ticks == 3);
        }
        is_down = yield_!(false);
    }
}

/// Sets everything to its beginning.
pub fn start() {
    for (at, slot) in LAMP.iter().enumerate() {
        slot.fill(|| lamp(1 << at), |mut lamp| lamp.start());
    }
    BUTTON.fill(button, |mut button| button.start());
}

/// Lets a tick pass, in which the contact of the button is as said. Gives the lamps that are on; a
/// press makes all of them slower.
///
/// # Panics
///
/// If [`start`] was not called.
///
/// # Examples
///
/// ```
/// device::start();
/// assert_eq!(device::tick(false), [false, true, true]);
/// assert_eq!(device::tick(false), [true, false, true]);
/// ```
pub fn tick(contact: bool) -> [bool; LAMPS] {
    let pressed = BUTTON.with(|mut button| button.send(contact)) == Yielded(true);
    core::array::from_fn(|at| {
        LAMP[at].with(|mut lamp| lamp.send(pressed.then_some(4 << at))) == Yielded(true)
    })
}
