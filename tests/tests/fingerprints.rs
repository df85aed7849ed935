//! The option `fingerprint = NAME`: the changes that its number reflects, and the place of the
//! constant.

use cogen::CoroutineState::Yielded;
use cogen::replay::{ByValue, Recorded};
use cogen::{Coroutine, CoroutineExt, Fingerprint};

#[test]
fn the_option_goes_with_the_others() {
    #[cogen::coroutine(priming, fingerprint = DOUBLE)]
    fn double() -> impl Coroutine<i32, Yield = i32> + Unpin {
        let mut number = yield_!(-1);
        loop {
            number = yield_!(2 * number);
        }
    }
    let mut primed = Recorded::new(DOUBLE, double, ());
    assert_eq!(primed.send(2), Yielded(4)); // at the first yield from the beginning
    let mut restored = primed.clone();
    assert_eq!(restored.send(3), Yielded(6));
    let mut other = Recorded::new(DOUBLE, double, ());
    assert_eq!(other.start(), Yielded(-1));
    assert_eq!(other.clone().send(5), Yielded(10));

    #[cogen::coroutine(struct = Triple, fingerprint = TRIPLE)]
    fn triple() -> impl Coroutine<i32, Yield = i32> {
        let mut number = yield_!(-1);
        loop {
            number = yield_!(3 * number);
        }
    }
    let mut named: Recorded<fn() -> Triple, (), i32, ByValue<i32>> =
        Recorded::new(TRIPLE, triple, ());
    named.start();
    assert_eq!(named.clone().send(2), Yielded(6));
    assert_ne!(DOUBLE, TRIPLE);
}

/// For a method, it is an associated constant.
#[derive(Clone)]
struct Cart(Vec<u32>);

#[cogen::coroutine]
impl Cart {
    #[cogen::coroutine(fingerprint = OWNED)]
    fn owned(self) -> impl Coroutine<(), Yield = u32> {
        yield_from!(self.0);
    }

    #[cogen::coroutine(struct = Items<'a>, fingerprint = ITEMS)]
    fn items<'a>(&'a self) -> impl Coroutine<(), Yield = u32> {
        yield_from!(self.0.iter().copied());
    }
}

trait Priced {
    #[cogen::coroutine(fingerprint = PRICES)]
    fn prices(&self) -> impl Coroutine<(), Yield = u32> {
        yield_!(1);
    }
}

impl Priced for Cart {}

#[test]
fn methods_have_fingerprints() {
    let cart = Cart(vec![1, 2, 3]);
    let mut owned = Recorded::new(Cart::OWNED, Cart::owned, (cart.clone(),));
    owned.start();
    assert!(owned.clone().iterate().eq([2, 3]));
    let mut items = Recorded::new(Cart::ITEMS, Cart::items, (&cart,));
    items.start();
    assert!(items.clone().iterate().eq([2, 3]));
    let mut prices = Recorded::new(<Cart as Priced>::PRICES, Cart::prices, (&cart,));
    assert_eq!(prices.start(), Yielded(1));
}

#[test]
fn a_fingerprint_is_that_of_the_code() {
    mod one {
        /// Documented.
        #[cogen::coroutine(fingerprint = CODE)]
        #[allow(unused)]
        pub(super) fn count(to: u32) -> impl cogen::Coroutine<(), Yield = u32> {
            for n in 0..to {
                yield_!(n);
            }
        }
    }
    mod the_same {
        #[cogen::coroutine(crate = cogen, fingerprint = CODE)]
        #[rustfmt::skip]
        #[allow(unused)]
        pub(super) fn count(to : u32)
            -> impl cogen::Coroutine<(), Yield = u32>
        {
            // formatted differently
            for n in 0 .. to { yield_! (n); }
        }
    }
    mod renamed {
        /// Further documentation.
        #[cogen::coroutine(struct = Count, fingerprint = NUMBERS)]
        #[allow(unused)]
        pub(super) fn numbers(to: u32) -> impl cogen::Coroutine<(), Yield = u32> {
            for n in 0..to {
                yield_!(n);
            }
        }
    }
    mod primed {
        #[cogen::coroutine(priming, fingerprint = CODE)]
        #[allow(unused)]
        pub(super) fn count(to: u32) -> impl cogen::Coroutine<(), Yield = u32> {
            for n in 0..to {
                yield_!(n);
            }
        }
    }
    mod another {
        #[cogen::coroutine(fingerprint = CODE)]
        #[allow(unused)]
        pub(super) fn count(to: u32) -> impl cogen::Coroutine<(), Yield = u32> {
            for n in 0..=to {
                yield_!(n);
            }
        }
    }
    assert_eq!(one::CODE, the_same::CODE);
    assert_eq!(one::CODE, renamed::NUMBERS);
    assert_ne!(one::CODE, primed::CODE);
    assert_ne!(one::CODE, another::CODE);
}

