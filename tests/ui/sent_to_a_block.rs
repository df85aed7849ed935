//! A block that uses no yield's value is sent `()`.

use cogen::{CoroutineExt, co};

fn main() {
    let mut numbers = std::pin::pin!(co! { yield!(1); });
    numbers.start();
    numbers.send(5);
}
