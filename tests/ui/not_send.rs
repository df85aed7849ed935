use cogen::{Coroutine, SendBoxCoroutine};
use std::rc::Rc;

#[cogen::coroutine]
fn holds(rc: Rc<u32>) -> impl Coroutine<(), Yield = u32> + Send {
    yield_!(*rc);
}

#[cogen::coroutine]
fn boxed(rc: Rc<u32>) -> SendBoxCoroutine<'static, (), u32> {
    yield_!(*rc);
}

fn main() {
    let _ = (holds(Rc::new(1)), boxed(Rc::new(1)));
}
