//! A number that distinguishes the versions of a body.

use core::fmt;

/// A number that identifies the code of a coroutine.
///
/// The option `fingerprint = NAME` of [`#[cogen::coroutine]`](macro@crate::coroutine) defines it as
/// a constant.
///
/// The macro computes it from the function's signature and body, and from the option `priming`. It
/// doesn't depend on the compiler, the target or the day. It stays the same if you
///
/// - format the code: it ignores everything that rustfmt changes with its default options in any
///   style edition, such as the braces around the only expression of an arm, or the order of `use`
///   lines. It doesn't ignore changes of the tokens of `lazy_static!`, of a `::` that rustfmt
///   removes at the start of a `use` line in edition 2015, and of syntax that the macro doesn't
///   know;
/// - write comments, documentation comments included;
/// - rename the function, move it, or change its visibility or its attributes;
/// - change the options `size`, `align`, `struct`, `send`, `sync` and `crate`, which don't change
///   the body's behaviour.
///
/// Every other change of the code changes it, even a new name of a local.
///
/// A function may name itself. `walk` and `Self::walk` in the body of `walk` count as the function
/// itself. If it has a parameter `self`, then `self.walk(…)` and `Self::walk` do. So you can rename
/// them together with the function. There are two limits:
///
/// - The fingerprint changes if the old or the new name also occurs elsewhere in the function: as
///   the name of a local, a field or another method, or among the tokens of a macro that are no
///   list of expressions.
/// - The macro compares only names. `walk(…)` may be another function: in an `impl` (in a `walk`
///   without `self`), or after `use other::*` in the body. If you rename both functions at once,
///   the fingerprint stays the same.
///
/// **The macro sees nothing outside the function.** So the fingerprint doesn't cover the functions,
/// types, constants and macros that the body uses, the coroutines that it delegates to, features
/// and targets, such as the result of a `#[cfg(…)]` in the body, and the versions of dependencies.
/// [`and`](Self::and) combines the fingerprints of a parent and a child, and [`named`](Self::named)
/// creates one that you change by hand.
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
    /// The fingerprint of code that has none: closures, and functions without the option. It is
    /// equal to itself, so it distinguishes nothing.
    pub const NONE: Self = Self(0);

    /// Creates a fingerprint from a number.
    ///
    /// # Examples
    ///
    /// ```
    /// use cogen::Fingerprint;
    ///
    /// /// Increase this number whenever the behaviour changes.
    /// const PRICES: Fingerprint = Fingerprint::new(3);
    /// assert_eq!(PRICES.number(), 3);
    /// ```
    #[must_use]
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Creates a fingerprint from a name, for use in place of one that is computed from the code.
    ///
    /// Change the name whenever the behaviour changes. Changes of the code that leave the recorded
    /// steps as they were need no new name: a replay still compares the steps.
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

    /// Returns the number.
    ///
    /// # Examples
    ///
    /// See [`new`](Self::new).
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Combines two fingerprints, such as those of a body and of a body that it delegates to.
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

/// Saves 64-bit numbers as sixteen hexadecimal digits. JavaScript and similar languages would round
/// plain numbers.
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

/// The 64-bit FNV-1a hash. It is stable, the same on all targets, and not resistant to deliberate
/// collisions.
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
