#![deny(unused_must_use)]

fn main() {
    cogen::co! {
        yield!(1);
        let () = yield!(2);
    };
}
