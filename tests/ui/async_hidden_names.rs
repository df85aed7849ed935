#[cogen::coroutine]
fn handle_can_not_be_named() -> impl cogen::AsyncCoroutine<(), Yield = u32> {
    let _stolen = the_caller;
    yield_!(1);
}

#[cogen::coroutine]
fn label_can_not_be_named() -> impl futures::Stream<Item = u32> {
    yield_!(1);
    break '_its_coroutine;
}

fn value_can_not_be_named() -> impl cogen::AsyncCoroutine<(), Yield = u32> {
    cogen::co! { async
        yield!(__value);
        yield!([yield!(1); 1].len() as u32 + __value);
        yield!(__next);
    }
}

fn main() {}
