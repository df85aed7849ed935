use cogen::{Coroutine, co};

#[cogen::coroutine]
fn stops(early: bool) -> impl Iterator<Item = u32> {
    yield_!(1);
    if early {
        break;
    }
    for n in 2..4 {
        if n == 3 {
            break;
        }
        let skip = |n| continue;
        yield_!(n);
    }
    println!("{}", if early { continue } else { 1 });
}

#[cogen::coroutine]
fn fine() -> impl Coroutine<(), Yield = u32> {
    'outer: loop {
        loop {
            break 'outer;
        }
    }
    let n = 'block: {
        break 'block 1;
    };
    while yield_!(n) == () {
        continue;
    }
}

fn main() {
    let _ = co! {
        let () = yield!(1);
        match 1 {
            1 => break,
            _ => continue 'nowhere,
        }
    };
    let _ = (stops(true), fine());
}
