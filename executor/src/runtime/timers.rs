//! The timers of a loop: a heap of deadlines, by time and then by order of creation.
//!
//! The action of a timer is in a table beside the heap, so that cancelling drops it immediately.
//! The node of a cancelled timer stays in the heap until it comes to the top, or until most nodes
//! are leftovers and the heap is swept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;
use std::time::{Duration, Instant};

use slab::Slab;

use crate::runtime::callback::Callback;

/// Fewer leftovers than this are not worth a sweep.
const FEW: usize = 64;

/// The action at the deadline.
pub(crate) enum Action {
    Wake(Waker),
    Call(Rc<Callback>),
}

/// The deadline of a timer.
#[derive(Clone, Copy)]
pub(crate) enum Deadline {
    At(Instant),
    /// This long after the loop next checks its timers. So the clock is read once for many timers,
    /// and not at all for most of the cancelled ones.
    After(Duration),
}

/// Identifies a timer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerKey {
    entry: usize,
    number: u64,
}

struct Entry {
    /// Distinguishes this timer from earlier ones with the same entry.
    number: u64,
    action: Action,
}

/// The deadline of a timer in the heap. Earlier deadlines compare greater, as the heap returns its
/// greatest node first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Node(Reverse<(Instant, u64, usize)>);

impl Node {
    fn key(&self) -> TimerKey {
        let Self(Reverse((_, number, entry))) = *self;
        TimerKey { entry, number }
    }
}

pub(crate) struct Timers {
    heap: BinaryHeap<Node>,
    /// The timers that are not in the heap yet. Most timeouts are cancelled before they get there.
    fresh: Vec<(Deadline, TimerKey)>,
    entries: Slab<Entry>,
    /// The number of timers so far.
    count: u64,
    /// An upper bound of the nodes whose timer was cancelled.
    leftovers: usize,
}

impl Timers {
    pub(crate) fn new() -> Self {
        Self {
            heap: BinaryHeap::new(),
            fresh: Vec::new(),
            entries: Slab::new(),
            count: 0,
            leftovers: 0,
        }
    }

    /// Sets a timer. A deadline that is too far off for an [`Instant`] never comes.
    pub(crate) fn insert(&mut self, deadline: Deadline, action: Action) -> TimerKey {
        let number = self.count;
        self.count += 1;
        let key = TimerKey { entry: self.entries.insert(Entry { number, action }), number };
        self.fresh.push((deadline, key));
        key
    }

    /// Returns the action of a timer that has not fired and was not cancelled.
    pub(crate) fn action(&mut self, key: TimerKey) -> Option<&mut Action> {
        self.entries
            .get_mut(key.entry)
            .filter(|found| found.number == key.number)
            .map(|found| &mut found.action)
    }

    /// Removes a timer, and returns its action. The caller drops the action, as its destructor may
    /// access the timers.
    pub(crate) fn cancel(&mut self, key: TimerKey) -> Option<Action> {
        self.action(key)?;
        let action = self.entries.remove(key.entry).action;
        if self.fresh.last().is_some_and(|(_, last)| *last == key) {
            self.fresh.pop();
            return Some(action);
        }
        self.leftovers += 1;
        if self.leftovers > FEW && self.leftovers > (self.heap.len() + self.fresh.len()) / 2 {
            self.fresh.retain(|(_, key)| is_waiting(&self.entries, *key));
            self.heap.retain(|node| is_waiting(&self.entries, node.key()));
            self.leftovers = 0;
        }
        Some(action)
    }

    /// Moves the new timers into the heap, and returns the current instant.
    pub(crate) fn settle(&mut self) -> Instant {
        let now = Instant::now();
        let settled = self.fresh.drain(..).filter_map(|(deadline, TimerKey { entry, number })| {
            let deadline = match deadline {
                Deadline::At(instant) => instant,
                Deadline::After(duration) => now.checked_add(duration)?,
            };
            Some(Node(Reverse((deadline, number, entry))))
        });
        self.heap.extend(settled);
        now
    }

    /// Returns the next deadline, after removing cancelled timers from the top of the heap.
    fn next_deadline(&mut self) -> Option<Instant> {
        loop {
            let node = self.heap.peek()?;
            if is_waiting(&self.entries, node.key()) {
                return Some(node.0.0.0);
            }
            self.heap.pop();
            self.leftovers = self.leftovers.saturating_sub(1);
        }
    }

    /// Returns the action of the next timer that is due at `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Action> {
        if self.next_deadline()? > now {
            return None;
        }
        let Node(Reverse((_, _, entry))) = self.heap.pop()?;
        Some(self.entries.remove(entry).action)
    }

    /// Returns the time until the next deadline, if there is one.
    pub(crate) fn until_next(&mut self) -> Option<Duration> {
        if self.is_empty() {
            return None;
        }
        let now = self.settle();
        self.next_deadline().map(|deadline| deadline.saturating_duration_since(now))
    }

    /// Returns whether there are no timers, not even cancelled ones.
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.is_empty() && self.fresh.is_empty()
    }

    /// Removes all timers, and returns their actions.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = Action> + use<> {
        self.heap.clear();
        self.fresh.clear();
        self.leftovers = 0;
        std::mem::take(&mut self.entries).into_iter().map(|(_, entry)| entry.action)
    }
}

/// Returns whether the timer has not fired and was not cancelled.
fn is_waiting(entries: &Slab<Entry>, key: TimerKey) -> bool {
    entries.get(key.entry).is_some_and(|found| found.number == key.number)
}
