//! The everyday level: the methods of Python's generator objects, for every coroutine that is
//! pinned or [`Unpin`].

use core::future::Future;
use core::pin::{Pin, pin};

use crate::adapters::future::CoroutineFuture;
use crate::adapters::into_async::IntoAsync;
use crate::adapters::iterate::Iterate;
use crate::adapters::primed::Primed;
use crate::engine::unit;
use crate::protocol::async_extension::AsyncCoroutineExt;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::error::SendError;
use crate::protocol::misuse;
use crate::protocol::pinned::Pinned;
use crate::protocol::sent_nothing::SentNothing;
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::Throwable;

/// The methods of a coroutine for everyday use: start it, send values, throw errors, close it,
/// iterate over it.
///
/// Import this trait to call them. Every [`Coroutine`] has them. Most of them can be called only on
/// a coroutine that is pinned or [`Unpin`]: `Pin<&mut C>` (the type of
/// [`pin!(…)`](core::pin::pin)), `Pin<Box<C>>`, [`BoxCoroutine`](crate::BoxCoroutine) or
/// [`Primed`]. You don't have to call `as_mut()`. `into_async`, `into_future`, `drive` and
/// `drive_blocking` also take a coroutine that is not pinned.
///
/// The guide has a page on [talking to a coroutine](crate::guide::talking).
///
/// If you misuse a coroutine, these methods panic. With the feature `std`, the panic names your
/// line: see [`Coroutine`](Coroutine#panics) for the exception.
///
/// | Python | here |
/// |---|---|
/// | `next(c)`, `c.send(None)` on a new generator | [`start`](Self::start) |
/// | `c.send(value)` | [`send`](Self::send), [`try_send`](Self::try_send) |
/// | `c.throw(error)` | [`throw`](Self::throw), [`try_throw`](Self::try_throw) |
/// | `c.close()` | [`close`](Self::close) |
/// | `for value in c` | [`iterate`](Self::iterate) |
/// | a priming decorator | [`primed`](Self::primed) |
/// | `await c` (`types.coroutine`) | [`into_future`](Self::into_future), [`drive`](Self::drive) |
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
/// use std::pin::pin;
///
/// #[cogen::coroutine]
/// fn averager() -> impl Coroutine<f64, Yield = f64> {
///     let (mut total, mut count, mut average) = (0.0, 0u32, 0.0);
///     loop {
///         total += yield_!(average);
///         count += 1;
///         average = total / f64::from(count);
///     }
/// }
///
/// let mut average = pin!(averager());
/// average.start();
/// assert_eq!(average.send(10.0), Yielded(10.0));
/// assert_eq!(average.send(30.0), Yielded(20.0));
/// ```
pub trait CoroutineExt<R = ()>: Coroutine<R> {
    /// Starts the coroutine and runs it to its first yield, or to its end.
    ///
    /// If `R` is `()`, `start` also resumes a coroutine that has started, as Python's `next(c)`
    /// does. A [primed](Self::primed) coroutine has reached its first yield already. Its first
    /// `start` returns the value of that yield.
    ///
    /// # Panics
    ///
    /// If the coroutine has started and `R` is not `()`, if it is closed, and if its body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{CoroutineExt, CoroutineState::*};
    ///
    /// # #[cogen::coroutine]
    /// # fn greeting() -> impl cogen::Coroutine<(), Yield = &'static str> { yield_!("hello"); }
    /// let mut greeting = std::pin::pin!(greeting());
    /// assert_eq!(greeting.start(), Yielded("hello"));
    /// ```
    #[doc(alias = "next")]
    #[inline(always)]
    #[track_caller]
    fn start(&mut self) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Pinned<R>,
    {
        Pin::new(self).begin()
    }

