//! Coroutines that a `macro_rules!` defines: its fragments stay together, as in any other function.

use cogen::{Coroutine, CoroutineExt, co};

macro_rules! define {
    (
        $name:ident, $sum:expr, $cast:expr, $branch:expr, $literal:literal, $block:block,
        $statement:stmt, $reference:ty, $object:ty, $pattern:pat, $condition:meta
    ) => {
        #[$condition]
        #[cogen::coroutine]
        fn $name(shown: &$object) -> impl Coroutine<(), Yield = i32, Return = i32> {
            yield_!($sum * 3);
            let product = $sum * 3;
            yield_!(product);
            yield_!(-$sum);
            yield_!($cast.pow(2));
            yield_!($branch + $branch);
            yield_!($literal - $literal);
            yield_!($block);
            $statement;
            let reference: $reference = &8;
            yield_!(*reference * $sum);
            yield_!(if let $pattern = Some($sum) { 1 } else { 0 });
            yield_!(format!("{}{shown:?}", $sum * 3).parse().unwrap());
            $sum * 3
        }
    };
}

define!(
    inserted, 1 + 2, -2_i64 as i32, if true { 1 } else { 2 }, -1, { 7 },
    let _unused = 2, &'static i32, dyn std::fmt::Debug + Send, Some(3) | None, inline
);

#[test]
fn a_fragment_stays_together_in_a_coroutine_function() {
    let mut inserted = std::pin::pin!(inserted(&0));
    let yielded: Vec<i32> = inserted.as_mut().iterate().collect();
    assert_eq!(yielded, [9, 9, -3, 4, 2, 0, 7, 24, 1, 90]);
}

macro_rules! tripled {
    ($sum:expr) => {
        co! { gen yield!($sum * 3); yield!(2 * $sum); }
    };
}

#[test]
fn a_fragment_stays_together_in_a_block() {
    assert_eq!(tripled!(1 + 2).collect::<Vec<i32>>(), [9, 6]);
}

macro_rules! readings {
    ($name:ident, $factor:expr) => {
        #[cogen::coroutine(struct = Reader<'a>)]
        fn $name<'a>(text: &'a str) -> impl Iterator<Item = Result<i32, std::num::ParseIntError>> {
            for word in text.split(' ') {
                yield_!(Ok(word.parse::<i32>()? * $factor));
            }
        }
    };
}

readings!(readings, 1 + 1);

#[test]
fn a_fragment_stays_together_in_a_named_struct() {
    let mut reader: Reader<'_> = readings("1 2 x");
    assert_eq!(reader.by_ref().map_while(Result::ok).collect::<Vec<_>>(), [2, 4]);
}
