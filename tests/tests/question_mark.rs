//! `?` in iterators and streams: an error, or a `None`, is the last item.

use std::cell::RefCell;
use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::io;
use std::num::ParseIntError;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use cogen::{Coroutine, CoroutineExt};
use futures::executor::block_on;
use futures::stream::FusedStream;
use futures::{Stream, StreamExt};

#[cogen::coroutine]
fn numbers(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    for word in text.split(' ') {
        let number = word.parse()?;
        yield_!(Ok(number));
    }
}

#[test]
fn an_error_is_the_last_item() {
    let mut all = numbers("1 2 x 4");
    assert_eq!(all.next(), Some(Ok(1)));
    assert_eq!(all.next(), Some(Ok(2)));
    assert!(matches!(all.next(), Some(Err(_))));
    for _ in 0..3 {
        assert_eq!(all.next(), None, "it is fused");
    }
    assert_eq!(numbers("1 2 3").collect::<Result<Vec<_>, _>>(), Ok(vec![1, 2, 3]));
    assert!(numbers("x").sum::<Result<i64, _>>().is_err());
    assert_eq!(numbers("x 1").count(), 1);
    let mut started = numbers("1 x 2");
    started.next();
    assert_eq!(started.count(), 1, "the error");
}

#[cogen::coroutine]
fn firsts<'a>(lists: &'a [Vec<u8>]) -> impl Iterator<Item = Option<&'a u8>> {
    for list in lists {
        yield_!(Some(list.first()?));
    }
}

#[test]
fn so_is_a_none_where_the_items_are_options() {
    let lists = [vec![1, 2], vec![3], vec![], vec![4]];
    assert!(firsts(&lists).eq([Some(&1), Some(&3), None]));
    assert_eq!(firsts(&lists[..2]).collect::<Option<Vec<_>>>(), Some(vec![&1, &3]));
}

#[derive(Debug, PartialEq)]
enum Failure {
    Number(ParseIntError),
    Large(i64),
    Text(fmt::Error),
}

impl From<ParseIntError> for Failure {
    fn from(error: ParseIntError) -> Self {
        Self::Number(error)
    }
}

impl From<fmt::Error> for Failure {
    fn from(error: fmt::Error) -> Self {
        Self::Text(error)
    }
}

type Checked<T> = Result<T, Failure>;

#[cogen::coroutine]
fn checked(text: &str) -> impl Iterator<Item = Checked<i64>> {
    use fmt::Write;

    let mut seen = String::new();
    for word in text.split(' ') {
        let number: i64 = word.parse()?;
        if number > 9 {
            Err(Failure::Large(number))?;
        }
        write!(seen, "{number}")?;
        write!(seen, "{}", word.parse::<i64>()?)?;
        yield_!(Ok(number));
    }
    yield_!(Ok(seen.parse()?));
}

#[test]
fn errors_are_converted() {
    assert!(checked("1 2").eq([Ok(1), Ok(2), Ok(1122)]));
    assert!(checked("1 12 3").eq([Ok(1), Err(Failure::Large(12))]));
    assert!(matches!(checked("y").next(), Some(Err(Failure::Number(_)))));
}

#[cogen::coroutine]
fn boxed_errors(text: String) -> impl Iterator<Item = Result<char, Box<dyn Error + Send + Sync>>> {
    for word in text.split(' ') {
        let code: u32 = word.parse()?;
        yield_!(Ok(char::from_u32(code).ok_or("no character")?));
    }
    Err("the end")?;
    yield_!(Ok('z'));
}

#[cogen::coroutine]
fn lines(mut reader: impl io::BufRead) -> impl Iterator<Item = io::Result<String>> {
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return;
        }
        yield_!(Ok(line));
    }
}

#[test]
fn inference_is_as_good_as_the_languages_own() {
    let text = |items: Vec<Result<char, Box<dyn Error + Send + Sync>>>| -> Vec<String> {
        items.into_iter().map(|item| item.map_or_else(|e| e.to_string(), String::from)).collect()
    };
    assert_eq!(text(boxed_errors("97 98".into()).collect()), ["a", "b", "the end"]);
    assert_eq!(text(boxed_errors("97 55555".into()).collect()), ["a", "no character"]);
    assert_eq!(text(boxed_errors("x".into()).collect()), ["invalid digit found in string"]);
    let read: io::Result<Vec<_>> = lines(&b"one\ntwo"[..]).collect();
    assert_eq!(read.unwrap(), ["one\n", "two"]);
    let mut broken = lines(&b"one\n\xFFtwo"[..]);
    assert_eq!(broken.next().unwrap().unwrap(), "one\n");
    assert_eq!(broken.next().unwrap().unwrap_err().kind(), io::ErrorKind::InvalidData);
    assert!(broken.next().is_none());
}

