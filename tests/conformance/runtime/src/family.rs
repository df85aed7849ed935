//! The types that programs are sent. The type decides which operations there are.

use cogen::{Coroutine, CoroutineExt, CoroutineState, SendError, Shared};

use crate::{Returned, Thrown};

type State = CoroutineState<i64, Returned>;
type Thrower = Result<State, SendError<Thrown>>;

/// A type that programs are sent.
pub trait Family: Sized {
    /// Returns the argument that sends `value`, or the one that sends nothing if `Self` holds no
    /// value.
    fn argument(value: i64) -> Self;

    /// Describes an argument that was handed back, for the trace.
    fn describe(self) -> String;

    /// Throws, if the type can hold errors.
    ///
    /// # Errors
    ///
    /// The errors of `try_throw`.
    fn throw<C: Coroutine<Self, Yield = i64, Return = Returned> + Unpin>(
        coroutine: &mut C,
        error: Thrown,
    ) -> Thrower;

    /// Throws through a handle.
    ///
    /// # Errors
    ///
    /// The errors of `try_throw`.
    fn throw_shared(coroutine: &Shared<'_, Self, i64, Returned>, error: Thrown) -> Thrower;

    /// Iterates, if the type allows it. Returns the values, and the return value if the coroutine
    /// ended.
    fn iterate<C: Coroutine<Self, Yield = i64, Return = Returned> + Unpin>(
        coroutine: &mut C,
        limit: usize,
    ) -> (Vec<i64>, Option<Returned>);
}

/// The methods that are the same for all types that can hold errors.
macro_rules! throwing {
    () => {
        fn throw<C: Coroutine<Self, Yield = i64, Return = Returned> + Unpin>(
            coroutine: &mut C,
            error: Thrown,
        ) -> Thrower {
            // Odd errors are thrown with the method that panics, if it doesn't panic in this
            // status.
            if coroutine.status() == cogen::Status::Suspended && error.value() % 2 == 1 {
                return Ok(coroutine.throw(error));
            }
            coroutine.try_throw(error)
        }

        fn throw_shared(coroutine: &Shared<'_, Self, i64, Returned>, error: Thrown) -> Thrower {
            coroutine.try_throw(error)
        }

        fn iterate<C: Coroutine<Self, Yield = i64, Return = Returned> + Unpin>(
            _: &mut C,
            _: usize,
        ) -> (Vec<i64>, Option<Returned>) {
            unreachable!("sequences for such programs don't iterate: the type doesn't allow it")
        }
    };
}

impl Family for Result<i64, Thrown> {
    fn argument(value: i64) -> Self {
        Ok(value)
    }

    fn describe(self) -> String {
        self.map_or_else(|error| error.to_string(), |value| value.to_string())
    }

    throwing!();
}

impl Family for Result<(), Thrown> {
    fn argument(_: i64) -> Self {
        Ok(())
    }

    fn describe(self) -> String {
        self.map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
    }

    throwing!();
}

impl Family for () {
    fn argument(_: i64) -> Self {}

    fn describe(self) -> String {
        "nothing".to_owned()
    }

    fn throw<C: Coroutine<(), Yield = i64, Return = Returned> + Unpin>(
        _: &mut C,
        _: Thrown,
    ) -> Thrower {
        unreachable!("sequences for such programs throw nothing: the type doesn't allow it")
    }

    fn throw_shared(_: &Shared<'_, (), i64, Returned>, _: Thrown) -> Thrower {
        unreachable!("as above")
    }

    fn iterate<C: Coroutine<(), Yield = i64, Return = Returned> + Unpin>(
        coroutine: &mut C,
        limit: usize,
    ) -> (Vec<i64>, Option<Returned>) {
        let mut iterate = coroutine.iterate();
        let values = iterate.by_ref().take(limit).collect();
        (values, iterate.into_return())
    }
}
