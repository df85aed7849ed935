//! A coroutine that is sent values and answers each: a filter for terminal output. It echoes its
//! input without the escape sequences that set colours, titles and the cursor.
//!
//! The state of such a filter is the place in its code, so it works on a byte at a time and needs
//! no buffer.
//!
//! ```console
//! $ printf '\033[1;32mok\033[0m: 3 \033]0;title\007tests\n' | cargo run -p cogen --example echo
//! ok: 3 tests
//! ```

use std::io::{self, BufRead, Write};
use std::pin::pin;

use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

const BELL: u8 = 7;
const ESCAPE: u8 = 0x1b;

/// Yields each byte that it is sent, if the byte is part of the text.
#[cogen::coroutine]
fn plain_text() -> impl Coroutine<u8, Yield = Option<u8>> {
    let mut byte = yield_!(None);
    loop {
        if byte != ESCAPE {
            byte = yield_!(Some(byte));
            continue;
        }
        match yield_!(None) {
            // ESC [, parameters, and a final byte: colours and the cursor.
            b'[' => while !matches!(yield_!(None), b'@'..=b'~') {},
            // ESC ], text, and BEL or ESC \: the title, links.
            b']' => loop {
                match yield_!(None) {
                    BELL => break,
                    ESCAPE => {
                        yield_!(None);
                        break;
                    }
                    _ => {}
                }
            },
            // ESC and one byte.
            _ => {}
        }
        byte = yield_!(None);
    }
}

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut filter = pin!(plain_text());
    filter.start();
    loop {
        let bytes = input.fill_buf()?;
        if bytes.is_empty() {
            return output.flush();
        }
        for byte in bytes {
            if let Yielded(Some(byte)) = filter.send(*byte) {
                output.write_all(&[byte])?;
            }
        }
        let count = bytes.len();
        input.consume(count);
    }
}
