// Written:
//
//     #[cogen::coroutine]
//     fn lines((first, second): (&str, &str)) -> impl Iterator<Item = String> {
//         println!("{:?}", yield_!(first.to_owned()));
//         yield_!(second.to_owned());
//     }
//
// Made of it:

::cogen::__functions! {
    { fn lines(__cogen_argument0 : (& str, & str)) -> impl Iterator < Item = String > {
    ::cogen::__coroutine!(iterator async; sync items() [()] [String] [()] []
    [#[allow(clippy::used_underscore_binding)] let _ = & __cogen_argument0; let
    __cogen_argument0 = __cogen_argument0; #[allow(clippy::no_effect_underscore_binding)]
    let (first, second) = __cogen_argument0;] { println!("{:?}", yield_!(first
    .to_owned())); yield_!(second.to_owned()); }) } } { fn lines((first, second) : (&
    str, & str)) -> impl Iterator < Item = String > { ::cogen::__coroutine!(iterator
    async; sync items() [()] [String] [()] [] [#[allow(clippy::used_underscore_binding)]
    let _ = & __cogen_argument0; let __cogen_argument0 = __cogen_argument0;
    #[allow(clippy::no_effect_underscore_binding)] let (first, second) =
    __cogen_argument0;] { println!("{:?}", yield_!(first.to_owned())); yield_!(second
    .to_owned()); }) } }
}
