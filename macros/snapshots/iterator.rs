// Written:
//
//     #[cogen::coroutine]
//     fn lines((first, second): (&str, &str)) -> impl Iterator<Item = String> {
//         println!("{:?}", yield_!(first.to_owned()));
//         yield_!(second.to_owned());
//     }
//
// Made of it:

::cogen::__by_edition! {
    gen; { fn lines < '__cogen_0, '__cogen_1 > (__cogen_argument0 : (& '__cogen_0 str, &
    '__cogen_1 str)) -> impl Iterator < Item = String > + ::cogen::__private::Captures <
    & '__cogen_0() > + ::cogen::__private::Captures < & '__cogen_1() > {
    ::cogen::__coroutine! { iterator async; sync items() [()] [String] [()] []
    [#[cfg_attr(clippy, allow(clippy::used_underscore_binding))] let _ = &
    __cogen_argument0; let __cogen_argument0 = __cogen_argument0; #[cfg_attr(clippy,
    allow(clippy::no_effect_underscore_binding, clippy::shadow_same,
    clippy::used_underscore_binding))] let (first, second) = __cogen_argument0;] {
    println!("{:?}", yield_!(first.to_owned())); yield_!(second.to_owned()); } } } } { fn
    lines(__cogen_argument0 : (& str, & str)) -> impl Iterator < Item = String > {
    ::cogen::__coroutine! { iterator async; sync items() [()] [String] [()] []
    [#[cfg_attr(clippy, allow(clippy::used_underscore_binding))] let _ = &
    __cogen_argument0; let __cogen_argument0 = __cogen_argument0; #[cfg_attr(clippy,
    allow(clippy::no_effect_underscore_binding, clippy::shadow_same,
    clippy::used_underscore_binding))] let (first, second) = __cogen_argument0;] {
    println!("{:?}", yield_!(first.to_owned())); yield_!(second.to_owned()); } } } } { fn
    lines((first, second) : (& str, & str)) -> impl Iterator < Item = String > {
    ::cogen::__coroutine! { iterator async; sync items() [()] [String] [()] []
    [#[cfg_attr(clippy, allow(clippy::used_underscore_binding))] let _ = &
    __cogen_argument0; let __cogen_argument0 = __cogen_argument0; #[cfg_attr(clippy,
    allow(clippy::no_effect_underscore_binding, clippy::shadow_same,
    clippy::used_underscore_binding))] let (first, second) = __cogen_argument0;] {
    println!("{:?}", yield_!(first.to_owned())); yield_!(second.to_owned()); } } } }
}
