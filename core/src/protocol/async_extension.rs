//! The everyday level of async coroutines: each resume is a future.

use core::fmt;
use core::future::Future;
use core::pin::{Pin, pin};
use core::task::{Context, Poll, ready};

use crate::adapters::future::CoroutineFuture;
use crate::adapters::stream::CoroutineStream;
use crate::engine::unit;
use crate::protocol::async_coroutine::AsyncCoroutine;
use crate::protocol::error::SendError;
use crate::protocol::misuse;
use crate::protocol::pinned::AsyncPinned;
use crate::protocol::sent_nothing::AsyncSentNothing;
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::Throwable;

/// The methods of an async coroutine for everyday use: start it, send values, throw errors, close
/// it, turn it into a stream.
///
/// Import this trait to call them on any [`AsyncCoroutine`]. The methods that run the coroutine
/// need it to be pinned or [`Unpin`]: `Pin<&mut C>` (the type of [`pin!(…)`](core::pin::pin)),
/// `Pin<Box<C>>`, [`BoxAsyncCoroutine`](crate::BoxAsyncCoroutine). A method that resumes the
/// coroutine returns a future, which runs on any executor.
///
/// The guide has a page on [streams and async](crate::guide::streams).
///
/// | Python (PEP 525) | here |
/// |---|---|
/// | `await anext(c)`, `await c.asend(None)` on a new generator | [`start`](Self::start) |
/// | `await c.asend(value)` | [`send`](Self::send), [`try_send`](Self::try_send) |
/// | `await c.athrow(error)` | [`throw`](Self::throw), [`try_throw`](Self::try_throw) |
/// | `await c.aclose()` | [`close`](Self::close), which awaits nothing |
/// | `async for value in c` | [`into_stream`](Self::into_stream) |
///
/// # Cancel safety
///
/// The future of a resume may be dropped at any time, as `select!` and timeouts do. Nothing is
/// lost:
///
/// - If the future was never polled, the coroutine has not been resumed. The argument is dropped
///   with the future, unless you call [`Resume::into_argument`].
/// - If the future was polled, the body has received the argument and is in the middle of the
///   resume: its [`status`](AsyncCoroutine::status) is [`Running`](Status::Running).
///   [`proceed`](Self::proceed) continues this resume, to the next yield.
///
/// # Examples
///
/// ```
/// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
/// use std::pin::pin;
/// # async fn rate(currency: &str) -> f64 { if currency == "EUR" { 1.0 } else { 2.0 } }
///
/// #[cogen::coroutine]
/// fn converter(currency: &str) -> impl AsyncCoroutine<f64, Yield = f64> {
///     let mut amount = yield_!(0.0);
///     loop {
///         amount = yield_!(amount * rate(currency).await);
///     }
/// }
///
/// # futures::executor::block_on(async {
/// let mut converter = pin!(converter("USD"));
/// converter.start().await;
/// assert_eq!(converter.send(10.0).await, Yielded(20.0));
/// assert_eq!(converter.send(30.0).await, Yielded(60.0));
/// # });
/// ```
pub trait AsyncCoroutineExt<R = ()>: AsyncCoroutine<R> {
    /// Starts the coroutine: the future runs it to its first yield, or to its end.
    ///
    /// If `R` is `()`, `start` also resumes a coroutine that has started. Python: `__anext__`
    /// (PEP 525).
    ///
    /// The future is [cancel safe](Self#cancel-safety).
    ///
    /// # Panics
    ///
    /// The call panics if the coroutine is in the middle of a resume and `R` is not `()`. The
    /// future panics if the coroutine is suspended and `R` is not `()`, if it is closed, and if its
    /// body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
    /// # async fn fetch() -> &'static str { "hello" }
    ///
    /// #[cogen::coroutine]
    /// fn greeting() -> impl AsyncCoroutine<(), Yield = &'static str> {
    ///     yield_!(fetch().await);
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut greeting = std::pin::pin!(greeting());
    /// assert_eq!(greeting.start().await, Yielded("hello"));
    /// # });
    /// ```
    #[doc(alias = "anext")]
    #[doc(alias = "__anext__")]
    #[inline(always)]
    #[track_caller]
    fn start(&mut self) -> Resume<'_, Self, R>
    where
        Self: AsyncPinned<R>,
    {
        if !unit::is_unit::<R>() && self.status() == Status::Running {
            misuse::sent_in_the_middle();
        }
        Resume::new(Pin::new(self), None)
    }

