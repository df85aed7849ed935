//! Every kind of function can be a coroutine.

use std::fmt::Display;
use std::pin::{Pin, pin};
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, SendBoxCoroutine};

#[derive(Clone, Default)]
struct Counter {
    count: u32,
}

impl Counter {
    #[cogen::coroutine]
    fn by_ref(&self) -> impl Coroutine<(), Yield = &u32> {
        yield_!(&self.count);
    }

    #[cogen::coroutine]
    fn by_mut(&mut self) -> impl Coroutine<u32, Yield = u32> + '_ {
        loop {
            self.count += yield_!(self.count);
        }
    }

    #[cogen::coroutine]
    fn by_value(mut self) -> impl Iterator<Item = u32> {
        for _ in 0..2 {
            self.count += 1;
            yield_!(self.count);
        }
    }

    #[cogen::coroutine]
    fn by_box(self: Box<Self>) -> impl Iterator<Item = u32> {
        yield_!(self.count);
    }

    #[cogen::coroutine]
    fn by_rc(self: Rc<Self>) -> impl Iterator<Item = u32> {
        yield_!(self.count);
    }

    #[cogen::coroutine]
    fn by_pin(mut self: Pin<&mut Self>) -> impl Iterator<Item = u32> + '_ {
        self.count += 1;
        yield_!(self.count);
    }

    #[cogen::coroutine]
    fn associated(count: u32) -> impl Iterator<Item = Self> {
        yield_!(Self { count });
    }
}

#[test]
fn methods_take_every_kind_of_receiver() {
    let mut counter = Counter::default();
    assert_eq!(pin!(counter.by_ref()).start(), Yielded(&0));
    {
        let mut adder = pin!(counter.by_mut());
        adder.start();
        assert_eq!(adder.send(5), Yielded(5));
    }
    assert_eq!(counter.count, 5);
    assert!(counter.clone().by_value().eq([6, 7]));
    assert!(Box::new(counter.clone()).by_box().eq([5]));
    assert!(Rc::new(counter.clone()).by_rc().eq([5]));
    assert!(Pin::new(&mut counter).by_pin().eq([6]));
    assert_eq!(Counter::associated(9).next().unwrap().count, 9);
}

trait Walk {
    type Item;
    fn walk(&self) -> impl Coroutine<(), Yield = Self::Item, Return = usize>;
    fn walk_boxed<'a>(&'a self) -> BoxCoroutine<'a, (), Self::Item, ()>;

    #[cogen::coroutine]
    fn walk_twice(&self) -> impl Coroutine<(), Yield = Self::Item, Return = usize> {
        yield_from!(self.walk()) + yield_from!(self.walk())
    }
}

impl<T: Clone> Walk for [T] {
    type Item = T;

    #[cogen::coroutine]
    fn walk(&self) -> impl Coroutine<(), Yield = T, Return = usize> {
        for item in self {
            yield_!(item.clone());
        }
        self.len()
    }

    #[cogen::coroutine]
    fn walk_boxed<'a>(&'a self) -> BoxCoroutine<'a, (), T, ()> {
        yield_from!(self.iter().cloned());
    }
}

#[test]
fn functions_of_a_trait_are_coroutines_in_its_impl_and_in_itself() {
    let mut walk = Box::pin([1, 2][..].walk_twice()).iterate();
    assert!(walk.by_ref().eq([1, 2, 1, 2]));
    assert_eq!(walk.into_return(), Some(4));
    assert!([1, 2].walk_boxed().iterate().eq([1, 2]));
}

#[cogen::coroutine]
fn generic<T, const N: usize>(items: [T; N]) -> impl Iterator<Item = String>
where
    T: Display,
{
    for item in &items {
        yield_!(format!("{item}/{N}"));
    }
}

#[cogen::coroutine]
fn opaque_arguments(items: impl IntoIterator<Item = impl Display>) -> impl Iterator<Item = String> {
    for item in items {
        yield_!(item.to_string());
    }
}

#[cogen::coroutine]
fn opaque_items<'a>(text: &'a str) -> impl Iterator<Item = impl Display + 'a> {
    yield_!(text);
    yield_!("constant");
}

#[test]
fn generics_constants_and_bounds_pass_through() {
    assert!(generic([1, 2]).eq(["1/2", "2/2"]));
    assert!(opaque_arguments(['a', 'b']).eq(["a", "b"]));
    assert!(opaque_items("text").map(|item| item.to_string()).eq(["text", "constant"]));
}

struct Point {
    x: i32,
    y: i32,
}

#[cogen::coroutine]
#[allow(clippy::too_many_arguments)]
fn patterns(
    Point { x, mut y }: Point,
    (a, _): (i32, String),
    _: String,
    [first, .., last]: [i32; 4],
    mut plain: i32,
    whole @ (_, second): (i32, i32),
    ref borrowed: String,
    r#type: i32,
) -> impl Iterator<Item = i32> {
    y += 1;
    plain += 1;
    for number in [x, y, a, first, last, plain, whole.0, second, borrowed.len() as i32, r#type] {
        yield_!(number);
    }
}

#[test]
fn parameters_may_be_patterns() {
    let got = patterns(
        Point { x: 1, y: 1 },
        (3, String::new()),
        String::new(),
        [4, 0, 0, 5],
        5,
        (7, 8),
        "nine chars".into(),
        11,
    );
    assert_eq!(got.collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8, 10, 11]);
}

