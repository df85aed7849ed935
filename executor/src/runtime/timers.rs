//! The timers of a loop: a heap of deadlines, by time and then by order of creation.
//!
//! What a timer does stands in a table beside the heap, so that a cancelled one lets go of it at
//! once. Its node stays in the heap until it comes to the top, or until most nodes are such
//! leftovers and the heap is swept.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;
use std::task::Waker;
use std::time::{Duration, Instant};

use slab::Slab;

use crate::runtime::callback::Callback;

/// Fewer leftovers than this are not worth a sweep.
const FEW: usize = 64;

/// What happens at the deadline.
pub(crate) enum Action {
    Wake(Waker),
    Call(Rc<Callback>),
}

/// When that is.
#[derive(Clone, Copy)]
pub(crate) enum Deadline {
    At(Instant),
    /// So long after the loop looks at its timers next: a clock is read for many at once, and not
    /// at all for most of those that are cancelled.
    After(Duration),
}

/// Which timer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimerKey {
    entry: usize,
    number: u64,
}

struct Entry {
    /// Tells this timer from earlier ones at the same place.
    number: u64,
    action: Action,
}

/// When a timer is due. Earlier ones are greater, as the heap gives out its greatest.
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
    /// Those that are new since the heap was last looked at. Most timeouts are cancelled before
    /// they get into it.
    fresh: Vec<(Deadline, TimerKey)>,
    entries: Slab<Entry>,
    /// How many timers there have been.
    count: u64,
    /// How many nodes belong to no timer any more, at most.
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

    /// Sets a timer; one that is too far off for the clock never fires.
    pub(crate) fn insert(&mut self, deadline: Deadline, action: Action) -> TimerKey {
        let number = self.count;
        self.count += 1;
        let key = TimerKey { entry: self.entries.insert(Entry { number, action }), number };
        self.fresh.push((deadline, key));
        key
    }

    /// What the timer is to do, if it still waits for its deadline.
    pub(crate) fn action(&mut self, key: TimerKey) -> Option<&mut Action> {
        self.entries
            .get_mut(key.entry)
            .filter(|found| found.number == key.number)
            .map(|found| &mut found.action)
    }

    /// Takes the timer away. What it was to do is for the caller to drop: it may come back here.
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

    /// Takes the new timers into the heap, and gives the instant that it is.
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

    /// The next deadline that is waited for, on top of the heap.
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

    /// The next thing that is due at `now`.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<Action> {
        if self.next_deadline()? > now {
            return None;
        }
        let Node(Reverse((_, _, entry))) = self.heap.pop()?;
        Some(self.entries.remove(entry).action)
    }

    /// How long it is until the next deadline, if there is any.
    pub(crate) fn until_next(&mut self) -> Option<Duration> {
        if self.is_empty() {
            return None;
        }
        let now = self.settle();
        self.next_deadline().map(|deadline| deadline.saturating_duration_since(now))
    }

    /// Whether no deadline is waited for.
    pub(crate) fn is_empty(&self) -> bool {
        self.heap.is_empty() && self.fresh.is_empty()
    }

    /// Takes every timer away.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = Action> + use<> {
        self.heap.clear();
        self.fresh.clear();
        self.leftovers = 0;
        std::mem::take(&mut self.entries).into_iter().map(|(_, entry)| entry.action)
    }
}

/// Whether the timer waits: not if it was cancelled.
fn is_waiting(entries: &Slab<Entry>, key: TimerKey) -> bool {
    entries.get(key.entry).is_some_and(|found| found.number == key.number)
}