    /// Resumes the coroutine with `argument`: the future runs it to its next yield, or to its end.
    ///
    /// The yield at which the coroutine is suspended evaluates to `argument`. If `R` is `()`,
    /// `send(())` also starts a coroutine that has not started, and continues one in the middle of
    /// a resume. Python: `asend` (PEP 525).
    ///
    /// The future is [cancel safe](Self#cancel-safety).
    ///
    /// # Panics
    ///
    /// The call panics if the coroutine is closed. If `R` is not `()`, it also panics if the
    /// coroutine has not started or is in the middle of a resume. [`try_send`](Self::try_send)
    /// returns the value instead. The future panics if the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
    ///
    /// #[cogen::coroutine]
    /// fn sum() -> impl AsyncCoroutine<Option<i32>, Return = i32> {
    ///     let mut sum = 0;
    ///     while let Some(number) = yield_!() {
    ///         sum += number;
    ///     }
    ///     sum
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut sum = std::pin::pin!(sum());
    /// sum.start().await;
    /// assert_eq!(sum.send(Some(40)).await, Yielded(()));
    /// assert_eq!(sum.send(Some(2)).await, Yielded(()));
    /// assert_eq!(sum.send(None).await, Complete(42));
    /// # });
    /// ```
    #[doc(alias = "asend")]
    #[inline(always)]
    #[track_caller]
    fn send(&mut self, argument: R) -> Resume<'_, Self, R>
    where
        Self: AsyncPinned<R>,
    {
        match self.try_send(argument) {
            Ok(resume) => resume,
            Err(error) => refuse(&error),
        }
    }

    /// Resumes the coroutine with `argument`, or returns `argument` if the coroutine can't take it.
    ///
    /// # Errors
    ///
    /// The call returns an error that contains `argument`. The body has not run.
    ///
    /// - [`SendError::NotStarted`] if the coroutine has not started and `R` is not `()`.
    /// - [`SendError::Running`] if the coroutine is in the middle of a resume and `R` is not `()`.
    ///   Call [`proceed`](Self::proceed) first.
    /// - [`SendError::Closed`] if the coroutine is closed.
    ///
    /// # Panics
    ///
    /// The future panics if the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*, SendError};
    ///
    /// # #[cogen::coroutine]
    /// # fn echo() -> impl AsyncCoroutine<i32, Yield = i32> {
    /// #     let mut heard = 0;
    /// #     loop { heard = yield_!(heard) }
    /// # }
    /// # futures::executor::block_on(async {
    /// let mut echo = std::pin::pin!(echo());
    /// assert_eq!(echo.try_send(1).err(), Some(SendError::NotStarted(1)));
    /// echo.start().await;
    /// assert_eq!(echo.try_send(2)?.await, Yielded(2));
    /// # Ok::<(), SendError<i32>>(()) }).unwrap();
    /// ```
    #[inline(always)]
    fn try_send(&mut self, argument: R) -> Result<Resume<'_, Self, R>, SendError<R>>
    where
        Self: AsyncPinned<R>,
    {
        match self.status() {
            Status::Closed => Err(SendError::Closed(argument)),
            Status::Created if !unit::is_unit::<R>() => Err(SendError::NotStarted(argument)),
            Status::Running if !unit::is_unit::<R>() => Err(SendError::Running(argument)),
            _ => Ok(Resume::new(Pin::new(self), Some(argument))),
        }
    }

