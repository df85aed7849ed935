#[cogen::coroutine]
fn handle_can_not_be_named() -> impl Iterator<Item = u32> {
    let _stolen = (the_caller, __slot);
    yield_!(1);
}

#[cogen::coroutine]
fn label_can_not_be_named() -> impl Iterator<Item = u32> {
    yield_!(1);
    break '_its_coroutine;
}

#[cogen::coroutine]
fn argument_can_not_be_named((_a, _b): (u32, u32)) -> impl Iterator<Item = u32> {
    yield_!(__cogen_argument0.0);
}

fn value_can_not_be_named() -> impl cogen::Coroutine<(), Yield = u32> {
    cogen::co! {
        yield!(__value);
        yield!([yield!(1); 1].len() as u32 + __value);
    }
}

fn main() {}
