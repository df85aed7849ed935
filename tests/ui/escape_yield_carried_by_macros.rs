// More ways for macros to carry a yield to where another one polls.
use cogen::{AsyncCoroutine, Coroutine};

macro_rules! gets_the_body {
    ($($body:tt)*) => {
        Box::pin(async move { $($body)* })
    };
}

macro_rules! gets_a_coroutine {
    ($($body:tt)*) => {
        cogen::co! { async { $($body)* } }
    };
}

// As attributes do that move a body into a future.
macro_rules! as_async_trait {
    ($(#[$meta:meta])* fn $name:ident() -> $ret:ty $body:block) => {
        $(#[$meta])*
        fn $name() -> $ret {
            Box::pin(async move $body).await
        }
    };
}

as_async_trait! {
    #[cogen::coroutine]
    fn moved_into_a_future() -> impl AsyncCoroutine<(), Yield = u8> {
        yield_!(1);
    }
}

#[cogen::coroutine]
fn into_a_boxed_future() -> impl AsyncCoroutine<(), Yield = u8> {
    gets_the_body!(yield_!(1)).await;
}

#[cogen::coroutine]
fn into_a_future_that_is_polled_by_hand() -> impl Coroutine<(), Yield = u8> {
    let mut future = gets_the_body!(yield_!(1));
    let _ = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop()));
}

#[cogen::coroutine]
fn into_the_future_of_another_coroutine() -> impl Coroutine<(), Yield = u8> {
    let _ = gets_a_coroutine!(yield_!(1));
}

#[cogen::coroutine]
fn into_a_thread_local() -> impl Coroutine<(), Yield = u8> {
    thread_local!(static LAZY: u8 = { yield_!(1); 1 });
}

#[cogen::coroutine]
fn into_lazy_places() -> impl Coroutine<(), Yield = u8> {
    let _ = std::sync::LazyLock::new(|| twice!(yield_!(1)));
    let _ = [0; { twice!(yield_!(1)); 1 }];
}

#[cogen::coroutine]
fn into_a_stream() -> impl AsyncCoroutine<(), Yield = u8> {
    let _ = futures::stream::poll_fn(|_| std::task::Poll::Ready(Some(twice!(yield_!(1)))));
    futures::future::poll_fn(|_| std::task::Poll::Ready(twice!(yield_!(1)))).await;
    smol::future::or(async { twice!(yield_!(1)) }, async { ((), ()) }).await;
    tokio::join!(async { yield_!(1) });
    tokio::select! {
        _ = async { yield_!(1) } => {}
    }
}

macro_rules! twice {
    ($value:expr) => {
        ($value, $value)
    };
}
use twice;

// The macro of the body, under another name, in a module, a method and a closure inside of it.
#[cogen::coroutine]
fn exported() -> impl Coroutine<(), Yield = u8> {
    mod inner {
        pub(crate) use yield_ as smuggled;
        pub(crate) fn run() {
            smuggled!(1);
        }
    }
    struct Local;
    impl Drop for Local {
        fn drop(&mut self) {
            inner::smuggled!(1);
        }
    }
    let _ = || inner::smuggled!(1);
    inner::run();
}

fn main() {}