    /// Resumes the coroutine with `Err(error)`: the future runs it to its next yield, or to its
    /// end.
    ///
    /// In the body, `yield_!(x)?` returns the error, and `match yield_!(x)` handles it. If the
    /// coroutine has not started, `throw` closes it, and its body never runs. Python: `athrow`
    /// (PEP 525).
    ///
    /// # Panics
    ///
    /// The call panics if the coroutine has not started (it is closed then), is in the middle of a
    /// resume, or is closed. [`try_throw`](Self::try_throw) returns the error instead. The future
    /// panics if the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
    ///
    /// #[cogen::coroutine]
    /// fn lines() -> impl AsyncCoroutine<
    ///     Result<(), &'static str>,
    ///     Yield = u32,
    ///     Return = Result<(), &'static str>,
    /// > {
    ///     for number in 1.. {
    ///         yield_!(number)?;
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut lines = std::pin::pin!(lines());
    /// lines.start().await;
    /// assert_eq!(lines.send(Ok(())).await, Yielded(2));
    /// assert_eq!(lines.throw("disconnected").await, Complete(Err("disconnected")));
    /// # });
    /// ```
    #[doc(alias = "athrow")]
    #[inline(always)]
    #[track_caller]
    fn throw(&mut self, error: R::Error) -> Resume<'_, Self, R>
    where
        Self: AsyncPinned<R>,
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
    /// The call returns an error that contains `error`.
    ///
    /// - [`SendError::NotStarted`] if the coroutine has not started. It is closed now.
    /// - [`SendError::Running`] if the coroutine is in the middle of a resume.
    /// - [`SendError::Closed`] if the coroutine is closed.
    ///
    /// # Panics
    ///
    /// The future panics if the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, SendError, Status};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl AsyncCoroutine<Result<(), &'static str>> { let _ = yield_!(); }
    /// let mut pause = std::pin::pin!(pause());
    /// assert_eq!(pause.try_throw("too early").err(), Some(SendError::NotStarted("too early")));
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    #[inline(always)]
    fn try_throw(&mut self, error: R::Error) -> Result<Resume<'_, Self, R>, SendError<R::Error>>
    where
        Self: AsyncPinned<R>,
        R: Throwable,
    {
        match self.status() {
            Status::Created => {
                self.close();
                Err(SendError::NotStarted(error))
            }
            Status::Suspended => Ok(Resume::new(Pin::new(self), Some(R::thrown(error)))),
            Status::Running => Err(SendError::Running(error)),
            Status::Closed => Err(SendError::Closed(error)),
        }
    }

    /// Continues a resume whose future was dropped: the future runs the coroutine to its next
    /// yield, or to its end.
    ///
    /// A coroutine that has not started is started. The future is
    /// [cancel safe](Self#cancel-safety), too.
    ///
    /// # Panics
    ///
    /// The future panics if the coroutine is closed, and if its body panics. It also panics if the
    /// coroutine is suspended at a yield and `R` is not `()`, because the yield waits for a value.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*, Status};
    /// use futures::future::FutureExt;
    /// # async fn ask(question: &str) -> usize { futures::pending!(); question.len() }
    ///
    /// #[cogen::coroutine]
    /// fn oracle() -> impl AsyncCoroutine<&'static str, Yield = usize> {
    ///     let mut question = yield_!(0);
    ///     loop {
    ///         question = yield_!(ask(question).await);
    ///     }
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut oracle = std::pin::pin!(oracle());
    /// oracle.start().await;
    /// assert_eq!(oracle.send("why?").now_or_never(), None); // drops the future
    /// assert_eq!(oracle.status(), Status::Running);
    /// assert_eq!(oracle.proceed().await, Yielded(4)); // the question was not lost
    /// # });
    /// ```
    #[inline(always)]
    fn proceed(&mut self) -> Resume<'_, Self, R>
    where
        Self: AsyncPinned<R>,
    {
        Resume::new(Pin::new(self), None)
    }

