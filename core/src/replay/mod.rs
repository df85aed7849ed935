//! Coroutines that can be cloned, saved, and taken up again in another process.
//!
//! The state of a coroutine can't be copied or written down: it may hold references into itself,
//! and the compiler doesn't show it. But it follows from what the coroutine was made with and what
//! it was sent. [`Recorded`] keeps a [`Record`] of that, and [`replay`](Record::replay) makes the
//! coroutine again and sends it the same. The body is written as any other, and borrows across its
//! yields as it likes.
//!
//! ```
//! use cogen::replay::Recorded;
//! use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
//!
//! #[derive(Clone, Debug, PartialEq)]
//! enum Request {
//!     Ask(&'static str),
//!     Charge(u32),
//! }
//!
//! #[cogen::coroutine(fingerprint = CHECKOUT)]
//! fn checkout(items: Vec<u32>) -> impl Coroutine<String, Yield = Request, Return = String> {
//!     let address = yield_!(Request::Ask("Where to?"));
//!     let receipt = yield_!(Request::Charge(items.iter().sum()));
//!     format!("{} items to {address}, receipt {receipt}", items.len())
//! }
//!
//! let mut order = Recorded::new(CHECKOUT, checkout, (vec![5, 7],));
//! order.start();
//! order.send("Turin".to_owned());
//! let record = order.into_record(); // with the feature `serde`, into a file or a database
//!
//! let mut order = record.replay(CHECKOUT, checkout).unwrap();
//! assert_eq!(order.replayed(), Some(Yielded(&Request::Charge(12))));
//! assert_eq!(order.send("R-1".to_owned()), Complete("2 items to Turin, receipt R-1".to_owned()));
//! ```
//!
//! # What the body has to keep to
//!
//! - **It must be deterministic:** made with the same arguments and sent the same, it does the
//!   same.
//! - **What it reads from the world must come in through the yields:** the time, random numbers,
//!   files, the answers of others. In Rust's terms also the addresses of things and the order of a
//!   `HashMap`.
//! - **What it does to the world should go out through the yields,** as requests which whoever
//!   drives it carries out. What the body does itself it does again in every replay.
//!
//! A replay compares what the body yields with the [`Evidence`] in the record: the value, if it is
//! [`PartialEq`] and `Clone`; or its hash; or nothing. A body that doesn't behave the same, or
//! panics, is a [`ReplayError`] that names the step, shows both sides and has the record in it.
//! Before that the [`Fingerprint`]s are compared, so that a record meets only
//! the code that made it. Neither sees a difference that no yield has shown yet and that lies in a
//! function that the body calls.
//!
//! # What is kept
//!
//! - The arguments, every value that was sent, and the evidence of every yielded value. A value is
//!   on record *before* the body sees it.
//! - [Closing](crate::CoroutineExt::close), and that a body panicked.
//! - Not the return value: a replay returns it again.
//!
//! What is saved has a version and a check over all values. A record that is damaged or was saved
//! with other types is a typed error in every format, and never another history: see `Saved`.
//! Steps can be saved one by one ([`Record::push`]), and each has a [number](Step::number) for
//! good.
//!
//! Whoever carries out requests and saves the record does two things, between which a process can
//! end. A request may therefore be carried out twice, unless both are one transaction, or the
//! request has a key by which its receiver knows it again: the number of its step.
//! [`Recorded::drive_saved`] does both in the right order. [`join`] and [`race`] run several
//! coroutines under one record.
//!
//! The [guide](crate::guide::replay) shows all of this in use, and what to do **when the code
//! changes** while coroutines are under way.
//!
//! # What it costs
//!
//! A step costs a clone of what is sent and the evidence of what is yielded. **A restore, and a
//! clone, is a replay:** it costs what the recorded steps cost, and the record grows with every
//! step, unless the body offers a [`Checkpoint`]. For a body that does nearly nothing, a replayed
//! step costs 3 ns, and a recorded one up to 30; of numbers it takes 40 bytes
//! (`cargo run --release -p cogen-tests --example replay_cost`).
//!
//! # What a syntactic transform gives instead
//!
//! Macros that write the state machine themselves, as [diapause](https://docs.rs/diapause) does,
//! can make its states `Clone` and serialisable as they stand. A restore costs nothing there, and
//! the body needn't be deterministic. In turn nothing may be borrowed across a yield, locals that
//! live across one need annotated types which can all be cloned or serialised, and a yield can't
//! stand in a condition, in arguments or in a macro. What is saved is the *states* of one version
//! of the code; a record says what *happened*, so that it can be read, tested with, and replayed
//! into a later version which behaves the same so far.

