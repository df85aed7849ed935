//! The option `size = N`: named structs of generic functions.

use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Display};
use std::pin::{Pin, pin};
use std::rc::Rc;

use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, CoroutineState::*, Status,
};
use futures::executor::block_on;
use futures::{Stream, StreamExt};

#[derive(Debug)]
struct Tree<T> {
    left: Option<Box<Self>>,
    value: T,
    right: Option<Box<Self>>,
}

impl<T: Ord> Tree<T> {
    fn of(values: impl IntoIterator<Item = T>) -> Self {
        let mut values = values.into_iter();
        let mut tree = Self::leaf(values.next().expect("there is a value"));
        values.for_each(|value| tree.insert(value));
        tree
    }

    fn insert(&mut self, value: T) {
        let side = if value < self.value { &mut self.left } else { &mut self.right };
        match side {
            Some(tree) => tree.insert(value),
            None => *side = Some(Box::new(Self::leaf(value))),
        }
    }
}

impl<T> Tree<T> {
    fn leaf(value: T) -> Self {
        Self { left: None, value, right: None }
    }
}

/// Yields the values in order.
#[cogen::coroutine(struct = Walk<'a, T>, size = 128)]
fn walk<'a, T: Ord>(tree: &'a Tree<T>) -> impl Iterator<Item = &'a T> {
    let mut above = Vec::new();
    let mut next = Some(tree);
    loop {
        while let Some(tree) = next {
            above.push(tree);
            next = tree.left.as_deref();
        }
        let Some(tree) = above.pop() else {
            return;
        };
        yield_!(&tree.value);
        next = tree.right.as_deref();
    }
}

#[test]
fn a_walk_through_trees_of_any_type() {
    assert!(walk(&Tree::of([2, 3, 1])).eq(&[1, 2, 3]));
    let words = Tree::of(["to", "be", "or", "not"].map(str::to_owned));
    let mut walk: Walk<'_, String> = walk(&words);
    assert_eq!(walk.next().map(String::as_str), Some("be"));
    let rest: Vec<_> = { walk }.collect();
    assert_eq!(rest, ["not", "or", "to"]);
}

/// The associated type of a trait.
struct Sorted<T>(Tree<T>);

impl<'a, T: Ord> IntoIterator for &'a Sorted<T> {
    type Item = &'a T;
    type IntoIter = Walk<'a, T>;

    fn into_iter(self) -> Walk<'a, T> {
        walk(&self.0)
    }
}

#[test]
fn an_associated_type() {
    let (sorted, mut all) = (Sorted(Tree::of([3, 1, 2])), Vec::new());
    for number in &sorted {
        all.push(number);
    }
    assert_eq!(all, [&1, &2, &3]);
}

#[cogen::coroutine]
impl<'t, T: Copy + 't, const N: usize> Grid<'t, T, N>
where
    [T; N]: Default,
{
    const WIDTH: usize = N;

    #[cogen::coroutine(struct = Cells<'a, 't, N, T, U, PLUS>, size = 256, align = 8)]
    fn cells<'a, U, const PLUS: bool>(
        &'a self,
        (first, last): (&'a Cell<usize>, U),
        _columns: [T; N],
    ) -> impl Coroutine<usize, Yield = (&'t T, usize), Return = U>
    where
        U: From<T> + Display,
    {
        let mut at = 0;
        while at < self.0.len() {
            let step = yield_!((&self.0[at], if PLUS { N } else { Self::WIDTH - N }));
            at += step;
            first.set(at);
        }
        last
    }

    #[cogen::coroutine(struct = Defaults<'t, T, N>, size = 2 * SIXTEEN)]
    fn defaults() -> impl Coroutine<(), Yield = [T; N]> {
        yield_!(Default::default());
    }
}

const SIXTEEN: usize = 16;

struct Grid<'t, T, const N: usize>(&'t [T]);

