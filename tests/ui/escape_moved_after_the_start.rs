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

fn swapped() {
    let (mut one, mut other) = (pin!(plain()), pin!(plain()));
    one.start();
    std::mem::swap(&mut *one, &mut *other);
    std::mem::swap(&mut one.get_mut(), &mut other.get_mut());
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
    let _moved: Named = *Pin::into_inner(one);
}

fn pinned_by_hand() {
    let mut one = named();
    Pin::new(&mut one).start();
    let mut storage = &mut one.__cogen_storage;
    Pin::new(&mut *storage);
    storage.drop_body::<(), _>(|_: Named| {}, named);
}

fn updated(other: Named) -> Named {
    Named { ..other }
}

fn main() {}