#[cfg(feature = "serde")]
mod check;
mod constructor;
mod drive;
mod error;
mod evidence;
mod record;
mod recorded;
mod run;
#[cfg(feature = "serde")]
mod saved;
mod side_by_side;
mod step;

use crate::fingerprint::Fingerprint;

pub use constructor::{Amended, Constructor};
pub use error::{RecordError, ReplayError, ReplayErrorKind};
pub use evidence::{ByHash, ByValue, Evidence, Unchecked};
pub use record::Record;
pub use recorded::Recorded;
#[cfg(feature = "serde")]
pub use saved::Saved;
pub use side_by_side::{Join, Race, Waiting, join, race};
pub use step::Step;

/// A yielded value at which the record of a coroutine can be cut, since it says with which
/// arguments a new one begins right there.
///
/// That is for bodies whose state is in their arguments, such as a loop over one variable: a
/// coroutine that is made with the arguments `A` of the checkpoint yields this value first, and
/// from there does all that this one would do. The first half is checked by [`Recorded::cut`],
/// which goes on with the coroutine that it has made anew; the second half is up to the body. All
/// else that it has seen is forgotten.
///
/// # Examples
///
/// ```
/// use cogen::replay::{Checkpoint, Recorded};
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*, Fingerprint};
///
/// #[derive(Clone, Debug, PartialEq)]
/// enum Report {
///     Balance(i64),
///     Confirm(i64),
/// }
///
/// impl Checkpoint<(i64,)> for Report {
///     fn checkpoint(&self) -> Option<(Fingerprint, (i64,))> {
///         match *self {
///             Self::Balance(balance) => Some((ACCOUNT, (balance,))),
///             Self::Confirm(_) => None, // in the middle of something
///         }
///     }
/// }
///
/// #[cogen::coroutine(fingerprint = ACCOUNT)]
/// fn account(mut balance: i64) -> impl Coroutine<i64, Yield = Report> {
///     loop {
///         let amount = yield_!(Report::Balance(balance)); // all that matters is in `balance`
///         if amount.abs() < 1000 || yield_!(Report::Confirm(amount)) == amount {
///             balance += amount;
///         }
///     }
/// }
///
/// let mut account = Recorded::new(ACCOUNT, account, (0,));
/// account.start();
/// for amount in 1..=100 {
///     if let Yielded(report) = account.send(amount) {
///         account.cut(&report).unwrap();
///     }
/// }
/// assert_eq!(account.record().arguments(), &(5050,));
/// assert_eq!(account.record().steps().len(), 1);
///
/// let mut restored = account.clone(); // one step is all that runs
/// assert_eq!(restored.send(2000), Yielded(Report::Confirm(2000)));
/// assert_eq!(restored.send(2000), Yielded(Report::Balance(7050)));
/// ```
pub trait Checkpoint<A> {
    /// Returns the arguments of a coroutine that begins with this value, if this is a place to cut,
    /// and the fingerprint of the code that these arguments are for.
    ///
    /// That is the fingerprint which the record has. It tells the checkpoints of a body from those
    /// of the bodies that it delegates to, at which its record can't be cut. A body that delegates
    /// to *itself* has to tell the two apart: only the outermost may return `Some`.
    fn checkpoint(&self) -> Option<(Fingerprint, A)>;
}
