//! Iterators that say how many items are left.

use std::iter::FusedIterator;
use std::panic::{AssertUnwindSafe, catch_unwind};

use cogen::{WithLen, WithSizeHint, co};

fn items(count: u32) -> impl FusedIterator<Item = u32> {
    co! { gen for n in 0..count { yield!(n); } }
}

#[test]
fn bounds_go_down_with_each_item_and_are_zero_at_the_end() {
    let mut three = WithSizeHint::new(items(3), (2, Some(5)));
    for hint in [(2, Some(5)), (1, Some(4)), (0, Some(3)), (0, Some(2))] {
        assert_eq!(three.size_hint(), hint);
        three.next();
    }
    assert_eq!(three.size_hint(), (0, Some(0)));
    assert_eq!(three.next(), None);

    let mut open = WithSizeHint::new(items(3), (3, None));
    open.next();
    assert_eq!(open.size_hint(), (2, None));

    assert!(WithSizeHint::new(items(9), (9, Some(9))).collect::<Vec<_>>().capacity() == 9);
}

#[test]
fn a_length_is_exact() {
    let mut three = WithLen::new(items(3), 3);
    for len in [3, 2, 1] {
        assert_eq!(three.len(), len);
        assert!(three.next().is_some());
    }
    assert_eq!((three.next(), three.next(), three.len()), (None, None, 0));
}

#[test]
fn a_wrong_length_panics_where_it_shows() {
    for (len, reason) in [(2, "has more items"), (4, "has fewer items")] {
        let mut wrong = WithLen::new(items(3), len);
        let panic = catch_unwind(AssertUnwindSafe(|| wrong.by_ref().count())).unwrap_err();
        let message = panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| (*panic.downcast_ref::<&str>().unwrap()).to_owned());
        assert!(message.contains(reason), "{message}");
    }
}
