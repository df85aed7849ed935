//! Attempts with macros and names.

#![allow(clippy::blocks_in_conditions)]

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, co};
use futures::FutureExt;

use crate::{PendingOnce, hidden_await};

macro_rules! twice {
    ($value:expr) => {
        ($value, $value)
    };
}

// A macro writes the same yield at two places. These are two yields.
#[test]
fn a_yield_that_is_duplicated_is_two_yields() {
    #[cogen::coroutine]
    fn duplicated() -> impl Coroutine<u8, Yield = u32, Return = (u8, u8)> {
        let mut count = 0;
        twice!(yield_!({
            count += 1;
            count
        }))
    }
    let mut coroutine = Box::pin(duplicated());
    assert_eq!(coroutine.start(), Yielded(1));
    assert_eq!(coroutine.send(5), Yielded(2));
    assert_eq!(coroutine.send(6), Complete((5, 6)));
}

/// Makes the coroutine itself, with the passed yields, and with further ones.
macro_rules! coroutine_of {
    ($name:ident, $value:expr, $($more:tt)*) => {
        #[cogen::coroutine]
        fn $name() -> impl Coroutine<u8, Yield = &'static str, Return = u8> {
            #[cogen::coroutine]
            fn inner() -> impl Coroutine<u8, Yield = &'static str, Return = u8> {
                yield_!("inner");
                $value
            }
            let returned = yield_from!(inner());
            returned + $value + { $($more)* }
        }
    };
}

// A macro expands to two coroutines, one inside of the other, with the same tokens in both.
#[test]
fn one_yield_in_two_bodies_belongs_to_each() {
    coroutine_of!(outer, yield_!("value"), yield_!("more"));
    let mut coroutine = Box::pin(outer());
    assert_eq!(coroutine.start(), Yielded("inner"));
    assert_eq!(coroutine.send(1), Yielded("value"));
    assert_eq!(coroutine.send(2), Yielded("value"));
    assert_eq!(coroutine.send(3), Yielded("more"));
    assert_eq!(coroutine.send(4), Complete(2 + 3 + 4));
}

macro_rules! id {
    ($value:expr) => {
        $value
    };
}

// A macro with the name of ours in an inner block: it is used there, and ours outside.
#[test]
fn a_macro_of_the_users_has_its_own_meaning() {
    #[cogen::coroutine]
    fn mixed() -> impl Iterator<Item = u32> {
        yield_!(1);
        {
            macro_rules! yield_ {
                ($value:expr) => {
                    $value
                };
            }
            yield_from!([id!(yield_!(2)), 3]);
        }
        id!(yield_!(4));
    }
    // Among the tokens of another macro, the user's shadows ours where it is in scope.
    assert!(mixed().eq([1, 2, 3, 4]));
}

mod shadowed {
    //! Macros of std and names of the prelude with other meanings.

    #![allow(unused_macros, unused_imports, dead_code)]

    macro_rules! println {
        ($($anything:tt)*) => { { $($anything)* } };
    }
    macro_rules! vec {
        ($value:expr) => {
            [$value, $value]
        };
    }
    macro_rules! unreachable {
        () => {
            loop {}
        };
    }
    macro_rules! compile_error {
        ($($anything:tt)*) => {
            ()
        };
    }
    macro_rules! panic {
        ($($anything:tt)*) => {
            return
        };
    }

    #[derive(Debug)]
    pub(super) enum Poll {
        Ready,
        Pending,
    }
    pub(super) use Poll::{Pending, Ready};
    pub(super) struct Pin;
    pub(super) struct Future;
    pub(super) struct Context;
    pub(super) struct Waker;
    pub(super) struct Result;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Handle;
    pub(super) struct Slot;
    pub(super) struct Send;
    pub(super) struct Sized;
    pub(super) struct Drop;
    pub(super) struct Fn;
    pub(super) struct FnOnce;
    pub(super) struct Default;
    mod cogen {}
    mod core {}
    mod std {}

