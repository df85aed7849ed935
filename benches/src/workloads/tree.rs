//! A recursion.

use cogen::{BoxCoroutine, CoroutineExt};

use crate::contest::{Contestant, Target, Workload, digest, native, rounds};

pub(crate) const WORKLOAD: Workload = Workload {
    name: "tree",
    description: "the in-order walk of a balanced tree of 65,536 nodes on the heap",
    round: NODES,
    contestants: &[
        &[Contestant::new("by hand, explicit stack", |steps| {
            run(steps, |sum, tree| digest(sum, ByHand::new(tree)))
        })],
        #[cfg(feature = "native")]
        &[Contestant::new("native, nested", |steps| run(steps, native::run))],
        &[
            Contestant::with_target(
                "cogen, `BoxCoroutine`",
                |steps| run(steps, |sum, tree| digest(sum, walk(tree).iterate())),
                MOST,
            ),
            Contestant::with_target(
                "cogen, `impl Iterator`",
                |steps| run(steps, |sum, tree| digest(sum, walk_iterator(tree))),
                MOST,
            ),
            Contestant::with_target(
                "cogen, `Box<dyn Iterator>`",
                |steps| run(steps, |sum, tree| digest(sum, walk_box(tree))),
                MOST,
            ),
        ],
        #[cfg(feature = "peers")]
        &[
            Contestant::new("diapause", |steps| run(steps, peers::diapause)),
            Contestant::new("genawaiter, rc, boxed futures", |steps| {
                run(steps, peers::genawaiter_rc)
            }),
            Contestant::new("async-stream, nested", |steps| run(steps, peers::async_stream)),
            Contestant::new("corosensei", |steps| run(steps, peers::corosensei)),
        ],
    ],
};

const MOST: Target = Target::AtMost(350.0);
const NODES: u64 = 65_536;

struct Tree {
    left: Option<Box<Tree>>,
    value: u64,
    right: Option<Box<Tree>>,
}

#[inline(always)]
fn run(steps: u64, round: impl Fn(u64, &Tree) -> u64) -> u64 {
    fn balanced(first: u64, last: u64) -> Option<Box<Tree>> {
        (first <= last).then(|| {
            let value = first + (last - first) / 2;
            let (left, right) = (balanced(first, value - 1), balanced(value + 1, last));
            Box::new(Tree { left, value, right })
        })
    }

    let tree = balanced(1, NODES).expect("there are nodes");
    rounds(steps, NODES, &*tree, round)
}

/// The nodes whose value has not been returned yet, the next one last.
struct ByHand<'a>(Vec<&'a Tree>);

impl<'a> ByHand<'a> {
    fn new(tree: &'a Tree) -> Self {
        let mut walk = Self(Vec::new());
        walk.descend(Some(tree));
        walk
    }

    fn descend(&mut self, mut tree: Option<&'a Tree>) {
        while let Some(node) = tree {
            self.0.push(node);
            tree = node.left.as_deref();
        }
    }
}

impl Iterator for ByHand<'_> {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let node = self.0.pop()?;
        self.descend(node.right.as_deref());
        Some(node.value)
    }
}

native! {
    mod native {
        use std::iter::from_fn;
        use std::ops::{Coroutine, CoroutineState};
        use std::pin::Pin;

        use super::Tree;
        use crate::contest::digest;

        fn walk(tree: &Tree) -> Pin<Box<dyn Coroutine<Yield = u64, Return = ()> + '_>> {
            Box::pin(
                #[coroutine]
                static move || {
                    if let Some(left) = &tree.left {
                        let mut walk = walk(left);
                        while let CoroutineState::Yielded(value) = walk.as_mut().resume(()) {
                            yield value;
                        }
                    }
                    yield tree.value;
                    if let Some(right) = &tree.right {
                        let mut walk = walk(right);
                        while let CoroutineState::Yielded(value) = walk.as_mut().resume(()) {
                            yield value;
                        }
                    }
                },
            )
        }

        pub(super) fn run(sum: u64, tree: &Tree) -> u64 {
            let mut walk = walk(tree);
            digest(sum, from_fn(|| match walk.as_mut().resume(()) {
                CoroutineState::Yielded(value) => Some(value),
                CoroutineState::Complete(()) => None,
            }))
        }
    }
}

