//! A yield can be wherever an expression can be.

use std::collections::BTreeMap;
use std::pin::pin;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::{Coroutine, CoroutineExt, co};

/// Sends 1, 2, 3, … until the end, and collects the yielded values.
fn count_into<C: Coroutine<i32>>(coroutine: C) -> (Vec<C::Yield>, C::Return) {
    let mut coroutine = pin!(coroutine);
    let mut yielded = Vec::new();
    let mut state = coroutine.start();
    for n in 1.. {
        match state {
            Yielded(value) => yielded.push(value),
            Complete(value) => return (yielded, value),
        }
        state = coroutine.send(n);
    }
    unreachable!()
}

#[cogen::coroutine]
fn nested() -> impl Coroutine<i32, Yield = i32, Return = i32> {
    yield_!(yield_!(yield_!(10) * 100) * 1000)
}

#[cogen::coroutine]
fn operators() -> impl Coroutine<i32, Yield = i32, Return = (i32, bool, [i32; 2])> {
    let sum = yield_!(0) + yield_!(0) * -yield_!(0);
    let both = yield_!(0) == 4 && yield_!(0) == 5;
    (sum, both, [yield_!(0), yield_!(0)])
}

#[test]
fn yields_nest_and_combine_from_left_to_right() {
    assert_eq!(count_into(nested()), (vec![10, 100, 2000], 3));
    assert_eq!(count_into(operators()).1, (1 + 2 * -3, true, [6, 7]));
}

#[cogen::coroutine]
fn control_flow() -> impl Coroutine<i32, Yield = &'static str, Return = i32> {
    let mut total = 0;
    'outer: loop {
        while yield_!("while") < 3 {
            total += 1;
        }
        for _ in 0..yield_!("for") {
            match yield_!("match") {
                n @ 5..=6 => total += n,
                _ if yield_!("guard") == 8 => continue 'outer,
                _ => break 'outer,
            }
        }
    }
    let value = 'block: {
        if let n @ 20.. = yield_!("if let") {
            break 'block n;
        }
        yield_!("block")
    };
    let Some(last) = Some(yield_!("let else")) else {
        return 0;
    };
    total + value + last
}

#[test]
fn yields_stand_in_conditions_loops_arms_and_guards() {
    let (yielded, total) = count_into(control_flow());
    let expected = [
        "while", "while", "while", "for", "match", "match", "match", "guard", "while", "for",
        "match", "guard", "if let", "block", "let else",
    ];
    assert_eq!(yielded, expected);
    assert_eq!(total, 1 + 1 + 5 + 6 + 14 + 15);
}

#[derive(Debug, PartialEq)]
struct Pair {
    left: i32,
    right: i32,
}

impl Pair {
    fn sum(&self, third: i32) -> i32 {
        self.left + self.right + third
    }
}

#[cogen::coroutine]
fn places() -> impl Coroutine<i32, Yield = (), Return = i32> {
    let mut list = [0; 3];
    list[yield_!(()) as usize] = yield_!(());
    let pair = Pair { left: yield_!(()), ..Pair { left: 0, right: yield_!(()) } };
    let borrowed = &yield_!(());
    let shadowed = yield_!(());
    let shadowed = shadowed + yield_!(());
    list.iter().sum::<i32>()
        + pair.sum(*borrowed)
        + shadowed
        + (if yield_!(()) > 0 { yield_!(()) } else { 0 })
}

#[test]
fn yields_stand_in_places_fields_arguments_and_borrows() {
    assert_eq!(count_into(places()).1, 1 + (3 + 4 + 5) + (6 + 7) + 9);
}

/// Valid forms where rustc would lose an index: see `ui/lost_index.rs`.
#[cogen::coroutine]
fn indices(grid: [[i32; 4]; 2], row: usize) -> impl Coroutine<i32, Yield = (), Return = [i32; 5]> {
    let column = yield_!() as usize;
    let matched = match &grid[row][column] {
        value if yield_!() == 0 => *value,
        other => *other + 1,
    };
    let value = match grid[row][column] {
        0 => yield_!(),
        value => value + yield_!(),
    };
    let slice = grid[row][yield_!() as usize - 2..][0];
    let method = grid[row].as_slice()[yield_!() as usize - 2];
    [grid[row][column], matched, value, slice, method]
}

