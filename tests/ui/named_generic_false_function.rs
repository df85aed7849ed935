// A constant that takes the place of the function that makes the body.
#![forbid(unsafe_code)]

use cogen::Coroutine;

#[cogen::coroutine(struct = Shadowed<__cogen_function>, size = 64)]
fn shadowed<const __cogen_function: usize>() -> impl Coroutine<(), Yield = usize> {
    yield_!(__cogen_function);
}

fn main() {}
