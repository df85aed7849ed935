//! The recorded form of a yielded value, which a replay compares with the value that the body
//! yields.

use core::fmt;
use core::hash::{Hash, Hasher};

use crate::fingerprint::Fnv;

/// The part of each yielded `Y` that is recorded, for comparison in a replay.
///
/// The implementations record the value ([`ByValue`]), its hash ([`ByHash`]), or nothing
/// ([`Unchecked`]).
///
/// # Examples
///
/// An implementation for values of which only a part must be the same:
///
/// ```
/// use cogen::Fingerprint;
/// use cogen::replay::{Evidence, Recorded};
///
/// #[derive(Clone)]
/// struct Reply {
///     code: u16,
///     text: &'static str, // may be reworded
/// }
///
/// #[derive(Clone)]
/// struct Code(u16);
///
/// impl Evidence<Reply> for Code {
///     fn of(reply: &Reply) -> Self {
///         Self(reply.code)
///     }
///
///     fn matches(&self, reply: &Reply) -> bool {
///         self.0 == reply.code
///     }
/// }
///
/// # #[cogen::coroutine]
/// # fn server() -> impl cogen::Coroutine<(), Yield = Reply> {
/// #     yield_!(Reply { code: 220, text: "ready" });
/// # }
/// let recorded: Recorded<_, _, _, Code> = Recorded::with_evidence(Fingerprint::NONE, server, ());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no evidence of a `{Y}`",
    label = "this can't be compared with a `{Y}`",
    note = "`ByValue<Y>` needs `Y: Clone + PartialEq`, `ByHash` needs `Y: Hash`, `Unchecked` needs \
            nothing"
)]
pub trait Evidence<Y>: Sized {
    /// Creates the evidence of `yielded`.
    fn of(yielded: &Y) -> Self;

    /// Returns whether `yielded` matches the value from which the evidence was created.
    fn matches(&self, yielded: &Y) -> bool;
}

/// Evidence by value: the record holds every yielded value.
///
/// # Examples
///
/// See [`Recorded::new`](crate::replay::Recorded::new).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct ByValue<Y>(
    /// The value.
    pub Y,
);

impl<Y: Clone + PartialEq> Evidence<Y> for ByValue<Y> {
    fn of(yielded: &Y) -> Self {
        Self(yielded.clone())
    }

    fn matches(&self, yielded: &Y) -> bool {
        self.0 == *yielded
    }
}

/// Evidence by hash: the record holds eight bytes for each yielded value. A saved record holds
/// sixteen hexadecimal digits.
///
/// The hash is the 64-bit FNV-1a of the bytes that the value's [`Hash`] implementation writes, so
/// it is the same in every process. Single integers are written as little-endian bytes, `usize` and
/// `isize` as 64 bits, on every target. *Slices and vectors* of integers wider than a byte are
/// written in the target's byte order. std also doesn't promise that its types will always write
/// the same bytes. So use a record by hash only between programs that were built alike, or choose
/// [`ByValue`]. Two values with the same hash count as equal.
///
/// # Examples
///
/// See [`Recorded::hashed`](crate::replay::Recorded::hashed).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct ByHash(#[cfg_attr(feature = "serde", serde(with = "crate::fingerprint::hex"))] u64);

/// Sixteen hexadecimal digits, as in a saved record.
impl fmt::Debug for ByHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByHash({:016x})", self.0)
    }
}

impl<Y: Hash> Evidence<Y> for ByHash {
    fn of(yielded: &Y) -> Self {
        let mut hasher = StableHasher(Fnv::START);
        yielded.hash(&mut hasher);
        Self(hasher.finish())
    }

    fn matches(&self, yielded: &Y) -> bool {
        *self == Self::of(yielded)
    }
}

/// No evidence: yielded values are not recorded. A replay compares only whether the body yields or
/// returns.
///
/// # Examples
///
/// See [`Recorded::unchecked`](crate::replay::Recorded::unchecked).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Unchecked;

impl<Y> Evidence<Y> for Unchecked {
    fn of(_: &Y) -> Self {
        Self
    }

    fn matches(&self, _: &Y) -> bool {
        true
    }
}

struct StableHasher(Fnv);

/// Writes integers as the same bytes on every target. std's default is the target's byte order and
/// width.
macro_rules! portable {
    ($($method:ident($integer:ty) as $wide:ty;)*) => {$(
        fn $method(&mut self, integer: $integer) {
            self.write(&(integer as $wide).to_le_bytes());
        }
    )*};
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.bytes(bytes);
    }

    fn finish(&self) -> u64 {
        self.0.0
    }

    portable! {
        write_u8(u8) as u8; write_u16(u16) as u16; write_u32(u32) as u32;
        write_u64(u64) as u64; write_u128(u128) as u128;
        write_i8(i8) as i8; write_i16(i16) as i16; write_i32(i32) as i32;
        write_i64(i64) as i64; write_i128(i128) as i128;
        write_usize(usize) as u64; write_isize(isize) as i64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_specification_and_of_every_target() {
        let mut hasher = StableHasher(Fnv::START);
        hasher.write(b"foobar");
        assert_eq!(hasher.finish(), 0x8594_4171_f739_67e8); // a test vector of FNV-1a
        let hashed = |hash: &dyn Fn(&mut StableHasher)| {
            let mut hasher = StableHasher(Fnv::START);
            hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(
            hashed(&|hasher| 1_usize.hash(hasher)),
            hashed(&|hasher| hasher.write(&[1, 0, 0, 0, 0, 0, 0, 0]))
        );
        assert_eq!(
            hashed(&|hasher| 1_u32.hash(hasher)),
            hashed(&|hasher| hasher.write(&[1, 0, 0, 0]))
        );
    }
}