    #[::cogen::coroutine]
    pub(super) fn coroutine() -> impl ::cogen::Coroutine<u32, Yield = [u32; 2], Return = u32> {
        let first = yield_!(vec![1]);
        let second = println!(yield_!([first, first]));
        let [third, fourth] = vec![yield_!(vec![second])];
        third + fourth
    }

    #[::cogen::coroutine(struct = Named)]
    pub(super) fn named() -> impl ::cogen::Coroutine<u32, Yield = [u32; 2], Return = u32> {
        yield_from!(coroutine())
    }

    type Pair = [u32; 2];

    #[::cogen::coroutine]
    pub(super) fn asynchronous() -> impl ::cogen::AsyncCoroutine<u32, Yield = Pair, Return = u32> {
        yield_from!(named())
    }
}

#[test]
fn shadowed_names_and_macros_change_what_the_user_writes_only() {
    fn check(mut resume: impl FnMut(Option<u32>) -> cogen::CoroutineState<[u32; 2], u32>) {
        assert_eq!(resume(None), Yielded([1, 1]));
        assert_eq!(resume(Some(2)), Yielded([2, 2]));
        assert_eq!(resume(Some(3)), Yielded([3, 3]));
        assert_eq!(resume(Some(4)), Yielded([3, 3]));
        assert_eq!(resume(Some(5)), Complete(9));
    }
    fn by_hand(mut coroutine: impl Coroutine<u32, Yield = [u32; 2], Return = u32> + Unpin) {
        check(|argument| match argument {
            None => coroutine.start(),
            Some(argument) => coroutine.send(argument),
        });
    }
    by_hand(Box::pin(shadowed::coroutine()));
    by_hand(Box::pin(shadowed::named()));
    let mut asynchronous = Box::pin(shadowed::asynchronous());
    check(|argument| match argument {
        None => asynchronous.start().now_or_never().unwrap(),
        Some(argument) => asynchronous.send(argument).now_or_never().unwrap(),
    });
}

// Items are not hygienic: a unit struct of the body captures the name of a hidden variable, and can
// be assigned to. Then the whole yield is the user's own code.
#[test]
fn an_item_with_the_name_of_a_hidden_variable_gets_nothing_of_ours() {
    #[cogen::coroutine]
    fn captured() -> impl Coroutine<u8, Yield = Box<u32>> {
        {
            #[allow(non_camel_case_types)]
            struct __slot;
            impl __slot {
                async fn put<Y>(self, value: Y) -> (Y, Self) {
                    (value, self)
                }
            }
            let own: Box<u32> = yield_!(Box::new(1));
            assert_eq!(*own, 1);
        }
        let sent: u8 = yield_!(Box::new(2));
        assert_eq!(sent, 7);
    }
    let mut coroutine = Box::pin(captured());
    assert_eq!(coroutine.start(), Yielded(Box::new(2)));
    assert_eq!(coroutine.send(7), Complete(()));
}

// `break`, `continue`, `return` and `?` leave a yield before it yields.
#[test]
fn a_yield_that_is_left_before_it_is_made_gives_nothing_out() {
    #[cogen::coroutine]
    #[allow(unreachable_code, clippy::diverging_sub_expression)]
    fn leaves() -> impl Coroutine<u8, Yield = u32, Return = Option<u8>> {
        'outer: for at in 0..10u32 {
            yield_!(if at == 1 {
                continue;
            } else if at == 3 {
                yield_!(33);
                break 'outer;
            } else {
                at
            });
        }
        let sent = yield_!(yield_!(100).checked_sub(1)?.into());
        yield_!(return Some(sent));
    }
    let mut coroutine = Box::pin(leaves());
    assert_eq!(coroutine.start(), Yielded(0));
    for yielded in [2, 33, 100, 4] {
        assert_eq!(coroutine.send(5), Yielded(yielded));
    }
    assert_eq!(coroutine.send(6), Complete(Some(6)));
}

