//! The handy level: what Python's generator objects offer, for every coroutine that can be moved or
//! is pinned already.

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
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::Throwable;

/// The methods of a coroutine for everyday use.
///
/// They are there on everything that is a [`Coroutine`] and [`Unpin`]: `Pin<&mut C>` (what
/// [`pin!`](core::pin::pin) gives), `Pin<Box<C>>`, [`BoxCoroutine`](crate::BoxCoroutine), primed
/// ones. No `as_mut()` is needed.
///
/// | Python | here |
/// |---|---|
/// | `next(c)`, `c.send(None)` on a new one | [`start`](Self::start) |
/// | `c.send(value)` | [`send`](Self::send), [`try_send`](Self::try_send) |
/// | `c.throw(error)` | [`throw`](Self::throw), [`try_throw`](Self::try_throw) |
/// | `c.close()` | [`close`](Self::close) |
/// | `for value in c` | [`iterate`](Self::iterate) |
/// | a priming decorator | [`primed`](Self::primed) |
/// | `await c`, as generator-based coroutines had it | [`into_future`](Self::into_future), [`drive`](Self::drive) |
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
    /// Runs the coroutine from its beginning to its first yield.
    ///
    /// Where `R` is `()`, one that has started goes on, as with Python's `next(c)`. A
    /// [primed](Self::primed) coroutine has been at its first yield already: its `start` hands
    /// out the value that was kept.
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

    /// Goes on from the yield that the coroutine is paused at, whose value is `argument`, to the
    /// next yield or to the end.
    ///
    /// Where `R` is `()`, sending it to a coroutine that has not started starts it. PEP 342.
    ///
    /// # Panics
    ///
    /// If the coroutine has not started, or is closed, and if its body panics.
    /// [`try_send`](Self::try_send) gives the value back instead.
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

    /// Like [`send`](Self::send), but hands the value back if nobody can take it.
    ///
    /// # Errors
    ///
    /// [`SendError::NotStarted`] where Python raises `TypeError`, [`SendError::Closed`] where it
    /// raises `StopIteration`, [`SendError::Running`] where it raises `ValueError`. Nothing has
    /// run then. The return value of a [primed](Self::primed) coroutine that never yielded waits
    /// for whoever comes first: then `argument` is dropped for it.
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

    /// Goes on from the yield that the coroutine is paused at with `error`: the yield's value is
    /// `Err(error)`.
    ///
    /// In the body, `yield_!(x)?` lets the error out, `match yield_!(x)` catches it. Thrown into a
    /// coroutine that has not started, it closes the coroutine, whose body never runs, as in
    /// Python. PEP 342.
    ///
    /// # Panics
    ///
    /// If the coroutine had not started (it is closed then) or is closed, and if its body panics.
    /// [`try_throw`](Self::try_throw) gives the error back instead.
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
    #[must_use = "an error that the body lets out comes back in the return value"]
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

    /// Like [`throw`](Self::throw), but hands the error back if the coroutine can't take it.
    ///
    /// # Errors
    ///
    /// [`SendError::NotStarted`] if the coroutine had not started; it is closed now.
    /// [`SendError::Closed`] if it is closed; [`SendError::Running`] if it is running. In
    /// Python, `throw` raises the error that was thrown in all of these.
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

    /// Ends the coroutine where it stands: what its body holds is dropped, innermost first, those
    /// that it delegates to before itself.
    ///
    /// Closing a coroutine that has not started, has ended, or was closed before is fine. A Rust
    /// body can't refuse, as one in Python can by yielding again (`RuntimeError` there). PEP
    /// 342.
    ///
    /// # Panics
    ///
    /// If what the body holds panics when it is dropped; the coroutine is closed all the same.
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

    /// Starts the coroutine and gives it back, ready for the first `send`, with its first value in
    /// hand.
    ///
    /// Python: a decorator that calls `next` and returns the generator.
    ///
    /// # Panics
    ///
    /// As [`start`](Self::start) does, which it calls.
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

    /// An iterator over the values that the coroutine yields, which keeps its return value.
    ///
    /// A coroutine that has started already goes on from where it is. Python: `for value in c`.
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
    fn iterate(self) -> Iterate<Self>
    where
        Self: Pinned + Sized,
    {
        Iterate::new(self)
    }

    /// The coroutine as an [`AsyncCoroutine`](crate::AsyncCoroutine), whose resumes are ready at
    /// once: for what takes one of these.
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

    /// A future that runs the coroutine to its end and is ready with its return value.
    ///
    /// Each poll resumes it once: what it yields is dropped, and each yield lets other tasks run.
    /// It runs on any executor.
    ///
    /// # Panics
    ///
    /// The future does: if the coroutine is closed, if the body panics, and if it is polled after
    /// it was ready.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// /// Long work, which lets others run in between.
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
    fn into_future(self) -> CoroutineFuture<IntoAsync<Self>>
    where
        Self: Coroutine + Sized,
    {
        CoroutineFuture::new(self.into_async())
    }

    /// Starts the coroutine and answers each of its yields with `handler`; the future is ready with
    /// its return value.
    ///
    /// Each yield is a request, and the handler is what answers it: the coroutine is written once,
    /// without a word about how to wait, and driven by whichever executor runs the handler, or
    /// by [`drive_blocking`](Self::drive_blocking).
    ///
    /// # Spawning
    ///
    /// The future is [`Send`] if the coroutine, the values that pass through it, the handler and
    /// its futures are. To spawn it on an executor with several threads, write
    /// `async move |yielded| …`, so that the handler owns what it uses, and spawn the future
    /// itself.
    ///
    /// rustc can't prove that a future is `Send` if an `async` block around it awaits it and the
    /// handler borrows from that block, or if the type of something that the handler owns or gets
    /// has a lifetime, even `'static`. It says "implementation of `Send` is not general enough" or
    /// "higher-ranked lifetime error" then.
    ///
    /// # Panics
    ///
    /// The future does: if the coroutine has started and `R` is not `()`, if it is closed, and if
    /// the body or the handler panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineExt};
    ///
    /// /// Asks for files until one includes no other.
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
    /// In a task of an executor with several threads:
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
    #[inline]
    fn drive(self, handler: impl AsyncFnMut(Self::Yield) -> R) -> impl Future<Output = Self::Return>
    where
        Self: Sized,
    {
        self.into_async().drive(handler)
    }

    /// The blocking twin of [`drive`](Self::drive): runs the coroutine to its end, and answers each
    /// of its yields with `handler`.
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
