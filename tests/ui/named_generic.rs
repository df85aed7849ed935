use cogen::{AsyncCoroutine, BoxCoroutine, Coroutine};

#[cogen::coroutine(struct = OfTypes<T>)]
fn of_types<T: Clone>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

#[cogen::coroutine(struct = Listed<T: Clone>, size = 64)]
fn listed<T: Clone>(item: T) -> impl Coroutine<(), Yield = T> {
    yield_!(item);
}

#[cogen::coroutine(struct = InOrder<T, 'a>, size = 64)]
fn in_order<'a, T: Clone>(item: &'a T) -> impl Coroutine<(), Yield = &'a T> {
    yield_!(item);
}

#[cogen::coroutine(struct = Unlisted<'a>, size = 64)]
fn unlisted<'a, T: Clone, const N: usize>(item: &'a [T; N]) -> impl Coroutine<(), Yield = &'a T> {
    yield_!(&item[0]);
}

#[cogen::coroutine(struct = TooMany<T>)]
fn too_many() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

#[cogen::coroutine(struct = OfConstants)]
fn of_constants<const N: usize>(items: [u8; N]) -> impl Coroutine<(), Yield = u8> {
    yield_!(items[0]);
}

#[cogen::coroutine(struct = OfImpls, size = 64)]
fn of_impls(item: impl Copy) -> impl AsyncCoroutine<(), Yield = u8> {
    drop(item);
    yield_!(1);
}

struct Holder<T>(T);

#[cogen::coroutine]
impl<T: Copy> Holder<T> {
    #[cogen::coroutine(struct = OfHolders)]
    fn items<'a>(&'a self) -> impl Coroutine<(), Yield = T> {
        yield_!(self.0);
    }
}

#[cogen::coroutine(struct = Boxed)]
fn boxed() -> BoxCoroutine<'static, (), u8, ()> {
    yield_!(1);
}

#[cogen::coroutine(struct = Opaque)]
fn opaque() -> impl Coroutine<(), Yield: Copy> {
    yield_!(1);
}

#[cogen::coroutine(struct = Unsafe)]
unsafe fn not_safe() -> impl Coroutine<(), Yield = u8> {
    yield_!(1);
}

fn main() {}
