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

/// When a timer is due. Earlier ones are greater, as the heap gives out its greatest.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Node(Reverse<(Instant, u64, usize)>);

impl Node {
    fn is_of(&self, key: TimerKey) -> bool {
        let Self(Reverse((_, number, entry))) = *self;
        (number, entry) == (key.number, key.entry)
    }
}

pub(super) struct Timers {
    heap: BinaryHeap<Node>,
    /// Those that are new since the heap was last looked at. Most timeouts are cancelled before they get into it.
    fresh: Vec<Node>,
    entries: Slab<Entry>,
    /// How many timers there have been.
    count: u64,
    /// How many nodes belong to no timer any more, at most.
    leftovers: usize,
}

impl Timers {
    pub(super) fn new() -> Self {
        Self { heap: BinaryHeap::new(), fresh: Vec::new(), entries: Slab::new(), count: 0, leftovers: 0 }
    }

    /// Sets a timer; one without a deadline never fires.
    pub(super) fn insert(&mut self, deadline: Option<Instant>, action: Action) -> TimerKey {
        let number = self.count;
        self.count += 1;
        let entry = self.entries.insert(Entry { number, action });
        if let Some(deadline) = deadline {
            self.fresh.push(Node(Reverse((deadline, number, entry))));
        }
        TimerKey { entry, number }
    }

    /// What the timer is to do, if it still waits for its deadline.
    pub(super) fn action(&mut self, key: TimerKey) -> Option<&mut Action> {
        self.entries.get_mut(key.entry).filter(|found| found.number == key.number).map(|found| &mut found.action)
    }

    /// Takes the timer away. What it was to do is for the caller to drop: it may come back here.
    pub(super) fn cancel(&mut self, key: TimerKey) -> Option<Action> {
        self.action(key)?;
        let action = self.entries.remove(key.entry).action;
        if self.fresh.last().is_some_and(|node| node.is_of(key)) {
            self.fresh.pop();
            return Some(action);
        }
        self.leftovers += 1;
        if self.leftovers > FEW && self.leftovers > (self.heap.len() + self.fresh.len()) / 2 {
            self.settle();
            self.heap.retain(|node| is_waiting(&self.entries, node));
            self.leftovers = 0;
        }
        Some(action)
    }

    /// Takes the new timers into the heap.
    fn settle(&mut self) {
        self.heap.extend(self.fresh.drain(..));
    }

    /// The next deadline that is waited for, on top of the heap.
    fn next_deadline(&mut self) -> Option<Instant> {
        self.settle();
        loop {
            let node = self.heap.peek()?;
            if is_waiting(&self.entries, node) {
                return Some(node.0.0.0);
            }
            self.heap.pop();
            self.leftovers = self.leftovers.saturating_sub(1);
        }
    }

    /// The next thing that is due at `now`.
    pub(super) fn pop_due(&mut self, now: Instant) -> Option<Action> {
        if self.next_deadline()? > now {
            return None;
        }
        let Node(Reverse((_, _, entry))) = self.heap.pop()?;
        Some(self.entries.remove(entry).action)
    }

    /// How long it is until the next deadline.
    pub(super) fn until_next(&mut self) -> Option<Duration> {
        self.next_deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Whether no deadline is waited for.
    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty() && self.fresh.is_empty()
    }

    /// Takes one timer away, whichever.
    pub(super) fn pop_any(&mut self) -> Option<Action> {
        self.heap.clear();
        self.fresh.clear();
        let entry = self.entries.iter().next()?.0;
        Some(self.entries.remove(entry).action)
    }
}

/// Whether the node's timer waits: not if it was cancelled.
fn is_waiting(entries: &Slab<Entry>, node: &Node) -> bool {
    let Node(Reverse((_, number, entry))) = *node;
    entries.get(entry).is_some_and(|found| found.number == number)
}
