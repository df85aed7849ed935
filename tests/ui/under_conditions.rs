// What is compiled under a condition is judged where it holds.
#[cogen::coroutine]
fn judged(list: [[u64; 2]; 4], at: usize) -> impl cogen::Coroutine<usize, Yield = ()> {
    #[cfg(all())]
    let _closure = || yield_!();
    #[cfg(all())]
    fn inner() {
        yield_!();
    }
    match 1 {
        #[cfg(not(any()))]
        #[cfg_attr(all(), cfg(all()))]
        1 => drop(list[at][yield_!()]),
        _ => {}
    }
}

fn main() {}
