//! Coroutines as futures, coroutines driven by handlers, and both kinds nested.

mod executors;

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, Status, co};
use futures::FutureExt;
use futures::executor::block_on;

use executors::{everywhere, later, yield_now};

#[cogen::coroutine]
fn steps<'a>(
    name: &'static str,
    count: u32,
    log: &'a RefCell<Vec<&'static str>>,
) -> impl Coroutine<(), Yield = u32, Return = u32> + use<'a> {
    for n in 0..count {
        log.borrow_mut().push(name);
        yield_!(n);
    }
    count
}

#[test]
fn each_yield_lets_others_run() {
    let log = RefCell::new(Vec::new());
    let both = async {
        futures::join!(steps("a", 2, &log).into_future(), steps("b", 3, &log).into_future())
    };
    assert_eq!(block_on(both), (2, 3));
    assert_eq!(log.take(), ["a", "b", "a", "b", "b"]);
    let mut future = pin!(steps("c", 1, &log).into_future());
    assert_eq!(future.as_mut().now_or_never(), None);
    assert_eq!(future.as_mut().now_or_never(), Some(1));
    assert!(catch_unwind(AssertUnwindSafe(|| future.as_mut().now_or_never())).is_err());
}

#[test]
fn coroutines_are_futures_on_every_executor() {
    everywhere(|| async {
        let sum = co! {
            let mut sum = 0;
            for n in 0..10 {
                sum += n;
                yield!(());
            }
            sum
        };
        assert_eq!(sum.into_future().await, 45);
        let sum = co! { async
            let mut sum = 0;
            for n in 0..10 {
                sum += later(n).await;
                yield!(());
            }
            sum
        };
        assert_eq!(sum.into_future().await, 45);
    });
}

/// A protocol that doesn't determine how its requests are answered.
#[cogen::coroutine]
fn log_in(
    user: &str,
) -> impl Coroutine<Result<String, u16>, Yield = String, Return = Result<usize, u16>> {
    let token = yield_!(format!("token of {user}"))?;
    let page = yield_!(format!("page for {token}"))?;
    Ok(page.len())
}

fn answer(request: &str) -> Result<String, u16> {
    match request.split_once(' ') {
        Some(("token", _)) => Ok("t1".to_owned()),
        Some(("page", _)) => Ok(request.to_owned()),
        _ => Err(404),
    }
}

#[test]
fn a_protocol_is_driven_by_whoever_answers() {
    everywhere(|| async {
        assert_eq!(log_in("me").drive(async |request| later(answer(&request)).await).await, Ok(11));
    });
    let mut requests = Vec::new();
    let refused = log_in("me").drive(async |request| {
        yield_now().await;
        requests.push(request);
        Err(500)
    });
    assert_eq!(block_on(refused), Err(500));
    assert_eq!(requests, ["token of me"]);
    assert_eq!(log_in("me").drive_blocking(|request| answer(&request)), Ok(11));
    assert_eq!(log_in("me").drive_blocking(|_| Err(1)), Err(1));
}

#[test]
fn async_coroutines_are_driven_too() {
    everywhere(|| async {
        let sums = co! { async
            let mut sum = 0;
            loop {
                match yield!(later(sum).await) {
                    0 => return sum,
                    n => sum += n,
                }
            }
        };
        let mut left = [1, 2, 3].into_iter();
        assert_eq!(sums.drive(async move |_| later(left.next().unwrap_or(0)).await).await, 6);
    });
}

#[cfg(not(miri))]
#[test]
fn driven_coroutines_go_to_other_threads() {
    fn spawned<C>(coroutine: C) -> tokio::task::JoinHandle<C::Return>
    where
        C: Coroutine<Result<String, u16>, Yield = String, Return = Result<usize, u16>>
            + Send
            + 'static,
    {
        tokio::spawn(coroutine.drive(async |request| later(answer(&request)).await))
    }
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let mut seen = 0;
        let driven = log_in("me").drive(async move |request| {
            seen += 1;
            tokio::time::sleep(std::time::Duration::from_millis(seen)).await;
            answer(&request)
        });
        assert_eq!(tokio::spawn(driven).await.unwrap(), Ok(11));
        assert_eq!(spawned(log_in("you")).await.unwrap(), Ok(11));
        assert_eq!(tokio::spawn(co! { async yield!(()); 1 }.into_future()).await.unwrap(), 1);
        assert_eq!(tokio::spawn(co! { yield!(()); 2 }.into_future()).await.unwrap(), 2);
    });
}

#[test]
fn both_kinds_stand_inside_of_each_other() {
    everywhere(|| async {
        let mut outer = pin!(co! { async
            // A sync coroutine that is awaited, and another one that is resumed step by step.
            let two = co! { yield!(()); 2 }.into_future().await;
            let first = {
                let mut inner = pin!(co! { let sent: i32 = yield!(two); sent + 1 });
                let first = CoroutineExt::start(&mut inner).yielded().unwrap();
                let sent = yield!(first);
                CoroutineExt::send(&mut inner, sent).complete().unwrap()
            };
            // An async coroutine in a sync one.
            let mut sync = pin!(co! {
                let mut inner = pin!(co! { async let n: i32 = yield!(10); n * 2 });
                let n = yield!(inner.start().now_or_never().unwrap().yielded().unwrap());
                inner.send(n).now_or_never().unwrap().complete().unwrap()
            });
            let ten: i32 = CoroutineExt::start(&mut sync).yielded().unwrap();
            let twice: i32 = CoroutineExt::send(&mut sync, later(ten).await).complete().unwrap();
            first + twice
        });
        assert_eq!(outer.start().await, Yielded(2));
        assert_eq!(outer.send(5).await, Complete(26));
    });
}

#[test]
fn a_coroutine_as_an_async_one_keeps_the_protocol() {
    block_on(async {
        let mut c = pin!(log_in("me").into_async());
        assert_eq!(c.status(), Status::Created);
        assert!(c.try_send(Ok(String::new())).is_err());
        assert_eq!(c.start().await, Yielded("token of me".to_owned()));
        assert_eq!(c.throw(7).await, Complete(Err(7)));
        assert_eq!(c.status(), Status::Closed);
        c.close();
    });
}

#[test]
fn a_panic_of_the_handler_drops_the_coroutine() {
    let driven = log_in("me").drive(async |_| panic!("in the handler"));
    assert!(catch_unwind(AssertUnwindSafe(|| block_on(driven))).is_err());
    assert!(catch_unwind(|| log_in("me").drive_blocking(|_| panic!("in the handler"))).is_err());
}
