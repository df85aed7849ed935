//! A coroutine of any family, as what drives it sees it.

use std::fmt;
use std::marker::PhantomData;

use cogen::{Coroutine, CoroutineExt, CoroutineState, Shared, Status};

use crate::{Family, Returned, Thrown};

type State = CoroutineState<i64, Returned>;

/// A coroutine under test.
pub trait Subject {
    /// Starts it.
    fn start(&mut self) -> State;

    /// Sends.
    ///
    /// # Errors
    ///
    /// What came back, and why.
    fn send(&mut self, value: i64) -> Result<State, String>;

    /// Throws.
    ///
    /// # Errors
    ///
    /// What came back, and why.
    fn throw(&mut self, error: Thrown) -> Result<State, String>;

    /// Closes it.
    fn close(&mut self);

    /// Where it stands.
    fn status(&self) -> Status;

    /// The values, and the return value if the end came.
    fn iterate(&mut self, limit: usize) -> (Vec<i64>, Option<Returned>);

    /// Starts it, sends `answer` to the end, and gives what it yielded.
    fn drive(&mut self, answer: i64) -> (Vec<i64>, Returned);
}

impl fmt::Debug for dyn Subject + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A refusal, for the trace.
fn refusal<R>(error: cogen::SendError<R>, describe: impl FnOnce(R) -> String) -> String {
    use cogen::SendError::{Closed, NotStarted, Running};
    let reason = match &error {
        NotStarted(_) => "not-started",
        Running(_) => "running",
        Closed(_) => "closed",
        _ => unreachable!("a coroutine refuses a value for one of these reasons"),
    };
    format!("refused {reason} {}", describe(error.into_inner()))
}

/// Held by itself; the methods are those of the extension trait.
struct Held<R, C>(C, PhantomData<fn(R)>);

/// Held by a handle, whose methods are its own.
struct HeldShared<'a, R>(Shared<'a, R, i64, Returned>);

/// What is spelled alike for both.
macro_rules! common_methods {
    () => {
        fn start(&mut self) -> State {
            self.0.start()
        }

        fn send(&mut self, value: i64) -> Result<State, String> {
            // Odd ones by the method that would panic, if that may be.
            if self.0.status() == Status::Suspended && value % 2 == 1 {
                return Ok(self.0.send(R::argument(value)));
            }
            self.0.try_send(R::argument(value)).map_err(|error| refusal(error, R::describe))
        }

        fn close(&mut self) {
            self.0.close();
        }

        fn status(&self) -> Status {
            self.0.status()
        }

        fn iterate(&mut self, limit: usize) -> (Vec<i64>, Option<Returned>) {
            R::iterate(&mut self.0, limit)
        }

        fn drive(&mut self, answer: i64) -> (Vec<i64>, Returned) {
            let mut values = Vec::new();
            let returned = (&mut self.0).drive_blocking(|value| {
                values.push(value);
                R::argument(answer)
            });
            (values, returned)
        }
    };
}

impl<R: Family, C: Coroutine<R, Yield = i64, Return = Returned> + Unpin> Subject for Held<R, C> {
    common_methods!();

    fn throw(&mut self, error: Thrown) -> Result<State, String> {
        R::throw(&mut self.0, error).map_err(|error| refusal(error, |thrown| thrown.to_string()))
    }
}

impl<R: Family> Subject for HeldShared<'_, R> {
    common_methods!();

    fn throw(&mut self, error: Thrown) -> Result<State, String> {
        R::throw_shared(&self.0, error).map_err(|error| refusal(error, |thrown| thrown.to_string()))
    }
}

/// Holds a coroutine that may be moved: a pinned box, of any type or `dyn`.
pub fn hold<'a, R: Family + 'a, C: Coroutine<R, Yield = i64, Return = Returned> + Unpin + 'a>(
    coroutine: C,
) -> Box<dyn Subject + 'a> {
    Box::new(Held(coroutine, PhantomData))
}

/// Holds a coroutine by a handle, as one must that uses itself.
pub fn hold_shared<'a, R: Family + 'a>(
    coroutine: Shared<'a, R, i64, Returned>,
) -> Box<dyn Subject + 'a> {
    Box::new(HeldShared(coroutine))
}