#[test]
fn methods_of_generic_types() {
    let (at, grid) = (Cell::new(0), Grid::<u8, 3>(&[10, 20, 30, 40]));
    {
        let mut cells: Pin<&mut Cells<'_, '_, 3, u8, u32, true>> =
            pin!(grid.cells((&at, 7), [0; 3]));
        assert_eq!(cells.start(), Yielded((&10, 3)));
        assert_eq!(cells.send(2), Yielded((&30, 3)));
        assert_eq!(cells.send(2), Complete(7));
    }
    assert_eq!(at.get(), 4);
    let mut cells = pin!(grid.cells::<u64, false>((&at, 8), [0; 3]));
    assert_eq!(cells.start(), Yielded((&10, 0)));
    assert_eq!(Box::pin(Grid::<u16, 2>::defaults()).start(), Yielded([0, 0]));
    assert_eq!(align_of::<Cells<'_, '_, 3, u8, u32, true>>(), 8);
    assert_eq!(size_of::<Cells<'_, '_, 3, u8, u32, true>>(), 256);
}

/// Bounds that the types of arguments imply, or with `?Sized` and `for`.
#[cogen::coroutine(struct = Applied<'a, F, T, B>, size = 64)]
fn applied<'a, F, T: 'static + Debug, B: ?Sized>(
    items: std::slice::Iter<'a, T>,
    function: F,
    borrowed: &'a B,
) -> impl Coroutine<(), Yield = usize>
where
    F: for<'b> Fn(&'b T, &B) -> usize,
{
    for item in items {
        yield_!(function(item, borrowed));
    }
}

#[test]
fn closures_and_bounds_that_follow() {
    let plus = String::from("abc");
    let lengths = applied(["a", "bc"].iter(), |item, more: &str| item.len() + more.len(), &*plus);
    assert!(Box::pin(lengths).iterate().eq([4, 5]));
}

/// Room for a number of bytes that is a parameter.
#[cogen::coroutine(struct = Filled<SIZE, T>, size = SIZE, align = 4)]
fn filled<T: Copy, const SIZE: usize>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
    yield_!(item);
}

#[test]
fn several_sizes() {
    fn filled_by<T: Copy + PartialEq + Debug, const SIZE: usize>(item: T) {
        let mut filled: Pin<&mut Filled<SIZE, T>> = pin!(filled::<T, SIZE>(item));
        assert_eq!(filled.start(), Yielded(item));
        assert_eq!(filled.send(()), Yielded(item));
        assert_eq!(filled.send(()), Complete(()));
    }

    filled_by::<u8, 4>(7);
    filled_by::<[u8; 30], 32>([7; 30]);
    filled_by::<[u32; 100], 1000>([7; 100]);
    filled_by::<(), 2>(());
    assert_eq!((size_of::<Filled<5, u8>>(), align_of::<Filled<5, u8>>()), (8, 4));
}

#[repr(align(64))]
#[derive(Clone, Copy, PartialEq, Debug)]
struct Wide(u8);

#[cogen::coroutine(struct = Aligned<T>, size = 256, align = 64)]
fn aligned<T: Copy>(item: T) -> impl Coroutine<(), Yield = *const T> {
    yield_!(&raw const item);
    yield_!(&raw const item);
}

#[test]
fn an_alignment_that_is_asked_for() {
    assert_eq!(align_of::<Aligned<u8>>(), 64);
    let mut aligned = Box::pin(aligned(Wide(7)));
    let Yielded(first) = aligned.start() else { unreachable!() };
    assert!(first.cast::<Wide>().is_aligned());
    assert_eq!(aligned.send(()), Yielded(first));
}

/// A function that isn't generic can have a capacity, too.
#[cogen::coroutine(struct = Fixed, size = 40, align = 8)]
fn fixed(number: u64) -> impl Coroutine<(), Yield = u64> {
    yield_!(number);
}

#[test]
fn a_capacity_without_parameters() {
    assert_eq!(size_of::<Fixed>(), 40);
    assert_eq!(pin!(fixed(7)).start(), Yielded(7));
}

#[cogen::coroutine(priming, struct = Sum<T>, size = 64)]
fn sum<T: Default + Copy + std::ops::AddAssign>() -> impl Coroutine<T, Yield = T> {
    let mut sum = T::default();
    loop {
        sum += yield_!(sum);
    }
}

#[cogen::coroutine(struct = Delayed<I>, size = 128)]
fn delayed<I: IntoIterator>(items: I) -> impl Stream<Item = I::Item> {
    for item in items {
        std::future::ready(()).await;
        yield_!(item);
    }
}

