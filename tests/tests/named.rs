//! The option `struct = Name`: coroutines with a named type.

use std::cell::RefCell;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::{LazyLock, Mutex};
use std::task::{Context, Poll, Waker};

use cogen::{
    AsyncCoroutine, AsyncCoroutineExt, Coroutine, CoroutineExt, CoroutineState::*, Status,
};
use futures::executor::block_on;
use futures::{FutureExt, Stream, StreamExt};

#[derive(Default)]
struct Log(RefCell<Vec<String>>);

impl Log {
    fn push(&self, line: &str) {
        self.0.borrow_mut().push(line.to_owned());
    }

    fn take(&self) -> Vec<String> {
        self.0.take()
    }
}

/// Yields the scaled averages of the sent numbers.
#[cogen::coroutine(struct = Averager)]
fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64> {
    let (mut total, mut count, mut average) = (0.0, 0u32, 0.0);
    loop {
        let term = yield_!(average * scale);
        total += term;
        count += 1;
        average = total / f64::from(count);
    }
}

#[test]
fn it_behaves_as_the_unnamed_form() {
    let mut average: Pin<&mut Averager> = pin!(averager(2.0));
    assert_eq!(average.status(), Status::Created);
    assert_eq!(format!("{average:?}"), "Averager { status: Created, .. }");
    assert_eq!(average.start(), Yielded(0.0));
    assert_eq!(average.send(10.0), Yielded(20.0));
    assert_eq!(average.send(30.0), Yielded(40.0));
    assert_eq!(format!("{average:?}"), "Averager { status: Suspended, .. }");
    average.close();
    assert_eq!(average.status(), Status::Closed);
}

#[test]
fn its_size_and_alignment_are_those_of_the_state_machine() {
    fn unnamed(scale: f64) -> impl Coroutine<f64, Yield = f64> {
        #[cogen::coroutine]
        fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64> {
            let (mut total, mut count, mut average) = (0.0, 0u32, 0.0);
            loop {
                let term = yield_!(average * scale);
                total += term;
                count += 1;
                average = total / f64::from(count);
            }
        }
        averager(scale)
    }

    assert_eq!(size_of::<Averager>(), size_of_val(&unnamed(1.0)));
    assert_eq!(align_of::<Averager>(), align_of_val(&unnamed(1.0)));

    #[repr(align(64))]
    struct Wide([u8; 64]);

    #[cogen::coroutine(struct = Aligned)]
    fn aligned(wide: Wide) -> impl Coroutine<(), Yield = u8> {
        yield_!(wide.0[0]);
        yield_!(wide.0[1]);
    }

    assert_eq!(align_of::<Aligned>(), 64);
    let mut aligned = Box::pin(aligned(Wide([7; 64])));
    assert_eq!(aligned.start(), Yielded(7));
}

struct Meter {
    averagers: [Averager; 2],
    last: Option<Averager>,
}

#[test]
fn it_can_be_a_field_and_an_element() {
    let mut meter =
        Box::pin(Meter { averagers: [averager(1.0), averager(2.0)], last: Some(averager(3.0)) });
    // SAFETY: the averagers are pinned with the meter, and never moved out of it.
    let [mut first, mut second] = unsafe {
        meter.as_mut().get_unchecked_mut().averagers.each_mut().map(|one| Pin::new_unchecked(one))
    };
    first.start();
    second.start();
    assert_eq!(first.send(1.0), Yielded(1.0));
    assert_eq!(second.send(1.0), Yielded(2.0));
    assert_eq!(meter.last.as_ref().map(Coroutine::status), Some(Status::Created));
}

trait Source {
    type Walk<'a>: Coroutine<(), Yield = &'a str>
    where
        Self: 'a;

    fn walk<'a>(&'a self) -> Self::Walk<'a>;
}

#[derive(Debug, PartialEq)]
struct Words(String);

