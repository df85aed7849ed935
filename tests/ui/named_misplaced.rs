use cogen::Coroutine;

struct Text(String);

impl Text {
    #[cogen::coroutine(struct = OfText<'a>)]
    fn chars<'a>(&'a self) -> impl Coroutine<(), Yield = char> {
        yield_!(self.0.chars().next().unwrap());
    }
}

trait Walk {
    fn walk() -> OfTrait;
}

#[cogen::coroutine]
impl Walk for Text {
    #[cogen::coroutine(struct = OfTrait, fingerprint = WALK)]
    fn walk() -> impl Coroutine<(), Yield = u8> {
        yield_!(1);
    }
}

#[cogen::coroutine]
impl Text {
    fn len(&self) -> usize {
        self.0.len()
    }
}

#[cogen::coroutine(send)]
fn send() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(size = 64)]
fn size() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(struct = Align, align = 8)]
fn align() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(priming)]
impl Text {
    #[cogen::coroutine(struct = OfNothing)]
    fn nothing() -> impl Coroutine<(), Yield = u8> {
        yield_!(1);
    }
}

#[rustfmt::skip]
#[cogen::coroutine(struct = OfMany)]
fn many(
    _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8, _: u8,
) -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(struct = OfSome)]
fn some(#[cfg(unix)] first: u8) -> impl Coroutine<(), Yield = u8> {
    yield_!(first);
}

fn main() {}
