//! Misuse panics at the line of the caller, at both levels. Through `dyn`, each resume would have
//! to pass the line, so it is unknown there. A `yield_from!` checks its coroutine once, before it
//! runs, so there the caller is known even through `dyn`: the place is the attribute of the
//! function with the `yield_from!`, which the compiler takes for the place of the whole expansion.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use cogen::replay::{Recorded, Unchecked};
use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, BoxCoroutine, Coroutine, CoroutineExt, Fingerprint, Shared,
};

#[cogen::coroutine]
fn plain() -> impl Coroutine<Result<u32, u32>> {
    let _ = yield_!();
}

#[cogen::coroutine]
fn plain_unit() -> impl Coroutine {
    yield_!();
}

#[cogen::coroutine(struct = Named)]
fn named() -> impl Coroutine<u32> {
    yield_!();
}

#[cogen::coroutine(struct = AsyncNamed)]
fn async_named() -> impl AsyncCoroutine<u32> {
    yield_!();
}

#[cogen::coroutine(priming)]
fn primed() -> impl Coroutine<u32> {
    yield_!();
}

#[cogen::coroutine]
fn waits() -> impl AsyncCoroutine<Result<u32, u32>> {
    let _ = yield_!();
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, Result<u32, u32>> {
    let _ = yield_!();
}

#[cogen::coroutine(struct = NamedChild)]
fn named_child() -> impl Coroutine<Result<u32, u32>> {
    let _ = yield_!();
}

/// Where the attribute of the function below is.
const PARENT: u32 = line!() + 1;
#[cogen::coroutine]
fn parent<C>(child: C) -> impl Coroutine<Result<u32, u32>>
where
    C: Coroutine<Result<u32, u32>, Yield = (), Return = ()>,
{
    yield_from!(child);
}

const BOXED_PARENT: u32 = line!() + 1;
#[cogen::coroutine]
fn boxed_parent<'a, C>(child: C) -> BoxCoroutine<'a, Result<u32, u32>>
where
    C: Coroutine<Result<u32, u32>, Yield = (), Return = ()> + 'a,
{
    yield_from!(child);
}

const PARENT_WITH_VALUE: u32 = line!() + 1;
#[cogen::coroutine]
fn parent_with_value<C>(child: C) -> impl Coroutine<Result<u32, u32>>
where
    C: Coroutine<Result<u32, u32>, Yield = (), Return = ()>,
{
    yield_from!(child, Ok(1));
}

const ASYNC_PARENT: u32 = line!() + 1;
#[cogen::coroutine]
fn async_parent<C>(child: C) -> impl AsyncCoroutine<Result<u32, u32>>
where
    C: Coroutine<Result<u32, u32>, Yield = (), Return = ()>,
{
    yield_from!(child);
}

const ASYNC_PARENT_OF_ASYNC: u32 = line!() + 1;
#[cogen::coroutine]
fn async_parent_of_async<C>(child: C) -> impl AsyncCoroutine<Result<u32, u32>>
where
    C: AsyncCoroutine<Result<u32, u32>, Yield = (), Return = ()>,
{
    yield_from!(child);
}

macro_rules! hidden_await {
    ($future:expr) => {
        $future.await
    };
}

#[cogen::coroutine]
fn waits_in_a_macro() -> impl Coroutine {
    hidden_await!(std::future::pending::<()>());
}

#[cogen::coroutine]
fn iterator_that_waits_in_a_macro() -> impl Iterator<Item = u32> {
    hidden_await!(std::future::pending::<()>());
    yield_!(1);
}

const PARENT_OF_ONE_THAT_WAITS: u32 = line!() + 1;
#[cogen::coroutine]
fn parent_of_one_that_waits() -> impl Coroutine {
    yield_from!(waits_in_a_macro());
}

/// The place of the last panic.
static PLACE: Mutex<Option<(String, u32)>> = Mutex::new(None);

/// Runs `misuse`, which panics at `line` of this file.
#[track_caller]
fn panics_at(line: u32, misuse: impl FnOnce()) {
    catch_unwind(AssertUnwindSafe(misuse)).expect_err("this is misuse");
    let place = PLACE.lock().unwrap().take();
    if place != Some((file!().to_owned(), line)) {
        let _ = panic::take_hook(); // so that this panic is printed
        panic!("it panicked at {place:?}, and not at line {line}");
    }
}

fn poll<F: Future>(future: F) -> Poll<F::Output> {
    pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

// A single test, because the panic hook is global.
#[test]
fn misuse_panics_where_it_is() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|place| (place.file().to_owned(), place.line()));
        *PLACE.lock().unwrap() = place;
    }));

    fn started<C: Coroutine<R>, R>(coroutine: C) -> Pin<Box<C>> {
        let mut coroutine = Box::pin(coroutine);
        coroutine.start();
        coroutine
    }

    fn closed<C: Coroutine<R>, R>(coroutine: C) -> Pin<Box<C>> {
        let mut coroutine = Box::pin(coroutine);
        coroutine.close();
        coroutine
    }

    panics_at(line!(), || _ = pin!(plain()).send(Ok(1)));
    panics_at(line!(), || _ = pin!(plain()).throw(1));
    panics_at(line!(), || _ = started(plain()).start());
    panics_at(line!(), || _ = closed(plain()).start());
    panics_at(line!(), || _ = closed(plain()).primed());
    panics_at(line!(), || closed(plain()).drive_blocking(|()| Ok(1)));
    panics_at(line!(), || _ = closed(primed()).send(1));
    panics_at(line!(), || _ = CoroutineExt::send(&mut pin!(plain()), Ok(1)));
    panics_at(line!(), || _ = pin!(plain()).resume(Ok(1)));
    panics_at(line!(), || _ = started(plain()).as_mut().begin());
    panics_at(line!(), || _ = pin!(named()).send(1));
    panics_at(line!(), || _ = pin!(named()).resume(1));

    panics_at(line!(), || _ = Shared::new(plain()).send(Ok(1)));
    panics_at(line!(), || _ = Shared::new(plain()).throw(1));
    let recorded = || Recorded::<_, _, _, Unchecked>::unchecked(Fingerprint::NONE, plain, ());
    panics_at(line!(), || _ = recorded().send(Ok(1)));
    let drive = |mut recorded: Recorded<_, _, _, Unchecked>| {
        recorded.close();
        panics_at(line!() + 1, || {
            let _ = recorded.drive_saved_blocking(|_, ()| Ok::<_, ()>(Ok(1)), |_| Ok(()));
        });
    };
    drive(recorded());

    panics_at(line!(), || _ = pin!(waits()).send(Ok(1)));
    panics_at(line!(), || _ = pin!(waits()).throw(1));
    panics_at(line!(), || _ = pin!(async_named()).send(1));
    let poll_twice = async {
        let mut waits = pin!(waits());
        waits.start().await;
        waits.start().await;
    };
    panics_at(line!() - 2, || _ = poll(poll_twice));
    let ended = async {
        closed(plain_unit()).into_future().await;
    };
    panics_at(line!() - 2, || _ = poll(ended));
    let cx = &mut Context::from_waker(Waker::noop());
    panics_at(line!(), || _ = pin!(waits()).poll_resume(cx, &mut Some(Ok(1))));

    fn delegations<C>(make: impl Fn() -> C)
    where
        C: Coroutine<Result<u32, u32>, Yield = (), Return = ()>,
    {
        panics_at(PARENT, || _ = pin!(parent(started(make()))).start());
        panics_at(PARENT, || _ = pin!(parent(closed(make()))).start());
        panics_at(PARENT, || _ = pin!(parent(started(make()).as_mut())).start());
        panics_at(PARENT, || _ = pin!(parent(closed(make()).as_mut())).start());
        panics_at(PARENT, || _ = pin!(parent(&mut started(make()))).start());
        panics_at(BOXED_PARENT, || _ = boxed_parent(started(make())).start());
        panics_at(BOXED_PARENT, || _ = boxed_parent(closed(make())).start());
        panics_at(PARENT_WITH_VALUE, || _ = pin!(parent_with_value(make())).start());
        panics_at(PARENT_WITH_VALUE, || _ = pin!(parent_with_value(closed(make()))).start());
    }
    delegations(plain);
    delegations(named_child);
    delegations(boxed);
    delegations(|| -> BoxCoroutine<'_, Result<u32, u32>> { Box::pin(plain()) });
    delegations(|| Shared::new(plain()));
    delegations(recorded);
    panics_at(PARENT, || _ = pin!(parent(closed(Box::pin(plain()).primed()))).start());
    panics_at(ASYNC_PARENT, || _ = poll(pin!(async_parent(started(plain()))).start()));
    panics_at(ASYNC_PARENT, || _ = poll(pin!(async_parent(closed(plain()))).start()));
    panics_at(ASYNC_PARENT, || _ = poll(pin!(async_parent(closed(named_child()))).start()));
    panics_at(ASYNC_PARENT_OF_ASYNC, || {
        let mut waits = Box::pin(waits());
        waits.close();
        let _ = poll(pin!(async_parent_of_async(waits)).start());
    });

    panics_at(line!(), || _ = pin!(waits_in_a_macro()).start());
    panics_at(line!(), || _ = iterator_that_waits_in_a_macro().next());
    panics_at(line!(), || for _ in iterator_that_waits_in_a_macro() {});
    panics_at(PARENT_OF_ONE_THAT_WAITS, || _ = pin!(parent_of_one_that_waits()).start());

    let sleeps = async {
        cogen::executor::sleep(std::time::Duration::ZERO).await;
    };
    panics_at(line!() - 2, || _ = poll(sleeps));
    let _ = panic::take_hook();
}
