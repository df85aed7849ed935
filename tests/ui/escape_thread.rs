// What a body keeps over a yield, or delegates to, goes where the coroutine goes.
use std::cell::Cell;
use std::rc::Rc;
use std::sync::{Mutex, MutexGuard};

use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine, Shared};

fn send<T: Send>(_: T) {}

#[cogen::coroutine]
fn local() -> BoxCoroutine<'static> {
    yield_!();
}

#[cogen::coroutine]
fn delegates_to_a_local_one() -> SendBoxCoroutine<'static> {
    yield_from!(local());
}

#[cogen::coroutine]
fn delegates_to_a_lent_one<'a>(inner: &'a mut BoxCoroutine<'static>) -> SendBoxCoroutine<'a> {
    yield_from!(inner);
}

#[cogen::coroutine]
fn delegates_to_a_shared_one(inner: Shared<'static>) -> SendBoxCoroutine<'static> {
    yield_from!(inner);
}

#[cogen::coroutine]
fn keeps_a_guard(mutex: &Mutex<u8>) -> impl Coroutine<(), Yield = u8> {
    let guard: MutexGuard<'_, u8> = mutex.lock().unwrap();
    yield_!(*guard);
}

#[cogen::coroutine]
fn keeps_a_temporary() -> impl AsyncCoroutine<(), Yield = u8> {
    Rc::new(Cell::new(1)).set(yield_from!(std::future::ready(1)));
}

#[cogen::coroutine]
fn borrows_a_cell(cell: &Cell<u8>) -> impl Coroutine<u8, Yield = u8> {
    cell.set(yield_!(1));
}

fn main() {
    send(keeps_a_guard(&Mutex::new(1)));
    send(keeps_a_temporary());
    send(borrows_a_cell(&Cell::new(1)));
    let cell = Cell::new(1);
    let mut borrows = Box::pin(borrows_a_cell(&cell));
    borrows.start();
    std::thread::scope(|scope| {
        scope.spawn(move || borrows.send(1));
    });
}
