// The hidden macro that implements the traits of a named struct, for a struct of one's own. Its
// functions would pass on the calls that only the owner of a body may make.
#![forbid(unsafe_code)]

use std::cell::RefCell;
use std::pin::Pin;

use cogen::BoxCoroutine;
use cogen::__private::{FunctionOf, PhantomData};

pub struct Mine(RefCell<Vec<BoxCoroutine<'static, (), u32>>>);

fn __cogen_body(this: Pin<&mut Mine>) -> Pin<&mut BoxCoroutine<'static, (), u32>> {
    let all = this.get_mut().0.get_mut();
    Pin::new(&mut all[0])
}

fn __cogen_function(_: PhantomData<Mine>) -> FunctionOf<Mine, fn()> {
    FunctionOf((|| {}) as fn(), PhantomData)
}

cogen::__named_items! { coroutine "Mine" [Mine [] [] [] []] [()] [u32] [()] [] }

mod without_a_proof {
    use super::*;

    pub struct Other(BoxCoroutine<'static, (), u32>);

    fn __cogen_body(this: Pin<&mut Other>) -> Pin<&mut BoxCoroutine<'static, (), u32>> {
        Pin::new(&mut this.get_mut().0)
    }

    fn __cogen_function(_: PhantomData<Other>) {}

    cogen::__named_items! { coroutine "Other" [Other [] [] [] []] [()] [u32] [()] [] }
}

fn main() {}