// Yields in `select!` and `join!`, whose closures poll the futures beside the yields, with hidden
// awaits.
#[test]
fn yields_beside_polls_of_others_are_the_bodys_own() {
    let mut asynchronous = Box::pin(co! { async
        let mut waits = futures::FutureExt::fuse(PendingOnce(false));
        let sent: u32 = yield!(String::from("first"));
        let (one, two) = futures::join!(
            std::future::ready(yield!(format!("one {sent}"))),
            async { PendingOnce(false).await; 5 },
        );
        let three = futures::select! {
            () = waits => yield!(String::from("selected")),
            complete => unreachable!(),
        };
        one + two + three
    });
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    let mut yielded = Vec::new();
    let mut poll = asynchronous.start().poll_unpin(cx);
    let returned = loop {
        match poll {
            std::task::Poll::Ready(Complete(value)) => break value,
            std::task::Poll::Ready(Yielded(text)) => {
                yielded.push(text);
                poll = asynchronous.send(10).poll_unpin(cx);
            }
            std::task::Poll::Pending => poll = asynchronous.proceed().poll_unpin(cx),
        }
    };
    assert_eq!((yielded.join(", "), returned), ("first, one 10, selected".to_owned(), 25));
}

// The same in a sync body, where the awaits that the macros hide must be ready at once.
#[test]
fn polls_of_others_in_a_sync_body_are_fine_if_they_are_ready() {
    let mut unordered: futures::stream::FuturesUnordered<_> =
        (0..3u32).map(std::future::ready).collect();
    let mut coroutine = Box::pin(co! {
        let mut sum: u32 = yield!("first");
        while let Some(number) = hidden_await!(futures::StreamExt::next(&mut unordered)) {
            sum += number * yield!("next");
        }
        futures::select! {
            more = futures::FutureExt::fuse(std::future::ready(yield!("selected"))) => sum + more,
        }
    });
    assert_eq!(coroutine.start(), Yielded("first"));
    for yielded in ["next", "next", "next", "selected"] {
        assert_eq!(coroutine.send(1), Yielded(yielded));
    }
    assert_eq!(coroutine.send(1), Complete(1 + 3 + 1));
}

// A body awaits a coroutine of the other kind as a future. Its yields are dropped, while the outer
// one yields to its caller.
#[test]
fn a_coroutine_as_a_future_keeps_its_yields_to_itself() {
    #[cogen::coroutine]
    fn counts() -> impl Coroutine<(), Yield = [u8; 64], Return = u32> {
        for byte in 0..3 {
            yield_!([byte; 64]);
        }
        3
    }
    #[cogen::coroutine]
    fn asynchronous() -> impl AsyncCoroutine<String, Yield = u32, Return = String> {
        let first = yield_!(counts().into_future().await);
        let second = yield_!(yield_from!(counts().into_future()));
        first + &second
    }
    let mut coroutine = Box::pin(asynchronous());
    let cx = &mut std::task::Context::from_waker(std::task::Waker::noop());
    for _ in 0..3 {
        assert!(coroutine.proceed_or_start(cx).is_pending());
    }
    assert_eq!(coroutine.proceed_or_start(cx), std::task::Poll::Ready(Yielded(3)));
    assert!(coroutine.send("a".into()).poll_unpin(cx).is_pending());
    for _ in 0..2 {
        assert!(coroutine.proceed_or_start(cx).is_pending());
    }
    assert_eq!(coroutine.proceed_or_start(cx), std::task::Poll::Ready(Yielded(3)));
    assert_eq!(
        coroutine.send("b".into()).poll_unpin(cx),
        std::task::Poll::Ready(Complete("ab".to_owned()))
    );
}

