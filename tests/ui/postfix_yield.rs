//! `value.yield` where it can't work.

use cogen::{Coroutine, co};

#[cogen::coroutine]
fn echo() -> impl Coroutine<u32, Yield = u32> {
    let heard = 1.yield;
    heard.yield;
}

fn main() {
    let _ = echo();
    let _ = co! { (|| 1.yield)(); };
    let _ = co! { async async { 1.yield }.await; };
    let _ = co! { println!("{}", 1.yield); };
    let _ = co! { let _: u8 = "one".yield; let () = 2.yield; };
    let _ = co! { 1.yield(2); };
}
