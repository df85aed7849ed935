use cogen::Coroutine;

/// Not the macro of std: it carries its argument into a closure.
macro_rules! vec {
    ($value:expr) => {
        (|| $value)()
    };
}

macro_rules! println {
    ($value:expr) => {
        async { $value }
    };
}

/// Not the body's: it comes from outside, where there is no body.
macro_rules! yield_ {
    ($value:expr) => {
        $value
    };
}

macro_rules! twice {
    ($value:expr) => {
        yield_!($value) + yield_!($value)
    };
}

#[cogen::coroutine]
fn in_a_closure() -> impl Coroutine<u32, Yield = u32> {
    vec![yield_!(1)];
}

#[cogen::coroutine]
fn in_an_async_block() -> impl Coroutine<u32, Yield = u32> {
    println!(yield_!(1));
}

#[cogen::coroutine]
fn in_an_async_closure() -> impl Coroutine<u32, Yield = u32> {
    let _ = async || yield_!(1);
}

#[cogen::coroutine]
fn of_another_name() -> impl Coroutine<u32, Yield = u32> {
    // Here the name is the body's, which hides the macro above, so this is an argument, not a text.
    let _: &str = twice!(1);
}

fn main() {
    let _ = yield_!(1);
}
