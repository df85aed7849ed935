//! Functions that create coroutines.

use core::fmt;

use crate::protocol::coroutine::Coroutine;

/// A function that creates a coroutine from the arguments `A`.
///
/// The arguments are a tuple of up to twelve: `()`, `(cart,)`, `(cart, customer)`.
///
/// Functions and closures implement this trait. A replay calls the function again, so it should do
/// nothing but create the coroutine.
///
/// # Examples
///
/// See [`Recorded`](crate::replay::Recorded).
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't create a coroutine that is sent `{R}` from the arguments `{A}`",
    label = "not a function that takes `{A}` and returns a coroutine that is sent `{R}`",
    note = "the arguments are a tuple, even if there is only one: `(cart,)`",
    note = "an `AsyncCoroutine` can't be recorded, as the results of its `.await`s would not be in \
            the record: write a `Coroutine` that yields its requests, and run it with `drive_saved`"
)]
pub trait Constructor<A, R> {
    /// The coroutine that it creates.
    type Coroutine: Coroutine<R>;

    /// Creates a coroutine.
    fn construct(&self, arguments: A) -> Self::Coroutine;

    /// Returns the reply to a question that older code did not yield, or `None` if `yielded` is no
    /// such question. See [`Amended`].
    #[inline]
    fn past(&self, yielded: &<Self::Coroutine as Coroutine<R>>::Yield) -> Option<R> {
        let _ = yielded;
        None
    }
}

/// A function whose body yields a question that older code did not yield, and the reply for older
/// records.
///
/// So code can be extended while its coroutines run. Before a new part, the body yields the
/// question whether to run it. The driver replies yes, and both are recorded. In the replay of an
/// older record, the body yields the question where another value is recorded. Then `past` returns
/// the reply no, and the replay continues with the same recorded step. So each coroutine keeps the
/// behaviour that it had at that place. (This is Temporal's `patched`.)
///
/// The question must differ from all values that older code yielded, and `past` must return the
/// same reply each time. The [evidence](super::Evidence) must distinguish values, so it can't be
/// [`Unchecked`](super::Unchecked).
///
/// In a body with [checkpoints](super::Checkpoint), yield the question after the checkpoint. A new
/// coroutine that first yields the question can't replace the old one in a
/// [cut](super::Recorded::cut).
///
/// # Examples
///
/// ```
/// use cogen::replay::{Amended, ByValue, Record, Recorded};
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, Fingerprint};
///
/// const ORDER: Fingerprint = Fingerprint::named("order");
///
/// #[cogen::coroutine]
/// fn last_week() -> impl Coroutine<String, Yield = String> {
///     yield_!("charge".to_owned());
///     yield_!("ship".to_owned());
/// }
///
/// #[cogen::coroutine]
/// fn order() -> impl Coroutine<String, Yield = String> {
///     yield_!("charge".to_owned());
///     if yield_!("since: gift wrap".to_owned()) == "yes" {
///         yield_!("wrap".to_owned());
///     }
///     yield_!("ship".to_owned());
/// }
///
/// let amended = Amended::new(order, |request: &String| {
///     request.starts_with("since: ").then(|| "no".to_owned())
/// });
///
/// // An order that was charged last week, and is not shipped yet:
/// let mut old = Recorded::new(ORDER, last_week, ());
/// old.start();
/// old.send("R-1".to_owned());
/// let mut old = old.into_record().replay(ORDER, amended.clone()).unwrap();
/// assert_eq!(old.replayed(), Some(Yielded(&"ship".to_owned())));
/// assert_eq!(old.send("P-1".to_owned()), Complete(()));
///
/// // An order that is not charged yet:
/// let mut old = Recorded::new(ORDER, last_week, ());
/// old.start();
/// let mut old = old.into_record().replay(ORDER, amended).unwrap();
/// assert_eq!(old.send("R-2".to_owned()), Yielded("since: gift wrap".to_owned()));
/// assert_eq!(old.send("yes".to_owned()), Yielded("wrap".to_owned()));
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "patched")]
pub struct Amended<F, P> {
    constructor: F,
    past: P,
}

impl<F, P> Amended<F, P> {
    /// Creates a constructor from `constructor`, with `past` for the replies in older records.
    ///
    /// # Examples
    ///
    /// See the [type](Self#examples).
    pub fn new(constructor: F, past: P) -> Self {
        Self { constructor, past }
    }
}

#[diagnostic::do_not_recommend]
impl<F, P, A, R> Constructor<A, R> for Amended<F, P>
where
    F: Constructor<A, R>,
    P: Fn(&<F::Coroutine as Coroutine<R>>::Yield) -> Option<R>,
{
    type Coroutine = F::Coroutine;

    fn construct(&self, arguments: A) -> F::Coroutine {
        self.constructor.construct(arguments)
    }

    fn past(&self, yielded: &<F::Coroutine as Coroutine<R>>::Yield) -> Option<R> {
        (self.past)(yielded)
    }
}

impl<F, P> fmt::Debug for Amended<F, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Amended").finish_non_exhaustive()
    }
}

macro_rules! functions {
    ($(($($argument:ident)*))*) => {$(
        // So the compiler reports that the function is no constructor, with the notes of the trait.
        #[diagnostic::do_not_recommend]
        impl<R, F, C, $($argument),*> Constructor<($($argument,)*), R> for F
        where
            F: Fn($($argument),*) -> C,
            C: Coroutine<R>,
        {
            type Coroutine = C;

            #[allow(non_snake_case)]
            fn construct(&self, ($($argument,)*): ($($argument,)*)) -> C {
                self($($argument),*)
            }
        }
    )*};
}

functions! {
    () (A1) (A1 A2) (A1 A2 A3) (A1 A2 A3 A4) (A1 A2 A3 A4 A5) (A1 A2 A3 A4 A5 A6)
    (A1 A2 A3 A4 A5 A6 A7) (A1 A2 A3 A4 A5 A6 A7 A8) (A1 A2 A3 A4 A5 A6 A7 A8 A9)
    (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10) (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11)
    (A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11 A12)
}

/// The values that a recorded coroutine can be sent: everything that is `Clone`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Clone`, and each replay sends a clone of what was recorded: derive \
               `Clone` for it, or send it in an `Rc` if it never changes"
)]
pub trait Sent: Clone {}

#[diagnostic::do_not_recommend]
impl<R: Clone> Sent for R {}
