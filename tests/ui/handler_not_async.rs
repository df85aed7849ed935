use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt};

#[cogen::coroutine]
fn ask() -> impl Coroutine<String, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn ask_async() -> impl AsyncCoroutine<String, Yield = u32> {
    yield_!(1);
}

async fn run() {
    ask().drive(|number: u32| number.to_string()).await;
    ask_async().drive(|number: u32| number.to_string()).await;
}

async fn run_without_a_type() {
    ask().drive(|number| number.to_string()).await;
}

fn main() {}
