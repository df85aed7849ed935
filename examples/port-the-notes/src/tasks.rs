//! Rows C1 and C4 to C9: tasks and futures, and waiting for several of them.

use std::cell::Cell;
use std::error::Error;
use std::fmt;
use std::future::{Future, pending};
use std::panic::catch_unwind;
use std::rc::Rc;
use std::time::{Duration, Instant};

use cogen::executor::{
    JoinError, PromiseError, Task, block_on, gather, promise, shield, sleep, spawn, timeout,
    try_gather, wait, yield_now,
};

use crate::output::say;
use crate::python::{boolean, yes};

/// C1 (notes 000, 001): three tasks that take 1, 2 and 3 units, one after another and concurrently.
pub(crate) fn concurrency() {
    const UNIT: Duration = Duration::from_millis(40);

    async fn work(units: u32) -> u32 {
        sleep(units * UNIT).await;
        units
    }

    async fn one_after_another() -> Vec<u32> {
        let mut results = Vec::new();
        for units in [1, 2, 3] {
            results.push(work(units).await);
        }
        results
    }

    async fn concurrently() -> Vec<u32> {
        gather([1, 2, 3].map(work)).await
    }

    fn show<F: Future<Output = Vec<u32>>>(title: &str, main: impl Fn() -> F) {
        // Other programs on the machine take time, too. So the fastest time counts, after it has
        // occurred three times.
        let mut measured: Vec<(u128, Vec<u32>)> = Vec::new();
        loop {
            let start = Instant::now();
            let results = block_on(main());
            measured.push((start.elapsed().as_millis() / UNIT.as_millis(), results));
            measured.sort();
            if measured.iter().take_while(|one| **one == measured[0]).count() == 3 {
                break;
            }
        }
        let (units, results) = &measured[0];
        say!("{title}: {results:?} in {units} units");
    }

    show("one after another", one_after_another);
    show("concurrently", concurrently);
}

/// C4 (notes 000, 001, 004): inspecting a task.
pub(crate) fn task() {
    async fn answer() -> i32 {
        42
    }

    async fn fail() -> i32 {
        panic!("no such host")
    }

    block_on(async {
        let task = spawn(answer());
        task.set_name("A");
        say!("{task:?}");
        let coroutine = task.future_type().trim_end_matches("::{{closure}}").rsplit("::").next();
        say!("its coroutine: {}", coroutine.unwrap_or_default());
        say!("done: {}", yes(task.is_done()));
        if task.result().is_none() {
            say!("no result yet");
        }
        yield_now().await;
        say!("{task:?}");
        let result = task.result().and_then(Result::ok).unwrap_or_default();
        say!(
            "done: {}, result: {result}, an exception: {}",
            yes(task.is_done()),
            yes(task.exception().is_some())
        );

        let task = spawn(fail());
        task.set_name("B");
        yield_now().await;
        say!("{task:?}");
        say!(
            "exception: {}",
            task.exception().as_ref().and_then(JoinError::panic_message).unwrap_or_default()
        );

        let mut task = spawn(pending::<()>());
        task.set_name("C");
        yield_now().await;
        say!("cancelled: {}, cancel: {}", yes(task.is_cancelled()), yes(task.cancel()));
        if (&mut task).await.is_err_and(|error| error.is_cancelled()) {
            say!("whoever awaits it sees that");
        }
        say!("{task:?}");
        say!("cancelled: {}, cancel again: {}", yes(task.is_cancelled()), yes(task.cancel()));
    });
}

/// C5 (notes 000, 001, 004): callbacks that are called when a task is done.
pub(crate) fn done_callbacks() {
    block_on(async {
        let mut task = spawn(async { 42 });
        task.set_name("A");
        task.add_done_callback(|task| {
            if let Some(Ok(result)) = task.result() {
                say!("first: {}: {result}", task.name());
            }
        });
        let second = task.add_done_callback(|_| say!("never reached"));
        task.add_done_callback(|task| say!("third: done: {}", boolean(task.is_done())));
        say!("removed: {}", u8::from(task.remove_done_callback(second)));
        if let Ok(result) = (&mut task).await {
            say!("awaited: {result}");
        }
        task.add_done_callback(|_| say!("late"));
        say!("added");
        yield_now().await;
    });
}

