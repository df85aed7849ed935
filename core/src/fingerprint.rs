//! What tells one version of a body from another.

use core::fmt;

/// A number that stands for the code of a coroutine: what the option `fingerprint = NAME` of
/// [`#[cogen::coroutine]`](macro@crate::coroutine) defines.
///
/// The macro computes it from the tokens of the function's signature and body, and from the option
/// `priming`. It doesn't depend on the compiler, the target or the day. It stays the same if you
///
/// - format the code: rustfmt's line breaks, trailing commas, braces around the only expression of
///   an arm or a closure, and the like (but not the order of `use` lines in a body, and not
///   `vec!(…)` for `vec![…]`);
/// - write comments, documentation comments included;
/// - rename the function, move it, or change its visibility or its attributes;
/// - change the options `size`, `align`, `struct`, `send`, `sync` and `crate`, which change what
///   the caller gets and not what the body does.
///
/// Everything else changes it, be it the name of a local.
///
/// **Not covered is what the macro doesn't see:** the functions, types, constants and macros that
/// the body uses; the coroutines that it delegates to; whether a `#[cfg(…)]` in the body is true,
/// and features and targets in general; the versions of dependencies. [`and`](Self::and) puts the
/// fingerprints of children and parents together, and [`named`](Self::named) makes one that is
/// changed by hand.
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, Fingerprint};
///
/// #[cogen::coroutine(fingerprint = COUNT)]
/// fn count(from: u32) -> impl Coroutine<(), Yield = u32> {
///     for n in from.. {
///         yield_!(n);
///     }
/// }
///
/// mod next_week {
///     # use cogen::Coroutine;
///     #[cogen::coroutine(fingerprint = COUNT)]
///     pub fn count(from: u32) -> impl Coroutine<(), Yield = u32> {
///         for n in from + 1.. {
///             yield_!(n);
///         }
///     }
/// }
///
/// assert_ne!(COUNT, next_week::COUNT);
/// assert_ne!(COUNT, Fingerprint::NONE);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Fingerprint(#[cfg_attr(feature = "serde", serde(with = "hex"))] u64);

impl Fingerprint {
    /// Of code that nobody vouches for: closures, functions without the option. It is equal to
    /// itself, so it tells nothing apart.
    pub const NONE: Self = Self(0);

    /// The fingerprint with this number.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::Fingerprint;
    ///
    /// /// To be counted up whenever the behaviour changes.
    /// const PRICES: Fingerprint = Fingerprint::new(3);
    /// assert_eq!(PRICES.number(), 3);
    /// ```
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// The fingerprint with this name, in place of one that the code decides.
    ///
    /// Change the name whenever the behaviour changes. The code can be changed in all ways that
    /// leave the recorded steps as they were: a replay still compares these.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::Fingerprint;
    ///
    /// const CHECKOUT: Fingerprint = Fingerprint::named("checkout, since the gift cards");
    /// assert_ne!(CHECKOUT, Fingerprint::named("checkout"));
    /// ```
    #[must_use]
    pub const fn named(name: &str) -> Self {
        Self(Fnv::START.bytes(name.as_bytes()).0)
    }

    /// The number.
    ///
    /// # Examples
    ///
    /// See [`new`](Self::new).
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The fingerprint of two pieces of code together, such as a body and one that it delegates to.
    ///
    /// The order matters.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::{Coroutine, Fingerprint};
    ///
    /// #[cogen::coroutine(fingerprint = INNER)]
    /// fn inner() -> impl Coroutine<(), Yield = u32> {
    ///     yield_!(1);
    /// }
    ///
    /// #[cogen::coroutine(fingerprint = OUTER)]
    /// fn outer() -> impl Coroutine<(), Yield = u32> {
    ///     yield_from!(inner());
    /// }
    ///
    /// const BOTH: Fingerprint = OUTER.and(INNER);
    /// assert_ne!(BOTH, OUTER);
    /// ```
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        let mut hash = Fnv::START;
        hash = hash.bytes(&self.0.to_le_bytes());
        hash = hash.bytes(&other.0.to_le_bytes());
        Self(hash.0)
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Saves 64-bit numbers as sixteen hexadecimal digits. JavaScript and what resembles it would round
/// the numbers themselves.
#[cfg(feature = "serde")]
pub(crate) mod hex {
    use core::fmt;

    use serde::de::{Deserializer, Error, Visitor};
    use serde::ser::Serializer;

    pub(crate) fn serialize<S: Serializer>(number: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{number:016x}"))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        from.deserialize_str(Digits)
    }

    struct Digits;

    impl Visitor<'_> for Digits {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("sixteen hexadecimal digits")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<u64, E> {
            let digits = text.len() == 16 && !text.starts_with('+');
            u64::from_str_radix(text, 16)
                .ok()
                .filter(|_| digits)
                .ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
        }
    }
}

/// The 64-bit FNV-1a hash: the same everywhere and for ever, and no defence against somebody who
/// looks for collisions.
#[derive(Clone, Copy)]
pub(crate) struct Fnv(pub(crate) u64);

impl Fnv {
    pub(crate) const START: Self = Self(0xcbf2_9ce4_8422_2325);

    pub(crate) const fn bytes(self, bytes: &[u8]) -> Self {
        let (mut hash, mut at) = (self.0, 0);
        while at < bytes.len() {
            hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
            at += 1;
        }
        Self(hash)
    }
}
