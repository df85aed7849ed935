//! The timers of a loop: a heap of deadlines, by time and then by order of creation.
//!
//! What a timer does stands in a table beside the heap, so that a cancelled one lets go of it at once. Its node stays in the heap
//! until it comes to the top, or until most nodes are such leftovers and the heap is swept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;
use std::time::{Duration, Instant};

use slab::Slab;

use super::callback::Callback;

/// Fewer leftovers than this are not worth a sweep.
const FEW: usize = 64;

/// What happens at the deadline.
pub(super) enum Action {
    Wake(Waker),
    Call(Rc<dyn Callback>),
}

/// Which timer.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimerKey {
    entry: usize,
    number: u64,
}

struct Entry {
    /// Tells this timer from earlier ones at the same place.
    number: u64,
    action: Action,
}

/// Nanoseconds since the loop was made; the number; the place in the table.
type Node = Reverse<(u64, u64, usize)>;

pub(super) struct Timers {
    start: Instant,
    heap: BinaryHeap<Node>,
    entries: Slab<Entry>,
    /// How many timers there have been.
    count: u64,
    /// How many nodes in the heap belong to no timer any more.
    leftovers: usize,
}

impl Timers {
    pub(super) fn new() -> Self {
        Self { start: Instant::now(), heap: BinaryHeap::new(), entries: Slab::new(), count: 0, leftovers: 0 }
    }

    /// Sets a timer; one without a deadline never fires.
    pub(super) fn insert(&mut self, deadline: Option<Instant>, action: Action) -> TimerKey {
        let number = self.count;
        self.count += 1;
        let entry = self.entries.insert(Entry { number, action });
        let after = deadline.map(|deadline| deadline.saturating_duration_since(self.start).as_nanos());
        if let Some(Ok(nanoseconds)) = after.map(u64::try_from) {
            self.heap.push(Reverse((nanoseconds, number, entry)));
        }
        TimerKey { entry, number }
    }

    fn is(&self, entry: usize, number: u64) -> bool {
        self.entries.get(entry).is_some_and(|found| found.number == number)
    }

    /// Whether the timer waits for its deadline.
    pub(super) fn waits(&self, key: TimerKey) -> bool {
        self.is(key.entry, key.number)
    }

    /// What the timer is to do, if it still waits.
    pub(super) fn action(&mut self, key: TimerKey) -> Option<&mut Action> {
        self.entries.get_mut(key.entry).filter(|found| found.number == key.number).map(|found| &mut found.action)
    }

    /// Takes the timer away. What it was to do is for the caller to drop: it may come back here.
    pub(super) fn cancel(&mut self, key: TimerKey) -> Option<Action> {
        if !self.waits(key) {
            return None;
        }
        let action = self.entries.remove(key.entry).action;
        self.leftovers += 1;
        if self.leftovers > FEW && self.leftovers > self.heap.len() / 2 {
            let entries = &self.entries;
            self.heap.retain(|Reverse((_, number, entry))| entries.get(*entry).is_some_and(|found| found.number == *number));
            self.leftovers = 0;
        }
        Some(action)
    }

    /// The next thing that is due at `now`.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Action> {
        let now = now.saturating_duration_since(self.start).as_nanos();
        while let Some(&Reverse((deadline, number, entry))) = self.heap.peek() {
            if u128::from(deadline) > now && self.is(entry, number) {
                return None;
            }
            self.heap.pop();
            if self.is(entry, number) {
                return Some(self.entries.remove(entry).action);
            }
            self.leftovers = self.leftovers.saturating_sub(1);
        }
        None
    }

    /// How long it is until the next deadline.
    pub(super) fn until_next(&mut self) -> Option<Duration> {
        while let Some(&Reverse((deadline, number, entry))) = self.heap.peek() {
            if self.is(entry, number) {
                return Some(Duration::from_nanos(deadline).saturating_sub(self.start.elapsed()));
            }
            self.heap.pop();
            self.leftovers = self.leftovers.saturating_sub(1);
        }
        None
    }

    /// Whether no deadline is waited for.
    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    /// Takes one timer away, whichever.
    pub(super) fn pop_any(&mut self) -> Option<Action> {
        self.heap.clear();
        let entry = self.entries.iter().next()?.0;
        Some(self.entries.remove(entry).action)
    }
}
