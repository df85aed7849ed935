//! The check of a saved record: a hash of its values, independent of the format.
//!
//! It is computed from the serialised form of the values, before they are saved and again after
//! they are loaded. It isn't computed from bytes, as serde gives no access to the bytes of a
//! format, and not all formats mark the end of a value.

use alloc::string::{String, ToString};
use core::fmt;

use serde::ser::{self, Serialize};

use crate::fingerprint::Fnv;

/// Returns the hash of the serialised form of `value`, with the names of fields and variants.
pub(super) fn check<T: Serialize + ?Sized>(value: &T) -> Result<u64, Failed> {
    let mut hash = Fnv::START;
    value.serialize(Hashing(&mut hash))?;
    Ok(hash.0)
}

/// The error of a value that can't be serialised.
#[derive(Debug)]
pub(super) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// `core::error::Error`, or its substitute in old versions of serde without `std`.
impl ser::StdError for Failed {}

impl ser::Error for Failed {
    fn custom<M: fmt::Display>(message: M) -> Self {
        Self(message.to_string())
    }
}

/// Feeds the hash. Each token begins with a letter for its kind.
struct Hashing<'a>(&'a mut Fnv);

impl Hashing<'_> {
    fn feed(&mut self, kind: u8, bytes: &[u8]) {
        *self.0 = self.0.bytes(&[kind]).bytes(bytes);
    }

    /// Adds the length, so that two texts in a row have another hash than two other texts with the
    /// same bytes.
    fn feed_long(&mut self, kind: u8, bytes: &[u8]) {
        self.feed(kind, &(bytes.len() as u64).to_le_bytes());
        *self.0 = self.0.bytes(bytes);
    }
}

/// The elements of a compound value. The hash also covers its end.
struct Elements<'a> {
    hash: &'a mut Fnv,
}

/// The entries of a map. Their order doesn't count, as a loaded hash map has another order.
struct Entries<'a> {
    hash: &'a mut Fnv,
    entry: Fnv,
    sum: u64,
    count: u64,
}

macro_rules! numbers {
    ($($method:ident($number:ty) $kind:literal)*) => {$(
        fn $method(mut self, number: $number) -> Result<(), Failed> {
            self.feed($kind, &number.to_le_bytes());
            Ok(())
        }
    )*};
}

impl<'a> ser::Serializer for Hashing<'a> {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Elements<'a>;
    type SerializeTuple = Elements<'a>;
    type SerializeTupleStruct = Elements<'a>;
    type SerializeTupleVariant = Elements<'a>;
    type SerializeMap = Entries<'a>;
    type SerializeStruct = Elements<'a>;
    type SerializeStructVariant = Elements<'a>;

    numbers! {
        serialize_i8(i8) b'a' serialize_i16(i16) b'b' serialize_i32(i32) b'c'
        serialize_i64(i64) b'd' serialize_i128(i128) b'e'
        serialize_u8(u8) b'f' serialize_u16(u16) b'g' serialize_u32(u32) b'h'
        serialize_u64(u64) b'i' serialize_u128(u128) b'j'
        serialize_f32(f32) b'k' serialize_f64(f64) b'l'
    }

    fn serialize_bool(mut self, value: bool) -> Result<(), Failed> {
        self.feed(b'm', &[u8::from(value)]);
        Ok(())
    }

    fn serialize_char(mut self, value: char) -> Result<(), Failed> {
        self.feed(b'n', &u32::from(value).to_le_bytes());
        Ok(())
    }

    fn serialize_str(mut self, value: &str) -> Result<(), Failed> {
        self.feed_long(b'o', value.as_bytes());
        Ok(())
    }

    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Failed> {
        self.feed_long(b'p', value);
        Ok(())
    }

    fn serialize_none(mut self) -> Result<(), Failed> {
        self.feed(b'q', &[]);
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), Failed> {
        self.feed(b'r', &[]);
        value.serialize(self)
    }

    fn serialize_unit(mut self) -> Result<(), Failed> {
        self.feed(b's', &[]);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Failed> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Failed> {
        self.feed_long(b't', variant.as_bytes());
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.feed_long(b'u', variant.as_bytes());
        value.serialize(self)
    }

    fn serialize_seq(mut self, _: Option<usize>) -> Result<Elements<'a>, Failed> {
        self.feed(b'v', &[]);
        Ok(Elements { hash: self.0 })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'a>, Failed> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, Failed> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, Failed> {
        self.feed_long(b'w', variant.as_bytes());
        self.serialize_seq(Some(length))
    }

    fn serialize_map(mut self, _: Option<usize>) -> Result<Entries<'a>, Failed> {
        self.feed(b'x', &[]);
        Ok(Entries { hash: self.0, entry: Fnv::START, sum: 0, count: 0 })
    }

    fn serialize_struct(self, _: &'static str, length: usize) -> Result<Elements<'a>, Failed> {
        self.serialize_seq(Some(length))
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        length: usize,
    ) -> Result<Elements<'a>, Failed> {
        self.serialize_tuple_variant(name, index, variant, length)
    }
}

impl Elements<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(Hashing(self.hash))
    }

    fn finish(self) -> Result<(), Failed> {
        Hashing(self.hash).feed(b'.', &[]);
        Ok(())
    }
}

macro_rules! elements {
    ($($kind:ident $method:ident)*) => {$(
        impl ser::$kind for Elements<'_> {
            type Ok = ();
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
                self.element(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.finish()
            }
        }
    )*};
}

elements! {
    SerializeSeq serialize_element
    SerializeTuple serialize_element
    SerializeTupleStruct serialize_field
    SerializeTupleVariant serialize_field
}

macro_rules! fields {
    ($($kind:ident)*) => {$(
        impl ser::$kind for Elements<'_> {
            type Ok = ();
            type Error = Failed;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                name: &'static str,
                value: &T,
            ) -> Result<(), Failed> {
                Hashing(self.hash).feed_long(b'y', name.as_bytes());
                self.element(value)
            }

            fn end(self) -> Result<(), Failed> {
                self.finish()
            }
        }
    )*};
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Entries<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.entry = Fnv::START;
        key.serialize(Hashing(&mut self.entry))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        value.serialize(Hashing(&mut self.entry))?;
        self.sum = self.sum.wrapping_add(self.entry.0);
        self.count += 1;
        Ok(())
    }

    fn end(self) -> Result<(), Failed> {
        let mut hashing = Hashing(self.hash);
        hashing.feed(b'z', &self.sum.to_le_bytes());
        hashing.feed(b'.', &self.count.to_le_bytes());
        Ok(())
    }
}
