//! What stands before the statements of `co!`.

use cogen::co;

fn main() {
    // No `impl`, or something besides.
    let _ = co! { -> Vec<u8> { yield!(1); } };
    let _ = co! { -> cogen::BoxCoroutine<'_, (), u8> { yield!(1); } };
    let _ = co! { -> impl Coroutine<(), Yield = u8> + Send { yield!(1); } };
    let _ = co! { -> impl Corutine<(), Yield = u8> { yield!(1); } };

    // No braces, or something behind them.
    let _ = co! { -> impl Coroutine<(), Yield = u8> yield!(1); };
    let _ = co! { -> impl Coroutine<(), Yield = u8> { yield!(1); } 2 };

    // Types that don't fit.
    let _ = co! { -> impl Coroutine<(), Yield = str> { yield!(1); } };
    let _ = co! { -> impl Coroutine<(), Yield = u8> { yield!("one"); } };
    let _ = co! { -> impl Coroutine<u8, Yield = u8, Return = u8> { yield!(1); } };
    let _ = co! { gen yield!(1); 2 };
    let _ = co! { gen let _: u8 = yield!(1); };

    // An iterator doesn't wait.
    let _ = co! { gen yield!(std::future::ready(1).await); };
}
