//! A handler that borrows, in a task of an executor with several threads: rustc can't prove that
//! the future is `Send`. The page on troubleshooting says what works.

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn ask() -> impl Coroutine<String, Yield = String, Return = usize> {
    yield_!("name".to_owned()).len()
}

fn spawn(_: impl Future<Output = usize> + Send + 'static) {}

struct Client {
    base: String,
}

impl Client {
    async fn get(&self, name: &str) -> String {
        std::future::ready(format!("{}/{name}", self.base)).await
    }

    async fn run(&self) -> usize {
        ask().drive(async move |name| self.get(&name).await).await
    }
}

async fn counted() -> usize {
    let mut count = 0;
    let length = ask().drive(async |name| { count += 1; std::future::ready(name).await }).await;
    length + count
}

fn main() {
    spawn(async { Client { base: String::new() }.run().await });
    spawn(counted());
}
