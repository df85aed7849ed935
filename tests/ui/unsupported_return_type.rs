#[cogen::coroutine]
fn list() -> Vec<u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn opaque() -> impl Clone {
    yield_!(1);
}

#[cogen::coroutine]
fn pair() -> (u32, u32) {
    yield_!(1);
}

#[cogen::coroutine]
fn number() -> u32 {
    yield_!(1);
}

#[cogen::coroutine]
fn result() -> Result<u32, String> {
    yield_!(1);
    Ok(1)
}

#[cogen::coroutine]
fn some() -> Option<cogen::BoxCoroutine<'static, (), u32>> {
    yield_!(1);
}

#[cogen::coroutine]
fn written() -> std::io::Result<Box<dyn Iterator<Item = u32>>> {
    yield_!(1);
}

#[cogen::coroutine]
fn from_both_ends() -> Box<dyn DoubleEndedIterator<Item = u32>> {
    yield_!(1);
}

#[cogen::coroutine]
fn with_length() -> Box<dyn ExactSizeIterator<Item = u32>> {
    yield_!(1);
}

#[cogen::coroutine]
fn without_impl() -> Iterator<Item = u32> {
    yield_!(1);
}

#[cogen::coroutine]
fn with_a_path_without_impl() -> cogen::Coroutine<(), Yield = &'static str> {
    yield_!("one");
}

fn main() {
    list();
    for _ in without_impl() {}
}