#[cogen::coroutine]
impl Words {
    /// The words, one by one.
    #[cogen::coroutine(struct = WordsWalk<'a>)]
    fn words<'a>(&'a self) -> impl Coroutine<(), Yield = &'a str, Return = &'a Self> {
        for word in self.0.split(' ') {
            yield_!(word);
        }
        self
    }

    #[cogen::coroutine(struct = Countdown)]
    fn countdown(mut from: u32) -> impl Coroutine<(), Yield = u32> {
        while from > 0 {
            yield_!(from);
            from -= 1;
        }
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

impl Source for Words {
    type Walk<'a> = Walk<'a>;

    fn walk<'a>(&'a self) -> Walk<'a> {
        walk(self)
    }
}

#[cogen::coroutine(struct = Walk<'a>)]
fn walk<'a>(words: &'a Words) -> impl Coroutine<(), Yield = &'a str> {
    let words = yield_from!(words.words());
    assert!(words.len() > 0);
}

#[test]
fn lifetimes_methods_and_associated_types() {
    let words = Words("one two three".to_owned());
    let longest = Box::pin(words.walk()).iterate().max_by_key(|word| word.len());
    assert_eq!(longest, Some("three"));
    assert!(Box::pin(Words::countdown(3)).iterate().eq([3, 2, 1]));
    let mut walk: Pin<Box<WordsWalk<'_>>> = Box::pin(words.words());
    assert_eq!(walk.start(), Yielded("one"));
}

struct Pair<'s, T: ?Sized + 'static>(&'s T);

#[cogen::coroutine]
impl<'s> Pair<'s, str> {
    #[cogen::coroutine(struct = PairWalk<'x, 's>)]
    pub(crate) fn walk<'x>(
        self: Rc<Self>,
        (first, second): (&'x Log, u8),
    ) -> impl Coroutine<&'x str, Yield = (&'s str, u8)>
    where
        's: 'x,
    {
        let mut word: &'x str = self.0;
        loop {
            first.push(word);
            word = yield_!((self.0, second));
        }
    }
}

#[test]
fn lifetimes_of_the_impl_and_patterns() {
    let log = Log::default();
    let word = String::from("world");
    let mut walk = pin!(Rc::new(Pair("hello")).walk((&log, 7)));
    assert_eq!(walk.start(), Yielded(("hello", 7)));
    walk.send(&word);
    walk.close();
    assert_eq!(log.take(), ["hello", "world"]);
}

static SHARED: LazyLock<Mutex<Pin<Box<Counter>>>> =
    LazyLock::new(|| Mutex::new(Box::pin(counter())));

#[cogen::coroutine(struct = Counter, send)]
fn counter() -> impl Coroutine<u32, Yield = u32> {
    let cell = std::cell::Cell::new(0); // `Send`, not `Sync`
    loop {
        let n = yield_!(cell.get());
        cell.set(cell.get() + n);
    }
}

#[cogen::coroutine(struct = Both, send, sync)]
fn both() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[test]
fn one_in_a_static_behind_a_lock() {
    SHARED.lock().unwrap().start();
    std::thread::spawn(|| SHARED.lock().unwrap().send(20)).join().unwrap();
    assert_eq!(SHARED.lock().unwrap().send(22), Yielded(42));

    let both = both();
    std::thread::scope(|scope| {
        scope.spawn(|| assert_eq!(both.status(), Status::Created));
    });
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
        !has!(Averager: Send)
            && !has!(Averager: Sync)
            && !has!(Averager: Unpin)
            && !has!(Averager: std::panic::UnwindSafe)
    );
    assert!(has!(Counter: Send) && !has!(Counter: Sync));
    assert!(has!(Both: Send) && has!(Both: Sync) && !has!(Both: Unpin));
    assert!(has!(Primed: Unpin) && has!(Numbers: Unpin) && !has!(Numbers: Send));
}

