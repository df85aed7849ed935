// As `escape_by_the_hidden_macros`, with tokens that are whole types and statements.
#![forbid(unsafe_code)]

fn statements_that_name_the_handle() {
    cogen::__machine_value!(
        async; async block () [u8] [u8] [()] []
        [let stolen = the_caller;] { drop(stolen) }
    );
}

fn a_condition_in_front_of_what_follows() {
    cogen::__machine_value!(async; sync block () [u8] [u8] [()] [] [#[cfg(false)]] {});
}

// The block by itself is of no use without a handle.
struct Mine;

fn names_of_the_callers_choice() {
    let handle = Mine;
    let _ = cogen::__private::body!(
        cogen async '_of_mine [slot, handle] block () [u8] [()] [] [] { yield_!(1); drop(slot) }
    );
}

use cogen::__private::{alignment, size};

cogen::__named! {
    coroutine "Sends" [Sends [] [] [] []] [()] [u8] [()] []
    ["" "" struct] [] [true false false]
    [true size::<(), _>(not_send), alignment::<(), _>(not_send)]
    [not_send]
}

cogen::__named! {
    coroutine "Hidden" [Hidden [] [] [] []] [()] [u8] [()] []
    ["" "" struct] [&'_ u8,] [false false false]
    [true size::<(_,), _>(borrows), alignment::<(_,), _>(borrows)] [borrows]
}

// The lifetime that is left out is that of the struct where the function is taken, and any other
// where the body is made.
cogen::__named! {
    coroutine "Other" [Other ['a] [] [] []] [()] [u8] [()] []
    ["" "" struct] [&'_ u8,] [false false false] [false 64, 8] [borrows]
}

fn body() -> impl cogen::Coroutine<(), Yield = u8, Return = ()> {
    cogen::co! { yield!(1); }
}

fn not_send() -> impl cogen::Coroutine<(), Yield = u8, Return = ()> {
    cogen::co! { let one = std::rc::Rc::new(1); yield!(*one); }
}

fn borrows<'a>(one: &'a u8) -> impl cogen::Coroutine<(), Yield = u8, Return = ()>
where
    'a: 'a,
{
    cogen::co! { yield!(*one); }
}

fn main() {}