#[cogen::coroutine]
fn walk(tree: &Tree) -> BoxCoroutine<'_, (), u64> {
    if let Some(left) = &tree.left {
        yield_from!(walk(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(walk(right));
    }
}

#[cogen::coroutine]
fn walk_iterator(tree: &Tree) -> impl Iterator<Item = u64> {
    if let Some(left) = &tree.left {
        yield_from!(walk_iterator(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(walk_iterator(right));
    }
}

#[cogen::coroutine]
fn walk_box(tree: &Tree) -> Box<dyn Iterator<Item = u64> + '_> {
    if let Some(left) = &tree.left {
        yield_from!(walk_box(left));
    }
    yield_!(tree.value);
    if let Some(right) = &tree.right {
        yield_from!(walk_box(right));
    }
}

#[cfg(feature = "peers")]
mod peers {
    use std::future::Future;
    use std::iter::from_fn;
    use std::pin::Pin;

    use corosensei::{ScopedCoroutine, Yielder};
    use futures_core::Stream;
    use genawaiter::rc::{Co, Gen};

    use super::Tree;
    use crate::contest::{digest, digest_stream};

    #[diapause::coroutine(yield = u64)]
    fn diapause_walk<'a>(tree: &'a Tree) {
        if let Some(left) = &tree.left {
            let left: diapause_walk::State<'a> = diapause_walk(left);
            yield_all!(box left);
        }
        yield_!(tree.value);
        if let Some(right) = &tree.right {
            let right: diapause_walk::State<'a> = diapause_walk(right);
            yield_all!(box right);
        }
    }

    pub(super) fn diapause(sum: u64, tree: &Tree) -> u64 {
        digest(sum, diapause_walk(tree))
    }

    pub(super) fn genawaiter_rc(sum: u64, tree: &Tree) -> u64 {
        fn walk<'a>(tree: &'a Tree, co: &'a Co<u64>) -> Pin<Box<dyn Future<Output = ()> + 'a>> {
            Box::pin(async move {
                if let Some(left) = &tree.left {
                    walk(left, co).await;
                }
                co.yield_(tree.value).await;
                if let Some(right) = &tree.right {
                    walk(right, co).await;
                }
            })
        }
        digest(sum, Gen::new(|co| async move { walk(tree, &co).await }))
    }

    pub(super) fn async_stream(sum: u64, tree: &Tree) -> u64 {
        fn walk(tree: &Tree) -> Pin<Box<dyn Stream<Item = u64> + '_>> {
            Box::pin(async_stream::stream! {
                if let Some(left) = &tree.left {
                    for await value in walk(left) {
                        yield value;
                    }
                }
                yield tree.value;
                if let Some(right) = &tree.right {
                    for await value in walk(right) {
                        yield value;
                    }
                }
            })
        }
        digest_stream(sum, walk(tree).as_mut(), |value| value)
    }

    pub(super) fn corosensei(sum: u64, tree: &Tree) -> u64 {
        fn walk(tree: &Tree, yielder: &Yielder<(), u64>) {
            if let Some(left) = &tree.left {
                walk(left, yielder);
            }
            yielder.suspend(tree.value);
            if let Some(right) = &tree.right {
                walk(right, yielder);
            }
        }
        let walk: ScopedCoroutine<'_, (), u64, (), _> =
            ScopedCoroutine::new(|yielder, ()| walk(tree, yielder));
        walk.scope(|mut walk| digest(sum, from_fn(|| walk.as_mut().resume(()).as_yield())))
    }
}
