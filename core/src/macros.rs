//! The macros as users see them; `cogen-macros` holds what they do.

/// Makes a coroutine of a function.
///
/// Calling the function runs nothing of it: its arguments go into a state machine, which the
/// [`Coroutine`](crate::Coroutine) methods run. In the body,
///
/// - `yield_!(value)` gives `value` out and pauses; its value is what is sent in next.
///   `yield_!()` gives `()` out. The temporaries of `value` are gone before the pause.
/// - [`yield_from!(other)`](crate::yield_from) lets another coroutine, or an iterator, run in
///   its place; its value is what the other returns.
/// - `.await` waits for a future, where the return type says that the coroutine is async.
/// - `return` and `?` end the coroutine with its return value.
///
/// The keyword forms `yield value` and `value.yield` are accepted as well, for the day when they
/// are stable in the language: until then they compile in [`co!`](crate::co) only.
///
/// # The return type
///
/// What is written is what the caller gets; only a missing `Yield` or `Return` is filled in as
/// `()`:
///
/// - `impl Coroutine<R, Yield = Y, Return = T>`, with whatever bounds and lifetimes come with
///   it: the state machine itself, without a box. It has to be pinned: `let mut c =
///   pin!(function())`, or `Box::pin(function())`.
/// - `impl Iterator<Item = Y>`: an iterator, fused, that can be moved between two `next`s. It
///   owns one box, made at the first `next`. If the function calls itself, by its plain name, as
///   `Self::name` or as `self.name`, and its arguments have one lifetime at most, it is in a box
///   from the beginning, which is `Send` if the return type says so, and a recursion costs the same
///   at any depth. Other functions that call themselves return a box.
/// - [`BoxCoroutine<'a, R, Y, T>`](crate::BoxCoroutine) or
///   [`SendBoxCoroutine`](crate::SendBoxCoroutine): in a box, of a type that can be written
///   down. Recursive functions need it.
/// - A box that is written out, as `Pin<Box<dyn Coroutine<R, Yield = Y> + Send + Sync + 'a>>`,
///   `Box<dyn Iterator<Item = Y> + 'a>` or `Pin<Box<dyn Stream<Item = Y> + Send + 'a>>`, one of the
///   aliases `BoxStream` and `LocalBoxStream` of the futures crates, or
///   [`BoxAsyncCoroutine`](crate::BoxAsyncCoroutine). An alias of one's own works, too: see the
///   options `iterator`, `stream` and `async`.
/// - `impl AsyncCoroutine<R, Yield = Y, Return = T>`: the state machine itself, whose body may
///   also `.await`. A resume of it is a future: see [`AsyncCoroutine`](crate::AsyncCoroutine).
///   With `+ IntoFuture<Output = T>`, a coroutine of either kind that is sent nothing can be
///   awaited: see [`CoroutineFuture`](crate::CoroutineFuture).
/// - `impl Stream<Item = Y>`: a pinned stream of `futures-core`, fused, whose body may also
///   `.await`. With `+ Unpin`, it is in a box and moves freely.
///
/// An async one needs neither a box nor an executor of its own: it is polled by whoever awaits it.
/// What an `.await` of the body waits for is polled with the context of whoever polls the body, so
/// that every executor finds its own waker there. Only where another macro than those of `std`
/// hides the `.await`, as `join!` and `select!` do, a future is lent a waker of ours, a clone of
/// which is the executor's. `yield_from!(async { join!(…) })` is the way out. The function itself
/// is not an `async fn`: calling it waits for nothing.
///
/// In an iterator or a stream of `Result`s, `?` ends the body with the error as the last item, and
/// in one of `Option`s with `None`: see [the guide](crate::guide::errors).
///
/// # Options
///
/// - `priming`: the function runs the coroutine to its first yield before it returns it, in a
///   box and therefore `Unpin`: ready for `send`. See [`Primed`](crate::Primed).
/// - `fingerprint = NAME`: also defines a constant, as visible as the function and beside it
///   (in an `impl` an associated one), which stands for the code of the signature and the
///   body. See [`Fingerprint`](crate::Fingerprint), and [`replay`](crate::replay) for what it
///   is good for.
/// - `iterator`, `stream`, `async`: what is behind an alias in the place of the return type, which
///   an attribute can't see through: a boxed iterator (where the body uses `?`; otherwise it needs
///   no word), a boxed stream, a boxed async coroutine. An alias of a boxed coroutine needs none.
/// - `crate = path`: where `cogen` is, for crates that re-export it.
/// - `struct = Name`: also defines a struct, which the function returns: see below, also for
///   `send`, `sync`, `size = N` and `align = N`.
///
/// Other attribute macros may stand before this one, where they get the function as it is written,
/// and behind it, where they get one that returns the coroutine. In the body there can't be any.
///
/// `tracing::instrument` is right in neither place. Above this attribute, its guard becomes a local
/// of the body, so that the caller is in the span while the coroutine is paused. Below, the span
/// ends when the function has returned the coroutine. Enter a span for what stands between two
/// yields, `span.in_scope(|| …)`, or for each resume: `span.in_scope(|| coroutine.send(value))`. In
/// an async body, instrument the futures: `future.instrument(span).await`.
///
/// # A struct with a name
///
/// `struct = Name` gives the state machine a type that can be written down: for a field, an
/// element of an array, an associated type, a static. It needs no box; its size and alignment
/// are those of the state machine, and it costs the same. [`PinSliceExt`](crate::PinSliceExt)
/// reaches the elements of a pinned array, [`pin_static`](crate::pin_static) pins what stands in a
/// static.
///
/// - It has the lifetimes of the function, which all need names then: `struct = Words<'a>`. The
///   struct of a generic function also has its types and constants, and a capacity (below).
/// - It is as visible as the function. `struct = pub Name` says otherwise.
/// - It is neither `Send` nor `Sync`, unless the options `send` and `sync` say so; the
///   compiler checks them against the body. A generic one is `Send` with all types that the
///   bounds allow, so these have to say `T: Send`.
/// - A method's struct is defined beside the `impl`, which needs the attribute for that, too,
///   without options. The `impl` may implement a trait.
/// - A body may hold its own struct in a box: a recursion without `dyn`.
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
///     words: std::pin::Pin<Box<Words<'a>>>, // without the box: see below
/// }
///
/// let text = Text("to be".to_owned());
/// let mut reader = Reader { words: Box::pin(text.words()) };
/// assert_eq!(reader.words.start(), Yielded("to"));
/// assert_eq!(format!("{:?}", reader.words), "Words { status: Suspended, .. }");
/// ```
///
/// A field without a box is pinned with the struct around it. The crate [`pin-project`] leads to
/// it without `unsafe`:
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
/// On stable Rust, a type can't say how many bytes a generic body takes. So the struct of a
/// generic function has room for as many as `size` says, whatever its parameters are:
///
/// ```
/// struct Tree<T> {
///     value: T,
///     children: Vec<Tree<T>>,
/// }
///
/// #[cogen::coroutine]
/// impl<'a, T> IntoIterator for &'a Tree<T> {
///     type Item = &'a T;
///     type IntoIter = Walk<'a, T>;
///
///     #[cogen::coroutine(struct = Walk<'a, T>, size = 128)]
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
/// - Where the function is called with types whose body takes more, the compiler stops and says how
///   many: "this coroutine takes 168 bytes here, and its struct has room for 128: write
///   `size = 168`, or more". `cargo check` doesn't get that far, `cargo build` does. The number
///   depends on the target and on the compiler's version, so leave some room.
/// - `size` is a constant, or a constant parameter by itself: `size = SIZE`.
/// - The struct's alignment is that of `u128`, which is enough for all numbers of the language.
///   `align = N` asks for another: a greater one where the compiler says that it is needed, or a
///   smaller one to save room.
/// - The types of the arguments need names: a type parameter in place of `impl Trait`.
/// - On a function that isn't generic, `size` keeps the struct's size the same when the body
///   changes.
///
/// # Arguments
///
/// As in an `async fn`, all of them live until the coroutine ends, used or not, and are
/// dropped after the body's locals, the last one first (also if the body never ran, where an
/// `async fn` drops the first one first).
///
/// # Indices
///
/// rustc before 1.99 loses the index of a place while the body is suspended in the next index,
/// or in a guard of a `match` on the place, as it does in every `async` block. So these are
/// refused: `grid[row][yield_!()]`, `match list[at] { x if yield_!() => … }`. Put the value
/// that is sent into a local before, and match on `&list[at]`. What comes out of another macro
/// can't be seen: don't let one write such an index around a yield.
///
/// # Spelling
///
/// `coroutine` alone is the name of an unstable built-in attribute, so it is written with its
/// path; or import it under another name: `use cogen::coroutine as co_fn;`. `yield!(…)` can't be
/// parsed under an attribute, since `yield` is a keyword: hence `yield_!`.
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
pub use cogen_macros::coroutine;

