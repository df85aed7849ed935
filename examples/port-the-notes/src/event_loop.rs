//! Rows C2, C3, C10, C11, C13 and C16: the order of execution on one loop, and many loops.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending};
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use cogen::executor::{
    EventLoop, ExceptionContext, LoopHandle, RunError, block_on, gather, sleep, sleep_until, spawn,
    yield_now,
};

use crate::output::{complain, say};
use crate::python::boolean;

/// Returns a loop for the row, if the system has enough descriptors.
fn with_loop(row: impl FnOnce(EventLoop) -> Result<(), RunError>) {
    let done: Result<(), io::Error> =
        EventLoop::new().and_then(|event_loop| row(event_loop).map_err(io::Error::other));
    if let Err(error) = done {
        complain(format_args!("port-the-notes: the row has no event loop: {error}"));
    }
}

/// C2 (notes 000, 002): a coroutine does nothing until it is awaited or scheduled. If it never is,
/// this is reported.
pub(crate) fn nothing_by_itself() {
    /// Reports a coroutine that was never awaited. rustc reports it where it is created
    /// (`unused_must_use`), Python where it is dropped.
    struct Reported<F> {
        name: &'static str,
        awaited: bool,
        coroutine: Pin<Box<F>>,
    }

    impl<F: Future> Future for Reported<F> {
        type Output = F::Output;

        fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
            self.awaited = true;
            self.coroutine.as_mut().poll(cx)
        }
    }

    impl<F> Drop for Reported<F> {
        fn drop(&mut self) {
            if !self.awaited {
                say!("reported: coroutine '{}' was never awaited", self.name);
            }
        }
    }

    fn work(who: &'static str) -> Reported<impl Future<Output = ()>> {
        Reported {
            name: "work",
            awaited: false,
            coroutine: Box::pin(async move { say!("{who}: work") }),
        }
    }

    let coroutine = work("nobody");
    say!("made: nothing runs");
    drop(coroutine);
    block_on(async {
        work("awaited").await;
        let task = spawn(work("scheduled"));
        say!("scheduled: nothing runs yet");
        let _ = task.await;
    });
}

/// C3 (notes 000, 001, 004): running a coroutine to its end, running until stopped, closing.
pub(crate) fn running() {
    async fn answer() -> i32 {
        yield_now().await;
        42
    }

    say!("run: {}", block_on(answer()));
    with_loop(|event_loop| {
        say!("run_until_complete: {}", event_loop.run_until_complete(answer())?);

        let handle = event_loop.handle().clone();
        drop(event_loop.spawn(async move {
            say!("running: {}", boolean(handle.is_running()));
            handle.stop();
        }));
        event_loop.handle().call_soon(|| say!("in the same batch"));
        event_loop.run_forever()?;
        say!("stopped: running: {}", boolean(event_loop.handle().is_running()));

        let handle = event_loop.handle().clone();
        event_loop.handle().call_soon(move || handle.stop());
        if event_loop.run_until_complete(pending::<()>()) == Err(RunError::Stopped) {
            say!("stopped before the future was ready");
        }

        event_loop.close();
        say!("closed: {}", boolean(event_loop.handle().is_closed()));
        if event_loop.run_until_complete(answer()) == Err(RunError::Closed) {
            say!("a closed loop runs nothing");
        }
        Ok(())
    });
}

