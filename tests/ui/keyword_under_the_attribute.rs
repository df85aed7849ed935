use cogen::Coroutine;

#[cogen::coroutine]
fn echo() -> impl Coroutine<u32, Yield = u32> {
    yield 1;
    let mut heard = yield 2;
    loop {
        heard = yield heard;
    }
}

fn main() {
    let _ = cogen::co! { yield 1u32; let () = yield 2; };
    let _ = echo();
}
