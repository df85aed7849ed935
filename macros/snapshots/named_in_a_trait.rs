// Written:
//
//     #[cogen::coroutine]
//     impl<'a, T: Ord, const N: usize> IntoIterator for &'a Row<T, N> {
//         type Item = &'a T;
//         type IntoIter = Sorted<'a, T, N>;
//         #[cogen::coroutine(struct = pub Sorted<'a, T, N>, size = 64, align = 8)]
//         fn into_iter(self) -> impl Iterator<Item = Self::Item> {
//             yield_from!(self.sorted());
//         }
//     }
//
// Made of it:

::cogen::__named! {
    iterator "Sorted"[Sorted['a] [[T] [= N : usize]] [[= Row < T, N > : 'a]] [T : Ord,]]
    [()] [< & 'a Row < T, N > as IntoIterator > ::Item] [()] []
    ["The iterator that [`IntoIterator::into_iter`] makes for `&'a Row<T, N>`: its items are `<&'a Row<T, N> as IntoIterator>::Item`."
    "iterators do nothing unless consumed" pub struct allow single_use_lifetimes] [& 'a
    Row < T, N >,] [false false true] [false 64, 8] [< & 'a Row < T, N > as
    __CogenBodyOfSorted < 'a, T, N > > ::__cogen_body_of_into_iter]
}
::cogen::__functions! {
    { #[doc(hidden)] #[cfg_attr(clippy, allow(clippy::implied_bounds_in_impls,
    clippy::too_many_arguments, clippy::type_complexity,))] trait __CogenBodyOfSorted <
    'a, T : Ord, const N : usize > : IntoIterator where Row < T, N > : 'a { fn
    __cogen_body_of_into_iter(self) -> impl Iterator < Item = < & 'a Row < T, N > as
    IntoIterator > ::Item > + ::core::iter::FusedIterator; } impl < 'a, T : Ord, const N
    : usize > __CogenBodyOfSorted < 'a, T, N > for & 'a Row < T, N > where Row < T, N > :
    'a { ::cogen::__hidden_function! { {} fn __cogen_body_of_into_iter(self) -> impl
    Iterator < Item = < & 'a Row < T, N > as IntoIterator > ::Item > +
    ::core::iter::FusedIterator { ::cogen::__coroutine! { iterator async; sync items()
    [()] [< Self as IntoIterator > ::Item] [()] [] [let _ = & self;] { yield_from!(self
    .sorted()); } } } } } } {}
}
impl<'a, T: Ord, const N: usize> IntoIterator for &'a Row<T, N> {
    type Item = &'a T;
    type IntoIter = Sorted<'a, T, N>;
    ::cogen::__functions! {
        { #[cfg_attr(clippy, allow(clippy::needless_lifetimes, unknown_lints,
        clippy::elidable_lifetime_names,))] fn into_iter(self) -> Sorted < 'a, T, N > {
        return ::cogen::__private::iterator::new((self,)) } } { fn into_iter(self) ->
        Sorted < 'a, T, N > { let _ = || { ::cogen::__coroutine! { iterator async; sync
        items() [()] [< Self as IntoIterator > ::Item] [()] [] [let _ = & self;] {
        yield_from!(self.sorted()); } } }; loop {} } }
    }
}
