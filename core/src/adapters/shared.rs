//! A coroutine with reference semantics, like a generator object of Python.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use core::cell::{RefCell, RefMut};
use core::fmt;
use core::pin::Pin;
use core::task::Poll;

use crate::adapters::boxed::BoxCoroutine;
use crate::engine::probe;
use crate::engine::sync::channel::Channel;
use crate::protocol::coroutine::{Coroutine, relay};
use crate::protocol::error::SendError;
use crate::protocol::extension::CoroutineExt;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::Throwable;

/// A handle to a coroutine. It can be cloned, and it is used through `&self`.
///
/// All clones refer to the same coroutine. The body may hold a [`WeakShared`] handle to its own
/// coroutine ([`new_cyclic`](Self::new_cyclic)). While the body runs, this handle returns the
/// status [`Running`](Status::Running), and a resume through it is [`SendError::Running`] or a
/// panic. Python: every name of a generator is such a handle, and the error is "generator already
/// executing".
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineState::*, Shared};
///
/// #[cogen::coroutine]
/// fn count() -> impl Coroutine<(), Yield = u32> {
///     for n in 1.. {
///         yield_!(n);
///     }
/// }
///
/// let one = Shared::new(count());
/// let other = one.clone();
/// assert_eq!(one.start(), Yielded(1));
/// assert_eq!(other.send(()), Yielded(2));
/// ```
#[must_use = "coroutines do nothing until started"]
pub struct Shared<'a, R = (), Y = (), T = ()>(Rc<RefCell<BoxCoroutine<'a, R, Y, T>>>);

impl<'a, R, Y, T> Shared<'a, R, Y, T> {
    /// Boxes `coroutine` and returns a handle to it.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn new(coroutine: impl Coroutine<R, Yield = Y, Return = T> + 'a) -> Self {
        Self(Rc::new(RefCell::new(Box::pin(coroutine))))
    }

    /// Calls `make` with a handle to the new coroutine, boxes the coroutine that `make` returns,
    /// and returns a handle to it.
    ///
    /// The coroutine may keep the handle that `make` is called with. This handle is weak, so that
    /// the coroutine doesn't keep itself alive. It can't be upgraded before `make` has returned.
    /// The function is modelled on [`Rc::new_cyclic`].
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, CoroutineState::*, Shared, Status, WeakShared};
    ///
    /// #[cogen::coroutine]
    /// fn looks_at_itself(
    ///     me: WeakShared<'static, (), Status>,
    /// ) -> impl Coroutine<(), Yield = Status> {
    ///     yield_!(me.upgrade().expect("a handle runs this body").status());
    /// }
    ///
    /// let coroutine = Shared::new_cyclic(|me| looks_at_itself(me.clone()));
    /// assert_eq!(coroutine.start(), Yielded(Status::Running));
    /// assert_eq!(coroutine.status(), Status::Suspended);
    /// ```
    pub fn new_cyclic<C, F>(make: F) -> Self
    where
        C: Coroutine<R, Yield = Y, Return = T> + 'a,
        F: FnOnce(&WeakShared<'a, R, Y, T>) -> C,
    {
        Self(Rc::new_cyclic(|weak| {
            let coroutine: BoxCoroutine<'a, R, Y, T> = Box::pin(make(&WeakShared(weak.clone())));
            RefCell::new(coroutine)
        }))
    }

    /// Returns a handle that doesn't keep the coroutine alive.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::Shared;
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl cogen::Coroutine { yield_!(); }
    /// let pause = Shared::new(pause());
    /// let weak = pause.downgrade();
    /// drop(pause);
    /// assert!(weak.upgrade().is_none());
    /// ```
    #[must_use]
    pub fn downgrade(&self) -> WeakShared<'a, R, Y, T> {
        WeakShared(Rc::downgrade(&self.0))
    }

    #[track_caller]
    fn borrow(&self) -> RefMut<'_, BoxCoroutine<'a, R, Y, T>> {
        match self.0.try_borrow_mut() {
            Ok(coroutine) => coroutine,
            Err(_) => misuse::already_executing(),
        }
    }

    /// Starts the coroutine: [`CoroutineExt::start`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine has started and `R` is not `()`, if it is running or closed, and if its
    /// body panics.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[track_caller]
    pub fn start(&self) -> CoroutineState<Y, T> {
        self.borrow().start()
    }

    /// Resumes the coroutine with `argument`: [`CoroutineExt::send`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine has not started and `R` is not `()`, if it is running or closed, and if its
    /// body panics.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    #[track_caller]
    pub fn send(&self, argument: R) -> CoroutineState<Y, T> {
        match self.try_send(argument) {
            Ok(state) => state,
            Err(error) => error.raise(),
        }
    }

    /// Resumes the coroutine with `argument`, or returns `argument` if the coroutine can't take it:
    /// [`CoroutineExt::try_send`] through a shared reference.
    ///
    /// # Errors
    ///
    /// A [`SendError`] with `argument` if the coroutine has not started and `R` is not `()`, is
    /// running, or is closed.
    ///
    /// # Panics
    ///
    /// If the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, SendError, Shared, WeakShared};
    ///
    /// #[cogen::coroutine]
    /// fn reenters(me: WeakShared<'static, i32>) -> impl Coroutine<i32> {
    ///     let refused = me.upgrade().expect("a handle runs this body").try_send(7);
    ///     assert_eq!(refused, Err(SendError::Running(7)));
    /// }
    ///
    /// Shared::new_cyclic(|me| reenters(me.clone())).start();
    /// ```
    pub fn try_send(&self, argument: R) -> Result<CoroutineState<Y, T>, SendError<R>> {
        match self.0.try_borrow_mut() {
            Ok(mut coroutine) => coroutine.try_send(argument),
            Err(_) => Err(SendError::Running(argument)),
        }
    }

    /// Resumes the coroutine with `Err(error)`: [`CoroutineExt::throw`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine has not started (it is closed then), is running, or is closed, and if its
    /// body panics.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::throw`].
    #[must_use = "an error that the body doesn't handle is in the return value"]
    #[track_caller]
    pub fn throw(&self, error: R::Error) -> CoroutineState<Y, T>
    where
        R: Throwable,
    {
        self.borrow().throw(error)
    }

    /// Resumes the coroutine with `Err(error)`, or returns `error` if the coroutine can't take it:
    /// [`CoroutineExt::try_throw`] through a shared reference.
    ///
    /// # Errors
    ///
    /// A [`SendError`] with `error` if the coroutine has not started (it is closed then), is
    /// running, or is closed.
    ///
    /// # Panics
    ///
    /// If the body panics.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::try_throw`].
    pub fn try_throw(&self, error: R::Error) -> Result<CoroutineState<Y, T>, SendError<R::Error>>
    where
        R: Throwable,
    {
        match self.0.try_borrow_mut() {
            Ok(mut coroutine) => coroutine.try_throw(error),
            Err(_) => Err(SendError::Running(error)),
        }
    }

    /// Closes the coroutine: [`CoroutineExt::close`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine is running, because a body can't close its own coroutine. Also if a
    /// destructor in the body panics.
    ///
    /// # Examples
    ///
    /// ```
    /// # use cogen::{Shared, Status};
    /// # #[cogen::coroutine]
    /// # fn pause() -> impl cogen::Coroutine { yield_!(); }
    /// let pause = Shared::new(pause());
    /// pause.close();
    /// assert_eq!(pause.status(), Status::Closed);
    /// ```
    #[track_caller]
    pub fn close(&self) {
        self.borrow().close();
    }

    /// Returns the status, which is [`Status::Running`] if the body calls this.
    ///
    /// # Examples
    ///
    /// See [`new_cyclic`](Self::new_cyclic).
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.try_borrow().map_or(Status::Running, |coroutine| coroutine.status())
    }
}