#[cogen::coroutine(struct = Lengths<'a, W>, size = 128, send)]
fn lengths<'a, W: AsRef<str> + Send>(
    prefix: &'a str,
) -> impl AsyncCoroutine<W, Yield = usize, Return = &'a str> {
    let mut length = prefix.len();
    while length < 10 {
        let word = yield_!(length);
        length += std::future::ready(word.as_ref().len()).await;
    }
    prefix
}

#[cogen::coroutine(struct = Chained<T, A, B>, size = 128)]
fn chained<T, A: Iterator<Item = T>, B: Iterator<Item = T>>(
    first: A,
    second: B,
) -> impl Coroutine<(), Yield = T> {
    yield_from!(first);
    yield_from!(second);
}

#[test]
fn every_shape() {
    let mut sums: Sum<u64> = sum();
    assert_eq!(sums.send(1), Yielded(1));
    let mut moved = sums;
    assert_eq!(moved.send(2), Yielded(3));
    assert_eq!(sum::<f32>().send(1.5), Yielded(1.5));

    assert_eq!(block_on(delayed(0..3).collect::<Vec<_>>()), [0, 1, 2]);
    assert_eq!(block_on(delayed(["a"]).collect::<Vec<_>>()), ["a"]);
    assert_eq!(format!("{:?}", delayed(Some(1))), "Delayed { .. }");
    assert!(Box::pin(chained([1].into_iter(), 2..4)).iterate().eq([1, 2, 3]));

    let mut lengths: Pin<Box<Lengths<'_, String>>> = Box::pin(lengths("ab"));
    block_on(async {
        assert_eq!(lengths.start().await, Yielded(2));
        assert_eq!(lengths.send("cdef".to_owned()).await, Yielded(6));
        assert_eq!(lengths.send("ghij".to_owned()).await, Complete("ab"));
    });
    assert_eq!(format!("{lengths:?}"), "Lengths { status: Closed, .. }");
}

/// The body holds boxes of its own struct, so it is `Send` only if the struct is.
#[cogen::coroutine(struct = Below<'a, T>, size = 96, send, sync)]
fn below<'a, T: Sync>(tree: &'a Tree<T>) -> impl Coroutine<(), Yield = &'a T> {
    if let Some(left) = &tree.left {
        yield_from!(Box::pin(below(left)));
    }
    yield_!(&tree.value);
    if let Some(right) = &tree.right {
        let mut right: Pin<Box<Below<'a, T>>> = Box::pin(below(right));
        yield_from!(right.as_mut());
    }
}

#[test]
fn it_can_hold_itself_in_a_box() {
    let tree = Tree::of([2, 1, 4, 3, 5]);
    let mut below = Box::pin(below(&tree));
    assert_eq!(below.start(), Yielded(&1));
    let rest = std::thread::scope(|scope| {
        scope.spawn(move || below.iterate().collect::<Vec<_>>()).join().unwrap()
    });
    assert_eq!(rest, [&2, &3, &4, &5]);
}

/// Whether a type has an auto trait: the inherent constant takes precedence, if its bound holds.
macro_rules! has {
    ($ty:ty: $bound:path) => {{
        #[allow(dead_code)]
        trait Fallback {
            const HOLDS: bool = false;
        }
        #[allow(dead_code)]
        struct Check<T>(T);
        impl<T> Fallback for Check<T> {}
        #[allow(dead_code)]
        impl<T: $bound> Check<T> {
            const HOLDS: bool = true;
        }
        Check::<$ty>::HOLDS
    }};
}

