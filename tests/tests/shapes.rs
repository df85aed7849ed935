//! The table in the attribute's documentation: which shapes are `Send` and `Unpin`, and which
//! allocate.

use std::fs;
use std::marker::PhantomData;
use std::path::Path;
use std::rc::Rc;

use cogen::{
    AsyncCoroutine, BoxAsyncCoroutine, BoxCoroutine, Coroutine, SendBoxAsyncCoroutine,
    SendBoxCoroutine, co,
};
use cogen_tests::allocations::{Counting, counted};
use futures::Stream;
use futures::stream::{BoxStream, LocalBoxStream};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Whether a type is `Send` and `Unpin`: the methods with a bound take precedence over those of the
/// trait.
struct Is<T>(PhantomData<T>);

impl<T> Is<T> {
    fn of(_: &T) -> Self {
        Self(PhantomData)
    }
}

trait Otherwise {
    fn send(&self) -> bool {
        false
    }

    fn unpin(&self) -> bool {
        false
    }
}

impl<T> Otherwise for Is<T> {}

impl<T: Send> Is<T> {
    fn send(&self) -> bool {
        true
    }
}

impl<T: Unpin> Is<T> {
    fn unpin(&self) -> bool {
        true
    }
}

/// The value of an expression: whether it is `Send`, whether it is `Unpin`, and how many
/// allocations the expression makes.
#[derive(Clone, Copy)]
struct Properties {
    send: bool,
    unpin: bool,
    allocations: usize,
}

macro_rules! properties {
    ($call:expr) => {{
        let (allocations, value) = counted(|| $call);
        let is = Is::of(&value);
        Properties { send: is.send(), unpin: is.unpin(), allocations }
    }};
}

/// Returns the three cells of a shape whose body decides whether it is `Send`.
fn body_decides(of_number: Properties, of_rc: Properties) -> String {
    assert!(of_number.send && !of_rc.send);
    cells("if the body is", of_number)
}

/// Returns the three cells of a shape that is always or never `Send`.
fn type_decides(found: Properties) -> String {
    cells(if found.send { "yes" } else { "no" }, found)
}

fn cells(send: &str, found: Properties) -> String {
    let unpin = if found.unpin { "yes" } else { "no" };
    let heap = match found.allocations {
        0 => "none",
        1 => "one box, at the call",
        2 => "two boxes, at the call",
        more => panic!("{more} allocations"),
    };
    format!("{send} | {unpin} | {heap}")
}

/// Turns the cells of a shape into those of a shape that also allocates at the first `next`.
fn at_next(cells: String, mut iterator: impl Iterator) -> String {
    assert_eq!(properties!(iterator.next()).allocations, 1);
    assert_eq!(properties!(iterator.next()).allocations, 0);
    match cells.strip_suffix("none") {
        Some(cells) => format!("{cells}one box, at the first `next`"),
        None => cells.replace(", at the call", ", another at the first `next`"),
    }
}