/// Notes when it is dropped.
struct Noted<'a>(&'a RefCell<Vec<&'static str>>, &'static str);

impl Noted<'_> {
    fn fails(&self, fails: bool) -> Result<&Self, &'static str> {
        if fails { Err("failed") } else { Ok(self) }
    }
}

impl Drop for Noted<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

type Notes = RefCell<Vec<&'static str>>;

#[cogen::coroutine]
fn noted<'a>(
    notes: &'a Notes,
    _argument: Noted<'a>,
    at: u8,
) -> impl Iterator<Item = Result<(), &'static str>> {
    let _first = Noted(notes, "first");
    {
        let _inner = Noted(notes, "inner");
        yield_!(Ok(()));
        Noted(notes, "temporary").fails(at == 1)?;
    }
    let _second = Noted(notes, "second");
    let _third = Noted(notes, "third").fails(at == 2)?.1;
    Noted(notes, "last temporary").fails(at == 3)?;
}

// An `fn` with the same body and `return`, for comparison.
fn noted_by_hand<'a>(notes: &'a Notes, _argument: Noted<'a>, at: u8) -> Result<(), &'static str> {
    let _first = Noted(notes, "first");
    {
        let _inner = Noted(notes, "inner");
        Noted(notes, "temporary").fails(at == 1)?;
    }
    let _second = Noted(notes, "second");
    let _third = Noted(notes, "third").fails(at == 2)?.1;
    Noted(notes, "last temporary").fails(at == 3)?;
    Ok(())
}

#[test]
fn all_is_dropped_before_the_error_is_given_out_as_by_a_return() {
    for at in 0..=3 {
        let (notes, expected) = (Notes::default(), Notes::default());
        let mut iterator = noted(&notes, Noted(&notes, "argument"), at);
        assert_eq!(iterator.next(), Some(Ok(())));
        assert_eq!(*notes.borrow(), [""; 0]);
        let last = iterator.next().transpose();
        let by_hand = noted_by_hand(&expected, Noted(&expected, "argument"), at);
        assert_eq!(last.map(|_| ()), by_hand, "{at}");
        assert_eq!(*notes.borrow(), *expected.borrow(), "{at}");
        assert_eq!(iterator.next(), None);
        drop(iterator);
        assert_eq!(*notes.borrow(), *expected.borrow(), "{at}");
    }
}

#[cogen::coroutine]
fn in_closures_and_blocks(text: &str) -> impl Iterator<Item = Option<usize>> {
    let parse = |word: &str| -> Result<usize, ParseIntError> { Ok(word.parse::<usize>()? + 1) };
    for word in text.split(' ') {
        let inner = || {
            let first = word.chars().next()?;
            first.is_alphabetic().then_some(first)
        };
        let awaited = async { Ok::<_, ParseIntError>(word.parse::<usize>()?.max(1)) };
        fn item(word: &str) -> Option<usize> {
            Some(word.len().checked_sub(1)? + 100)
        }
        yield_!(Some(match (parse(word), inner(), block_on(awaited)) {
            (Ok(number), None, Ok(same)) => number + same,
            (Err(_), Some(_), Err(_)) => item(word)?,
            _ => None?,
        }));
    }
}

#[test]
fn in_closures_blocks_and_items_it_is_theirs() {
    assert!(in_closures_and_blocks("1 ab 3").eq([Some(3), Some(101), Some(7)]));
    assert!(in_closures_and_blocks("ab 4x 3").eq([Some(101), None]));
}