#[cogen::coroutine(priming, struct = Primed)]
fn primed() -> impl Coroutine<u32, Yield = u32> {
    let mut sum = 0;
    loop {
        sum += yield_!(sum);
    }
}

#[cogen::coroutine(struct = Numbers)]
fn numbers(to: u32) -> impl Iterator<Item = u32> {
    for n in 0..to {
        yield_!(n);
    }
}

#[cogen::coroutine(struct = Delayed)]
fn delayed(to: u32) -> impl Stream<Item = u32> {
    for n in 0..to {
        std::future::ready(()).await;
        yield_!(n);
    }
}

#[cogen::coroutine(struct = Lengths<'a>, send)]
fn lengths<'a>(prefix: &'a str) -> impl AsyncCoroutine<String, Yield = usize, Return = &'a str> {
    let mut length = prefix.len();
    while length < 10 {
        let word = yield_!(length);
        length += std::future::ready(word.len()).await;
    }
    prefix
}

#[test]
fn every_shape() {
    let mut sum: Primed = primed();
    assert_eq!(sum.send(1), Yielded(1));
    let mut moved = sum;
    assert_eq!(moved.send(2), Yielded(3));

    let mut numbers: Numbers = numbers(3);
    assert_eq!(numbers.next(), Some(0));
    let rest = { numbers }.collect::<Vec<_>>();
    assert_eq!(rest, [1, 2]);

    assert_eq!(block_on(delayed(3).collect::<Vec<_>>()), [0, 1, 2]);
    assert_eq!(format!("{:?}", delayed(1)), "Delayed { .. }");

    let mut lengths: Pin<Box<Lengths<'_>>> = Box::pin(lengths("ab"));
    block_on(async {
        assert_eq!(lengths.start().await, Yielded(2));
        assert_eq!(lengths.send("cdef".to_owned()).await, Yielded(6));
        assert_eq!(lengths.send("ghij".to_owned()).await, Complete("ab"));
    });
    assert_eq!(format!("{lengths:?}"), "Lengths { status: Closed, .. }");
}

#[cogen::coroutine(struct = Tree)]
fn tree(depth: u32) -> impl Coroutine<(), Yield = u32> {
    if depth > 0 {
        yield_from!(Box::pin(tree(depth - 1)));
        yield_!(depth);
        let mut right: Pin<Box<Tree>> = Box::pin(tree(depth - 1));
        yield_from!(right.as_mut());
    }
}

#[test]
fn it_can_hold_itself_in_a_box() {
    assert!(Box::pin(tree(3)).iterate().eq([1, 2, 1, 3, 1, 2, 1]));
}

#[cogen::coroutine(struct = Count, send, sync)]
fn count(to: u32) -> impl Coroutine<(), Yield = u32> {
    if to > 0 {
        yield_from!(Box::pin(count(to - 1)));
        yield_!(to);
    }
}

/// A function with a lifetime that must outlive another.
#[cogen::coroutine(struct = Prefixes<'a, 'b>, send)]
fn prefixes<'a, 'b: 'a>(text: &'a &'b str) -> impl AsyncCoroutine<(), Yield = &'b str> {
    if let Some(shorter) = text.get(1..) {
        let mut rest: Pin<Box<Prefixes<'_, 'b>>> = Box::pin(prefixes(&shorter));
        yield_from!(rest.as_mut());
        yield_!(text);
    }
}

#[cogen::coroutine(struct = Down, send)]
fn down(from: u32) -> impl Iterator<Item = u32> {
    if from > 0 {
        yield_!(from);
        let rest: Box<Down> = Box::new(down(from - 1));
        yield_from!(rest);
    }
}

#[cogen::coroutine(struct = Up, send, sync)]
fn up(to: u32) -> impl Stream<Item = u32> {
    if to > 0 {
        yield_from!(Box::pin(up(to - 1)));
        std::future::ready(()).await;
        yield_!(to);
    }
}