#[test]
fn an_index_is_kept_where_it_is_accepted() {
    assert_eq!(count_into(indices([[0; 4], [10, 11, 12, 13]], 1)).1, [11, 12, 11 + 3, 12, 13]);
}

macro_rules! twice {
    ($value:expr) => {
        ($value, $value)
    };
}

macro_rules! emit {
    ($value:expr) => {
        yield_!($value)
    };
}

macro_rules! emit_all {
    ($($value:expr),*) => {
        $(emit!($value);)*
        yield_from!([$($value),*])
    };
}

#[cogen::coroutine]
fn in_macros() -> impl Coroutine<i32, Yield = i32, Return = String> {
    let list = vec![yield_!(10), yield_!(20)];
    assert_eq!(yield_!(30), 3, "after {}", 30);
    assert!(matches!(yield_!(40), 4));
    let both = twice!(yield_!(50));
    let text = format!("{} {:?} {}", yield_!(60), list, emit!(emit!(70)));
    format!("{text} {both:?}")
}

#[cogen::coroutine]
fn from_macros() -> impl Iterator<Item = i32> {
    emit_all!(1, 2);
    println!("{:?}", (yield_!(3), yield_from!([4])));
}

#[test]
fn yields_stand_in_the_macros_of_std_and_of_users() {
    let (yielded, text) = count_into(in_macros());
    assert_eq!(yielded, [10, 20, 30, 40, 50, 50, 60, 70, 8]);
    assert_eq!(text, "7 [1, 2] 9 (5, 6)");
    assert!(from_macros().eq([1, 2, 1, 2, 3, 4]));
}

mod elsewhere {
    use cogen::{yield_, yield_from};

    #[cogen::coroutine]
    pub(crate) fn imported() -> impl Iterator<Item = u32> {
        println!("{:?}", yield_!(1));
        cogen::yield_!(2);
        cogen::yield_from!([3]);
    }

    // Importing them is allowed, but not needed.
    #[allow(unused_imports)]
    use {yield_ as _, yield_from as _};
}

#[cogen::coroutine]
fn attributes_and_braces() -> impl Iterator<Item = i32> {
    #[cfg(any())]
    yield_!(1);
    #[cfg(not(any()))]
    yield_!(2);
    #[cfg(any())]
    yield_from!([3]);
    let _units = [
        #[cfg(any())]
        yield_!(4),
        yield_!(5),
    ];
    yield_! { 6 }
    _ = (yield_!(7), yield_from! { [8] });
    let nested = vec![Box::pin(co! { let () = yield!(9); })];
    yield_from!(nested.into_iter().flat_map(CoroutineExt::iterate));
    yield_from! { [10] }
}

#[test]
fn yields_take_attributes_and_braces() {
    assert!(attributes_and_braces().eq([2, 5, 6, 7, 8, 9, 10]));
}

#[test]
fn importing_the_macros_does_no_harm() {
    assert!(elsewhere::imported().eq([1, 2, 3]));
}

#[cogen::coroutine]
#[allow(clippy::unit_arg)]
fn temporaries() -> impl Iterator<Item = usize> {
    let lock = std::sync::Mutex::new(vec![1, 2]);
    yield_!(lock.lock().unwrap().len());
    assert!(lock.try_lock().is_ok());
    yield_!({
        lock.lock().unwrap().push(yield_!(7).into_len());
        lock.lock().unwrap().len()
    });
}

trait IntoLen {
    fn into_len(self) -> usize;
}

impl IntoLen for () {
    fn into_len(self) -> usize {
        0
    }
}

#[test]
fn temporaries_of_a_yielded_value_end_before_the_pause() {
    assert!(temporaries().eq([2, 7, 3]));
}

#[cogen::coroutine]
fn inner_futures_and_closures() -> impl Iterator<Item = u32> {
    let later = async { std::future::ready(1).await };
    let closure = |n: u32| n + 1;
    drop(later);
    yield_!(closure(1));
    let inner = Box::pin(co! { yield!(5); });
    yield_from!(inner);
    let lists: BTreeMap<u32, Vec<u32>> = (0..3).map(|n| (n, co_list(n))).collect();
    for (_, list) in lists {
        yield_from!(list);
    }
}

fn co_list(n: u32) -> Vec<u32> {
    Box::pin(co! { let () = yield!(n); }).iterate().collect()
}