    /// Closes the coroutine, at a yield or in the middle of a resume, and drops all that its body
    /// holds.
    ///
    /// A coroutine that the body delegates to is closed first. `close` does nothing if the
    /// coroutine is closed. It awaits nothing: put a clean-up that has to await something into the
    /// body. Python: `aclose` (PEP 525), which is awaited.
    ///
    /// # Panics
    ///
    /// If a destructor in the body panics. The coroutine is closed nevertheless.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt, Status};
    ///
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl AsyncCoroutine { yield_!(); }
    /// # futures::executor::block_on(async {
    /// let mut pause = std::pin::pin!(pause());
    /// pause.start().await;
    /// pause.close();
    /// assert_eq!(pause.status(), Status::Closed);
    /// # });
    /// ```
    #[doc(alias = "aclose")]
    #[inline(always)]
    fn close(&mut self)
    where
        Self: AsyncPinned<R>,
    {
        Pin::new(self).terminate();
    }

    /// Returns a future that runs the coroutine to its end and outputs its return value.
    ///
    /// The yielded values are dropped, and each yield lets other tasks run once. A coroutine that
    /// has started is resumed. The future runs on any executor.
    ///
    /// The bound `AsyncSentNothing<R>` requires that `R` is `()`. `Self::Itself` is then the same
    /// type as `Self`.
    ///
    /// # Panics
    ///
    /// The future panics if the coroutine is closed, if the body panics, and if it is polled after
    /// it was ready.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    ///
    /// #[cogen::coroutine]
    /// fn work() -> impl AsyncCoroutine<(), Yield = &'static str, Return = u32> {
    ///     yield_!("half done");
    ///     42
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// assert_eq!(work().into_future().await, 42);
    /// # });
    /// ```
    #[inline(always)]
    fn into_future(self) -> CoroutineFuture<Self::Itself>
    where
        Self: AsyncSentNothing<R> + Sized,
    {
        CoroutineFuture::new(self.itself())
    }

    /// Returns a future that runs the coroutine to its end, answers each yield with `handler`, and
    /// outputs the return value.
    ///
    /// On an executor with several threads, the handler must own what it uses:
    /// `async move |request| …`. Otherwise rustc reports "implementation of `Send` is not general
    /// enough" or "higher-ranked lifetime error". A loop in the place of `drive` may borrow. See
    /// [`CoroutineExt::drive`](crate::CoroutineExt::drive).
    ///
    /// # Panics
    ///
    /// The future panics in the same cases as [`start`](Self::start), and if the body or the
    /// handler panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    /// # async fn log_in() -> &'static str { "Ada" }
    ///
    /// #[cogen::coroutine]
    /// fn session() -> impl AsyncCoroutine<bool, Yield = &'static str, Return = String> {
    ///     let name = log_in().await; // the body awaits this itself
    ///     if yield_!("may we keep your name?") { name.to_owned() } else { String::new() }
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let name = session().drive(async |question| question.starts_with("may we")).await;
    /// assert_eq!(name, "Ada");
    /// # });
    /// ```
    ///
    /// The future in a task of an executor with several threads:
    ///
    /// ```
    /// # use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    /// # use std::sync::Arc;
    /// # #[cogen::coroutine]
    /// # fn session() -> impl AsyncCoroutine<bool, Yield = String, Return = bool> {
    /// #     yield_!("may we keep your name?".to_owned())
    /// # }
    /// # fn spawn<T>(future: impl Future<Output = T> + Send + 'static) -> T {
    /// #     futures::executor::block_on(future)
    /// # }
    /// let allowed = Arc::new("may we".to_owned());
    /// let own = Arc::clone(&allowed);
    /// assert!(spawn(session().drive(async move |question| question.starts_with(&*own))));
    /// ```
    #[inline]
    fn drive(
        self,
        mut handler: impl AsyncFnMut(Self::Yield) -> R,
    ) -> impl Future<Output = Self::Return>
    where
        Self: Sized,
    {
        async move {
            let mut coroutine = pin!(self);
            let mut state = coroutine.start().await;
            loop {
                match state {
                    CoroutineState::Yielded(value) => {
                        let argument = handler(value).await;
                        state = coroutine.send(argument).await;
                    }
                    CoroutineState::Complete(value) => return value,
                }
            }
        }
    }

