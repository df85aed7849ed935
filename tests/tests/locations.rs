//! Misuse panics at the line of the caller, at both levels. Through `dyn`, each resume would have
//! to pass the line, so it is unknown there. The place of a `yield_from!` is the attribute of its
//! function, which the compiler takes for the place of the whole expansion.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};

use cogen::replay::{Recorded, Unchecked, join};
use cogen::{AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, Fingerprint, Shared};

#[cogen::coroutine]
fn plain() -> impl Coroutine<Result<u32, u32>> {
    let _ = yield_!();
}

/// The line of the attribute of the function below.
const PARENT: u32 = line!() + 1;
#[cogen::coroutine]
fn parent<C>(child: C) -> impl Coroutine<Result<u32, u32>>
where
    C: Coroutine<Result<u32, u32>, Yield = (), Return = ()>,
{
    yield_from!(child);
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

/// The place of the last panic.
static PLACE: Mutex<Option<(String, u32)>> = Mutex::new(None);

/// Runs `misuse`, which panics at `line` of this file.
fn panics_at(line: u32, misuse: impl FnOnce()) {
    catch_unwind(AssertUnwindSafe(misuse)).expect_err("this is misuse");
    let place = PLACE.lock().unwrap().take();
    assert_eq!(place, Some((file!().to_owned(), line)));
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
    let pair = || join([plain()]);
    let mut pair = Recorded::<_, _, _, Unchecked>::unchecked(Fingerprint::NONE, pair, ());
    panics_at(line!() + 1, || {
        let _ = pair.drive_saved_blocking(|_, _| Ok::<_, ()>((7, Ok(1))), |_| Ok(()));
    });
    let shared = Shared::new(plain());
    let over = || {
        let shared = shared.clone();
        Recorded::<_, _, _, Unchecked>::unchecked(Fingerprint::NONE, move || shared.clone(), ())
    };
    let (mut first, mut second) = (over(), over());
    first.start();
    panics_at(line!(), || _ = second.start());
    panics_at(line!(), || _ = second.send(Ok(1)));
    panics_at(line!() + 1, || {
        let _ = second.drive_saved_blocking(|_, ()| Ok::<_, ()>(Ok(1)), |_| Ok(()));
    });
    let when = Rc::new(Cell::new(1));
    let unsteady = |when: Rc<Cell<u32>>| {
        cogen::co! { -> impl Coroutine<(), Yield = u32> { loop { yield!(when.get()) } } }
    };
    let mut unsteady = Recorded::new(Fingerprint::NONE, unsteady, (Rc::clone(&when),));
    unsteady.start();
    when.set(2);
    panics_at(line!() + 1, || {
        let _ = unsteady.drive_saved_blocking(|_, _| Ok::<_, ()>(()), |_| Ok(()));
    });

    panics_at(PARENT, || _ = pin!(parent(started(plain()))).start());
    panics_at(PARENT, || _ = pin!(parent(closed(plain()))).start());

    let sleeps = async {
        cogen::executor::sleep(std::time::Duration::ZERO).await;
    };
    panics_at(line!() - 2, || _ = poll(sleeps));

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
    let _ = panic::take_hook();
}