#[test]
fn auto_traits_are_asked_for() {
    assert!(
        !has!(Filled<8, u8>: Send)
            && !has!(Filled<8, u8>: Sync)
            && !has!(Filled<8, u8>: Unpin)
            && !has!(Filled<8, u8>: std::panic::UnwindSafe)
    );
    assert!(has!(Lengths<'_, String>: Send) && !has!(Lengths<'_, String>: Sync));
    assert!(has!(Below<'_, u8>: Send) && has!(Below<'_, u8>: Sync) && !has!(Below<'_, u8>: Unpin));
    assert!(has!(Sum<u8>: Unpin) && has!(Walk<'_, u8>: Unpin) && !has!(Walk<'_, u8>: Send));
}

#[derive(Default)]
struct Log(RefCell<Vec<&'static str>>);

struct Noisy<'a>(&'a Log, &'static str);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.0.borrow_mut().push(self.1);
    }
}

#[cogen::coroutine(struct = Dropping<T, F>, size = 256)]
fn dropping<T, F: Fn() -> T>(noisy: F, _unused: T) -> impl Coroutine<(), Yield = ()> {
    let _local = noisy();
    yield_!();
    panic!("in the body");
}

#[test]
fn drops_in_order_once() {
    let log = Log::default();
    let make = || dropping(|| Noisy(&log, "local"), Noisy(&log, "argument"));
    drop(make());
    assert_eq!(log.0.take(), ["argument"]);

    let mut started = Box::pin(make());
    started.start();
    drop(started);
    assert_eq!(log.0.take(), ["local", "argument"]);

    let mut panicking = Box::pin(make());
    panicking.start();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panicking.send(())));
    assert!(panic.is_err());
    assert_eq!(panicking.status(), Status::Closed);
    drop(panicking);
    assert_eq!(log.0.take(), ["local", "argument"]);
}

#[test]
fn moved_before_the_start() {
    #[cogen::coroutine(struct = Holding<T>, size = 64)]
    fn holding<T>(items: Rc<RefCell<Vec<T>>>) -> impl Coroutine<T, Yield = usize> {
        loop {
            let item = yield_!(items.borrow().len());
            items.borrow_mut().push(item);
        }
    }

    let items = Rc::new(RefCell::new(Vec::new()));
    let (mut a, mut b) = (holding(items.clone()), holding(items.clone()));
    std::mem::swap(&mut a, &mut b);
    let mut a = Box::pin(a);
    a.start();
    assert_eq!(a.send("a"), Yielded(1));
    drop(a);
    drop(b);
    assert_eq!(Rc::strong_count(&items), 1);
}

/// A body that refers to its own locals, and is smaller than the capacity.
#[cogen::coroutine(struct = SelfReference<T>, size = 512)]
fn self_reference<T: Clone>(item: T) -> impl Coroutine<T, Yield = T> {
    let mut items = [item.clone(), item];
    let (first, second) = items.split_at_mut(1);
    loop {
        let item = yield_!(first[0].clone());
        second[0] = std::mem::replace(&mut first[0], item);
    }
}

#[test]
fn references_into_itself() {
    let mut bodies: Vec<Pin<Box<SelfReference<String>>>> = Vec::new();
    for at in 0..3 {
        bodies.push(Box::pin(self_reference(at.to_string())));
    }
    for (at, body) in bodies.iter_mut().enumerate() {
        assert_eq!(body.start(), Yielded(at.to_string()));
        assert_eq!(body.status(), Status::Suspended);
        assert_eq!(body.send("x".to_owned()), Yielded("x".to_owned()));
    }
}

/// Parameters, constants and types with names that the expansion mentions.
mod names_that_look_like_the_expansions {
    #![allow(non_camel_case_types, non_upper_case_globals, dead_code)]

    use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

    struct Storage;
    struct Fits;
    const SIZE: usize = 1;
    const ALIGNMENT: usize = 1;
    const EXACT: bool = true;
    const size: usize = 1;

    #[cogen::coroutine(struct = Named<F, A, Body, SIZE>, size = 64)]
    fn named<F: Copy, A: Copy, Body: Copy, const SIZE: usize>(
        function: F,
        arguments: A,
        body: [Body; SIZE],
    ) -> impl Coroutine<A, Yield = (F, [Body; SIZE])> {
        let _ = arguments;
        loop {
            yield_!((function, body));
        }
    }

    #[cogen::coroutine(struct = Fitting<AutoTraits, Alignment>, size = size * 32, align = 4)]
    fn fitting<AutoTraits: Copy, const Alignment: bool>(
        it: AutoTraits,
    ) -> impl Coroutine<(), Yield = (AutoTraits, bool)> {
        yield_!((it, Alignment));
    }

    #[test]
    fn they_are_not_taken_for_each_other() {
        let mut named: std::pin::Pin<Box<Named<char, u8, i8, 2>>> = Box::pin(named('a', 1, [1; 2]));
        assert_eq!(named.start(), Yielded(('a', [1; 2])));
        assert_eq!(Box::pin(fitting::<_, true>(7)).start(), Yielded((7, true)));
        assert_eq!(size_of::<Fitting<u8, true>>(), 32);
    }
}
