// Written:
//
//     #[cogen::coroutine(struct = Words<'a>, send)]
//     pub fn words<'a>(text: &'a str) -> impl Coroutine<(), Yield = &'a str> {
//         yield_from!(text.split(' '));
//     }
//
// Made of it:

::cogen::__named! {
    coroutine "Words"[Words['a] [] [] []] [()] [& 'a str] [()] [awaited]
    ["The coroutine that [`words`] makes: it takes `()`, yields `&'a str` and returns `()`."
    "coroutines do nothing until started" pub struct allow single_use_lifetimes] [& 'a
    str,] [true false false] [true::cogen::__private::size:: < (_,), _ >
    (__cogen_body_of_words), ::cogen::__private::alignment:: < (_,), _ >
    (__cogen_body_of_words)] [__cogen_body_of_words:: < 'a >]
}
::cogen::__functions! {
    { ::cogen::__hidden_function! { {} fn __cogen_body_of_words < 'a > (text : & 'a str)
    -> impl Coroutine < (), Yield = & 'a str, Return = () > + ::core::marker::Send +
    ::cogen::__private::Captures < & 'a() > where 'a : 'a { ::cogen::__coroutine! {
    coroutine async; sync function() [()] [& 'a str] [()] [text {}] [let _ = & text;] {
    yield_from!(text.split(' ')); } } } } #[cfg_attr(clippy,
    allow(clippy::needless_lifetimes, unknown_lints, clippy::elidable_lifetime_names,))]
    pub fn words < 'a > (text : & 'a str) -> Words < 'a > { return
    ::cogen::__private::coroutine::new((text,)) } } { pub fn words < 'a > (text : & 'a
    str) -> Words < 'a > { let _ = || { ::cogen::__coroutine! { coroutine async; sync
    function() [()] [& 'a str] [()] [text {}] [let _ = & text;] { yield_from!(text
    .split(' ')); } } }; loop {} } }
}
