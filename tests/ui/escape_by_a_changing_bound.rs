// A bound that changes: one of the implementations of a named struct doesn't apply to one of its
// types. Tokens from outside could implement the trait for that type.
#![forbid(unsafe_code)]

use cogen::Coroutine;

pub struct First;
pub struct Other;
pub trait Bound<X> {}
impl<T: Bound<Other>> Bound<First> for T {}
pub struct Local;
impl Bound<First> for Local {}

fn body() -> impl Coroutine<(), Yield = u64, Return = ()> {
    cogen::co! { yield!(1); }
}

cogen::__named! {
    coroutine "Name" [Name [] [[T]] [] [T: Bound<cogen_tests_thief::changes!(5)>]]
    [()] [u64] [()] [] ["" "" pub struct] [] [false false false] [false 256, 8] [body]
}

fn main() {}
