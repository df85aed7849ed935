//! The cost of an item of a recursion, by depth. The recursion walks a tree that is a single
//! branch, from the bottom up.

use std::env;
use std::hint::black_box;
use std::thread;
use std::time::Instant;

use cogen::{BoxCoroutine, CoroutineExt, co};

use crate::contest::native;
use crate::measure;

const DEPTHS: [u32; 6] = [1, 10, 100, 1_000, 10_000, 100_000];
const ROUNDS: usize = 11;
/// The stack of the thread, for the contestants that recurse on it.
const STACK: usize = 1 << 30;

struct Contestant {
    name: &'static str,
    /// The greatest depth that can be measured in a reasonable time.
    deepest: u32,
    /// Walks branches of the given depth, one after another, until they have yielded the given
    /// number of items. Returns the sum.
    walk: fn(u32, u64) -> u64,
}

const CONTESTANTS: &[Contestant] = &[
    Contestant { name: "explicit stack, by hand", deepest: u32::MAX, walk: by_hand },
    Contestant { name: "cogen", deepest: u32::MAX, walk: ours },
    Contestant {
        name: "cogen, a balanced tree of so many",
        deepest: u32::MAX,
        walk: ours_balanced,
    },
    Contestant { name: "cogen, plain tower", deepest: 1_000, walk: tower },
    #[cfg(feature = "native")]
    Contestant { name: "native, nested", deepest: 1_000, walk: native::walk },
];

/// Prints the tables, as Markdown.
pub(crate) fn print() {
    let names: Vec<_> = CONTESTANTS.iter().map(|contestant| contestant.name).collect();
    for (what, measured) in [
        ("nanoseconds", nanoseconds as fn(&Contestant, u32) -> Option<f64>),
        ("instructions", instructions),
    ] {
        println!("#### recursion: a tree of a single branch, {what} an item\n");
        println!("| depth | {} |", names.join(" | "));
        println!("|--:|{}", "--:|".repeat(names.len()));
        for depth in DEPTHS {
            let row = CONTESTANTS.iter().map(|contestant| {
                let measured =
                    (depth <= contestant.deepest).then(|| measured(contestant, depth)).flatten();
                measured.map_or_else(|| "–".to_owned(), |measured| format!("{measured:.1}"))
            });
            println!("| {depth} | {} |", row.collect::<Vec<_>>().join(" | "));
        }
        println!();
    }
}

/// Walks the given number of items, for [`measure`] to count.
pub(crate) fn run(depth: &str, name: &str, items: &str) -> Option<u64> {
    let contestant = CONTESTANTS.iter().find(|known| known.name == name)?;
    Some(deep(contestant.walk, depth.parse().ok()?, items.parse().ok()?))
}

fn deep(walk: fn(u32, u64) -> u64, depth: u32, items: u64) -> u64 {
    let walk = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || walk(black_box(depth), black_box(items)));
    walk.expect("a thread can be started").join().expect("the walk ends")
}

fn nanoseconds(contestant: &Contestant, depth: u32) -> Option<f64> {
    let items = u64::from(depth).max(20_000);
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let walk = contestant.walk;
            let timed = move || {
                let start = Instant::now();
                black_box(walk(black_box(depth), black_box(items)));
                start.elapsed().as_nanos()
            };
            thread::Builder::new()
                .stack_size(STACK)
                .spawn(timed)
                .expect("a thread can be started")
                .join()
                .expect("the walk ends")
        })
        .collect();
    times.sort_unstable();
    Some(times[ROUNDS / 2] as f64 / items as f64)
}

fn instructions(contestant: &Contestant, depth: u32) -> Option<f64> {
    let few = u64::from(depth).max(2_000);
    let count = |items: u64| {
        measure::collected(
            &env::current_exe()?,
            &["recursion", &depth.to_string(), contestant.name, &items.to_string()],
        )
    };
    Some((count(3 * few).ok()? - count(few).ok()?) as f64 / (2 * few) as f64)
}

/// Adds up the items of walks. `begin` creates each walk.
fn total<I: Iterator<Item = u64>>(items: u64, begin: impl Fn() -> I) -> u64 {
    let mut total = 0_u64;
    let mut left = items;
    while left > 0 {
        for item in begin() {
            total = total.wrapping_add(item);
            left -= 1;
            if left == 0 {
                break;
            }
        }
    }
    total
}

fn by_hand(depth: u32, items: u64) -> u64 {
    struct Walk {
        branch: Vec<u32>,
    }

    impl Iterator for Walk {
        type Item = u64;

        fn next(&mut self) -> Option<u64> {
            self.branch.pop().map(u64::from)
        }
    }

    total(items, || {
        let mut branch = Vec::new();
        let mut node = black_box(depth);
        while node > 0 {
            branch.push(node);
            node -= 1;
        }
        Walk { branch }
    })
}

#[cogen::coroutine]
fn branch(depth: u32) -> BoxCoroutine<'static, (), u64> {
    if depth > 1 {
        yield_from!(branch(depth - 1));
    }
    yield_!(u64::from(depth));
}

fn ours(depth: u32, items: u64) -> u64 {
    total(items, || branch(depth).iterate())
}

#[cogen::coroutine]
fn balanced(first: u32, last: u32) -> BoxCoroutine<'static, (), u64> {
    let middle = first + (last - first) / 2;
    if first < middle {
        yield_from!(balanced(first, middle - 1));
    }
    yield_!(u64::from(middle));
    if middle < last {
        yield_from!(balanced(middle + 1, last));
    }
}

fn ours_balanced(depth: u32, items: u64) -> u64 {
    total(items, || balanced(1, depth).iterate())
}

/// Boxed by hand, so that every item passes through every level.
fn storey(depth: u32) -> BoxCoroutine<'static, (), u64> {
    Box::pin(co! {
        if depth > 1 {
            yield_from!(storey(depth - 1));
        }
        yield!(u64::from(depth));
    })
}

fn tower(depth: u32, items: u64) -> u64 {
    total(items, || storey(depth).iterate())
}

native! {
    mod native {
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::Pin;

        fn branch(depth: u32) -> Pin<Box<dyn Coroutine<Yield = u64, Return = ()>>> {
            Box::pin(
                #[coroutine]
                static move || {
                    if depth > 1 {
                        let mut inner = branch(depth - 1);
                        while let CoroutineState::Yielded(item) = inner.as_mut().resume(()) {
                            yield item;
                        }
                    }
                    yield u64::from(depth);
                },
            )
        }

        pub(super) fn walk(depth: u32, items: u64) -> u64 {
            super::total(items, || {
                let mut branch = branch(depth);
                std::iter::from_fn(move || match branch.as_mut().resume(()) {
                    CoroutineState::Yielded(item) => Some(item),
                    CoroutineState::Complete(()) => None,
                })
            })
        }
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_contestants_compute_the_same() {
        for depth in [1, 7, 100] {
            for items in [1, 100, 701] {
                let expected =
                    deep(CONTESTANTS[0].walk, depth, items / u64::from(depth) * u64::from(depth));
                for contestant in CONTESTANTS {
                    let sum =
                        deep(contestant.walk, depth, items / u64::from(depth) * u64::from(depth));
                    assert_eq!(sum, expected, "{}, depth {depth}, {items} items", contestant.name);
                }
            }
        }
    }
}
