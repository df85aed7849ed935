// A macro of std takes expressions, in which the same is refused as elsewhere, at the same place.
use cogen::Coroutine;

#[cogen::coroutine]
fn enclosed(words: Vec<String>) -> impl Coroutine<(), Yield = usize> {
    println!("{:?}", words.iter().map(|word| yield_!(word.len())).count());
    let _ = vec![async { yield_!(1) }];
    std::assert!(
        matches!(words.first(), Some(word) if std::future::ready(word.len()).await == 1),
        "{}",
        { yield_!(2, 3); }
    );
    let _ = words.iter().map(|word| dbg!(yield_!(word.len())));
}

#[cogen::coroutine]
fn as_keyword() -> impl Coroutine<u8, Yield = u8> {
    assert_eq!(yield!(1), 2, "{value}", value = yield!(3));
    let _ = [vec![yield!(4); 2], vec![co! { yield!(5) }]];
}

fn main() {}