    /// Resumes the coroutine with `argument` and runs it to its next yield, or to its end.
    ///
    /// The yield at which the coroutine is suspended evaluates to `argument`. If `R` is `()`,
    /// `send(())` also starts a coroutine that has not started. Python: `send` (PEP 342).
    ///
    /// # Panics
    ///
    /// If the coroutine is closed, if it has not started and `R` is not `()`, and if its body
    /// panics. Instead of the first two panics, [`try_send`](Self::try_send) returns the value.
    ///
    /// # Examples
    ///
    /// See the [trait](Self#examples).
    #[inline(always)]
    #[track_caller]
    fn send(&mut self, argument: R) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Pinned<R>,
    {
        Pin::new(self).resume(argument)
    }

    /// Resumes the coroutine with `argument`, or returns `argument` if the coroutine can't take it.
    ///
    /// If a [primed](Self::primed) coroutine returned without yielding, the first call returns its
    /// return value, and `argument` is dropped.
    ///
    /// # Errors
    ///
    /// All of them contain `argument`. The call that returns one has not run the body.
    ///
    /// - [`SendError::NotStarted`] if the coroutine has not started and `R` is not `()`. Python
    ///   raises `TypeError`.
    /// - [`SendError::Running`] if the coroutine is running. Python raises `ValueError`.
    /// - [`SendError::Closed`] if the coroutine is closed. Python raises `StopIteration`.
    ///
    /// # Panics
    ///
    /// If the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{CoroutineExt, SendError};
    ///
    /// # #[cogen::coroutine]
    /// # fn echo() -> impl cogen::Coroutine<String, Yield = String> {
    /// #     let mut heard = String::new();
    /// #     loop { heard = yield_!(heard) }
    /// # }
    /// let mut echo = std::pin::pin!(echo());
    /// assert_eq!(
    ///     echo.try_send("hello".to_owned()),
    ///     Err(SendError::NotStarted("hello".to_owned()))
    /// );
    /// echo.close();
    /// assert_eq!(echo.try_send("hello".to_owned()), Err(SendError::Closed("hello".to_owned())));
    /// ```
    #[inline(always)]
    #[track_caller]
    fn try_send(
        &mut self,
        argument: R,
    ) -> Result<CoroutineState<Self::Yield, Self::Return>, SendError<R>>
    where
        Self: Pinned<R>,
    {
        match self.status() {
            Status::Created if !unit::is_unit::<R>() => Err(SendError::NotStarted(argument)),
            Status::Created | Status::Suspended => Ok(self.send(argument)),
            Status::Running => Err(SendError::Running(argument)),
            Status::Closed => Err(SendError::Closed(argument)),
        }
    }

    /// Resumes the coroutine with `Err(error)` and runs it to its next yield, or to its end.
    ///
    /// In the body, `yield_!(x)?` returns the error, and `match yield_!(x)` handles it. If the
    /// coroutine has not started, `throw` closes it, and its body never runs. Python: `throw`
    /// (PEP 342).
    ///
    /// # Panics
    ///
    /// If the coroutine has not started, if it is closed, and if its body panics. Instead of the
    /// first two panics, [`try_throw`](Self::try_throw) returns the error.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
    ///
    /// #[cogen::coroutine]
    /// fn count() -> impl Coroutine<
    ///     Result<(), &'static str>,
    ///     Yield = u32,
    ///     Return = Result<(), &'static str>,
    /// > {
    ///     let mut n = 0;
    ///     loop {
    ///         match yield_!(n) {
    ///             Ok(()) => n += 1,
    ///             Err("reset") => n = 0,
    ///             Err(other) => return Err(other),
    ///         }
    ///     }
    /// }
    ///
    /// let mut count = std::pin::pin!(count());
    /// count.start();
    /// assert_eq!(count.send(Ok(())), Yielded(1));
    /// assert_eq!(count.throw("reset"), Yielded(0));
    /// assert_eq!(count.throw("stop"), Complete(Err("stop")));
    /// ```
    #[must_use = "an error that the body doesn't handle is in the return value"]
    #[inline(always)]
    #[track_caller]
    fn throw(&mut self, error: R::Error) -> CoroutineState<Self::Yield, Self::Return>
    where
        Self: Pinned<R>,
        R: Throwable,
    {
        if self.status() == Status::Created {
            self.close();
            misuse::sent_before_start();
        }
        self.send(R::thrown(error))
    }

