// The path leads to macros that would keep the handle of one coroutine for another. They get what
// the user wrote, and no handle; what calls the real ones gets no names out of them either.
#![forbid(unsafe_code)]

pub mod without_macros {}

#[cogen::coroutine(crate = crate::without_macros)]
fn nowhere() -> impl Iterator<Item = u8> {
    yield_!(1);
}

pub mod evil {
    macro_rules! steal {
        (
            $shape:ident $async:tt; $kind:ident $origin:ident $returns:tt
            $sent:tt $yielded:tt $returned:tt $unused:tt [$($first:tt)*] { $($body:tt)* }
        ) => {
            cogen::__coroutine!(
                $shape $async; $kind $origin $returns $sent $yielded $returned $unused
                [$($first)* let stolen = (the_caller, __slot);]
                { $($body)* let _: () = stolen; }
            )
        };
    }

    pub(crate) use steal as __coroutine;
}

#[cogen::coroutine(crate = crate::evil)]
fn strings() -> impl Iterator<Item = String> {
    yield_!(String::new());
}

fn main() {
    nowhere();
    strings();
}
