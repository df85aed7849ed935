use cogen::AsyncCoroutine;
use futures::Stream;
use std::rc::Rc;

#[cogen::coroutine]
fn holds(rc: Rc<u32>) -> impl Stream<Item = u32> + Send {
    yield_!(*rc);
}

#[cogen::coroutine]
fn yields() -> impl AsyncCoroutine<(), Yield = Rc<u32>> + Send {
    let rc = Rc::new(1);
    yield_!(rc.clone());
}

#[cogen::coroutine]
fn waits() -> impl Stream<Item = u32> + Send {
    let rc = Rc::new(1);
    std::future::ready(()).await;
    yield_!(*rc);
}

fn main() {}
