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
    gen; { fn lines < '_argument0, '_argument02 > (__cogen_argument0 : (& '_argument0
    str, & '_argument02 str)) -> impl Iterator < Item = String > +
    ::cogen::__private::Captures < & '_argument0() > + ::cogen::__private::Captures < &
    '_argument02() > { ::cogen::__coroutine! { iterator async; sync items() [()] [String]
    [()] [] [#[cfg_attr(clippy, allow(clippy::used_underscore_binding))] let _ = &
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
