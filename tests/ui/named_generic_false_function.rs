// A constant that takes the place of the function that makes the body.
#![forbid(unsafe_code)]

use cogen::Coroutine;

#[cogen::coroutine(struct = Shadowed<__cogen_body_of_shadowed>, size = 64)]
fn shadowed<const __cogen_body_of_shadowed: usize>() -> impl Coroutine<(), Yield = usize> {
    yield_!(__cogen_body_of_shadowed);
}

fn main() {}
