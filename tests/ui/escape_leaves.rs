// A coroutine that is delegated to belongs to the one that delegates, until that gives it back.
use cogen::{BoxCoroutine, CoroutineExt};

#[cogen::coroutine]
fn child() -> BoxCoroutine<'static> {
    yield_!();
}

#[cogen::coroutine]
fn uses_it_meanwhile<'a>(inner: &'a mut BoxCoroutine<'static>) -> BoxCoroutine<'a> {
    yield_from!(inner);
}

fn while_it_is_lent() {
    let mut inner = child();
    let mut outer = uses_it_meanwhile(&mut inner);
    outer.start();
    drop(inner);
    outer.start();
}

#[cogen::coroutine]
fn after_it_was_given_away(inner: BoxCoroutine<'static>) -> BoxCoroutine<'static> {
    yield_from!(inner);
    yield_from!(inner);
}

#[cogen::coroutine]
fn polled_elsewhere(inner: BoxCoroutine<'static>) -> BoxCoroutine<'static> {
    let mut inner = std::mem::ManuallyDrop::new(inner);
    let _ = __slot.delegation().0.poll(&mut *inner, __slot);
}

#[cogen::coroutine]
fn of_a_local<'a>() -> BoxCoroutine<'a> {
    let text = String::new();
    let own = &text;
    yield_from!(borrows(own));
    drop(text);
    println!("{own}");
}

#[cogen::coroutine]
fn borrows(text: &str) -> BoxCoroutine<'_> {
    yield_!();
    drop(text);
}

fn outlives_what_it_delegates_to() {
    let mut outer = {
        let text = String::new();
        let mut outer = borrows(&text);
        outer.start();
        outer
    };
    outer.start();
}

fn by_hand(
    mut inner: BoxCoroutine<'static>,
    channel: cogen::__private::Channel<'_, (), ()>,
) {
    let _ = inner.as_mut().__delegate(channel);
}

fn main() {}
