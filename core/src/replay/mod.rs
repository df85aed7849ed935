//! Coroutines that can be cloned, saved, and continued in another process.
//!
//! A coroutine's state can't be cloned or serialised: it may hold references into itself, and the
//! compiler gives no access to it. But it is determined by the coroutine's arguments and the values
//! sent to it. [`Recorded`] keeps a [`Record`] of them, and [`replay`](Record::replay) creates the
//! coroutine again and sends it the same values. The body is written like any other, and may borrow
//! across its yields.
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
//! # Rules for the body
//!
//! - **It must be deterministic:** with the same arguments and the same sent values, it does the
//!   same.
//! - **It must get all outside input through its yields:** the time, random numbers, files, replies
//!   of other services. Addresses of values and the order of a `HashMap` are outside input, too.
//! - **Its effects should go out through its yields,** as requests that the driver carries out.
//!   Effects of the body itself are repeated in every replay.
//! - **The arguments and the sent values must not share mutable state with their clones,** as an
//!   `Rc<RefCell<…>>` does. The record has a clone of them. If the body changes a value that it
//!   shares with the record, a replay gets the changed value.
//!
//! A replay compares the yielded values with the [`Evidence`] in the record: the value, if it is
//! [`PartialEq`] and `Clone`, or its hash, or nothing. If the body behaves differently or panics,
//! the replay returns a [`ReplayError`], which names the step, shows both sides and holds the
//! record. Before that the [`Fingerprint`]s are compared, so that a record is replayed only with
//! the code that made it. Neither comparison detects a change in a function that the body calls, as
//! long as no yielded value shows it.
//!
//! With `panic = "abort"` in the profile, a body that panics in a replay ends the process.
//!
//! # What is recorded
//!
//! - The arguments, every sent value, and the evidence of every yielded value. A sent value is
//!   recorded *before* the body gets it.
//! - [Closing](crate::CoroutineExt::close), and a panic of the body, as an unfinished step.
//! - The return value is *not* recorded. A replay computes it again and compares it with nothing.
//!   So for a coroutine that has ended, a replay returns what today's code computes, including the
//!   functions that the body calls. If they may change, save the outcome yourself when the
//!   coroutine ends.
//!
//! A saved record has a version and a check over all values. If it is damaged or was saved with
//! other types, loading it is a typed error in every format, and never a wrong history: see
//! `Saved`. Steps can be saved one by one ([`Record::push`]), and each has a permanent
//! [number](Step::number).
//!
//! A process can end between carrying out a request and saving the record. So a request may be
//! carried out twice, unless both are one transaction, or the receiver recognises a repeated
//! request by the number of its step. [`Recorded::drive_saved`] does both in the right order.
//! [`join`] and [`race`] run several coroutines under one record. Only one process at a time may
//! drive a coroutine.
//!
//! The [guide](crate::guide::replay) shows all of this in use, and what to do **when the code
//! changes** while coroutines are running.
//!
//! # Costs
//!
//! A step costs a clone of the sent value and the evidence of the yielded value. **A restore is a
//! replay, and so is a clone:** both cost as much as the recorded steps. The record grows with
//! every step, unless the body offers a [`Checkpoint`]. For a body that does nearly nothing, a
//! replayed step takes 3 ns, and a recorded step up to 30 ns and, with numbers as values, 40 bytes
//! (`cargo run --release -p cogen-tests --example replay_cost`).
//!
//! # Compared with a syntactic transform
//!
//! Macros that write the state machine themselves, such as [diapause](https://docs.rs/diapause),
//! can make its states `Clone` and serialisable directly. There a restore costs nothing, and the
//! body needn't be deterministic. In return, nothing may be borrowed across a yield, locals that
//! live across a yield need annotated types that can be cloned or serialised, and a yield can't be
//! in a condition, in arguments or in a macro. Such a macro saves a *state* of one version of the
//! code. A record holds the *history*, so it can be read, used in tests, and replayed with a later
//! version that has behaved the same so far.

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

/// A yielded value at which the record of a coroutine can be cut. It returns the arguments with
/// which a new coroutine begins at the same place.
///
/// It is for bodies whose state is in their arguments, such as a loop over one variable. A
/// coroutine that is created with the arguments `A` of the checkpoint must yield this value first,
/// and then behave as the old one would. [`Recorded::cut`] checks the first condition, and replaces
/// the old coroutine with the new one. The second condition is up to the body. The record of the
/// earlier steps is dropped.
///
/// If the steps are saved one by one, save the cut record in the place of the old one before the
/// coroutine is resumed: see [`Recorded::cut`] and the
/// [guide](crate::guide::replay#cutting-a-long-record).
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
/// let mut restored = account.clone(); // replays one step
/// assert_eq!(restored.send(2000), Yielded(Report::Confirm(2000)));
/// assert_eq!(restored.send(2000), Yielded(Report::Balance(7050)));
/// ```
pub trait Checkpoint<A> {
    /// Returns the arguments of a coroutine that begins with this value, and the fingerprint of its
    /// code.
    ///
    /// Returns `None` if the record can't be cut at this value.
    ///
    /// The fingerprint must be that of the record. A record isn't cut at a value that comes from a
    /// `yield_from!`, even if the body delegates to itself. A coroutine that you implement by hand
    /// must not return a checkpoint of another coroutine that it resumes.
    fn checkpoint(&self) -> Option<(Fingerprint, A)>;
}
