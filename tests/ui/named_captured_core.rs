// The type of the `impl` means the same wherever the expansion writes it.
#![forbid(unsafe_code)]

mod __cogen_core {
    pub mod marker {
        pub struct PhantomPinned;
    }
}

#[cogen::coroutine]
impl __cogen_core::marker::PhantomPinned {
    #[cogen::coroutine(struct = Named)]
    fn f(address: usize) -> impl cogen::Coroutine<(), Yield = String> {
        yield_!(format!("{address}"));
    }
}

fn main() {
    let named: Named = __cogen_core::marker::PhantomPinned::f(1);
    let () = named;
}