/// Both functions mention themselves.
#[test]
fn a_function_that_delegates_to_itself_may_be_renamed() {
    use cogen::BoxCoroutine;

    #[cogen::coroutine(fingerprint = WALK)]
    fn walk(n: u32) -> BoxCoroutine<'static, (), u32> {
        yield_!(n);
        if n > 0 {
            yield_from!(walk(n - 1));
        }
    }

    #[cogen::coroutine(fingerprint = STROLL)]
    fn stroll(n: u32) -> BoxCoroutine<'static, (), u32> {
        yield_!(n);
        if n > 0 {
            yield_from!(stroll(n - 1));
        }
    }

    #[cogen::coroutine(fingerprint = RUN)]
    fn run(n: u32) -> BoxCoroutine<'static, (), u32> {
        yield_!(n);
        if n > 0 {
            yield_from!(walk(n - 1));
        }
    }

    assert_eq!(WALK, STROLL);
    assert_ne!(WALK, RUN);
    assert!([walk(2), stroll(2), run(2)].map(|all| all.iterate().eq([2, 1, 0])) == [true; 3]);
}

#[derive(Clone)]
struct Depth(u32);

impl Depth {
    #[cogen::coroutine(fingerprint = DOWN)]
    fn down(&self, n: u32) -> cogen::BoxCoroutine<'_, (), u32> {
        yield_!(n + self.0);
        if n > 0 {
            yield_from!(self.down(n - 1));
        }
    }

    #[cogen::coroutine(fingerprint = BELOW)]
    fn below(&self, n: u32) -> cogen::BoxCoroutine<'_, (), u32> {
        yield_!(n + self.0);
        if n > 0 {
            yield_from!(self.below(n - 1));
        }
    }
}

#[test]
fn a_method_that_delegates_to_itself_may_be_renamed() {
    assert_eq!(Depth::DOWN, Depth::BELOW);
    assert!(Depth(1).down(1).iterate().eq(Depth(1).below(1).iterate()));
}

#[test]
fn an_expression_that_a_macro_inserts_counts_as_in_parentheses() {
    macro_rules! count {
        ($name:ident, $first:expr) => {{
            #[cogen::coroutine(fingerprint = $name)]
            fn count() -> impl Coroutine<(), Yield = u32> {
                yield_!($first * 3);
            }
            (Recorded::new($name, count, ()).start(), $name)
        }};
    }
    assert_eq!(count!(INSERTED, 1 + 2), count!(PARENTHESES, (1 + 2)));
    assert_ne!(count!(WITHOUT, 1 + 2).1, count!(OTHER, 2 + 1).1);
    assert_eq!(count!(ONE, 1), count!(ANOTHER, 1));
}

#[test]
fn a_name_can_take_the_place_of_the_code() {
    const ONE: Fingerprint = Fingerprint::named("checkout/1");
    assert_eq!(ONE, Fingerprint::named("checkout/1"));
    assert_ne!(ONE, Fingerprint::named("checkout/2"));
    assert_ne!(ONE, Fingerprint::NONE);
    assert_eq!(ONE.to_string(), "c5874a44ef60cc29"); // for ever
}

/// The constant has the same conditions as its function.
#[cogen::coroutine(fingerprint = CONDITIONAL)]
#[cfg(not(test))]
fn conditional() -> impl Coroutine {
    yield_!();
}

#[cogen::coroutine(fingerprint = CONDITIONAL)]
#[cfg(test)]
fn conditional() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[test]
fn a_condition_on_a_function_is_one_on_its_fingerprint() {
    assert_eq!(Recorded::new(CONDITIONAL, conditional, ()).start(), Yielded(1));
}
