#[cogen::coroutine]
struct Numbers;

trait Count {
    #[cogen::coroutine]
    fn count(&self) -> impl cogen::Coroutine<(), Yield = u32>;
}

fn main() {
    let _closure = #[cogen::coroutine]
    || {
        yield_!(1);
    };
    let _block = #[cogen::coroutine]
    {
        yield_!(1);
    };
    #[cogen::coroutine]
    let _statement = 1;
}
