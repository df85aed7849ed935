use cogen::co;

fn main() {
    for number in co! { gen { yield!(1); } } {
        let _: u32 = number;
    }
    let _ = co! { gen move { yield!(1); } };
    let _ = co! { async gen { yield!(1); } };
}
