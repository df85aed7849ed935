//! Rows C14 and C15: the two kinds of coroutine can be mixed and converted.

use std::pin::pin;

use cogen::executor::{block_on, spawn, yield_now};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt};

use crate::output::say;

/// C14 (notes 001, 002): a native coroutine awaits a generator-based one, and a generator-based one
/// delegates to a native one.
pub(crate) fn mixing() {
    #[cogen::coroutine]
    fn countdown(mut number: u32) -> impl Coroutine<(), Return = &'static str> {
        while number > 0 {
            say!("generator-based: {number}");
            yield_!(); // lets the others run
            number -= 1;
        }
        "lift-off"
    }

    async fn native() -> usize {
        say!("native: waits");
        let result = countdown(2).into_future().await;
        say!("native: {result}");
        result.len()
    }

    #[cogen::coroutine]
    fn delegating() -> impl AsyncCoroutine<(), Return = usize> {
        say!("generator-based: delegates");
        let length = yield_from!(native());
        say!("generator-based: {length}");
        length * 2
    }

    block_on(async {
        let other = spawn(async {
            for number in 0..3 {
                say!("other task: {number}");
                yield_now().await;
            }
        });
        say!("result: {}", pin!(delegating()).into_future().await);
        let _ = other.await;
    });
}

/// C15 (notes 001, 002): two changed words turn one style into the other, here `impl
/// AsyncCoroutine` into `async`, and `yield_from!` into `.await`.
pub(crate) fn two_words() {
    async fn answer() -> i32 {
        yield_now().await;
        21
    }

    #[cogen::coroutine]
    fn old_style() -> impl AsyncCoroutine<(), Return = i32> {
        let number = yield_from!(answer());
        2 * number
    }

    async fn new_style() -> i32 {
        let number = answer().await;
        2 * number
    }

    say!("old style: {}", block_on(old_style().into_future()));
    say!("new style: {}", block_on(new_style()));
}
