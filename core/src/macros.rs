//! The macros as users see them. `cogen-macros` implements them.

/// Turns a function into a coroutine.
///
/// Calling the function doesn't run its body yet. It stores the arguments in a state machine, which
/// the methods of [`CoroutineExt`](crate::CoroutineExt) run. These have a meaning in the body:
///
/// - `yield_!(value)` yields `value` and suspends the coroutine. The expression evaluates to the
///   value that the caller sends next. `yield_!()` yields `()`. The temporaries of `value` are
///   dropped before the coroutine is suspended.
/// - [`yield_from!(other)`](crate::yield_from) runs another coroutine, or an iterator, to its end.
///   The values that `other` yields go to the caller. The expression evaluates to the return value
///   of `other`.
/// - `.await` waits for a future, if the return type says that the coroutine is async.
/// - `return` and `?` complete the coroutine with its return value. In an iterator or a stream, `?`
///   yields the error as the last item.
///
/// The attribute defines the two macros in the body, so you don't import them. New readers begin
/// with the [first steps](crate::guide::first_steps) of the guide. Python: a function that contains
/// `yield` (PEP 255, 342 and 525).
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
/// use std::pin::pin;
///
/// struct Parser<'a>(&'a str);
///
/// impl Parser<'_> {
///     /// Yields the words, and returns how many there were.
///     #[cogen::coroutine]
///     fn words(&self) -> impl Coroutine<(), Yield = &str, Return = usize> {
///         let mut count = 0;
///         for word in self.0.split_whitespace() {
///             yield_!(word);
///             count += 1;
///         }
///         count
///     }
/// }
///
/// let parser = Parser("to be");
/// let mut words = pin!(parser.words());
/// assert_eq!(words.start(), Yielded("to"));
/// assert_eq!(words.send(()), Yielded("be"));
/// assert_eq!(words.send(()), Complete(2));
/// ```
///
/// As an iterator:
///
/// ```
/// #[cogen::coroutine]
/// fn fibonacci() -> impl Iterator<Item = u64> {
///     let (mut a, mut b) = (0, 1);
///     loop {
///         yield_!(a);
///         (a, b) = (b, a + b);
///     }
/// }
///
/// assert!(fibonacci().take(6).eq([0, 1, 1, 2, 3, 5]));
/// ```
///
/// As a stream:
///
/// ```
/// use futures::stream::{Stream, StreamExt};
/// # async fn fetch(page: u32) -> Vec<u32> { if page < 3 { vec![page; 2] } else { vec![] } }
///
/// #[cogen::coroutine]
/// fn entries() -> impl Stream<Item = u32> {
///     for page in 1.. {
///         let entries = fetch(page).await;
///         if entries.is_empty() {
///             return;
///         }
///         for entry in entries {
///             yield_!(entry);
///         }
///     }
/// }
///
/// # futures::executor::block_on(async {
/// assert_eq!(entries().collect::<Vec<_>>().await, [1, 1, 2, 2]);
/// # });
/// ```
///
/// # The return type
///
/// The caller gets the type that you write. A missing `Yield` or `Return` is `()`.
///
/// - `impl Coroutine<R, Yield = Y, Return = T>`: the state machine itself, without a box. It is
///   sent values of type `R`, yields `Y` and returns `T`. It has to be pinned:
///   `let mut c = pin!(function())`, or `Box::pin(function())`. Bounds such as `+ Send` and `+ 'a`
///   are allowed.
/// - `impl Iterator<Item = Y>`: a fused iterator. It needs no pin, because it owns a box. The
///   function may call itself: the cost per item doesn't grow with the depth of the recursion. See
///   [Recursion](crate::guide::delegation#recursion).
/// - [`BoxCoroutine<'a, R, Y, T>`](crate::BoxCoroutine) or
///   [`SendBoxCoroutine`](crate::SendBoxCoroutine): a boxed coroutine, whose type can be written
///   down. Use it for a recursive coroutine.
/// - `impl AsyncCoroutine<R, Yield = Y, Return = T>`: the state machine itself. Its body may
///   `.await`, and each resume is a future: see [`AsyncCoroutine`](crate::AsyncCoroutine).
/// - `impl Stream<Item = Y>`: a fused stream of `futures-core`. Its body may `.await`. It has to be
///   pinned. With `+ Unpin` it is in a box and needs no pin.
/// - Another box: [`BoxAsyncCoroutine`](crate::BoxAsyncCoroutine), `BoxStream` or `LocalBoxStream`
///   of the futures crates, or a type such as `Box<dyn Iterator<Item = Y> + 'a>`,
///   `Pin<Box<dyn Stream<Item = Y> + Send + 'a>>` and
///   `Pin<Box<dyn Coroutine<R, Yield = Y> + Send + Sync + 'a>>`. It may also be an alias of such a
///   type: see the options `iterator`, `stream` and `async`.
///
/// `impl Coroutine` and `impl AsyncCoroutine` may add `+ IntoFuture<Output = T>`. If nothing is
/// sent to the coroutine, it can then be awaited: see [`CoroutineFuture`](crate::CoroutineFuture).
///
/// In an iterator or a stream, a `?` at an `Err` or a `None` ends the iteration. If the items are
/// `Result`s, the error is the last item. If they are `Option`s, `None` is the last item. See
/// [Errors](crate::guide::errors).
///
/// # `Send`, `Unpin` and allocations
///
/// | written | `Send` | `Unpin` | heap |
/// |---|---|---|---|
/// | `impl Coroutine<…>` or `co! { … }` | if the body is | no | none |
/// | `impl Iterator<…>` or `co! { gen … }` | if the body is | yes | one box, at the first `next` |
/// | `impl Iterator<…>`, recursive | no | yes | one box, at the call |
/// | `impl Iterator<…> + Send`, recursive | yes | yes | one box, at the call |
/// | `BoxCoroutine<…>` | no | yes | one box, at the call |
/// | `SendBoxCoroutine<…>` | yes | yes | one box, at the call |
/// | `Box<dyn Iterator<…>>` | no | yes | two boxes, at the call |
/// | `Box<dyn Iterator<…> + Send>` | yes | yes | two boxes, at the call |
/// | `Box<dyn Iterator<…>>`, delegating | no | yes | one box, another at the first `next` |
/// | `impl AsyncCoroutine<…>` or `co! { async … }` | if the body is | no | none |
/// | `impl Stream<…>` or `co! { async gen … }` | if the body is | no | none |
/// | `impl Stream<…> + Unpin` | if the body is | yes | one box, at the call |
/// | `BoxAsyncCoroutine<…>` or `LocalBoxStream<…>` | no | yes | one box, at the call |
/// | `SendBoxAsyncCoroutine<…>` or `BoxStream<…>` | yes | yes | one box, at the call |
/// | `struct = Name`, `impl Coroutine<…>` | no | no | none |
/// | `struct = Name, send`, `impl Coroutine<…>` | yes | no | none |
/// | `struct = Name, send`, `impl Stream<…>` | yes | no | none |
/// | `struct = Name, send`, `impl Iterator<…>` | yes | yes | one box, at the first `next` |
/// | `priming`, `impl Coroutine<…>` | if the body is | yes | one box, at the call |
///
/// A body is `Send` if everything that it holds across a yield is `Send`. `Sync` works in the same
/// way: it follows from the body, from `+ Sync` in the type of a box, or from the option `sync`.
///
/// # Options
///
/// | option | meaning |
/// |---|---|
/// | `priming` | The function starts the coroutine and returns it in a box, ready for `send`: see [`Primed`](crate::Primed). |
/// | `struct = Name` | The attribute also defines a struct, which the function returns: see [below](#a-struct-with-a-name). |
/// | `send`, `sync` | The struct is `Send`, or `Sync`. The compiler checks that the body is `Send`, or `Sync`. |
/// | `size = N` | The struct has room for a body of `N` bytes. Generic functions need it: see [below](#generic-functions). |
/// | `align = N` | The struct of a function with `size` has an alignment of `N` bytes. |
/// | `fingerprint = NAME` | The attribute also defines a constant, which changes with the code: see [`Fingerprint`](crate::Fingerprint) and [`replay`](crate::replay). |
/// | `iterator` | The return type is an alias of a boxed iterator. Only a body with `?` needs this option. |
/// | `stream` | The return type is an alias of a boxed stream. |
/// | `async` | The return type is an alias of a boxed async coroutine. |
/// | `crate = path` | The expansion refers to `cogen` as `path`. Crates that re-export `cogen` need this. |
///
/// The constant of `fingerprint` has the visibility of the function. In an `impl` it is an
/// associated constant. The options `iterator`, `stream` and `async` are for your own aliases. The
/// attribute recognises `BoxStream`, `LocalBoxStream` and the aliases of this crate by their names.
/// An alias of a `BoxCoroutine` needs no option.
///
/// # Other attributes
///
/// Put other attribute macros above this one. They receive the function as you wrote it. An
/// attribute macro below this one receives the expanded function, which only creates and returns
/// the coroutine. On a statement or an expression of the body, attribute macros are an error.
///
/// `tracing::instrument` is wrong in both places: see
/// [Troubleshooting](crate::guide::troubleshooting#other-attributes-and-tracing).
///
/// # Async bodies
///
/// Async coroutines and streams need no box and no particular executor. A future that the body
/// awaits is polled with the context of the task that polls the coroutine.
///
/// Macros of other crates may expand to an `.await`, as `join!` and `select!` do. The futures in
/// them are polled with a waker of this crate, which wakes the same task. In
/// `yield_from!(async { join!(…) })` they are polled with the context of the task.
///
/// The function itself is not an `async fn`. The call returns at once.
///
/// # A struct with a name
///
/// With `struct = Name` the state machine has a type that you can write down: for a field, an
/// element of an array, an associated type, a static. The struct of a coroutine or a stream needs
/// no box, and has the size and the alignment of the state machine.
/// [`PinSliceExt`](crate::PinSliceExt) returns pinned references to the elements of a pinned array,
/// and [`pin_static`](crate::pin_static) one to the contents of a static.
///
/// - All lifetimes of the function need names, and are parameters of the struct:
///   `struct = Words<'a>`. If the function is generic, its type and const parameters are parameters
///   of the struct, too, and the struct needs a `size`: see [below](#generic-functions).
/// - The struct is as visible as the function. `struct = pub Name` sets another visibility. In the
///   `impl` of a trait, where functions have no visibility of their own, the struct is private
///   without it: a public type needs `pub`.
/// - The struct is neither `Send` nor `Sync`, unless you write the options `send` and `sync`. With
///   `send`, the struct of a generic function is `Send` for every `T` that the bounds allow. If the
///   body holds a `T`, write the bound `T: Send`.
/// - The struct of a method is defined next to the `impl`. Put the attribute on the `impl`, too,
///   without options. The `impl` may be that of a trait.
/// - A recursive body may hold a box with its own struct. This needs no `dyn`.
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
///
/// struct Text(String);
///
/// #[cogen::coroutine]
/// impl Text {
///     #[cogen::coroutine(struct = Words<'a>, send)]
///     fn words<'a>(&'a self) -> impl Coroutine<(), Yield = &'a str> {
///         for word in self.0.split_whitespace() {
///             yield_!(word);
///         }
///     }
/// }
///
/// struct Reader<'a> {
///     words: std::pin::Pin<Box<Words<'a>>>, // without the box: see the next example
/// }
///
/// let text = Text("to be".to_owned());
/// let mut reader = Reader { words: Box::pin(text.words()) };
/// assert_eq!(reader.words.start(), Yielded("to"));
/// assert_eq!(format!("{:?}", reader.words), "Words { status: Suspended, .. }");
/// ```
///
/// A field without a box is pinned with the struct that contains it. With the crate [`pin-project`]
/// this needs no `unsafe`:
///
/// ```
/// use cogen::{Coroutine, CoroutineExt, CoroutineState::*};
/// use std::pin::{Pin, pin};
///
/// #[cogen::coroutine(struct = Averager)]
/// fn averager() -> impl Coroutine<f64, Yield = f64> {
///     let (mut total, mut average) = (0.0, 0.0);
///     for count in 1.. {
///         total += yield_!(average);
///         average = total / f64::from(count);
///     }
/// }
///
/// #[pin_project::pin_project]
/// struct Meter {
///     #[pin]
///     averager: Averager,
///     readings: u32,
/// }
///
/// impl Meter {
///     fn read(self: Pin<&mut Self>, value: f64) -> f64 {
///         let mut this = self.project();
///         if *this.readings == 0 {
///             this.averager.start();
///         }
///         *this.readings += 1;
///         match this.averager.send(value) {
///             Yielded(average) => average,
///             Complete(()) => unreachable!("there is always a next number"),
///         }
///     }
/// }
///
/// let mut meter = pin!(Meter { averager: averager(), readings: 0 });
/// assert_eq!(meter.as_mut().read(1.0), 1.0);
/// assert_eq!(meter.as_mut().read(2.0), 1.5);
/// ```
///
/// [`pin-project`]: https://docs.rs/pin-project
///
/// ## Generic functions
///
/// On stable Rust, the size of a struct can't be computed from the size of a generic body. The
/// struct of a generic function therefore has a fixed capacity, which is the same for all type
/// parameters. The option `size` sets it in bytes:
///
/// ```
/// pub struct Tree<T> {
///     value: T,
///     children: Vec<Tree<T>>,
/// }
///
/// #[cogen::coroutine]
/// impl<'a, T> IntoIterator for &'a Tree<T> {
///     type Item = &'a T;
///     type IntoIter = Walk<'a, T>;
///
///     #[cogen::coroutine(struct = pub Walk<'a, T>, size = 128)]
///     fn into_iter(self) -> impl Iterator<Item = Self::Item> {
///         let mut left = vec![self];
///         while let Some(tree) = left.pop() {
///             yield_!(&tree.value);
///             left.extend(&tree.children);
///         }
///     }
/// }
///
/// let leaf = |value| Tree { value, children: Vec::new() };
/// let tree = Tree { value: 1, children: vec![leaf(3), leaf(2)] };
/// assert!(tree.into_iter().eq(&[1, 2, 3]));
/// ```
///
/// - If the body is larger for some types, the compiler reports it: "this coroutine takes 168 bytes
///   here, and its struct has room for 128: write `size = 168`, or more". `cargo build` finds this,
///   `cargo check` doesn't. The number depends on the target and on the version of the compiler, so
///   leave some room.
/// - `size` is a constant expression, or the name of a const parameter: `size = SIZE`.
/// - The alignment of the struct is that of `u128`, which is enough for all primitive types.
///   `align = N` sets another one: a greater one if the compiler reports that the body needs it, or
///   a smaller one to save space.
/// - Write a type parameter instead of an argument of type `impl Trait`.
/// - On a function that isn't generic, `size` keeps the size of the struct constant when you change
///   the body.
///
/// # Arguments
///
/// All arguments live until the coroutine ends, even those that the body doesn't use, as in an
/// `async fn`. They are dropped after the locals of the body, the last argument first. The order is
/// the same if the body never ran. (The future of an `async fn` that never ran drops the first
/// argument first.)
///
/// # Indices
///
/// The attribute rejects these two expressions, which rustc before 1.99 compiles wrongly: rustc
/// loses the value of `row`, or of `at`, while the body is suspended. (`async` blocks have the same
/// bug.)
///
/// - `grid[row][yield_!()]`. Store the value of the yield in a local first.
/// - `match list[at] { x if yield_!() => … }`. Match on `&list[at]`.
///
/// The attribute can't see such an index in the expansion of another macro.
///
/// # Spelling
///
/// `coroutine` alone is the name of an unstable attribute of the language, so write the path, or
/// import the attribute under another name: `use cogen::coroutine as co_fn;`. `yield` is a keyword,
/// and the parser rejects `yield!(…)` before an attribute sees it. That is why the macro is called
/// `yield_!`.
///
/// The attribute also accepts the keyword forms `yield value` and `value.yield`, but the compiler
/// rejects them until the language has stable `yield` expressions. In [`co!`](crate::co) they
/// compile today.
pub use cogen_macros::coroutine;