trait ProceedOrStart<R>: AsyncCoroutine<R> {
    fn proceed_or_start(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<cogen::CoroutineState<Self::Yield, Self::Return>>
    where
        Self: Unpin,
    {
        std::pin::Pin::new(self).poll_resume(cx, &mut None)
    }
}

impl<R, C: AsyncCoroutine<R>> ProceedOrStart<R> for C {}

// The value of a yield suspends an async body itself, in each form that a yield has.
#[test]
fn the_value_of_a_yield_may_be_a_yield() {
    #[allow(deprecated, reason = "it is warned about as a `yield`")]
    #[cogen::coroutine]
    fn by_hidden_method() -> impl AsyncCoroutine<Box<u32>, Yield = Box<u32>, Return = Box<u32>> {
        yield_!(Box::new(1).__cogen_postfix_yield())
    }
    fn check(
        coroutine: impl AsyncCoroutine<Box<u32>, Yield = Box<u32>, Return = Box<u32>> + 'static,
    ) {
        let mut coroutine = Box::pin(coroutine);
        futures::executor::block_on(async {
            assert_eq!(coroutine.start().await, Yielded(Box::new(1)));
            assert_eq!(coroutine.send(Box::new(2)).await, Yielded(Box::new(2)));
            assert_eq!(coroutine.send(Box::new(3)).await, Complete(Box::new(3)));
        });
    }
    check(co! { async Box::new(1).yield.yield });
    check(co! { async yield!(Box::new(1).yield) });
    check(co! { async yield Box::new(1).yield });
    check(co! { async yield!(if true { yield Box::new(1) } else { Box::new(0) }) });
    check(by_hidden_method());
}

// A machine that ends with a last item, which the attribute gives to iterators only, is delegated
// to as a coroutine.
#[test]
fn a_delegate_may_not_return_with_a_value_in_the_slot() {
    fn last_item() -> impl Coroutine<(), Yield = Option<Box<u32>>, Return = ()> {
        cogen::__machine_value!(async; sync items () [()] [Option<Box<u32>>] [()] [] [] {
            let nothing: Option<u8> = None;
            nothing?;
        })
    }
    #[cogen::coroutine]
    fn delegates() -> impl Coroutine<(), Yield = Option<Box<u32>>> {
        yield_from!(last_item());
        hidden_await!(PendingOnce(false));
        yield_!(Some(Box::new(5)));
    }
    let mut coroutine = Box::pin(delegates());
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| coroutine.start()));
    assert!(result.is_err());
    assert_eq!(coroutine.status(), cogen::Status::Closed);
}

/// Drops what is added, without a call.
struct Drops;

impl<F: FnOnce() -> G, G> std::ops::AddAssign<F> for Drops {
    fn add_assign(&mut self, _: F) {}
}

// Without its semicolon, the last of the first statements would take the body as its operand. Among
// the attributes of an unused argument, there are no statements.
#[test]
#[allow(clippy::needless_return)]
fn the_first_statements_take_nothing_of_the_body() {
    fn asynchronous() -> impl AsyncCoroutine<u32, Yield = u8, Return = u32> {
        cogen::__machine_value!(async; async function () [u32] [u8] [u32] [] [
            let mut drops = Drops;
            drops += async move || return
        ] { yield_!(1) })
    }
    fn synchronous() -> impl Coroutine<u32, Yield = u8, Return = u32> {
        cogen::__machine_value!(async; sync function () [u32] [u8] [u32] [
            _unused { let mut drops = Drops; drops += async move || return }
        ] [] { yield_!(1) })
    }
    let mut coroutine = std::pin::pin!(asynchronous());
    assert_eq!(coroutine.start().now_or_never(), Some(Yielded(1)));
    assert_eq!(coroutine.send(7).now_or_never(), Some(Complete(7)));
    let mut coroutine = std::pin::pin!(synchronous());
    assert_eq!((coroutine.start(), coroutine.send(7)), (Yielded(1), Complete(7)));
}