    /// Resumes the coroutine with `Err(error)`, or returns `error` if the coroutine can't take it.
    ///
    /// # Errors
    ///
    /// All of them contain `error`. Python's `throw` raises the error in these cases.
    ///
    /// - [`SendError::NotStarted`] if the coroutine has not started. `try_throw` closes it.
    /// - [`SendError::Running`] if the coroutine is running.
    /// - [`SendError::Closed`] if the coroutine is closed.
    ///
    /// # Panics
    ///
    /// If the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt, SendError, Status};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl Coroutine<Result<(), &'static str>> { let _ = yield_!(); }
    /// let mut pause = std::pin::pin!(pause());
    /// assert_eq!(pause.try_throw("too early"), Err(SendError::NotStarted("too early")));
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    #[inline(always)]
    #[track_caller]
    fn try_throw(
        &mut self,
        error: R::Error,
    ) -> Result<CoroutineState<Self::Yield, Self::Return>, SendError<R::Error>>
    where
        Self: Pinned<R>,
        R: Throwable,
    {
        match self.status() {
            Status::Created => {
                self.close();
                Err(SendError::NotStarted(error))
            }
            Status::Suspended => Ok(self.send(R::thrown(error))),
            Status::Running => Err(SendError::Running(error)),
            Status::Closed => Err(SendError::Closed(error)),
        }
    }

    /// Closes the coroutine at the yield where it is suspended, and drops all that its body holds.
    ///
    /// A coroutine that the body delegates to is closed first. `close` does nothing to a coroutine
    /// that is closed already. Python: `close` (PEP 342). In Python, a generator may catch
    /// `GeneratorExit` and yield again, which is a `RuntimeError`. Here a body can't do that.
    ///
    /// # Panics
    ///
    /// If a destructor in the body panics. The coroutine is closed nevertheless.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt, Status};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl Coroutine { yield_!(); }
    /// let mut pause = std::pin::pin!(pause());
    /// pause.start();
    /// pause.close();
    /// pause.close();
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    #[inline(always)]
    fn close(&mut self)
    where
        Self: Pinned<R>,
    {
        Pin::new(self).terminate();
    }

    /// Starts the coroutine and returns it together with the value of its first yield.
    ///
    /// The coroutine is then ready for the first `send`. [`first`](Primed::first) and
    /// [`start`](Self::start) return the value. Python: a decorator that calls `next` and returns
    /// the generator.
    ///
    /// # Panics
    ///
    /// In the same cases as [`start`](Self::start).
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
    ///
    /// # #[cogen::coroutine]
    /// # fn double() -> impl Coroutine<i32, Yield = i32> {
    /// #     let mut n = yield_!(-1);
    /// #     loop { n = yield_!(2 * n) }
    /// # }
    /// let mut double = Box::pin(double()).primed();
    /// assert_eq!(double.first(), Some(&-1));
    /// assert_eq!(double.send(21), Yielded(42));
    /// ```
    #[inline(always)]
    #[track_caller]
    fn primed(self) -> Primed<Self, R>
    where
        Self: Pinned<R> + Sized,
    {
        Primed::new(self)
    }

    /// Returns an iterator over the values that the coroutine yields.
    ///
    /// After the last item, [`into_return`](Iterate::into_return) returns the return value. If the
    /// coroutine has started, the iterator begins with the next value. Python: `for value in c`.
    ///
    /// The bound `SentNothing<R>` requires that `R` is `()`. `Self::Itself` is then the same type
    /// as `Self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// #[cogen::coroutine]
    /// fn letters() -> impl Coroutine<(), Yield = char, Return = usize> {
    ///     yield_!('a');
    ///     yield_!('b');
    ///     2
    /// }
    ///
    /// let mut letters = Box::pin(letters()).iterate();
    /// assert_eq!(letters.by_ref().collect::<String>(), "ab");
    /// assert_eq!(letters.into_return(), Some(2));
    /// ```
    #[doc(alias = "iter")]
    #[inline(always)]
    fn iterate(self) -> Iterate<Self::Itself>
    where
        Self: SentNothing<R> + Pinned<R> + Sized,
    {
        Iterate::new(self.itself())
    }