/// Creates a coroutine in the middle of a function, as `async move { … }` creates a future.
///
/// The coroutine captures by move. The statements may contain everything that the body of a
/// function under [`#[cogen::coroutine]`](macro@crate::coroutine) may contain. A yield is written
/// `yield!(x)`, `yield_!(x)`, `yield x` or `x.yield`. The last form has the precedence of `.await`.
///
/// # The forms
///
/// | you write | you get |
/// |---|---|
/// | `co! { statements }` | a [`Coroutine`](crate::Coroutine) |
/// | `co! { async statements }` | an [`AsyncCoroutine`](crate::AsyncCoroutine), which may `.await` |
/// | `co! { gen statements }` | an iterator, which needs no pin |
/// | `co! { async gen statements }` | a `Stream`, which may `.await` |
/// | `co! { -> impl Coroutine<R, Yield = Y, Return = T> { statements } }` | any of the four, as the type says: see [below](#types) |
///
/// An iterator needs the feature `alloc`, because it owns one box. In an iterator and a stream, `?`
/// ends the iteration with the error as the last item: see [Errors](crate::guide::errors). The page
/// of the [attribute](macro@crate::coroutine#send-unpin-and-allocations) says which of the four are
/// `Send` and `Unpin`.
///
/// `async` and `gen` may also begin an ordinary statement. `co! { async { … } }` is a coroutine
/// that returns a future, and in `co! { gen.next() }` or `co! { gen(1) }`, `gen` is the name of a
/// variable or a function. If the first statement of an iterator or an async coroutine begins with
/// a bracket or an operator, put a semicolon after the word: `co! { gen; (a, b) = (b, a); … }`.
///
/// # Types
///
/// The compiler infers the types from the statements and from the context. If no statement uses the
/// value of a yield, nothing is sent: `R` is `()`. A `yield_from!` counts as a use, and so does a
/// macro that may expand to a yield. If there is no yield at all, `R` is inferred from the context.
///
/// If the compiler can't infer the types, write them after `->`. A missing `Yield` or `Return` is
/// `()`, and `_` is inferred:
///
/// ```
/// use cogen::{CoroutineExt, CoroutineState::*, co};
/// use std::pin::pin;
///
/// let mut echo = pin!(co! { -> impl Coroutine<u32, Yield = String> {
///     let number = yield!(String::new());
///     yield!(number.to_string());
/// } });
/// echo.start();
/// assert_eq!(echo.send(7), Yielded("7".to_owned()));
/// ```
///
/// # Examples
///
/// ```
/// use cogen::{CoroutineExt, CoroutineState::*, co};
/// use std::pin::pin;
///
/// let greeting = String::from("hello");
/// let mut talk = pin!(co! {
///     let name: &str = yield!(greeting.clone());
///     yield!(format!("{greeting}, {name}"));
///     greeting.len()
/// });
/// assert_eq!(talk.start(), Yielded("hello".to_owned()));
/// assert_eq!(talk.send("world"), Yielded("hello, world".to_owned()));
/// assert_eq!(talk.send(""), Complete(5));
/// ```
///
/// An async coroutine:
///
/// ```
/// use cogen::{AsyncCoroutineExt, CoroutineState::*, co};
/// use std::pin::pin;
/// # async fn look_up(name: &str) -> u32 { name.len() as u32 }
///
/// # futures::executor::block_on(async {
/// let mut numbers = pin!(co! { async
///     let mut name: &str = yield!(0);
///     loop {
///         name = yield!(look_up(name).await);
///     }
/// });
/// numbers.start().await;
/// assert_eq!(numbers.send("me").await, Yielded(2));
/// # });
/// ```
///
/// An iterator, in a loop:
///
/// ```
/// use cogen::co;
///
/// let mut sum = 0;
/// for number in co! { gen
///     for n in 1..4 {
///         yield!(n);
///         yield!(10 * n);
///     }
/// } {
///     sum += number;
/// }
/// assert_eq!(sum, 66);
/// ```
///
/// A stream:
///
/// ```
/// use cogen::co;
/// use futures::StreamExt;
/// use std::pin::pin;
/// # async fn look_up(name: &str) -> usize { name.len() }
///
/// # futures::executor::block_on(async {
/// let mut lengths = pin!(co! { async gen
///     for name in ["a", "bc"] {
///         yield!(look_up(name).await);
///     }
/// });
/// assert_eq!(lengths.next().await, Some(1));
/// assert_eq!(lengths.next().await, Some(2));
/// # });
/// ```
#[doc(alias = "gen")]
#[doc(alias = "stream!")]
#[doc(alias = "try_stream")]
#[doc(alias = "try_stream!")]
#[macro_export]
macro_rules! co {
    ($($body:tt)*) => {
        $crate::__private::co! { $crate; $($body)* }
    };
}

