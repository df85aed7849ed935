// As `escape_by_a_changing_bound`: the implementation of `Unpin` doesn't apply to one of the types.
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
    coroutine "Name" [Name [] [[T]] [] [T: Bound<cogen_tests_thief::changes!(4)>]]
    [()] [u64] [()] [] ["" "" pub struct] [] [false false false] [false 256, 8] [body]
}

impl Unpin for Name<Local> {}

fn main() {}
