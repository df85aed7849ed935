// The index of a place is lost while the body is suspended, in any `async` block: a bug of rustc
// before 1.99.
use cogen::{AsyncCoroutine, Coroutine};

#[cogen::coroutine]
fn of_index(grid: [[u64; 2]; 4], row: usize) -> impl Coroutine<usize, Yield = (), Return = u64> {
    grid[row][yield_!()]
}

#[cogen::coroutine]
fn of_guard(list: &[u64], at: usize) -> impl Coroutine<bool, Yield = u64, Return = u64> {
    match list[at] {
        value if yield_!(value) => value,
        other => other + 1,
    }
}

struct Grid {
    rows: Box<[(u64, [u64; 2])]>,
}

#[cogen::coroutine]
fn of_parts(grid: Grid, row: usize) -> impl Coroutine<usize, Yield = (), Return = u64> {
    ((grid.rows[row]).1)[usize::max(dbg!(yield_!()), 1)]
}

#[cogen::coroutine]
fn of_delegation(mut grid: [&mut [u64; 2]; 4], row: usize) -> impl Coroutine<(), Yield = usize> {
    (*grid[row])[{
        yield_from!(0..3);
        1
    }] += 1;
}

#[cogen::coroutine]
fn of_await(grid: [[u64; 2]; 4], row: usize) -> impl AsyncCoroutine<(), Yield = u64> {
    yield_!(grid[row][std::future::ready(1).await]);
}

#[cogen::coroutine]
fn of_macros_of_std(
    list: [[u64; 2]; 4],
    at: usize,
) -> impl Coroutine<usize, Yield = (), Return = bool> {
    println!("{}: {value}", 1, value = list[at][yield_!()]);
    let _ = vec![list[at][yield_!()]; 2];
    std::matches!(list[at], [value, _] if value == yield_!() as u64)
}

// It can only be supposed that the tokens are an index.
#[cogen::coroutine]
fn of_other_macros(
    list: [[u64; 2]; 4],
    at: usize,
) -> impl Coroutine<usize, Yield = (), Return = u64> {
    list[at][same!(yield_!())]
}

macro_rules! same {
    ($value:expr) => {
        $value
    };
}
use same;

macro_rules! ask {
    () => {
        yield_!()
    };
}

macro_rules! first {
    ($grid:ident, $row:ident) => {
        $grid[$row]
    };
}

#[cogen::coroutine]
fn of_a_macro(mut grid: [[u64; 2]; 4], row: usize) -> impl Coroutine<usize, Yield = ()> {
    grid[row][ask!()] = 5;
}

#[cogen::coroutine]
fn of_a_guard_in_a_macro(list: [u64; 4], at: usize) -> impl Coroutine<bool, Yield = ()> {
    match list[at] {
        0 if ask!() => {}
        _ => {}
    }
}

#[cogen::coroutine]
fn of_a_raw_name(grid: [[u64; 2]; 4], row: usize) -> impl Coroutine<usize, Yield = ()> {
    let _element = grid[row][r#yield_!()];
}

#[cogen::coroutine]
fn of_a_place_in_a_macro(grid: [[u64; 2]; 4], row: usize) -> impl Coroutine<usize, Yield = ()> {
    let _element = first!(grid, row)[yield_!()];
}

#[cogen::coroutine]
fn of_join(grid: [[u64; 2]; 4], row: usize) -> impl AsyncCoroutine<(), Yield = u64> {
    yield_!(grid[row][futures::join!(std::future::ready(1)).0]);
}

#[cogen::coroutine]
fn of_another_path_to_std(grid: [[u64; 2]; 4], row: usize) -> impl Coroutine<usize, Yield = ()> {
    let _element = grid[row][::std::dbg!(yield_!())];
}

use std::matches as is;

#[cogen::coroutine]
fn among_the_tokens_of_other_macros(
    grid: [[u64; 2]; 4],
    row: usize,
) -> impl Coroutine<usize, Yield = ()> {
    let _element = same!(grid[row][yield_!()]);
    let _pinned = std::pin::pin!(grid[row][yield_!()]);
    let _text = format_args!("{}", grid[row][yield_!()]).to_string();
    let _found = is!(grid[row], [value, _] if value == yield_!() as u64);
    let _matched = same!(match grid[row] {
        [value, _] if yield_!() == 1 => value,
        _ => 0,
    });
    same! {{ let _nested = grid[row][yield_!()]; }}
}

macro_rules! map {
    ($($key:expr => $value:expr),*) => { [$(($key, $value)),*] };
}

// What the tokens are, nobody knows. `!=` is no macro's, nor is `match` on a reference.
#[cogen::coroutine]
fn among_tokens_that_are_no_expressions(
    grid: [[u64; 2]; 4],
    row: usize,
) -> impl Coroutine<usize, Yield = ()> {
    let _map = map!(1 => grid[row][yield_!()]);
    let _field = map!(1 => (grid[row]).map(|x| x)[yield_!()]);
    let _guard = map!(1 => match grid[row] {
        [value, _] if value == 1 && yield_!() == 1 => value,
        _ => 0,
    });
    let _fine = map!(1 => match grid[row][0] { value if value != 1 => value, _ => 0 });
}

// The whole body is tokens then.
#[cogen::coroutine]
fn beside_what_syn_does_not_know(
    grid: [[u64; 2]; 4],
    row: usize,
) -> impl Coroutine<usize, Yield = (), Return = u64> {
    #[cfg(false)]
    pub impl X for Y {}
    grid[row][yield_!()]
}

fn main() {}