/// Yields a value and suspends the coroutine. The expression evaluates to the value that the caller
/// sends next.
///
/// It works in a function under [`#[cogen::coroutine]`](macro@crate::coroutine) and in
/// [`co!`](crate::co). You don't import it there. It works nowhere else, and not in a closure or an
/// `async` block in such a body. Python: `yield value` (PEP 342).
///
/// # Examples
///
/// ```
/// #[cogen::coroutine]
/// fn countdown(from: u32) -> impl Iterator<Item = u32> {
///     for n in (1..=from).rev() {
///         yield_!(n);
///     }
/// }
///
/// assert!(countdown(3).eq([3, 2, 1]));
/// ```
#[doc(alias = "yield")]
#[macro_export]
macro_rules! yield_ {
    ($($value:tt)*) => {
        $crate::__outside!(yield_ $($value)*)
    };
}

/// Delegates to another coroutine, or to an iterator, until its end.
///
/// The expression evaluates to the return value of the other coroutine. The values that the other
/// coroutine yields go to the caller of the outer coroutine. The values and errors that the caller
/// sends go to the other coroutine. If the outer coroutine is closed, the other one is closed
/// first. Like [`yield_!`](crate::yield_), the macro is not imported. Its argument is
///
/// - a coroutine that is sent and yields the same types: by value, or as `Pin<&mut _>`,
///   `Pin<Box<_>>` and so on.
/// - an iterator whose items have the yielded type. An iterator would lose the values that are
///   sent, so the outer coroutine must be sent `()` or `Result<(), E>`. If it is sent
///   `Result<(), E>`, the expression evaluates to a `Result<(), E>`: an `Err` that is sent ends the
///   delegation.
///
/// In an async coroutine or a stream it may also be
///
/// - an [`AsyncCoroutine`](crate::AsyncCoroutine) that is sent and yields the same types,
/// - a stream, with the same rules as for an iterator,
/// - a future, which yields nothing. The expression evaluates to its output.
///
/// A type that is both a stream and an iterator, such as `FuturesUnordered`, is a stream in an
/// async body, and an iterator in any other body.
///
/// # A coroutine that has started
///
/// `yield_from!(coroutine, value)` sends `value` to a suspended coroutine and then delegates to it.
/// The guide has an [example](crate::guide::delegation#a-coroutine-that-has-started). In three
/// cases a coroutine that has started needs no value:
///
/// - A coroutine that is sent `()` is resumed.
/// - A [primed](crate::Primed) coroutine yields its first value.
/// - An async coroutine in the middle of a resume continues this resume.
///
/// # Cost
///
/// A coroutine of this crate yields directly to the caller of the outermost coroutine, so no value
/// is copied from level to level. A function that delegates to itself returns an iterator or a box,
/// such as [`BoxCoroutine`](crate::BoxCoroutine): see
/// [Recursion](crate::guide::delegation#recursion). Python: `yield from` (PEP 380).
///
/// # Panics
///
/// `yield_from!(coroutine)` panics if the coroutine is closed, and if it is suspended at a yield
/// that waits for a value. `yield_from!(coroutine, value)` panics in the same cases as
/// [`send`](crate::CoroutineExt::send).
///
/// # Examples
///
/// ```
/// use cogen::{Coroutine, CoroutineExt};
///
/// #[cogen::coroutine]
/// fn numbers() -> impl Coroutine<(), Yield = i32, Return = &'static str> {
///     yield_!(1);
///     yield_from!([2, 3]);
///     "three"
/// }
///
/// #[cogen::coroutine]
/// fn all() -> impl Coroutine<(), Yield = i32> {
///     let count = yield_from!(numbers());
///     assert_eq!(count, "three");
///     yield_!(4);
/// }
///
/// assert!(Box::pin(all()).iterate().eq([1, 2, 3, 4]));
/// ```
#[doc(alias = "delegate")]
#[doc(alias = "yield from")]
#[macro_export]
macro_rules! yield_from {
    ($($delegate:tt)*) => {
        $crate::__outside!(yield_from $($delegate)*)
    };
}
