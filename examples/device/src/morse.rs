//! Morse code, three coroutines deep: a message delegates to its letters, a letter to its marks.

use cogen::Coroutine;

/// Sends `text` as light. Yields at every tick whether the light is on, and returns the number of
/// ticks with light.
#[cogen::coroutine(struct = Message, send)]
pub fn message(text: &'static str) -> impl Coroutine<(), Yield = bool, Return = u32> {
    let mut lit = 0;
    for byte in text.bytes() {
        lit += yield_from!(letter(byte));
    }
    lit
}

/// A letter, and the pause after it.
#[cogen::coroutine]
fn letter(letter: u8) -> impl Coroutine<(), Yield = bool, Return = u32> + Send {
    let mut lit = 0;
    for mark in code(letter).bytes() {
        lit += yield_from!(light(true, if mark == b'-' { 3 } else { 1 }));
        yield_from!(light(false, 1));
    }
    yield_from!(light(false, 2));
    lit
}

/// Yields light, or darkness, for some ticks.
#[cogen::coroutine]
fn light(on: bool, ticks: u8) -> impl Coroutine<(), Yield = bool, Return = u32> + Send {
    for _ in 0..ticks {
        yield_!(on);
    }
    ticks.into()
}

/// Looks up the marks of a letter.
pub fn code(letter: u8) -> &'static str {
    match letter {
        b'E' => ".",
        b'O' => "---",
        b'S' => "...",
        b'T' => "-",
        _ => "",
    }
}
