use cogen::Coroutine;

#[cogen::coroutine(struct(G))]
fn in_parentheses() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = "G")]
fn as_a_string() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct)]
fn alone() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Sized, size(64))]
fn size() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Aligned, size = 64, align =)]
fn align() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(crate("cogen"))]
fn path() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(priming = true)]
fn primed() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Sent, send(true))]
fn sent() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine(struct = Shared, sync: true)]
fn shared() -> impl Coroutine<(), Yield = u32> {
    yield_!(1);
}

#[cogen::coroutine("priming")]
fn without_a_name() -> impl Coroutine<u32, Yield = u32> {
    yield_!(1);
}

fn main() {}
