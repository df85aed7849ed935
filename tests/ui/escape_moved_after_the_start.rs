// What has started can't be moved out of its pin.
use std::pin::{Pin, pin};

use cogen::{Coroutine, CoroutineExt};

#[cogen::coroutine]
fn plain() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(struct = Named)]
fn named() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

// The cases call `Pin` through these functions: the compiler shows the source of std's functions on
// machines that have the component `rust-src`, and only there.
fn pin_by_hand<T: Unpin>(value: &mut T) -> Pin<&mut T> {
    Pin::new(value)
}

fn unpin<T: Unpin>(pinned: Pin<Box<T>>) -> Box<T> {
    Pin::into_inner(pinned)
}

fn get_mut<T: Unpin>(pinned: Pin<&mut T>) -> &mut T {
    pinned.get_mut()
}

// A method, since the errors of a function would lead through `PhantomData` in the storage, whose
// source is std's, too.
trait PinByHand {
    fn pin_by_hand(&mut self) -> Pin<&mut Self>;
}

impl<T: Unpin> PinByHand for T {
    fn pin_by_hand(&mut self) -> Pin<&mut T> {
        Pin::new(self)
    }
}

fn swapped() {
    let (mut one, mut other) = (pin!(plain()), pin!(plain()));
    one.start();
    std::mem::swap(&mut *one, &mut *other);
    std::mem::swap(get_mut(one), get_mut(other));
}

fn swapped_with_a_name() {
    let (mut one, mut other) = (Box::pin(named()), Box::pin(named()));
    one.start();
    std::mem::swap(&mut *one, &mut *other);
    std::mem::swap(&mut one.__cogen_storage, &mut other.__cogen_storage);
}

fn unpinned() {
    let mut one = Box::pin(named());
    one.start();
    let _moved: Named = *unpin(one);
}

fn pinned_by_hand() {
    let mut one = named();
    pin_by_hand(&mut one).start();
    let storage = &mut one.__cogen_storage;
    (*storage).pin_by_hand();
}

fn updated(other: Named) -> Named {
    Named { ..other }
}

fn main() {}
