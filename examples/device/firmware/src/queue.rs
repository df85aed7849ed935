//! The queue between the interrupt and `main`.
//!
//! Both lock it with a critical section, in which no interrupt is handled. So the interrupt never
//! finds it locked.

use core::cell::RefCell;
use core::pin::Pin;

use cogen::{CoroutineExt, CoroutineState::Yielded};
use critical_section::Mutex;
use device::{Event, World};
use heapless::spsc::Queue;

static EVENTS: Mutex<RefCell<Queue<Event, 16>>> = Mutex::new(RefCell::new(Queue::new()));
static WORLD: Mutex<RefCell<Option<Pin<&'static mut World>>>> = Mutex::new(RefCell::new(None));

/// Sets the source from which the interrupt fills the queue.
pub fn fill_from(world: Pin<&'static mut World>) {
    critical_section::with(|cs| WORLD.replace(cs, Some(world)));
}

/// Fills the queue with all events until the next tick. The interrupt calls it.
///
/// If the queue is full, the world waits, so the output doesn't depend on timing.
pub fn fill() {
    critical_section::with(|cs| {
        let mut world = WORLD.borrow_ref_mut(cs);
        let mut events = EVENTS.borrow_ref_mut(cs);
        while let (Some(world), false) = (world.as_mut(), events.is_full()) {
            let Yielded(event) = world.send(());
            let _ = events.enqueue(event);
            if !matches!(event, Event::Byte(_)) {
                break;
            }
        }
    });
}

/// Takes the next event out of the queue.
pub fn next() -> Option<Event> {
    critical_section::with(|cs| EVENTS.borrow_ref_mut(cs).dequeue())
}
