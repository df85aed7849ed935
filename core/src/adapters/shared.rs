//! A coroutine with reference semantics, as Python's generator objects have.

use alloc::boxed::Box;
use alloc::rc::{Rc, Weak};
use core::cell::{RefCell, RefMut};
use core::fmt;
use core::pin::Pin;

use crate::adapters::boxed::BoxCoroutine;
use crate::protocol::coroutine::Coroutine;
use crate::protocol::error::SendError;
use crate::protocol::extension::CoroutineExt;
use crate::protocol::misuse;
use crate::protocol::state::{CoroutineState, Status};
use crate::protocol::throwable::Throwable;

/// A handle to a coroutine that can be cloned and used through `&self`.
///
/// Its body may hold a [`WeakShared`] to itself ([`new_cyclic`](Self::new_cyclic)): it sees that it
/// is [`Running`](Status::Running), and is refused if it tries to resume itself, where Python says
/// "generator already executing".
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
    /// Shares `coroutine`.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn new(coroutine: impl Coroutine<R, Yield = Y, Return = T> + 'a) -> Self {
        Self(Rc::new(RefCell::new(Box::pin(coroutine))))
    }

    /// Shares the coroutine that `make` returns, which may hold the handle that `make` gets: it
    /// leads to itself.
    ///
    /// The handle is weak, so that the coroutine doesn't keep itself alive; it can't be upgraded
    /// before `make` has returned. Mirrors [`Rc::new_cyclic`].
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
    ///     yield_!(me.upgrade().expect("somebody runs me").status());
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

    /// A handle that doesn't keep the coroutine alive.
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

    /// [`CoroutineExt::start`] through a shared reference.
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

    /// [`CoroutineExt::send`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine has not started, is running, or is closed, and if its body panics.
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

    /// [`CoroutineExt::try_send`] through a shared reference.
    ///
    /// # Errors
    ///
    /// A [`SendError`] with `argument` if the coroutine has not started, is running, or is closed.
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
    ///     let refused = me.upgrade().expect("somebody runs me").try_send(7);
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

    /// [`CoroutineExt::throw`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine had not started (it is closed then), is running, or is closed, and if its
    /// body panics.
    ///
    /// # Examples
    ///
    /// See [`CoroutineExt::throw`].
    #[must_use = "an error that the body lets out comes back in the return value"]
    #[track_caller]
    pub fn throw(&self, error: R::Error) -> CoroutineState<Y, T>
    where
        R: Throwable,
    {
        self.borrow().throw(error)
    }

    /// [`CoroutineExt::try_throw`] through a shared reference.
    ///
    /// # Errors
    ///
    /// A [`SendError`] with `error` if the coroutine had not started (it is closed then), is
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

    /// [`CoroutineExt::close`] through a shared reference.
    ///
    /// # Panics
    ///
    /// If the coroutine is running: it can't close itself from inside.
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

    /// Where the coroutine stands: [`Status::Running`] when asked from inside its body.
    ///
    /// # Examples
    ///
    /// See [`new_cyclic`](Self::new_cyclic).
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.try_borrow().map_or(Status::Running, |coroutine| coroutine.status())
    }
}

/// So that handles can be delegated to, boxed and iterated over like any other coroutine.
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
}

impl<R, Y, T> Clone for Shared<'_, R, Y, T> {
    /// Another handle to the same coroutine.
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<R, Y, T> fmt::Debug for Shared<'_, R, Y, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// A handle to a [`Shared`] coroutine that doesn't keep it alive, which the coroutine itself may
/// hold.
///
/// # Examples
///
/// See [`Shared::new_cyclic`].
pub struct WeakShared<'a, R = (), Y = (), T = ()>(Weak<RefCell<BoxCoroutine<'a, R, Y, T>>>);

impl<'a, R, Y, T> WeakShared<'a, R, Y, T> {
    /// A [`Shared`] handle, or `None` if there is none left and the coroutine is gone.
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
    /// Another weak handle to the same coroutine.
    fn clone(&self) -> Self {
        Self(Weak::clone(&self.0))
    }
}

impl<R, Y, T> fmt::Debug for WeakShared<'_, R, Y, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WeakShared")
    }
}