#[test]
fn closures_futures_and_other_coroutines_may_stand_in_a_body() {
    assert!(inner_futures_and_closures().eq([2, 5, 0, 1, 2]));
}

#[test]
fn the_block_form_takes_every_spelling() {
    let base = String::from("base");
    let (yielded, returned) = count_into(co! {
        let a = yield!(1);
        let b = yield_!(a + 10);
        let c = yield b + 20;
        let d = Vec::from([yield![c], yield!{c}]);
        let nothing = yield_from!(nothing());
        if d[0] > 100 { return (0, String::new()) }
        (nothing + d[0] + d[1], base)
    });
    assert_eq!(yielded, [1, 11, 22, 3, 3]);
    assert_eq!(returned, (4 + 5, "base".to_owned()));
}

#[cogen::coroutine]
fn nothing() -> impl Coroutine<i32, Yield = i32, Return = i32> {
    0
}

#[test]
fn the_block_form_borrows_and_loops_for_ever() {
    let text = String::from("abc");
    let mut letters = pin!(co! {
        loop {
            for letter in text.chars() {
                let () = yield!(letter);
            }
        }
    });
    assert_eq!(letters.as_mut().iterate().take(5).collect::<String>(), "abcab");
    letters.close();
}

#[cogen::coroutine]
fn big_values() -> impl Iterator<Item = [u8; 256]> {
    for n in 0..3 {
        yield_!([n; 256]);
    }
}

#[test]
fn a_yielded_value_takes_no_room_in_the_frame() {
    let coroutine = co! {
        for n in 0..3u8 {
            let () = yield!([n; 256]);
        }
    };
    assert!(size_of_val(&coroutine) <= 16, "{}", size_of_val(&coroutine));
    assert!(big_values().map(|bytes| bytes[255]).eq([0, 1, 2]));
}

#[cogen::coroutine]
fn under_false_conditions() -> impl Iterator<Item = u32> {
    #[cfg(any())]
    {
        let _closure = || yield_!(1);
        break;
    }
    #[cfg_attr(all(), cfg(any()))]
    let block = async { yield_!(2) };
    match 1 {
        #[cfg(any())]
        2 => continue,
        _ => yield_!(3),
    }
}

#[test]
fn what_is_not_compiled_is_not_judged() {
    assert!(under_false_conditions().eq([3]));
}

macro_rules! until {
    ($name:ident, $label:lifetime, $value:expr, $body:block) => {
        #[cogen::coroutine]
        fn $name(end: u32) -> impl Iterator<Item = u32> {
            $label: loop {
                for number in 0.. {
                    if number == end {
                        break $label;
                    }
                    yield_!($value + number);
                }
            }
            $body
        }
    };
}

until!(with_fragments, 'outer, 1 + 1, {
    yield_!(9);
});

#[test]
fn fragments_of_other_macros_are_parts_of_a_body() {
    assert!(with_fragments(2).eq([2, 3, 9]));
}

#[cogen::coroutine]
#[rustfmt::skip]
#[allow(clippy::let_and_return)]
#[cfg_attr(all(), inline, cold)]
fn attributes_behind() -> impl Iterator<Item = u32> { yield_!(1); }

#[test]
fn other_attributes_may_stand_behind() {
    assert!(attributes_behind().eq([1]));
}

macro_rules! first_of {
    ($first:expr, $($rest:tt)*) => {
        $first
    };
}

#[cogen::coroutine]
fn among_odd_tokens() -> impl Iterator<Item = u32> {
    yield_!(first_of!(3, b c d));
    yield_!(first_of!(4, if else => "text", [1][2]));
    yield_!(first_of!(
        5,
        #[odd::attribute]
        name
    ));
}

#[test]
fn tokens_of_other_macros_may_be_anything() {
    assert!(among_odd_tokens().eq([3, 4, 5]));
}

#[cogen::coroutine]
fn beside_items_that_are_not_compiled() -> impl Iterator<Item = u32> {
    #[cfg(any())]
    fn inner() {
        yield_!(1);
    }
    struct Plain;
    impl Plain {
        #[cfg(any())]
        fn method() {
            yield_!(2);
        }
    }
    #[cfg(any())]
    const NUMBER: u32 = yield_!(3);
    yield_!(size_of::<Plain>() as u32);
}

#[test]
fn an_item_that_is_not_compiled_may_contain_a_yield() {
    assert!(beside_items_that_are_not_compiled().eq([0]));
}
