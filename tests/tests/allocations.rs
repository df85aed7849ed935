//! The shapes without a box allocate nothing, and those with one allocate one.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, co};

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: everything is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How often `f` allocates on this thread.
fn allocations(f: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.get();
    f();
    ALLOCATIONS.get() - before
}

type Signal = Result<u64, u8>;

#[cogen::coroutine]
fn adder() -> impl Coroutine<Signal, Yield = u64, Return = u8> {
    let mut total = 0;
    loop {
        match yield_!(total) {
            Ok(number) => total += number,
            Err(0) => total = 0,
            Err(other) => return other,
        }
    }
}

#[cogen::coroutine]
fn delegates() -> impl Coroutine<Signal, Yield = u64, Return = u8> {
    let one = yield_from!(adder());
    one + yield_from!(adder())
}

#[cogen::coroutine]
fn range() -> impl Coroutine<(), Yield = u64> {
    yield_from!(0..3);
}

#[cogen::coroutine]
fn iterator() -> impl Iterator<Item = u64> {
    yield_from!(0..3);
}

#[cogen::coroutine]
fn boxed() -> BoxCoroutine<'static, (), u64> {
    yield_from!(0..3);
}

#[cogen::coroutine(priming)]
fn primed() -> impl Coroutine<(), Yield = u64> {
    yield_from!(0..3);
}

#[test]
fn the_whole_protocol_allocates_nothing() {
    let count = allocations(|| {
        let mut outer = pin!(delegates());
        assert_eq!(outer.start(), Yielded(0));
        assert_eq!(outer.send(Ok(2)), Yielded(2));
        assert_eq!(outer.try_send(Ok(3)).ok(), Some(Yielded(5)));
        assert_eq!(outer.throw(0), Yielded(0));
        assert_eq!(outer.throw(1), Yielded(0));
        assert_eq!(outer.try_throw(2).ok(), Some(Complete(3)));
        assert!(outer.try_send(Ok(1)).is_err());
        outer.close();
        let mut closed = pin!(delegates());
        closed.start();
        closed.close();
        assert_eq!(pin!(range()).iterate().sum::<u64>(), 3);
        assert_eq!(pin!(range()).primed().iterate().sum::<u64>(), 3);
        let mut block = pin!(co! {
            let sent: u64 = yield!(1u64);
            yield_from!(co! { yield!(sent) })
        });
        block.start();
        assert_eq!(block.send(5), Yielded(5));
        block.close();
    });
    assert_eq!(count, 0);
}

#[test]
fn the_shapes_with_a_box_allocate_one() {
    assert_eq!(allocations(|| drop(iterator())), 0, "before the first `next`");
    assert_eq!(allocations(|| assert_eq!(iterator().sum::<u64>(), 3)), 1);
    assert_eq!(allocations(|| assert_eq!(boxed().iterate().sum::<u64>(), 3)), 1);
    assert_eq!(allocations(|| assert_eq!(primed().iterate().sum::<u64>(), 3)), 1);
}