/// With this, a handle can be delegated to, boxed and iterated over like any other coroutine.
impl<R, Y, T> Coroutine<R> for Shared<'_, R, Y, T> {
    type Yield = Y;
    type Return = T;

    #[track_caller]
    fn begin(self: Pin<&mut Self>) -> CoroutineState<Y, T> {
        self.borrow().as_mut().begin()
    }

    #[track_caller]
    fn resume(self: Pin<&mut Self>, argument: R) -> CoroutineState<Y, T> {
        self.borrow().as_mut().resume(argument)
    }

    fn terminate(self: Pin<&mut Self>) {
        Self::close(&self);
    }

    fn status(&self) -> Status {
        Self::status(self)
    }

    unsafe fn __delegate(self: Pin<&mut Self>, mut channel: Channel<'_, R, Y>) -> Poll<T> {
        if channel.slot().is_probe() {
            return match self.0.try_borrow_mut() {
                Ok(mut coroutine) => probe::pass_on(coroutine.as_mut(), channel),
                Err(_) => Poll::Pending, // it runs
            };
        }
        relay(self, channel.slot())
    }
}

impl<R, Y, T> Clone for Shared<'_, R, Y, T> {
    /// Returns another handle to the same coroutine.
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R, Y, T> fmt::Debug for Shared<'_, R, Y, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A handle to a [`Shared`] coroutine that doesn't keep the coroutine alive.
///
/// The body of the coroutine may hold it.
///
/// # Examples
///
/// See [`Shared::new_cyclic`].
pub struct WeakShared<'a, R = (), Y = (), T = ()>(Weak<RefCell<BoxCoroutine<'a, R, Y, T>>>);

impl<'a, R, Y, T> WeakShared<'a, R, Y, T> {
    /// Returns a [`Shared`] handle, or `None` if the last one was dropped, and the coroutine with
    /// it.
    ///
    /// # Examples
    ///
    /// See [`Shared::downgrade`].
    #[must_use]
    pub fn upgrade(&self) -> Option<Shared<'a, R, Y, T>> {
        self.0.upgrade().map(Shared)
    }
}

impl<R, Y, T> Clone for WeakShared<'_, R, Y, T> {
    /// Returns another weak handle to the same coroutine.
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<R, Y, T> fmt::Debug for WeakShared<'_, R, Y, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakShared")
    }
}