/// A coroutine in the middle of a function, as `async move { … }` is a future there.
///
/// It captures by move, and may contain what a function under
/// [`#[cogen::coroutine]`](macro@crate::coroutine) may, with the literal `yield!(x)` and both
/// keyword forms besides `yield_!(x)`: `yield x`, and `x.yield`, which binds as `.await` does.
///
/// # What it is
///
/// | written | value |
/// |---|---|
/// | `co! { statements }` | a [`Coroutine`](crate::Coroutine) |
/// | `co! { async statements }` | an [`AsyncCoroutine`](crate::AsyncCoroutine), which may `.await` |
/// | `co! { gen statements }` | an iterator, which a `for` takes as it is |
/// | `co! { async gen statements }` | a `Stream`, which may `.await` |
/// | `co! { -> impl Coroutine<R, Yield = Y, Return = T> { statements } }` | any of the four, with its types |
///
/// The words are those of the language's own blocks. An iterator needs the feature `alloc`, as it
/// owns one box. In an iterator and a stream, `?` ends the iteration with the error as the last
/// item: see [the guide](crate::guide::errors).
///
/// Where the language gives `async` or `gen` a meaning of its own, the word keeps it:
/// `co! { async { … } }` is a coroutine that returns a future, and in `co! { gen.next() }` or
/// `co! { gen(1) }`, `gen` is a name. Put a semicolon behind the word if the first statement begins
/// with a bracket or a sign: `co! { gen; (a, b) = (b, a); … }`.
///
/// # Its types
///
/// The compiler infers them from the statements and from the context. If there are yields and no
/// statement uses the value of one, nothing is sent: `R` is `()`. (A `yield_from!`, or a macro that
/// may hide a yield, counts as a use: what is sent is inferred then.)
///
/// Where they can't be inferred, write them as a function does, behind `->`. A `Yield` or `Return`
/// that is missing is `()`, and `_` is inferred:
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
/// An async one:
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
#[macro_export]
macro_rules! co {
    ($($body:tt)*) => {
        $crate::__private::co! { $crate; $($body)* }
    };
}

