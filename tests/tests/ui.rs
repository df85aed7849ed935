//! What the compiler says about mistakes: a file each in `ui/`.

#[test]
fn mistakes_are_refused_where_they_stand() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
