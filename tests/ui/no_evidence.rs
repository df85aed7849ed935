use cogen::replay::Evidence;

fn same(kept: &impl Evidence<u32>, yielded: &u32) -> bool {
    kept.matches(yielded)
}

fn main() {
    same(&"a text", &1);
}
