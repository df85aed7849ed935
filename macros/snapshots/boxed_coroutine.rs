// Written:
//
//     #[cogen::coroutine]
//     fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u32> {
//         for child in &tree.children {
//             yield_from!(walk(child));
//         }
//         yield_!(tree.value);
//     }
//
// Made of it:

fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u32> {
    ::cogen::__coroutine! {
        boxed pin async; sync function() [()] [u32] [()] [tree {}] [let _ = & tree;] {
        for child in & tree.children { yield_from!(walk(child)); } yield_!(tree.value); }
    }
}
