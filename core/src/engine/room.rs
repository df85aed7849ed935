//! The room of a storage, and the check that a body fits into it.

use core::fmt;
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::str;

/// The bytes for the body of a named struct.
///
/// If `EXACT` is true, `SIZE` and `ALIGNMENT` are those of the body. Otherwise they are the
/// greatest that the body may have.
#[repr(C)]
pub struct Room<const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize>
where
    Alignment<ALIGNMENT>: Aligned,
{
    alignment: [<Alignment<ALIGNMENT> as Aligned>::Unit; 0],
    bytes: [MaybeUninit<u8>; SIZE],
}

impl<const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize> fmt::Debug
    for Room<EXACT, SIZE, ALIGNMENT>
where
    Alignment<ALIGNMENT>: Aligned,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Room")
    }
}

/// Selects the alignment of a [`Room`].
#[derive(Debug)]
pub struct Alignment<const ALIGNMENT: usize>;

/// An alignment that a room can have.
#[diagnostic::on_unimplemented(
    message = "there is no such alignment: write a power of two up to 65536",
    label = "no such alignment"
)]
pub trait Aligned {
    /// A type of this alignment.
    type Unit;
}

macro_rules! impl_aligned {
    ($($alignment:literal)*) => {$(
        const _: () = {
            #[derive(Debug)]
            #[repr(align($alignment))]
            pub struct Unit;

            impl Aligned for Alignment<$alignment> {
                type Unit = Unit;
            }
        };
    )*};
}

impl_aligned!(1 2 4 8 16 32 64 128 256 512 1024 2048 4096 8192 16384 32768 65536);

/// The alignment of a storage with a capacity, unless the user states another one. No number type
/// of the language has a greater alignment.
pub const ALIGNMENT: usize = align_of::<u128>();

/// Proof that a `Body` fits into a `Room`. Only [`check`](Self::check) creates one.
#[derive(Debug)]
pub struct Fits<Body, Room>(PhantomData<fn() -> (Body, Room)>);

impl<Body, const EXACT: bool, const SIZE: usize, const ALIGNMENT: usize>
    Fits<Body, Room<EXACT, SIZE, ALIGNMENT>>
where
    Alignment<ALIGNMENT>: Aligned,
{
    /// Checks that the body fits. In a constant, the panic is a compiler error with the same
    /// message.
    ///
    /// # Panics
    ///
    /// If the body doesn't fit.
    #[track_caller]
    pub const fn check() -> Self {
        let (size, alignment) = (size_of::<Body>(), align_of::<Body>());
        if EXACT {
            assert!(size == SIZE && alignment == ALIGNMENT);
        } else if size > SIZE {
            let message = Message::new()
                .text("this coroutine takes ")
                .number(size)
                .text(" bytes here, and its struct has room for ")
                .number(SIZE)
                .text(": write `size = ")
                .number(size)
                .text("`, or more");
            panic!("{}", message.as_str());
        } else if alignment > ALIGNMENT {
            let message = Message::new()
                .text("this coroutine is aligned to ")
                .number(alignment)
                .text(" bytes here, and its struct to ")
                .number(ALIGNMENT)
                .text(": write `align = ")
                .number(alignment)
                .text("`");
            panic!("{}", message.as_str());
        }
        Self(PhantomData)
    }
}

/// A message that is formatted in a constant, where `format!` is not available.
struct Message {
    bytes: [u8; 200],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Self { bytes: [0; 200], length: 0 }
    }

    const fn push(mut self, byte: u8) -> Self {
        self.bytes[self.length] = byte;
        self.length += 1;
        self
    }

    const fn text(mut self, text: &str) -> Self {
        let mut at = 0;
        while at < text.len() {
            self = self.push(text.as_bytes()[at]);
            at += 1;
        }
        self
    }

    const fn number(mut self, number: usize) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        self.push(b'0' + (number % 10) as u8)
    }

    const fn as_str(&self) -> &str {
        match str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => unreachable!(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_its_numbers() {
        let message = Message::new().text("from ").number(0).text(" to ").number(4_294_967_295);
        assert_eq!(message.as_str(), "from 0 to 4294967295");
    }

    #[test]
    fn what_fits_is_let_pass() {
        const { Fits::<[u32; 3], Room<true, 12, 4>>::check() };
        const { Fits::<[u32; 3], Room<false, 12, 4>>::check() };
        const { Fits::<u8, Room<false, 200, ALIGNMENT>>::check() };
    }
}