#[cogen::coroutine]
fn among_arguments(text: &str) -> impl Iterator<Item = Result<String, ParseIntError>> {
    for word in text.split(' ') {
        let list = vec![word.parse::<u8>()?, word.parse()?];
        let more = vec![word.parse::<u8>()?; 2];
        assert!(word.parse::<u8>()? < 100);
        assert_eq!(list, more, "{}", word.parse::<u8>()?);
        assert!(matches!(word.parse::<u8>()?, number if number == word.parse::<u8>()?));
        let _ = std::format!("{:?}", dbg!(word.parse::<u8>()?));
        let _ = *std::pin::pin!(word.parse::<u8>()?);
        let _ = std::fmt::format(format_args!("{}", word.parse::<u8>()?));
        yield_!(Ok(format!("{} {:?}", word.parse::<u8>()?, [word.parse::<u8>()?])));
        if list[0] == 9 {
            println!("{:?}", yield_!(Ok(format!("{}", "x".parse::<u8>()?))));
        }
    }
}

#[cogen::coroutine]
fn among_arguments_that_come_first(text: &str) -> impl Iterator<Item = Result<u8, ParseIntError>> {
    yield_!(Ok(1));
    match text.len() {
        0 => std::unimplemented!("{}", text.parse::<u8>()?),
        1 => todo!("{}", text.parse::<u8>()?),
        _ => unreachable!("{}", text.parse::<u8>()?),
    }
}

#[test]
fn it_works_in_a_macro_that_would_panic() {
    for text in ["", "x", "xx"] {
        let items = among_arguments_that_come_first(text).map(|item| item.is_ok());
        assert_eq!(items.collect::<Vec<_>>(), [true, false]);
    }
}

#[test]
fn it_works_among_the_arguments_of_the_macros_of_std() {
    let mut all = among_arguments("1 x");
    assert_eq!(all.next(), Some(Ok("1 [1]".to_owned())));
    assert!(matches!(all.next(), Some(Err(_))));
    assert_eq!(all.next(), None);
    assert_eq!(among_arguments("9 8").map(|item| item.is_ok()).collect::<Vec<_>>(), [true, false]);
}

/// Puts its argument into a closure, so a `?` in it belongs to the closure.
macro_rules! attempt {
    ($value:expr) => {
        (|| Ok::<_, ParseIntError>($value))()
    };
}

#[cogen::coroutine]
fn attempts(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    for word in text.split(' ') {
        if word.is_empty() {
            return;
        }
        let number = attempt!(word.parse::<i64>()? + 1);
        yield_!(number);
        yield_!(attempt!(Ok::<_, ParseIntError>(word.parse::<i64>()?)?));
        if word == "0" {
            let _: i64 = "x".parse()?;
        }
        if word == "9" {
            return drop(word.to_owned());
        }
    }
}

/// Takes a `?` that is no operator, and returns from the body.
macro_rules! end {
    ($name:ident ? $condition:expr) => {
        if $condition {
            return;
        }
    };
}

#[cogen::coroutine]
fn ends(text: &str) -> impl Iterator<Item = Result<usize, ParseIntError>> {
    yield_!(Ok(text.len()));
    end!(text ? text.is_empty());
    yield_!(text.parse::<usize>());
}

#[test]
fn one_in_another_macro_may_be_no_operator() {
    assert_eq!(ends("").count(), 1);
    assert_eq!(ends("12").collect::<Vec<_>>(), [Ok(2), Ok(12)]);
}

#[test]
fn one_in_another_macro_belongs_to_that_macro() {
    let parsed = |text| attempts(text).map(Result::ok).collect::<Vec<_>>();
    assert_eq!(parsed("1 x 2"), [Some(2), Some(1), None, None, Some(3), Some(2)]);
    assert_eq!(parsed("0 1"), [Some(1), Some(0), None]);
    assert_eq!(parsed("9 1"), [Some(10), Some(9)]);
    assert_eq!(parsed(" 1"), []);
}

#[cogen::coroutine]
fn lookups(table: HashMap<&'static str, u32>) -> impl Iterator<Item = Option<u32>> {
    let one = *table.get("one")?;
    yield_!(Some(-(i64::from(*table.get("two")?)) as u32 + one));
    let nested: Option<Option<Result<u32, u8>>> = Some(Some(Ok(one)));
    yield_!(Some(nested??.ok()? + 1));
    let Some(number) = Some(table.get("three").copied()?) else { return };
    let labelled = 'block: {
        if *table.get("two")? == 2 {
            break 'block *table.get("one")?;
        }
        7
    };
    yield_!(Some(labelled + number));
    while let Some(number) = table.get("one").map(|one| one + 1).filter(|_| false) {
        yield_!(Some(number));
    }
    yield_!(Some(if *table.get("one")? == 1 { 1 } else { *table.get("none")? }));
    #[cfg(any())]
    yield_!(absent?);
    let reference = &mut table.get("one").copied()?;
    *reference += 1;
    yield_!(Some(*reference));
    table.get("none")?;
}

