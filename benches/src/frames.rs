//! How large coroutines are.

#[cfg(feature = "native")]
#[allow(clippy::needless_range_loop, reason = "an index is what lives across the yield")]
mod native;
#[allow(clippy::needless_range_loop, reason = "an index is what lives across the yield")]
mod ours;

/// The size of a coroutine with the same body in cogen and, if it is compiled in, in the compiler's
/// own form.
pub(crate) struct Frame {
    pub(crate) body: &'static str,
    pub(crate) ours: usize,
    pub(crate) native: Option<usize>,
}

/// What cogen may add to a native coroutine.
pub(crate) const MOST_ADDED: usize = 8;

macro_rules! frames {
    ($($body:literal: $name:ident($($argument:expr),*);)*) => {
        vec![$(Frame {
            body: $body,
            ours: size_of_val(&ours::$name($($argument),*)),
            #[cfg(feature = "native")]
            native: Some(size_of_val(&native::$name($($argument),*))),
            #[cfg(not(feature = "native"))]
            native: None,
        }),*]
    };
}

pub(crate) fn all() -> Vec<Frame> {
    frames! {
        "sum": numbers(1);
        "echo": echoes(1);
        "yields `[u8; 256]`": blocks(1);
        "takes a `String` and a `[u8; 256]`": arguments(String::new(), [0; 256]);
        "locals in nested blocks": nested(1);
        "an iterator over a borrowed local": borrowing();
        "sum through `yield_from!`": delegating(1);
        "two `yield_from!` in turn": delegating_twice(1);
    }
}
