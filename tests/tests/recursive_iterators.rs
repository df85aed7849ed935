//! Functions that return `impl Iterator` and call themselves.

use std::cell::Cell;
use std::num::ParseIntError;

struct Tree {
    left: Option<Box<Tree>>,
    value: u32,
    right: Option<Box<Tree>>,
}

impl Tree {
    fn balanced(from: u32, to: u32) -> Option<Box<Self>> {
        let value = from.midpoint(to);
        (from < to).then(|| {
            Box::new(Self {
                left: Self::balanced(from, value),
                value,
                right: Self::balanced(value + 1, to),
            })
        })
    }

    #[cogen::coroutine]
    fn descending(tree: &Option<Box<Self>>) -> impl Iterator<Item = u32> + use<'_> {
        if let Some(tree) = tree {
            yield_from!(Self::descending(&tree.right));
            yield_!(tree.value);
            yield_from!(Self::descending(&tree.left));
        }
    }
}

#[cogen::coroutine]
fn walk(tree: &Tree) -> impl Iterator<Item = &u32> {
    if let Some(left) = &tree.left {
        yield_from!(walk(left));
    }
    yield_!(&tree.value);
    if let Some(right) = &tree.right {
        // Item by item, it is an ordinary iterator.
        for value in walk(right) {
            yield_!(value);
        }
    }
}

#[cogen::coroutine]
fn countdown<T: Copy + Into<u64> + Send + 'static>(
    from: T,
    depth: u64,
) -> impl Iterator<Item = u64> + Send {
    yield_!(from.into() + depth);
    if depth > 0 {
        yield_from!(countdown::<T>(from, depth - 1));
    }
}

#[cogen::coroutine]
fn numbers(text: &str) -> impl Iterator<Item = Result<u8, ParseIntError>> {
    match text.split_once(' ') {
        Some((first, rest)) => {
            yield_!(Ok(first.parse()?));
            yield_from!(numbers(rest));
        }
        None => yield_!(Ok(text.parse()?)),
    }
}

#[test]
fn a_recursive_function_returns_an_iterator() {
    let tree = Tree::balanced(0, 100);
    assert!(walk(tree.as_ref().unwrap()).copied().eq(0..100));
    assert!(Tree::descending(&tree).eq((0..100).rev()));
    let count = std::thread::spawn(|| countdown(1_u8, 3).collect::<Vec<_>>()).join().unwrap();
    assert_eq!(count, [4, 3, 2, 1]);
    assert!(numbers("1 2 3").eq([Ok(1), Ok(2), Ok(3)]));
    assert_eq!(numbers("1 x 3").map(Result::ok).collect::<Vec<_>>(), [Some(1), None]);
}

// Neither an item nor the end recurses on the machine's stack.
#[test]
fn the_depth_is_no_matter() {
    let depth = if cfg!(miri) { 50 } else { 200_000 };
    let mut count = countdown(0_u8, depth);
    assert!(count.by_ref().take(depth as usize).eq((1..=depth).rev()));
    assert_eq!(count.next(), Some(0));
    assert_eq!(count.next(), None);
    let mut begun = countdown(0_u8, depth);
    assert_eq!(begun.nth(depth as usize / 2), Some(depth - depth / 2));
    drop(begun);
}

thread_local!(static ALIVE: Cell<usize> = const { Cell::new(0) });

struct Counted;

impl Counted {
    fn new() -> Self {
        ALIVE.set(ALIVE.get() + 1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.set(ALIVE.get() - 1);
    }
}

#[cogen::coroutine]
fn begun_before(depth: u32) -> impl Iterator<Item = u32> {
    let _counted = Counted::new();
    if depth > 0 {
        let mut below = begun_before(depth - 1);
        let first = below.next();
        yield_!(first.map_or(0, |first| first + 100));
        yield_from!(below);
        let mut ended = begun_before(0);
        assert_eq!(ended.by_ref().count(), 1);
        yield_from!(ended);
        yield_from!([7].into_iter());
    }
    yield_!(depth);
}

// An iterator that has yielded items yields the remaining ones, and one that has ended yields
// nothing.
#[test]
fn what_has_begun_is_delegated_to() {
    assert!(begun_before(1).eq([100, 7, 1]));
    assert!(begun_before(2).eq([200, 7, 1, 7, 2]));
    let mut begun = begun_before(2);
    begun.next();
    begun.next();
    drop(begun);
    assert_eq!(ALIVE.get(), 0);
}

#[cogen::coroutine]
fn common<'a>(
    one: &'a [u32],
    other: &'a [u32],
    found: &'a mut Vec<u32>,
) -> impl Iterator<Item = &'a u32> {
    if let ([first, one @ ..], [second, other @ ..]) = (one, other) {
        if first == second {
            yield_!(first);
            found.push(*first);
        }
        yield_from!(common(one, other, found));
    }
}

#[test]
fn what_is_borrowed_has_one_lifetime() {
    let mut found = Vec::new();
    assert!(common(&[1, 2, 3], &[1, 4, 3], &mut found).eq(&[1, 3]));
    assert_eq!(found, [1, 3]);
}
