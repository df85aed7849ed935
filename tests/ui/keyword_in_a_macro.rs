#[cogen::coroutine]
fn echo() -> impl cogen::Coroutine<u32, Yield = u32> {
    println!("{}", yield 1);
}

fn main() {
    let _ = echo();
    let _ = cogen::co! {
        let mut heard = vec![yield 1u32];
        assert!(heard.pop() == Some((yield!(2), 3)));
    };
}