/// The errors of the rows.
#[derive(Clone, Debug)]
struct ValueError(&'static str);

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Error for ValueError {}

/// C6 (note 004): a future whose result is set from elsewhere.
pub(crate) fn future() {
    block_on(async {
        let (setter, mut future) = promise::<i32, ValueError>();
        say!("{future:?}");
        future.add_done_callback(|future| say!("callback: {future:?}"));
        let setting = spawn(async move {
            say!("setter: sets it");
            // It was not set before, so this succeeds.
            let _ = setter.set_result(42);
            setter
        });
        let result = (&mut future).await.unwrap_or_default();
        say!("awaited: {result}");
        if setting.await.is_ok_and(|setter| setter.set_result(43).is_err()) {
            say!("it can't be set again");
        }
        say!("result: {result}");

        let (setter, future) = promise::<i32, _>();
        // It was not set before, so this succeeds.
        let _ = setter.set_error(ValueError("no such host"));
        if let Err(PromiseError::Error(error)) = future.await {
            say!("error: {error}");
        }

        let (_setter, future) = promise::<i32, ValueError>();
        say!(
            "cancel: {}, again: {}",
            boolean(future.cancel("not needed")),
            boolean(future.cancel("twice"))
        );
        say!("<Future {}>", if future.is_cancelled() { "cancelled" } else { "pending" });
        if let Err(PromiseError::Cancelled(message)) = future.await {
            say!("cancelled: {message}");
        }
    });
}

/// Returns how many turns of the loop something takes.
#[derive(Clone, Copy)]
enum Turns {
    Some(u32),
    ForEver,
}

async fn take(turns: Turns) {
    match turns {
        Turns::Some(turns) => {
            for _ in 0..turns {
                yield_now().await;
            }
        }
        Turns::ForEver => pending().await,
    }
}

/// C7 (notes 000, 001, 004): waiting for a set of tasks.
pub(crate) fn waiting() {
    use Turns::{ForEver, Some};

    type Work = Task<Result<(), ValueError>>;

    async fn work(name: &str, turns: Turns) -> Result<(), ValueError> {
        take(turns).await;
        if name == "bad" { Err(ValueError("bad")) } else { Ok(()) }
    }

    fn tasks(slow: Turns, bad: Turns, fast: Turns) -> [Work; 3] {
        [("slow", slow), ("bad", bad), ("fast", fast)].map(|(name, turns)| {
            let task = spawn(work(name, turns));
            task.set_name(name);
            task
        })
    }

    fn names<'a>(tasks: impl Iterator<Item = &'a Work>) -> String {
        let mut names: Vec<_> = tasks.map(Task::name).collect();
        names.sort();
        if names.is_empty() { "-".to_owned() } else { names.join(" ") }
    }

    fn show<'a>(title: &str, done: impl Iterator<Item = &'a Work>, pending: &[Work]) {
        let cancelled = pending.iter().filter(|task| task.is_cancelled()).count();
        say!(
            "{title}: done: {}; pending: {}; cancelled: {cancelled}",
            names(done),
            names(pending.iter())
        );
        for task in pending {
            task.cancel();
        }
    }

    block_on(async {
        let waited = wait(tasks(Some(20), Some(10), Some(1))).await;
        show("all", waited.done.iter().map(|completed| &completed.future), &waited.pending);
        let waited = wait(tasks(Some(20), Some(10), Some(1))).first_completed().await;
        show("the first", waited.done.iter().map(|completed| &completed.future), &waited.pending);
        let waited = wait(tasks(Some(20), Some(10), Some(1)))
            .until(|result| !matches!(result, Ok(Ok(()))))
            .await;
        show(
            "the first error",
            waited.done.iter().map(|completed| &completed.future),
            &waited.pending,
        );
        let waited =
            wait(tasks(ForEver, ForEver, Some(1))).timeout(Duration::from_millis(20)).await;
        show("a timeout", waited.done.iter().map(|completed| &completed.future), &waited.pending);
    });
    if catch_unwind(|| drop(wait([] as [Work; 0]))).is_err() {
        say!("there must be something to wait for");
    }
}

/// C8 (note 004): gathering results, with and without errors among them.
pub(crate) fn gathering() {
    async fn work(name: &'static str, turns: u32) -> Result<&'static str, ValueError> {
        take(Turns::Some(turns)).await;
        if name == "bad" {
            return Err(ValueError("bad"));
        }
        say!("{name} ends");
        Ok(name)
    }

    /// The error of a task that doesn't panic.
    async fn outcome(
        task: Task<Result<&'static str, ValueError>>,
    ) -> Result<&'static str, ValueError> {
        task.await.unwrap_or(Err(ValueError("cancelled")))
    }

    fn tasks() -> [Task<Result<&'static str, ValueError>>; 3] {
        [("slow", 20), ("bad", 1), ("fast", 10)].map(|(name, turns)| spawn(work(name, turns)))
    }

    block_on(async {
        let names = try_gather([work("slow", 2), work("fast", 1)]).await.unwrap_or_default();
        say!("in order: {}", names.join(" "));

        let results = gather(tasks().map(outcome)).await;
        let names: Vec<_> = results.into_iter().map(|result| result.unwrap_or("error")).collect();
        say!("errors among them: {}", names.join(" "));

        // Only the waiting stops. The other tasks continue.
        if let Err(error) = try_gather(tasks().map(outcome)).await {
            say!("fails at once: {error}");
        }
        take(Turns::Some(30)).await;

        say!("of nothing: {} results", gather(Vec::<Task<()>>::new()).await.len());
    });
}

/// C9 (note 004): waiting with a timeout, and shielding from it.
pub(crate) fn limits() {
    /// Python's `finally`.
    struct CleanUp(&'static str);

    impl Drop for CleanUp {
        fn drop(&mut self) {
            say!("{} cleans up", self.0);
        }
    }

    async fn wait_for_ever(name: &'static str) {
        say!("{name} waits");
        let _clean_up = CleanUp(name);
        pending().await
    }

    let limit = Duration::from_millis(20);
    block_on(async {
        if let Ok(number) = timeout(Duration::from_secs(60), async {
            yield_now().await;
            42
        })
        .await
        {
            say!("in time: {number}");
        }
        let task = spawn(wait_for_ever("limited")).cancel_on_drop();
        if timeout(limit, task).await.is_err() {
            yield_now().await;
            say!("timeout, after the clean-up");
        }

        let (event, has_happened) = promise::<(), ()>();
        let ended = Rc::new(Cell::new(false));
        let mut shielded = shield({
            let ended = ended.clone();
            async move {
                let _ = has_happened.await;
                say!("shielded ends");
                ended.set(true);
                42
            }
        });
        if timeout(limit, &mut shielded).await.is_err() {
            say!("timeout, and it goes on: {}", boolean(!ended.get()));
        }
        // The future is awaited, so this succeeds.
        let _ = event.set_result(());
        if let Ok(number) = shielded.await {
            say!("its result: {number}");
        }
    });
}
