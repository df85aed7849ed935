//! A coroutine of any family, as the driver sees it.

use std::fmt;
use std::marker::PhantomData;

use cogen::{Coroutine, CoroutineExt, CoroutineState, Shared, Status};

use crate::{Family, Returned, Thrown};

type State = CoroutineState<i64, Returned>;

/// A coroutine under test.
pub trait Subject {
    /// Starts the coroutine.
    fn start(&mut self) -> State;

    /// Sends `value`.
    ///
    /// # Errors
    ///
    /// The value that was handed back, and the reason.
    fn send(&mut self, value: i64) -> Result<State, String>;

    /// Throws `error`.
    ///
    /// # Errors
    ///
    /// The error that was handed back, and the reason.
    fn throw(&mut self, error: Thrown) -> Result<State, String>;

    /// Closes the coroutine.
    fn close(&mut self);

    /// Returns the status.
    fn status(&self) -> Status;

    /// Iterates. Returns the values, and the return value if the coroutine ended.
    fn iterate(&mut self, limit: usize) -> (Vec<i64>, Option<Returned>);

    /// Starts the coroutine and sends `answer` until it ends. Returns the yielded values and the
    /// return value.
    fn drive(&mut self, answer: i64) -> (Vec<i64>, Returned);
}

impl fmt::Debug for dyn Subject + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subject").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// Describes a refused value, for the trace.
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

/// Owns the coroutine. The methods are those of the extension trait.
struct Held<R, C>(C, PhantomData<fn(R)>);

/// Holds the coroutine by a handle, which has its own methods.
struct HeldShared<'a, R>(Shared<'a, R, i64, Returned>);

/// The methods that have the same source text for both.
macro_rules! common_methods {
    () => {
        fn start(&mut self) -> State {
            self.0.start()
        }

        fn send(&mut self, value: i64) -> Result<State, String> {
            // Odd values are sent with the method that panics, if it doesn't panic in this status.
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

/// Holds a coroutine by a handle. A coroutine that uses itself needs this.
pub fn hold_shared<'a, R: Family + 'a>(
    coroutine: Shared<'a, R, i64, Returned>,
) -> Box<dyn Subject + 'a> {
    Box::new(HeldShared(coroutine))
}