/// A function of each shape, whose body holds `T` across its yield.
macro_rules! shapes {
    ($($(#[$attribute:meta])* $name:ident($held:ty) -> $returned:ty;)*) => {$(
        $(#[$attribute])*
        fn $name(held: $held) -> $returned {
            yield_!(1);
            let _ = &held;
        }
    )*};
}

shapes! {
    #[cogen::coroutine] coroutine(u32) -> impl Coroutine<(), Yield = u32>;
    #[cogen::coroutine] coroutine_of_rc(Rc<u32>) -> impl Coroutine<(), Yield = u32>;
    #[cogen::coroutine] iterator(u32) -> impl Iterator<Item = u32>;
    #[cogen::coroutine] iterator_of_rc(Rc<u32>) -> impl Iterator<Item = u32>;
    #[cogen::coroutine] boxed(u32) -> BoxCoroutine<'static, (), u32>;
    #[cogen::coroutine] boxed_send(u32) -> SendBoxCoroutine<'static, (), u32>;
    #[cogen::coroutine] boxed_iterator(u32) -> Box<dyn Iterator<Item = u32>>;
    #[cogen::coroutine] boxed_iterator_send(u32) -> Box<dyn Iterator<Item = u32> + Send>;
    #[cogen::coroutine] async_coroutine(u32) -> impl AsyncCoroutine<(), Yield = u32>;
    #[cogen::coroutine] async_coroutine_of_rc(Rc<u32>) -> impl AsyncCoroutine<(), Yield = u32>;
    #[cogen::coroutine] boxed_async(u32) -> BoxAsyncCoroutine<'static, (), u32>;
    #[cogen::coroutine] boxed_async_send(u32) -> SendBoxAsyncCoroutine<'static, (), u32>;
    #[cogen::coroutine] stream(u32) -> impl Stream<Item = u32>;
    #[cogen::coroutine] stream_of_rc(Rc<u32>) -> impl Stream<Item = u32>;
    #[cogen::coroutine] stream_unpin(u32) -> impl Stream<Item = u32> + Unpin;
    #[cogen::coroutine] stream_unpin_of_rc(Rc<u32>) -> impl Stream<Item = u32> + Unpin;
    #[cogen::coroutine] boxed_stream(u32) -> LocalBoxStream<'static, u32>;
    #[cogen::coroutine] boxed_stream_send(u32) -> BoxStream<'static, u32>;
    #[cogen::coroutine(struct = Named)] named(u32) -> impl Coroutine<(), Yield = u32>;
    #[cogen::coroutine(struct = NamedSend, send)]
    named_send(u32) -> impl Coroutine<(), Yield = u32>;
    #[cogen::coroutine(struct = Items, send)] named_iterator(u32) -> impl Iterator<Item = u32>;
    #[cogen::coroutine(struct = Parts, send)] named_stream(u32) -> impl Stream<Item = u32>;
    #[cogen::coroutine(priming)] primed(u32) -> impl Coroutine<(), Yield = u32>;
    #[cogen::coroutine(priming)] primed_of_rc(Rc<u32>) -> impl Coroutine<(), Yield = u32>;
}

#[cogen::coroutine]
fn delegating(depth: u32) -> Box<dyn Iterator<Item = u32>> {
    yield_from!([depth]);
}

#[cogen::coroutine]
fn recursive(depth: u32) -> impl Iterator<Item = u32> {
    if depth > 0 {
        yield_from!(recursive(depth - 1));
    }
    yield_!(depth);
}

#[cogen::coroutine]
fn recursive_send(depth: u32) -> impl Iterator<Item = u32> + Send {
    if depth > 0 {
        yield_from!(recursive_send(depth - 1));
    }
    yield_!(depth);
}

/// The blocks are in functions, because the compiler decides later about blocks in the same
/// function.
macro_rules! blocks {
    ($($name:ident -> $returned:ty { $($word:tt)* })*) => {$(
        fn $name<T>(held: T) -> $returned {
            co! { $($word)*
                yield!(1);
                drop(held);
            }
        }
    )*};
}

blocks! {
    block -> impl Coroutine<(), Yield = u32> {}
    gen_block -> impl Iterator<Item = u32> { gen }
    async_block -> impl AsyncCoroutine<(), Yield = u32> { async }
    async_gen_block -> impl Stream<Item = u32> { async gen }
}

/// Returns the rows of the table in the attribute's documentation: the shapes, and the other cells.
fn table() -> Vec<(Vec<String>, String)> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src/macros.rs");
    let text = fs::read_to_string(file).unwrap();
    let section = text.split("/// # `Send`, `Unpin` and allocations").nth(1).unwrap();
    let section = section.split("/// # ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("/// | `"));
    rows.map(|row| {
        let (shapes, cells) = row.strip_suffix(" |").unwrap().split_once(" | ").unwrap();
        let shapes = format!("`{shapes}").split(" or ").map(str::to_owned).collect();
        (shapes, cells.to_owned())
    })
    .filter(|(shapes, _): &(Vec<String>, _)| shapes != &["`Send`"])
    .collect()
}

#[test]
fn each_shape_is_what_the_table_says() {
    let shared = Rc::new(1);
    let rc = || Rc::clone(&shared);
    let found = [
        (
            "`impl Coroutine<…>`",
            body_decides(properties!(coroutine(1)), properties!(coroutine_of_rc(rc()))),
        ),
        ("`co! { … }`", body_decides(properties!(block(1)), properties!(block(rc())))),
        (
            "`impl Iterator<…>`",
            at_next(
                body_decides(properties!(iterator(1)), properties!(iterator_of_rc(rc()))),
                iterator(1),
            ),
        ),
        (
            "`co! { gen … }`",
            at_next(
                body_decides(properties!(gen_block(1)), properties!(gen_block(rc()))),
                gen_block(1),
            ),
        ),
        ("`impl Iterator<…>`, recursive", type_decides(properties!(recursive(1)))),
        ("`impl Iterator<…> + Send`, recursive", type_decides(properties!(recursive_send(1)))),
        ("`BoxCoroutine<…>`", type_decides(properties!(boxed(1)))),
        ("`Box<dyn Iterator<…>>`", type_decides(properties!(boxed_iterator(1)))),
        (
            "`Box<dyn Iterator<…>>`, delegating",
            at_next(type_decides(properties!(delegating(1))), delegating(1)),
        ),
        ("`SendBoxCoroutine<…>`", type_decides(properties!(boxed_send(1)))),
        ("`Box<dyn Iterator<…> + Send>`", type_decides(properties!(boxed_iterator_send(1)))),
        (
            "`impl AsyncCoroutine<…>`",
            body_decides(properties!(async_coroutine(1)), properties!(async_coroutine_of_rc(rc()))),
        ),
        (
            "`co! { async … }`",
            body_decides(properties!(async_block(1)), properties!(async_block(rc()))),
        ),
        ("`impl Stream<…>`", body_decides(properties!(stream(1)), properties!(stream_of_rc(rc())))),
        (
            "`co! { async gen … }`",
            body_decides(properties!(async_gen_block(1)), properties!(async_gen_block(rc()))),
        ),
        (
            "`impl Stream<…> + Unpin`",
            body_decides(properties!(stream_unpin(1)), properties!(stream_unpin_of_rc(rc()))),
        ),
        ("`BoxAsyncCoroutine<…>`", type_decides(properties!(boxed_async(1)))),
        ("`LocalBoxStream<…>`", type_decides(properties!(boxed_stream(1)))),
        ("`SendBoxAsyncCoroutine<…>`", type_decides(properties!(boxed_async_send(1)))),
        ("`BoxStream<…>`", type_decides(properties!(boxed_stream_send(1)))),
        ("`struct = Name`, `impl Coroutine<…>`", type_decides(properties!(named(1)))),
        ("`struct = Name, send`, `impl Coroutine<…>`", type_decides(properties!(named_send(1)))),
        ("`struct = Name, send`, `impl Stream<…>`", type_decides(properties!(named_stream(1)))),
        (
            "`struct = Name, send`, `impl Iterator<…>`",
            at_next(type_decides(properties!(named_iterator(1))), named_iterator(1)),
        ),
        (
            "`priming`, `impl Coroutine<…>`",
            body_decides(properties!(primed(1)), properties!(primed_of_rc(rc()))),
        ),
    ];
    let table = table();
    assert_eq!(table.iter().map(|(shapes, _)| shapes.len()).sum::<usize>(), found.len());
    for (shape, cells) in found {
        let (_, expected) = table
            .iter()
            .find(|(shapes, _)| shapes.iter().any(|listed| listed == shape))
            .unwrap_or_else(|| panic!("{shape} is not in the table"));
        assert_eq!(*expected, cells, "{shape}");
    }
}
