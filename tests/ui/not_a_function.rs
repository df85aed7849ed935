#[cogen::coroutine]
struct Numbers;

trait Count {
    #[cogen::coroutine]
    fn count(&self) -> impl cogen::Coroutine<(), Yield = u32>;
}

fn main() {}