    /// Converts the coroutine into an [`AsyncCoroutine`](crate::AsyncCoroutine) that never waits.
    ///
    /// A function that takes an `AsyncCoroutine` can then also be called with a coroutine.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutineExt, CoroutineExt, CoroutineState::*};
    ///
    /// # #[cogen::coroutine]
    /// # fn double() -> impl cogen::Coroutine<i32, Yield = i32> {
    /// #     let mut n = yield_!(-1);
    /// #     loop { n = yield_!(2 * n) }
    /// # }
    /// # futures::executor::block_on(async {
    /// let mut double = std::pin::pin!(double().into_async());
    /// double.start().await;
    /// assert_eq!(double.send(21).await, Yielded(42));
    /// # });
    /// ```
    #[inline(always)]
    fn into_async(self) -> IntoAsync<Self>
    where
        Self: Sized,
    {
        IntoAsync::new(self)
    }

    /// Returns a future that runs the coroutine to its end and outputs its return value.
    ///
    /// Each poll of the future resumes the coroutine once and drops the value that it yields, so
    /// each yield lets other tasks run. The future runs on any executor.
    ///
    /// The bound `SentNothing<R>` requires that `R` is `()`. `Self::Itself` is then the same type
    /// as `Self`.
    ///
    /// # Panics
    ///
    /// The future panics if the coroutine is closed, if the body panics, and if it is polled after
    /// it was ready.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// /// Long work, which lets other tasks run in between.
    /// #[cogen::coroutine]
    /// fn count_to(end: u32) -> impl Coroutine<(), Return = u32> {
    ///     let mut count = 0;
    ///     while count < end {
    ///         count += 1;
    ///         yield_!();
    ///     }
    ///     count
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// assert_eq!(futures::join!(count_to(3).into_future(), count_to(5).into_future()), (3, 5));
    /// # });
    /// ```
    #[inline(always)]
    fn into_future(self) -> CoroutineFuture<IntoAsync<Self::Itself>>
    where
        Self: SentNothing<R> + Sized,
    {
        CoroutineFuture::new(IntoAsync::new(self.itself()))
    }