#[test]
fn it_stands_wherever_an_expression_can() {
    let table = HashMap::from([("one", 1), ("two", 2), ("three", 3)]);
    let minus_one = 1_u32.wrapping_sub(2);
    let expected = [Some(minus_one), Some(2), Some(4), Some(1), Some(2), None];
    assert!(lookups(table).eq(expected));
}

#[cogen::coroutine]
fn total()
-> impl Coroutine<(), Yield = Result<i64, ParseIntError>, Return = Result<i64, ParseIntError>> {
    let mut sum = 0;
    for word in ["1", "2"] {
        yield_!(Ok(word.parse()?));
        sum += word.parse::<i64>()?;
    }
    if sum > 2 { "x".parse() } else { Ok(sum) }
}

#[cogen::coroutine]
fn delegates(text: &str) -> impl Iterator<Item = Result<i64, ParseIntError>> {
    yield_from!(numbers(text));
    yield_from!(text.split('-').map(str::parse::<i64>));
    let returned = yield_from!(total())?;
    yield_!(Ok(returned));
}

// The error of an iterator that is delegated to is an ordinary item. The return value of a
// coroutine is the value of the `yield_from!`.
#[test]
fn after_a_delegation_it_looks_at_what_came_back() {
    let items: Vec<_> = delegates("5").map(Result::ok).collect();
    assert_eq!(items, [Some(5), Some(5), Some(1), Some(2), None]);
    let mut total = pin!(total());
    assert_eq!(total.start().yielded(), Some(Ok(1)), "elsewhere it returns, as ever");
    assert_eq!(total.send(()).yielded(), Some(Ok(2)));
    assert!(total.send(()).complete().unwrap().is_err());
}

trait Source {
    fn items(&self) -> impl Iterator<Item = io::Result<u8>>;
}

struct Text(&'static str);

impl Source for Text {
    #[cogen::coroutine]
    fn items(&self) -> impl Iterator<Item = io::Result<u8>> {
        for word in self.0.split(' ') {
            yield_!(Ok(word.parse().map_err(io::Error::other)?));
        }
    }
}

#[cogen::coroutine(struct = Named<'a>)]
fn named<'a>(text: &'a str) -> impl Iterator<Item = Result<u8, ParseIntError>> {
    for word in text.split(' ') {
        yield_!(Ok(word.parse()?));
    }
}

#[cogen::coroutine(struct = NamedStream)]
fn named_stream(text: String) -> impl Stream<Item = Option<char>> {
    for word in text.split(' ') {
        yield_!(Some(ready(word.chars().next()).await?));
    }
}

#[cogen::coroutine]
fn generic<T: std::str::FromStr, F: From<T::Err>>(
    text: &str,
) -> impl Iterator<Item = Result<T, F>> {
    for word in text.split(' ') {
        yield_!(Ok(word.parse()?));
    }
}

#[test]
fn in_every_shape_with_items() {
    let kinds = |items: &mut dyn Iterator<Item = bool>| items.collect::<Vec<_>>();
    assert_eq!(kinds(&mut Text("1 x 2").items().map(|item| item.is_ok())), [true, false]);
    let mut boxed: Pin<Box<Named<'_>>> = Box::pin(named("1 x 2"));
    assert_eq!(kinds(&mut boxed.as_mut().by_ref().map(|item| item.is_ok())), [true, false]);
    assert!(boxed.next().is_none());
    let mut stream = pin!(named_stream("a  b".to_owned()));
    assert_eq!(block_on(stream.as_mut().collect::<Vec<_>>()), [Some('a'), None]);
    let generic = generic::<f64, Box<dyn Error>>("1.5 x");
    assert_eq!(kinds(&mut generic.map(|item| item.is_ok())), [true, false]);
}