    /// Returns a stream over the values that the coroutine yields.
    ///
    /// The stream keeps the return value. If the coroutine has started, the stream begins with the
    /// next value. Python: `async for value in c`.
    ///
    /// The bound `AsyncSentNothing<R>` requires that `R` is `()`. `Self::Itself` is then the same
    /// type as `Self`.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{AsyncCoroutine, AsyncCoroutineExt};
    /// use futures::stream::StreamExt;
    ///
    /// #[cogen::coroutine]
    /// fn letters() -> impl AsyncCoroutine<(), Yield = char, Return = usize> {
    ///     yield_!('a');
    ///     yield_!('b');
    ///     2
    /// }
    ///
    /// # futures::executor::block_on(async {
    /// let mut letters = std::pin::pin!(letters().into_stream());
    /// assert_eq!(letters.next().await, Some('a'));
    /// assert_eq!(letters.returned(), None);
    /// assert_eq!(letters.by_ref().collect::<String>().await, "b");
    /// assert_eq!(letters.as_mut().take_return(), Some(2));
    /// # });
    /// ```
    #[doc(alias = "__aiter__")]
    #[inline(always)]
    fn into_stream(self) -> CoroutineStream<Self::Itself>
    where
        Self: AsyncSentNothing<R> + Sized,
    {
        CoroutineStream::new(self.itself())
    }
}

impl<R, C: AsyncCoroutine<R> + ?Sized> AsyncCoroutineExt<R> for C {}

/// The future of one resume, which is ready at the next yield or at the end.
///
/// It may be dropped at any time: see [cancel safety](AsyncCoroutineExt#cancel-safety).
///
/// # Panics
///
/// If it is polled after it was ready, and in the cases that its method lists.
///
/// # Examples
///
/// ```
/// use cogen::{AsyncCoroutine, AsyncCoroutineExt, CoroutineState::*};
///
/// # #[cogen::coroutine]
/// # fn echo() -> impl AsyncCoroutine<i32, Yield = i32> {
/// #     let mut heard = 0;
/// #     loop { heard = yield_!(heard) }
/// # }
/// # futures::executor::block_on(async {
/// let mut echo = std::pin::pin!(echo());
/// echo.start().await;
/// let resume = echo.send(1);
/// assert_eq!(resume.into_argument(), Some(1)); // the future was never polled
/// assert_eq!(echo.send(2).await, Yielded(2));
/// # });
/// ```
#[must_use = "futures do nothing unless awaited"]
pub struct Resume<'a, C: ?Sized, R> {
    /// `None` once the future has been ready.
    coroutine: Option<Pin<&'a mut C>>,
    /// The value that the coroutine has not received yet.
    argument: Option<R>,
}

// The argument is never pinned, and the coroutine is pinned behind its own pointer.
impl<C: ?Sized, R> Unpin for Resume<'_, C, R> {}

impl<'a, C: ?Sized, R> Resume<'a, C, R> {
    #[inline(always)]
    fn new(coroutine: Pin<&'a mut C>, argument: Option<R>) -> Self {
        Self { coroutine: Some(coroutine), argument }
    }

    /// Drops the future and returns the argument, if the future was never polled.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[inline]
    pub fn into_argument(self) -> Option<R> {
        self.argument
    }
}

impl<R, C: AsyncCoroutine<R> + ?Sized> Future for Resume<'_, C, R> {
    type Output = CoroutineState<C::Yield, C::Return>;

    #[inline(always)]
    #[track_caller]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let Some(coroutine) = &mut this.coroutine else {
            misuse::polled_after_ready();
        };
        let state = ready!(coroutine.as_mut().poll_resume(cx, &mut this.argument));
        this.coroutine = None;
        Poll::Ready(state)
    }
}

impl<C: ?Sized, R> fmt::Debug for Resume<'_, C, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resume")
            .field("delivered", &self.argument.is_none())
            .finish_non_exhaustive()
    }
}

#[cold]
#[inline(never)]
#[track_caller]
fn refuse<R>(error: &SendError<R>) -> ! {
    match error {
        SendError::NotStarted(_) => misuse::sent_before_start(),
        SendError::Running(_) => misuse::sent_in_the_middle(),
        SendError::Closed(_) => misuse::resumed_when_closed(),
    }
}