#[test]
fn one_that_holds_itself_can_be_sent() {
    let both = std::thread::spawn(|| {
        let text = "ab";
        let mut prefixes = Box::pin(prefixes(&text));
        assert_eq!(block_on(prefixes.start()), Yielded("b"));
        (Box::pin(count(3)).iterate().collect(), down(3).collect())
    });
    let both: (Vec<_>, Vec<_>) = both.join().unwrap();
    assert_eq!(both, (vec![1, 2, 3], vec![3, 2, 1]));
    assert_eq!(block_on(up(2).collect::<Vec<_>>()), [1, 2]);
}

#[cogen::coroutine(struct = Dropping<'a>)]
fn dropping<'a>(log: &'a Log, _unused: Noisy<'a>) -> impl Coroutine<(), Yield = ()> {
    let _outer = Noisy(log, "outer");
    let _inner = Noisy(log, "inner");
    yield_!();
    panic!("in the body");
}

struct Noisy<'a>(&'a Log, &'static str);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        self.0.push(self.1);
    }
}

#[test]
fn drops_in_order_once() {
    let log = Log::default();
    drop(dropping(&log, Noisy(&log, "argument")));
    assert_eq!(log.take(), ["argument"]);

    let mut started = Box::pin(dropping(&log, Noisy(&log, "argument")));
    started.start();
    drop(started);
    assert_eq!(log.take(), ["inner", "outer", "argument"]);

    let mut panicking = Box::pin(dropping(&log, Noisy(&log, "argument")));
    panicking.start();
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| panicking.send(())));
    assert!(panic.is_err());
    assert_eq!(panicking.status(), Status::Closed);
    drop(panicking);
    assert_eq!(log.take(), ["inner", "outer", "argument"]);
}

#[test]
fn moved_before_the_start() {
    let log = Rc::new(RefCell::new(Vec::new()));

    #[cogen::coroutine(struct = Holding)]
    fn holding(log: Rc<RefCell<Vec<u32>>>) -> impl Coroutine<u32, Yield = u32> {
        loop {
            let n = yield_!(log.borrow().len() as u32);
            log.borrow_mut().push(n);
        }
    }

    let (mut a, mut b) = (holding(log.clone()), holding(log.clone()));
    std::mem::swap(&mut a, &mut b);
    let mut a = Box::pin(a);
    a.start();
    assert_eq!(a.send(1), Yielded(1));
    drop(a);
    drop(b);
    assert_eq!(Rc::strong_count(&log), 1);
}

#[test]
fn a_poll_by_hand() {
    let mut stream = pin!(delayed(1));
    let cx = &mut Context::from_waker(Waker::noop());
    assert_eq!(stream.as_mut().poll_next(cx), Poll::Ready(Some(0)));
    assert_eq!(stream.next().now_or_never(), Some(None));
}

struct Buffer<const N: usize>;

#[cogen::coroutine]
impl Buffer<4> {
    const SIZE: usize = 4;

    #[cfg(test)]
    #[cogen::coroutine(struct = Filled)]
    fn filled(bytes: [u8; Self::SIZE]) -> impl Coroutine<(), Yield = [u8; Self::SIZE]> {
        yield_!(bytes);
    }

    /// Another platform's.
    #[cfg(not(test))]
    #[cogen::coroutine(struct = Filled)]
    fn filled(bytes: [u8; Self::SIZE]) -> impl Coroutine<(), Yield = [u16; Self::SIZE]> {
        yield_!(bytes.map(u16::from));
    }

    #[cogen::coroutine(struct = OfItsSize)]
    fn sized(bytes: [u8; size_of::<[Self; 3]>()]) -> impl Iterator<Item = u8> {
        yield_from!(bytes);
    }

    #[expect(clippy::needless_range_loop, reason = "the lint is for the body")]
    #[cogen::coroutine(struct = ByIndex<'a>)]
    fn by_index<'a>(
        bytes: &'a [u8],
        _rest: &'a mut dyn Iterator<Item = u8>,
    ) -> impl Coroutine<(), Yield = u8> {
        for at in 0..bytes.len() {
            yield_!(bytes[at]);
        }
    }
}