#[cogen::coroutine]
fn stream(text: String) -> impl Stream<Item = Result<i64, Box<dyn Error>>> {
    for word in text.split(' ') {
        let number = ready(word.parse()).await?;
        yield_!(Ok(number));
        let checked = ready(Some(number).filter(|number| *number < 9)).await.ok_or("large")?;
        println!("{}", ready(word.parse::<i64>()).await? + checked);
    }
    yield_from!(stream_of_one().map(|item: Result<i64, ParseIntError>| item.map_err(Box::from)));
    ready(Err::<(), _>("the end")).await?;
}

#[cogen::coroutine]
fn stream_of_one() -> impl Stream<Item = Result<i64, ParseIntError>> {
    yield_!(Ok("7".parse()?));
}

#[test]
fn a_stream_ends_with_its_error() {
    let text = |text: &str| -> Vec<String> {
        let stream = stream(text.to_owned()).map(|item| match item {
            Ok(number) => number.to_string(),
            Err(error) => error.to_string(),
        });
        block_on(stream.collect())
    };
    assert_eq!(text("1 2"), ["1", "2", "7", "the end"]);
    assert_eq!(text("1 x 2"), ["1", "invalid digit found in string"]);
    assert_eq!(text("1 12 2"), ["1", "12", "large"]);

    let mut ends = pin!(named_stream(String::new()));
    let cx = &mut Context::from_waker(Waker::noop());
    assert!(!ends.is_terminated());
    assert_eq!(ends.as_mut().poll_next(cx), Poll::Ready(Some(None)));
    assert!(ends.is_terminated());
    assert_eq!(ends.as_mut().poll_next(cx), Poll::Ready(None));
}

// The body drops its locals without another `next`, and a pending poll doesn't end the body.
#[test]
fn a_poll_in_the_place_of_a_result() {
    #[cogen::coroutine]
    fn polled() -> impl Iterator<Item = Result<Poll<u8>, u8>> {
        let ready: Poll<Result<u8, u8>> = Poll::Ready(Ok(1));
        yield_!(Ok(ready?));
        let pending: Poll<Result<u8, u8>> = Poll::Pending;
        yield_!(Ok(pending?));
        let ended: Poll<Option<Result<u8, u8>>> = Poll::Ready(None);
        assert_eq!(ended?, Poll::Ready(None));
        let failed: Poll<Option<Result<u8, u8>>> = Poll::Ready(Some(Err(3)));
        _ = failed?;
    }

    assert!(polled().eq([Ok(Poll::Ready(1)), Ok(Poll::Pending), Err(3)]));
}

fn is_send<T: Send>(value: T) -> T {
    value
}

/// An error that isn't `Send`. The item doesn't contain it.
struct Local(#[expect(dead_code, reason = "for its type")] std::rc::Rc<u8>);

impl From<Local> for &'static str {
    fn from(_: Local) -> Self {
        "local"
    }
}

#[cogen::coroutine]
fn sendable(
    map: &std::sync::Mutex<HashMap<u8, u8>>,
) -> impl Stream<Item = Result<u8, &'static str>> + Send {
    let one = map.lock().unwrap().get(&1).copied().ok_or("none")?;
    yield_!(Ok(one));
    Err::<(), _>(Local(1.into()))?;
}

#[cogen::coroutine]
fn recursive(
    map: &std::sync::Mutex<HashMap<u8, u8>>,
    depth: u8,
) -> impl Iterator<Item = Result<u8, &'static str>> + Send {
    if depth > 0 {
        yield_from!(recursive(map, depth - 1));
    }
    let map = map;
    yield_!(Ok(map.lock().unwrap().get(&depth).copied().ok_or("none")?));
}

// Neither the operand's temporaries nor the error itself are held when the item is yielded, not
// even if the iterator calls its own function.
#[test]
fn nothing_of_the_operand_is_held() {
    let map = std::sync::Mutex::new(HashMap::from([(1, 7)]));
    let items = is_send(sendable(&map));
    assert_eq!(block_on(items.collect::<Vec<_>>()), [Ok(7), Err("local")]);
    let mut items = is_send(recursive(&map, 1));
    assert_eq!(items.next(), Some(Err("none")));
    assert!(map.try_lock().is_ok());
    assert_eq!(items.next(), Some(Ok(7)));
    assert_eq!(items.next(), None);
}
