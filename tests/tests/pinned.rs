//! Pinned arrays, slices and statics of coroutines.

use std::cell::RefCell;
use std::pin::{Pin, pin};

use cogen::{Coroutine, CoroutineExt, CoroutineState::*, PinSliceExt, Status, pin_static};

/// Borrows from its own frame across the yields, so that a move would be detected.
#[cogen::coroutine(struct = Letters)]
fn letters(text: [u8; 3]) -> impl Coroutine<(), Yield = u8, Return = usize> {
    let letters = &text;
    for letter in letters.iter() {
        yield_!(*letter);
    }
    letters.len()
}

fn status(letters: &Letters) -> Status {
    letters.status()
}

#[test]
fn the_elements_of_an_array_run_round_robin() {
    let mut both = pin!([letters(*b"abc"), letters(*b"xyz")]);
    let mut yielded = Vec::new();
    while both.iter().any(|letters| status(letters) != Status::Closed) {
        for mut letters in both.as_mut().iter_pin_mut() {
            if let Yielded(letter) = letters.send(()) {
                yielded.push(letter);
            }
        }
    }
    assert_eq!(yielded, b"axbycz");
}

#[test]
fn an_element_is_found_by_its_index() {
    let mut both = pin!([letters(*b"abc"), letters(*b"xyz")]);
    let mut second = both.as_mut().get_pin_mut(1).unwrap();
    assert_eq!(second.start(), Yielded(b'x'));
    assert_eq!(second.send(()), Yielded(b'y'));
    assert_eq!(both.as_mut().get_pin_mut(0).unwrap().start(), Yielded(b'a'));
    assert!(both.as_mut().get_pin_mut(2).is_none());
    assert_eq!(both.as_mut().get_pin_mut(1).unwrap().send(()), Yielded(b'z'));
    assert_eq!(both.as_mut().get_pin_mut(1).unwrap().send(()), Complete(3));
}

#[test]
fn a_slice_is_iterated_from_both_ends() {
    let mut all: Pin<Box<[Letters]>> =
        Box::into_pin([*b"abc", *b"lmn", *b"xyz"].map(letters).into());
    assert_eq!(all.as_mut().get_pin_mut(1).unwrap().start(), Yielded(b'l'));
    let mut elements = all.as_mut().iter_pin_mut();
    assert_eq!(elements.len(), 3);
    assert_eq!(format!("{elements:?}"), "IterPinMut { len: 3, .. }");
    let (mut last, mut first) = (elements.next_back().unwrap(), elements.next().unwrap());
    assert_eq!((first.start(), last.start()), (Yielded(b'a'), Yielded(b'x')));
    assert_eq!(elements.next().unwrap().send(()), Yielded(b'm'));
    assert!(elements.next().is_none() && elements.next_back().is_none());
}

#[test]
fn the_elements_are_dropped_where_they_are() {
    struct Log<'a>(&'a RefCell<Vec<u8>>, u8);

    impl Drop for Log<'_> {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }

    #[cogen::coroutine(struct = Holder<'a>)]
    fn holder<'a>(log: Log<'a>) -> impl Coroutine<()> {
        let log = &log;
        yield_!();
        log.0.borrow_mut().push(b'!');
    }

    let dropped = RefCell::new(Vec::new());
    {
        let mut holders = pin!([holder(Log(&dropped, 1)), holder(Log(&dropped, 2))]);
        for mut holder in holders.as_mut().iter_pin_mut() {
            holder.start();
        }
        holders.as_mut().set([holder(Log(&dropped, 3)), holder(Log(&dropped, 4))]);
        assert_eq!(*dropped.borrow(), [1, 2]);
        let mut last = holders.as_mut().get_pin_mut(1).unwrap();
        last.start();
        last.send(());
    }
    assert_eq!(*dropped.borrow(), [1, 2, b'!', 4, 3]);
}

#[test]
fn elements_may_be_of_no_size_and_none() {
    let mut empty = pin!([(); 0]);
    assert!(empty.as_mut().get_pin_mut(0).is_none());
    assert_eq!(empty.iter_pin_mut().count(), 0);
    assert_eq!(pin!([(); 4]).iter_pin_mut().count(), 4);
}

#[test]
fn a_static_holds_an_array() {
    let array = Box::leak(Box::new([letters(*b"abc"), letters(*b"xyz")]));
    let mut both = pin_static(array);
    for mut letters in both.as_mut().iter_pin_mut() {
        letters.start();
    }
    let second: Pin<&'static mut [Letters; 2]> = both;
    let mut second = second.get_pin_mut(1).unwrap();
    assert_eq!(second.send(()), Yielded(b'y'));
}