/// C10 (note 004): calling functions soon, from another thread, later, and at a time.
pub(crate) fn callbacks() {
    with_loop(|event_loop| {
        let handle = event_loop.handle().clone();
        event_loop.handle().call_soon(move || {
            say!("soon 1");
            handle.call_soon(|| say!("in the next turn"));
        });
        let never = event_loop.handle().call_soon(|| say!("never reached"));
        event_loop.handle().call_soon(|| say!("soon 2"));
        never.cancel();
        say!("cancelled: {}", boolean(never.is_cancelled()));
        event_loop.run_until_complete(sleep(Duration::from_millis(10)))?;

        let start = event_loop.handle().time();
        let never =
            event_loop.handle().call_later(Duration::from_secs(60), || say!("never reached"));
        event_loop.handle().call_later(Duration::from_millis(20), || say!("after 20 ms"));
        event_loop.handle().call_at(start, || say!("at a time that has passed"));
        let handle = event_loop.handle().clone();
        event_loop.handle().call_later(Duration::from_millis(40), move || handle.stop());
        event_loop.run_forever()?;
        never.cancel();
        say!(
            "the clock has gone on by 40 ms: {}",
            boolean(event_loop.handle().time() - start >= Duration::from_millis(40))
        );

        let handle = event_loop.handle().threadsafe();
        let thread = Rc::new(Cell::new(None));
        event_loop.handle().call_soon({
            let thread = thread.clone();
            move || {
                thread.set(Some(thread::spawn(move || {
                    // The loop runs until the second call.
                    let _ = handle.call_soon_threadsafe(|| say!("from another thread"));
                    handle.stop();
                })));
            }
        });
        event_loop.run_forever()?;
        if let Some(thread) = thread.take() {
            // It has done its work.
            let _ = thread.join();
        }
        Ok(())
    });
}

/// C11 (note 004): the loop's exception handler.
pub(crate) fn exception_handler() {
    fn show(handle: &LoopHandle) {
        say!("a handler of its own: {}", boolean(handle.exception_handler().is_some()));
    }

    with_loop(|event_loop| {
        show(event_loop.handle());
        event_loop.handle().call_soon(|| panic!("first")); // reported on standard error
        event_loop.run_until_complete(yield_now())?;
        say!("the loop goes on");

        let handler = |context: &ExceptionContext| {
            say!("handler: {}", context.panic_message().unwrap_or(context.message()))
        };
        event_loop.handle().set_exception_handler(Some(Rc::new(handler)));
        show(event_loop.handle());
        event_loop.handle().call_soon(|| panic!("second"));
        event_loop.run_until_complete(yield_now())?;
        event_loop.handle().call_exception_handler(ExceptionContext::new("third"));
        event_loop.handle().set_exception_handler(None);
        show(event_loop.handle());
        Ok(())
    });
}

/// C13 (note 001): two tasks that show the date twice a second until the end time. Here a second is
/// short, and the date is fixed.
pub(crate) fn dates() {
    const SECOND: Duration = Duration::from_millis(80);

    async fn display_date(name: &str, start: Instant, first: f64, end: f64) {
        let mut elapsed = first;
        while elapsed < end {
            sleep_until(start + SECOND.mul_f64(elapsed)).await;
            say!("{name}: 12:00:{elapsed:06.3}");
            elapsed += 0.5;
        }
    }

    let start = Instant::now();
    block_on(gather([display_date("A", start, 0.0, 2.0), display_date("B", start, 0.25, 2.0)]));
}

/// C16 (notes 000, 002, 003): the coroutines of one thread interleave and need no locks. With many
/// threads, each has its own loop.
pub(crate) fn threads() {
    async fn count(name: &str, log: &RefCell<Vec<String>>, counter: &Cell<u32>) {
        for number in 1..=3 {
            log.borrow_mut().push(format!("{name}{number}"));
            // Between two awaits no other task runs, so this needs no lock.
            let seen = counter.get();
            counter.set(seen + 1);
            yield_now().await;
        }
    }

    async fn add_up(numbers: impl Iterator<Item = u32>) -> u32 {
        let mut total = 0;
        for number in numbers {
            total += number;
            yield_now().await;
        }
        total
    }

    let (log, counter) = (RefCell::default(), Cell::new(0));
    block_on(gather([count("A", &log, &counter), count("B", &log, &counter)]));
    say!("{}", log.borrow().join(" "));
    say!("counted: {}", counter.get());

    let threads: Vec<_> = (0..4)
        .map(|first| thread::spawn(move || block_on(add_up((first..1000).step_by(4)))))
        .collect();
    let totals: Vec<u32> = threads.into_iter().filter_map(|thread| thread.join().ok()).collect();
    say!("loops: {}, together: {}", totals.len(), totals.iter().sum::<u32>());
}
