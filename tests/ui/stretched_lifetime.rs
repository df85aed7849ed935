use cogen::Coroutine;

#[cogen::coroutine]
fn local() -> impl Coroutine<(), Yield = &'static str> {
    let text = String::from("gone");
    yield_!(text.as_str());
}

#[cogen::coroutine]
fn stretch<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'static str> + 'a {
    yield_!(text);
}

#[cogen::coroutine]
fn keep<'a>() -> impl Coroutine<&'a str, Yield = (), Return = &'static str> {
    yield_!(())
}

fn main() {
    let _ = (local(), stretch(""), keep());
}
