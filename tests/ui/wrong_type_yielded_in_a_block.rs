use cogen::{BoxCoroutine, co};

fn main() {
    let _numbers: BoxCoroutine<'_, (), u32, ()> = Box::pin(co! {
        yield!(1);
        yield!("two");
    });
}
