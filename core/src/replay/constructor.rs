//! Functions that make coroutines.

use core::fmt;

use crate::protocol::coroutine::Coroutine;

/// A function that makes a coroutine of the arguments `A`, which are a tuple: `()`, `(cart,)`,
/// `(cart, customer)`, up to twelve.
///
/// Functions and closures are that by themselves. A replay calls it again, so it should only make
/// the coroutine.
///
/// # Examples
///
/// See [`Recorded`](crate::replay::Recorded).
#[diagnostic::on_unimplemented(
    message = "`{Self}` doesn't make a coroutine of the arguments `{A}`",
    label = "not a function that takes `{A}` and returns a coroutine",
    note = "the arguments stand in a tuple, also where there is one: `(cart,)`",
    note = "an `AsyncCoroutine` can't be recorded, as the results of its `.await`s would not be in \
            the record: let a `Coroutine` yield what it waits for, and `drive_saved` it"
)]
pub trait Constructor<A, R> {
    /// What it makes.
    type Coroutine: Coroutine<R>;

    /// Makes a coroutine.
    fn construct(&self, arguments: A) -> Self::Coroutine;

    /// Returns the reply to a question which the code did not ask yet when a record was made, or
    /// `None` if `yielded` is no such question. See [`Amended`].
    #[inline]
    fn past(&self, yielded: &<Self::Coroutine as Coroutine<R>>::Yield) -> Option<R> {
        let _ = yielded;
        None
    }
}

/// A function whose body asks something that it did not ask when older records were made, and the
/// reply that it gets in these.
///
/// So code can be changed while its coroutines are under way, if the change only adds. The body
/// *asks* whether it may do the new thing, by a yield. Whoever drives it replies yes, and both are
/// on record. In the replay of an older record the body yields the question where something else
/// was recorded. Then `past` replies, which says no, and the replay goes on with the same recorded
/// step. So each coroutine keeps the behaviour that it had at that place. (This is `patched` of
/// Temporal.)
///
/// The question has to differ from everything that was yielded before, and `past` has to return the
/// same reply each time. There must be [evidence](super::Evidence) to compare: not
/// [`Unchecked`](super::Unchecked).
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
/// // An order that was charged last week, and is to be shipped:
/// let mut old = Recorded::new(ORDER, last_week, ());
/// old.start();
/// old.send("R-1".to_owned());
/// let mut old = old.into_record().replay(ORDER, amended.clone()).unwrap();
/// assert_eq!(old.replayed(), Some(Yielded(&"ship".to_owned())));
/// assert_eq!(old.send("P-1".to_owned()), Complete(()));
///
/// // One that had been charged no further:
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
    /// The function `constructor`, whose new questions `past` replies to in older records.
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
        // The compiler shall say that the function is no constructor, and what could be wrong.
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

/// What is sent to a recorded coroutine: everything that is `Clone`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not `Clone`, and each replay sends a clone of what was recorded: derive \
               `Clone` for it, or send it in an `Rc`"
)]
pub trait Sent: Clone {}

#[diagnostic::do_not_recommend]
impl<R: Clone> Sent for R {}
