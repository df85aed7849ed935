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

/// Functions that return a `Box<dyn Iterator>`.
mod boxed {
    use std::cell::Cell;
    use std::num::ParseIntError;
    use std::rc::Rc;

    use cogen::{BoxCoroutine, CoroutineExt};

    use super::{ALIVE, Counted, Tree};

    type Items<'a> = Box<dyn Iterator<Item = u64> + 'a>;

    #[cogen::coroutine]
    fn free(depth: u64) -> Box<dyn Iterator<Item = u64>> {
        let _counted = Counted::new();
        yield_!(depth);
        if depth > 0 {
            yield_from!(free(depth - 1));
        }
    }

    #[cogen::coroutine]
    fn sendable(depth: u64) -> Box<dyn Iterator<Item = u64> + Send + Sync> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(sendable(depth - 1));
        }
    }

    #[cogen::coroutine(iterator)]
    fn by_option(depth: &u64) -> Items<'_> {
        yield_!(*depth);
        if let Some(less) = depth.checked_sub(1) {
            yield_from!(by_option(&less));
        }
    }

    #[cogen::coroutine]
    fn by_alias(depth: &u64) -> Items<'_> {
        yield_!(*depth);
        if let Some(less) = depth.checked_sub(1) {
            yield_from!(by_alias(&less));
        }
    }

    struct Sevens {
        rest: Option<Box<Sevens>>,
    }

    impl Sevens {
        #[cogen::coroutine]
        fn numbers(&self) -> Items<'_> {
            yield_!(7);
            if let Some(rest) = &self.rest {
                yield_from!(rest.numbers());
            }
        }
    }

    #[cogen::coroutine]
    fn even(depth: u64) -> Box<dyn Iterator<Item = u64>> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(odd(depth - 1));
        }
    }

    #[cogen::coroutine]
    fn odd(depth: u64) -> Box<dyn Iterator<Item = u64> + Send> {
        yield_!(depth);
        yield_from!(sendable(depth - 1));
    }

    #[cogen::coroutine]
    fn coroutine(depth: u64) -> BoxCoroutine<'static, (), u64> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(iterator(depth - 1));
        }
    }

    #[cogen::coroutine]
    fn iterator(depth: u64) -> Box<dyn Iterator<Item = u64>> {
        yield_!(depth);
        if depth > 0 {
            yield_from!(coroutine(depth - 1));
        }
    }

    /// The types of the operands are known only later.
    #[cogen::coroutine]
    fn depth_first(from: u64) -> Box<dyn Iterator<Item = u64>> {
        let mut waiting = Vec::new();
        let mut last = None;
        for number in 0..from {
            if let Some(items) = waiting.pop() {
                yield_from!(items);
            }
            if let Some(items) = last.take() {
                yield_from!(items);
            }
            waiting.push([number]);
            last = Some(free(number));
        }
    }

    trait Walk {
        fn walk(&self) -> Box<dyn Iterator<Item = u64> + '_>;

        #[cogen::coroutine]
        fn twice(&self) -> Box<dyn Iterator<Item = u64> + '_> {
            yield_from!(self.walk());
            yield_from!(self.walk());
        }
    }

    struct List {
        value: u64,
        rest: Option<Box<dyn Walk>>,
    }

    impl Walk for List {
        #[cogen::coroutine]
        fn walk(&self) -> Box<dyn Iterator<Item = u64> + '_> {
            yield_!(self.value);
            if let Some(rest) = &self.rest {
                yield_from!(rest.walk());
            }
        }
    }

    impl Drop for List {
        fn drop(&mut self) {
            if cfg!(miri) {
                return;
            }
            // Not recursive, so that only the iterators are tested.
            std::mem::forget(self.rest.take());
        }
    }

    impl Tree {
        #[cogen::coroutine]
        fn items(&self) -> Box<dyn Iterator<Item = &u32> + '_> {
            for tree in self.left.iter() {
                yield_from!(tree.items());
            }
            yield_!(&self.value);
            for tree in self.right.iter() {
                yield_from!(tree.items().inspect(|_| {}));
            }
        }
    }

    #[cogen::coroutine]
    fn numbers(text: &str) -> Box<dyn Iterator<Item = Result<u8, ParseIntError>> + '_> {
        match text.split_once(' ') {
            Some((first, rest)) => {
                yield_!(Ok(first.parse()?));
                yield_from!(numbers(rest));
            }
            None => yield_!(Ok(text.parse()?)),
        }
    }

    #[test]
    fn each_form_gives_its_items() {
        assert!(free(3).eq([3, 2, 1, 0]));
        assert!(sendable(3).eq([3, 2, 1, 0]));
        assert!(by_option(&3).eq([3, 2, 1, 0]));
        assert!(by_alias(&3).eq([3, 2, 1, 0]));
        assert!(even(4).eq([4, 3, 2, 1, 0]));
        assert!(Sevens { rest: Some(Box::new(Sevens { rest: None })) }.numbers().eq([7, 7]));
        assert!(coroutine(3).iterate().eq([3, 2, 1, 0]));
        assert!(iterator(3).eq([3, 2, 1, 0]));
        assert!(depth_first(3).eq([0, 0, 1, 1, 0]));
        let tree = Tree::balanced(0, 100).unwrap();
        assert!(tree.items().copied().eq(0..100));
        let list = List { value: 1, rest: Some(Box::new(List { value: 2, rest: None })) };
        assert!(list.twice().eq([1, 2, 1, 2]));
        assert!(numbers("1 2 3").eq([Ok(1), Ok(2), Ok(3)]));
        assert_eq!(numbers("1 x 3").map(Result::ok).collect::<Vec<_>>(), [Some(1), None]);
        std::thread::spawn(|| assert_eq!(sendable(3).count(), 4)).join().unwrap();
    }

    // Neither an item nor the end recurses on the machine's stack.
    #[test]
    fn the_depth_is_no_matter() {
        let depth = if cfg!(miri) { 50 } else { 200_000 };
        assert!(free(depth).eq((0..=depth).rev()));
        assert!(sendable(depth).eq((0..=depth).rev()));
        assert!(by_option(&depth).eq((0..=depth).rev()));
        assert!(by_alias(&depth).eq((0..=depth).rev()));
        assert!(even(depth).eq((0..=depth).rev()));
        assert!(iterator(depth).eq((0..=depth).rev()));
        assert!(coroutine(depth).iterate().eq((0..=depth).rev()));
        let mut list = List { value: 0, rest: None };
        for value in 1..=depth {
            list = List { value, rest: Some(Box::new(list)) };
        }
        assert!(list.walk().eq((0..=depth).rev()));
        let mut begun = free(depth);
        assert_eq!(begun.nth(depth as usize / 2), Some(depth - depth / 2));
        drop(begun);
        assert_eq!(ALIVE.get(), 0);
    }

    #[cogen::coroutine]
    fn concatenation<'a>(
        iterators: Vec<Box<dyn Iterator<Item = u64> + 'a>>,
    ) -> Box<dyn Iterator<Item = u64> + 'a> {
        for iterator in iterators {
            yield_from!(iterator);
        }
    }

    #[test]
    fn other_iterators_stay_as_they_are() {
        let (mut lent, mut ended, mut begun) = (free(2), free(0), free(3));
        ended.next();
        ended.next();
        begun.next();
        begun.next();
        let seen = Cell::new(0);
        let shared: Rc<dyn Iterator<Item = u64>> = Rc::from(free(0));
        let iterators: Vec<Items<'_>> = vec![
            Box::new(std::iter::empty()),
            Box::new([10, 11].into_iter()),
            Box::new(free(2).take(1)),
            Box::new(&mut lent),
            Box::new(free(1).inspect(|_| seen.set(seen.get() + 1))),
            Box::new(free(1).map(|item| item + 20)),
            Box::new(free(1)),
            ended,
            begun,
        ];
        let items = concatenation(iterators).collect::<Vec<_>>();
        assert_eq!(items, [10, 11, 2, 2, 1, 0, 1, 0, 21, 20, 1, 0, 1, 0]);
        assert_eq!((seen.get(), shared.size_hint()), (2, (0, None)));
    }

    /// Its `size_hint` runs another recursion.
    struct Nested(Box<Items<'static>>);

    impl Iterator for Nested {
        type Item = u64;

        fn next(&mut self) -> Option<u64> {
            self.0.next()
        }

        fn size_hint(&self) -> (usize, Option<usize>) {
            assert_eq!(free(2).count(), 3);
            self.0.size_hint()
        }
    }

    #[test]
    fn a_size_hint_may_run_a_recursion() {
        let nested = |depth| Box::new(Nested(Box::new(free(depth)))) as Items<'static>;
        assert!(concatenation(vec![nested(1), free(1), nested(0)]).eq([1, 0, 1, 0, 0]));
    }

    #[cogen::coroutine]
    fn panics_below(depth: u64) -> Box<dyn Iterator<Item = u64>> {
        let _counted = Counted::new();
        yield_!(depth);
        if depth == 0 {
            panic!("at the bottom");
        }
        yield_from!(panics_below(depth - 1));
    }

    #[test]
    fn a_panic_below_ends_the_iterator() {
        let mut items = panics_below(2);
        assert!(items.by_ref().take(3).eq([2, 1, 0]));
        let next = || items.next();
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(next)).is_err());
        assert_eq!((items.next(), items.size_hint()), (None, (0, Some(0))));
        assert_eq!(ALIVE.get(), 0);
    }

    #[test]
    #[should_panic(expected = "no hint")]
    fn a_panic_of_a_size_hint_is_not_caught() {
        struct NoHint(Box<u64>);

        impl Iterator for NoHint {
            type Item = u64;

            fn next(&mut self) -> Option<u64> {
                Some(*self.0)
            }

            fn size_hint(&self) -> (usize, Option<usize>) {
                panic!("no hint")
            }
        }

        concatenation(vec![Box::new(NoHint(Box::new(1)))]).next();
    }
}