    /// Returns a future that runs the coroutine to its end, answers each yield with `handler`, and
    /// outputs the return value.
    ///
    /// The coroutine yields a request, the handler carries out the request, and the coroutine is
    /// sent the answer. The coroutine itself contains no I/O, so the same coroutine runs on any
    /// executor, and with [`drive_blocking`](Self::drive_blocking) without one. See
    /// [sans-io protocols](crate::guide::sans_io).
    ///
    /// # Spawning
    ///
    /// The future is [`Send`] if these are: the coroutine, the values that it yields and is sent,
    /// the handler, and the handler's futures. In two cases rustc can't prove it, and reports
    /// "implementation of `Send` is not general enough" or "higher-ranked lifetime error".
    ///
    /// - An `async` block or function awaits the future, and the handler borrows from that block or
    ///   function.
    /// - The handler owns, or is called with, a value whose type has a lifetime, even `'static`.
    ///
    /// On an executor with several threads, one of these works:
    ///
    /// - `async move |request| …`, where the handler owns the values that it uses, such as an
    ///   [`Arc`](https://doc.rust-lang.org/std/sync/struct.Arc.html);
    /// - a loop that you write in place of `drive`, which may borrow.
    ///
    /// The event loop of this crate and a `LocalSet` of tokio need no `Send`. The guide has
    /// [programs for each way](crate::guide::troubleshooting#a-handler-of-drive-that-borrows).
    ///
    /// # Panics
    ///
    /// The future panics if the coroutine has started and `R` is not `()`, if it is closed, and if
    /// the body or the handler panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// /// Requests a file, and the file that it includes, until one includes no other.
    /// #[cogen::coroutine]
    /// fn resolve(name: &str) -> impl Coroutine<String, Yield = String, Return = String> {
    ///     let mut name = name.to_owned();
    ///     loop {
    ///         let text = yield_!(name);
    ///         match text.strip_prefix("include ") {
    ///             Some(other) => name = other.to_owned(),
    ///             None => return text,
    ///         }
    ///     }
    /// }
    ///
    /// fn find(name: &str) -> String {
    ///     if name == "a" { "include b".to_owned() } else { "the text".to_owned() }
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let text = resolve("a").drive(async |name| find(&name)).await;
    /// assert_eq!(text, "the text");
    /// # });
    /// let text = resolve("a").drive_blocking(|name| find(&name));
    /// assert_eq!(text, "the text");
    /// ```
    ///
    /// The future in a task of an executor with several threads:
    ///
    /// ```
    /// # use cogen::{Coroutine, CoroutineExt};
    /// # use std::{collections::HashMap, sync::Arc};
    /// # #[cogen::coroutine]
    /// # fn resolve(name: &str) -> impl Coroutine<String, Yield = String, Return = String> {
    /// #     yield_!(name.to_owned())
    /// # }
    /// # fn spawn<T>(future: impl Future<Output = T> + Send + 'static) -> T {
    /// #     futures::executor::block_on(future)
    /// # }
    /// let files = Arc::new(HashMap::from([("a", "the text")]));
    /// let own = Arc::clone(&files);
    /// let text = spawn(resolve("a").drive(async move |name| own[&*name].to_owned()));
    /// assert_eq!(text, files["a"]);
    /// ```
    ///
    /// The same loop by hand, which borrows the files:
    ///
    /// ```
    /// # use cogen::{Coroutine, CoroutineExt};
    /// # use std::{collections::HashMap, pin::pin};
    /// use cogen::CoroutineState::*;
    ///
    /// # #[cogen::coroutine]
    /// # fn resolve(name: &str) -> impl Coroutine<String, Yield = String, Return = String> {
    /// #     yield_!(name.to_owned())
    /// # }
    /// # async fn read(text: &str) -> String { text.to_owned() }
    /// # fn spawn<T>(future: impl Future<Output = T> + Send + 'static) -> T {
    /// #     futures::executor::block_on(future)
    /// # }
    /// async fn run(files: &HashMap<&str, &str>) -> String {
    ///     let mut resolve = pin!(resolve("a"));
    ///     let mut state = resolve.start();
    ///     loop {
    ///         match state {
    ///             Yielded(name) => {
    ///                 let text = read(files[&*name]).await;
    ///                 state = resolve.send(text);
    ///             }
    ///             Complete(text) => return text,
    ///         }
    ///     }
    /// }
    ///
    /// let text = spawn(async { run(&HashMap::from([("a", "the text")])).await });
    /// assert_eq!(text, "the text");
    /// ```
    #[inline]
    fn drive(self, handler: impl AsyncFnMut(Self::Yield) -> R) -> impl Future<Output = Self::Return>
    where
        Self: Sized,
    {
        self.into_async().drive(handler)
    }

    /// Runs the coroutine to its end, answers each yield with `handler`, and returns the return
    /// value.
    ///
    /// This is the blocking form of [`drive`](Self::drive).
    ///
    /// # Panics
    ///
    /// If the coroutine has started and `R` is not `()`, if it is closed, and if the body or the
    /// handler panics.
    ///
    /// # Examples
    ///
    /// See [`drive`](Self::drive).
    #[inline]
    #[track_caller]
    fn drive_blocking(self, mut handler: impl FnMut(Self::Yield) -> R) -> Self::Return
    where
        Self: Sized,
    {
        let mut coroutine = pin!(self);
        let mut state = coroutine.start();
        loop {
            match state {
                CoroutineState::Yielded(value) => state = coroutine.send(handler(value)),
                CoroutineState::Complete(value) => return value,
            }
        }
    }
}

impl<R, C: Coroutine<R> + ?Sized> CoroutineExt<R> for C {}
