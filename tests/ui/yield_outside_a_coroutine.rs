use cogen::{yield_, yield_from};

fn main() {
    yield_!(1);
    yield_from!([1, 2]);
}