#[test]
fn conditions_expectations_and_constants() {
    assert_eq!(Buffer::sized([]).count(), 0);
    assert_eq!(Box::pin(Buffer::filled([1; 4])).start(), Yielded([1; 4]));
    assert!(Box::pin(Buffer::by_index(&[1, 2], &mut std::iter::empty())).iterate().eq([1, 2]));
}

#[cogen::coroutine(struct = WithMethods)]
fn with_methods() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

impl WithMethods {
    /// Has the name of a method of `Pin`, which must be called instead.
    #[allow(dead_code)]
    fn map_unchecked_mut<U>(
        self: Pin<&mut Self>,
        _: impl FnOnce(&mut Self) -> &mut U,
    ) -> Pin<&mut U> {
        unreachable!("nobody calls it")
    }
}

#[test]
fn methods_of_the_struct_are_not_taken_for_others() {
    assert_eq!(pin!(with_methods()).start(), Yielded(1));
}

/// Constants with the names of the expansion's arguments would be patterns in it.
mod constants_with_short_names {
    #![allow(non_upper_case_globals, dead_code)]

    use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

    const f: u8 = 1;
    const cx: u8 = 1;
    const this: u8 = 1;
    const argument: u8 = 1;
    const channel: u8 = 1;
    const body: u8 = 1;
    const storage: u8 = 1;

    #[cogen::coroutine(struct = Double)]
    fn double(first: u8) -> impl Coroutine<u8, Yield = u8> {
        let mut number = yield_!(first);
        loop {
            number = yield_!(2 * number);
        }
    }

    #[test]
    fn constants_beside_a_named_struct_are_not_in_its_way() {
        let mut double = Box::pin(double(1));
        assert_eq!(double.start(), Yielded(1));
        assert_eq!(double.send(4), Yielded(8));
    }
}

/// A type whose path would be another type if the expansion renamed `core`, and another function
/// with the name of the hidden one.
mod a_path_that_looks_like_the_expansions {
    use cogen::{Coroutine, CoroutineExt, CoroutineState::Yielded};

    mod __cogen_core {
        pub(super) mod marker {
            pub(crate) struct PhantomPinned;
        }
    }

    #[allow(dead_code)]
    trait Decoy {
        fn __cogen_body_of_f(number: u32) -> std::future::Ready<u32>;
    }

    impl Decoy for std::marker::PhantomPinned {
        fn __cogen_body_of_f(number: u32) -> std::future::Ready<u32> {
            std::future::ready(number)
        }
    }

    #[cogen::coroutine]
    impl __cogen_core::marker::PhantomPinned {
        #[cogen::coroutine(struct = Named)]
        fn f(number: u32) -> impl Coroutine<(), Yield = String> {
            yield_!(format!("{number}"));
        }
    }

    #[test]
    fn the_type_of_an_impl_means_the_same_everywhere() {
        let mut named: std::pin::Pin<Box<Named>> =
            Box::pin(__cogen_core::marker::PhantomPinned::f(7));
        assert_eq!(named.start(), Yielded("7".to_owned()));
    }
}

/// A struct that is more visible than the type of an argument.
mod a_private_argument {
    use cogen::Coroutine;

    #[derive(Default)]
    struct Private(u8);

    mod inside {
        use cogen::Coroutine;

        #[cogen::coroutine(struct = pub(crate) Visible)]
        pub(super) fn visible(private: super::Private) -> impl Coroutine<(), Yield = u8> {
            yield_!(private.0);
        }
    }

    #[test]
    fn a_struct_may_be_more_visible_than_its_arguments() {
        let visible: inside::Visible = inside::visible(Private::default());
        assert_eq!(visible.status(), cogen::Status::Created);
    }
}