/// # Safety
///
/// `pointer` must be valid for as long as the coroutine lives.
#[cogen::coroutine]
unsafe fn reads(pointer: *const u32) -> impl Iterator<Item = u32> {
    // SAFETY: the caller guarantees it.
    yield_!(unsafe { *pointer });
}

#[test]
fn an_unsafe_function_stays_unsafe() {
    let number = 7;
    // SAFETY: `number` outlives the iterator.
    assert!(unsafe { reads(&raw const number) }.eq([7]));
}

mod visible {
    /// Documented.
    #[cogen::coroutine]
    #[must_use = "iterators are lazy"]
    #[inline]
    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn attributes(text: String) -> impl Iterator<Item = usize> {
        yield_!(text.len());
    }
}

#[test]
fn visibility_and_attributes_pass_through() {
    assert!(visible::attributes("text".into()).eq([4]));
}

#[cogen::coroutine]
fn two_lifetimes<'a, 'b>(
    one: &'a str,
    other: &'b str,
) -> impl Coroutine<&'b str, Yield = &'a str, Return = &'b str> {
    let sent = yield_!(one);
    if sent.is_empty() { other } else { sent }
}

#[cogen::coroutine]
fn borrows_its_own_locals() -> impl Iterator<Item = usize> {
    let text = String::from("to be or not");
    let mut words = text.split(' ');
    for word in words.by_ref() {
        yield_!(word.len());
    }
}

#[test]
fn borrows_live_across_yields() {
    let (one, other) = (String::from("one"), String::from("other"));
    let mut both = pin!(two_lifetimes(&one, &other));
    assert_eq!(both.start(), Yielded("one"));
    assert_eq!(both.send(""), Complete("other"));
    assert!(borrows_its_own_locals().eq([2, 2, 2, 3]));
}

#[cogen::coroutine]
fn result(
    text: &str,
) -> impl Coroutine<(), Yield = i32, Return = Result<usize, std::num::ParseIntError>> {
    let mut count = 0;
    for word in text.split(' ') {
        let number = word.parse()?;
        yield_!(number);
        count += 1;
    }
    Ok(count)
}

#[cogen::coroutine]
fn returns_early(limit: u32) -> impl Iterator<Item = u32> {
    for n in 0.. {
        if n == limit {
            return;
        }
        yield_!(n);
    }
}

#[cogen::coroutine]
fn unsizes(small: bool) -> impl Coroutine<(), Yield = Box<dyn Display>, Return = Box<dyn Display>> {
    yield_!(Box::new(1));
    if small {
        return Box::new(2);
    }
    Box::new("three")
}

#[test]
fn question_marks_and_returns_end_the_coroutine() {
    let mut parsed = Box::pin(result("1 2")).iterate();
    assert!(parsed.by_ref().eq([1, 2]));
    assert_eq!(parsed.into_return(), Some(Ok(2)));
    let mut failed = Box::pin(result("1 x")).iterate();
    assert!(failed.by_ref().eq([1]));
    assert!(failed.into_return().unwrap().is_err());
    assert!(returns_early(3).eq([0, 1, 2]));
    let mut unsized_values = pin!(unsizes(true));
    assert_eq!(unsized_values.start().yielded().unwrap().to_string(), "1");
    assert_eq!(unsized_values.send(()).complete().unwrap().to_string(), "2");
}

#[cogen::coroutine]
fn sendable(text: String) -> impl Coroutine<(), Yield = usize> + Send + 'static {
    yield_!(text.len());
}

#[cogen::coroutine]
fn boxed_sendable(text: String) -> SendBoxCoroutine<'static, (), usize> {
    yield_!(text.len());
}

#[test]
fn auto_traits_follow_the_body() {
    let mut coroutine = Box::pin(sendable("text".into()));
    let length = std::thread::spawn(move || coroutine.start()).join().unwrap();
    assert_eq!(length, Yielded(4));
    let mut coroutine = boxed_sendable("text".into());
    let length = std::thread::spawn(move || coroutine.start()).join().unwrap();
    assert_eq!(length, Yielded(4));
}

#[cogen::coroutine]
fn never_yields() -> impl Coroutine<(), Return = i32> {
    5
}

#[cogen::coroutine]
fn outer() -> impl Iterator<Item = u32> {
    #[cogen::coroutine]
    fn inner() -> impl Iterator<Item = u32> {
        yield_!(1);
    }

    struct Local;

    impl Local {
        #[cogen::coroutine]
        fn inner(&self) -> impl Iterator<Item = u32> {
            yield_!(2);
        }
    }

    yield_from!(inner());
    yield_from!(Local.inner());
    yield_!(3);
}

#[test]
fn coroutines_nest_and_need_not_yield() {
    assert_eq!(pin!(never_yields()).start(), Complete(5));
    assert!(outer().eq([1, 2, 3]));
}

macro_rules! define {
    ($name:ident, $item:ty, $value:expr, $output:ty) => {
        #[cogen::coroutine]
        fn $name() -> $output {
            let value: $item = $value;
            yield_!(value);
            yield_!($value);
        }
    };
}

define!(defined, u32, 1 + 1, impl Iterator<Item = u32>);

#[test]
fn the_attribute_works_inside_of_a_macro() {
    assert!(defined().eq([2, 2]));
}

use cogen::coroutine as co_fn;

#[co_fn]
fn renamed() -> impl Iterator<Item = u32> {
    yield_!(1);
}

#[test]
fn the_attribute_may_be_imported_under_another_name() {
    assert!(renamed().eq([1]));
}
