// Anybody can call the macros that the expansion consists of. They take what they are given as
// whole types and names, so it can't end the statement or the item that it stands in, and there is
// nothing else that leads to what is `unsafe` in them.
#![forbid(unsafe_code)]

type First<R> = cogen::__private::Handle<R, u8>;

fn a_type_that_ends_the_statement() {
    cogen::__machine_value!(
        async; sync block () [u8]
        [u8> = loop {}; let stolen: First<u8] [()] [] [] { drop(stolen) }
    );
}

// Of two tokens, the first would have been taken for the word, and the block would have left the
// machine with its handle.
fn a_word_of_the_callers() -> impl Future<Output = ()> {
    let _ = cogen::__machine_value!('return; sync block () [u64] [[usize; 3]] [()] [] [] {});
    let _ = cogen::__machine_value!(return; sync block () [u64] [[usize; 3]] [()] [] [] {});
}

// The attribute would get the struct, to make another one of it.
cogen::__named! {
    coroutine "Attributed" [Attributed [] [] [] []] [()] [u8] [()] []
    [#[inline] "" "" struct] [] [false false false]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)]
    [body]
}

cogen::__named! {
    coroutine "Ended" [Ended ['a> (); struct Decoy<'b] [] [] []] [()] [u8] [()] []
    ["" "" struct] [] [false false false]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)]
    [body]
}

cogen::__named! {
    coroutine "Predicates" [Predicates [] [] [] [(): Copy {}]]
    [()] [u8] [()] [] ["" "" struct] [] [false false false]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)]
    [body]
}

cogen::__named! {
    coroutine "Parameters" [Parameters [] [[T> (); struct Decoy<U]] [] []]
    [()] [u8] [()] [] ["" "" struct] [] [false false false] [false 64, 8] [body]
}

cogen::__named! {
    coroutine "Outliving" [Outliving ['a] [] [['a: 'a {}]] []]
    [()] [u8] [()] [] ["" "" struct] [] [false false false] [false 64, 8] [body]
}

cogen::__named! {
    coroutine "Size" [Size [] [] [] []]
    [()] [u8] [()] []
    ["" "" struct] [] [false false false] [false 64> (); struct Decoy<, 8] [body]
}

// A module in place of a shape.
cogen::__named! {
    fmt "Other" [Other [] [] [] []] [()] [u64] [()] [] ["" "" struct] [] [false false false]
    [true cogen::__private::size::<(), _>(body), cogen::__private::alignment::<(), _>(body)] [body]
}

// Items in place of a struct.
cogen::__named! {
    coroutine "Begun"
    [Begun [] [] [] [(): Copy { __cogen_storage: () } struct Decoy where (): Copy]]
    [()] [u64] [()] [] ["" "" struct] [] [false false false] [false 64, 8] [body]
}

fn main() {}