/// Gives a value out of a coroutine and pauses it; the value of the expression is what is sent in
/// next.
///
/// Works in a function under [`#[cogen::coroutine]`](macro@crate::coroutine) and in
/// [`co!`](crate::co), which need no import of it, and nowhere else: not in a closure or an `async`
/// block inside of them either. PEP 342: `yield value`.
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

/// Lets another coroutine, or an iterator, run in the place of this one; the value of the
/// expression is what the other returns.
///
/// What it yields goes straight out, what is sent goes straight in, and so do thrown errors;
/// closing the outer one drops the inner one first. It takes
///
/// - a coroutine that takes and yields what this one does, started or not: by value, or behind
///   `Pin<&mut _>`, `Pin<Box<_>>`, and so on. One that has started goes on if it takes `()`, and a
///   [primed](crate::Primed) one yields its first value; any other has no argument to go on with,
///   which panics, as does a closed one. `yield_from!(coroutine, value)` sends it `value` first.
/// - an iterator of what this one yields. What is sent to it would be lost, so this one must take
///   `()`, or `Result<(), E>`: an error then ends the delegation, whose value is the `Result`.
/// - in an async coroutine also an [`AsyncCoroutine`](crate::AsyncCoroutine), which goes on with
///   the resume that it is in the middle of, if any; a stream, like an iterator; and a future,
///   which yields nothing and whose output is the value. A type that is both a stream and an
///   iterator, as `FuturesUnordered` is, is a stream there, and an iterator in a coroutine that is
///   not async.
///
/// Delegation to our own coroutines needs no relay: the inner body is polled with the outer one's
/// slot. A function that delegates to itself has to return a [`BoxCoroutine`](crate::BoxCoroutine),
/// with which the cost of an item doesn't grow with the depth. PEP 380: `yield from`.
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
///
/// To one that has started, with the value that it waits for:
///
/// ```
/// use cogen::{CoroutineExt, CoroutineState::*, co};
/// use std::pin::pin;
///
/// let mut inner = pin!(co! { -> impl Coroutine<u32, Yield = u32> {
///     let mut number = yield!(0);
///     loop {
///         number = yield!(2 * number);
///     }
/// } });
/// assert_eq!(inner.start(), Yielded(0));
///
/// let mut outer = pin!(co! {
///     let number = yield!(1);
///     yield_from!(&mut inner, number + 1);
/// });
/// assert_eq!(outer.start(), Yielded(1));
/// assert_eq!(outer.send(10), Yielded(22));
/// assert_eq!(outer.send(5), Yielded(10));
/// ```
///
/// That panics where `send` would: if the coroutine has not started, or is closed.
#[doc(alias = "yield from")]
#[macro_export]
macro_rules! yield_from {
    ($($delegate:tt)*) => {
        $crate::__outside!(yield_from $($delegate)*)
    };
}
