#[cogen::coroutine]
fn numbers() -> impl cogen::Coroutine<usize, Yield = u32> {
    const { yield_!(1) };
    let _ = [0; yield_!(2)];
    take::<{ yield_!(3) }>();
    let _: Option<[u8; { yield_!(4) }]> = None;
    let _ = (vec![0; yield_!(5)], [yield_!(6); 2]);
}

fn take<const N: usize>() {}

fn main() {}
