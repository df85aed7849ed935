//! The struct of the option in the place where the shape has to stand.

#[cogen::coroutine(struct = Numbers)]
fn numbers() -> Numbers {
    yield_!(1);
}

#[cogen::coroutine(struct = Words<'a>)]
fn words<'a>(text: &'a str) -> self::Words<'a> {
    yield_!(text);
}

struct Countdown(u32);

#[cogen::coroutine]
impl IntoIterator for Countdown {
    type Item = u32;
    type IntoIter = Steps;

    #[cogen::coroutine(struct = Steps)]
    fn into_iter(self) -> Self::IntoIter {
        yield_!(self.0);
    }
}

/// A box in the place of the struct is another mistake.
type Boxed = cogen::BoxCoroutine<'static, (), u32>;

#[cogen::coroutine(struct = Other)]
fn other() -> Boxed {
    yield_!(1);
}

fn main() {
    for _ in Countdown(3) {}
}
