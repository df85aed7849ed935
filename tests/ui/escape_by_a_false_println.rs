use futures::Stream;

// What stands for an `.await` or a `?` among the arguments holds none of the names of the body.
macro_rules! println {
    ((match $handle:ident . $($rest:tt)*)) => { drop($handle) };
    ($operator:ident ! ($($value:tt)*)) => { (|| $operator!($($value)*))() };
}

macro_rules! vec {
    ($operator:ident ! ($($value:tt)*)) => { async { $operator!($($value)*) } };
}

#[cogen::coroutine]
fn waits() -> impl Stream<Item = usize> {
    println!(std::future::ready(1).await);
    let _ = vec!(std::future::ready(1).await);
    yield_!(0);
}

#[cogen::coroutine]
fn tries() -> impl Iterator<Item = Option<u8>> {
    println!(Some(1)?);
    let _ = vec!(Some(1)?);
    yield_!(None);
}

fn main() {}
