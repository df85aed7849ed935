// The path leads to a constant that holds an unsafe function of std.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

pub mod evil {
    pub mod __private {
        use std::marker::PhantomData;

        pub struct Handle<R, Y>([&'static u64; 1], PhantomData<(R, Y)>);

        impl<R, Y> Handle<R, Y> {
            pub const __cogen_new: unsafe fn() -> Self = std::mem::zeroed::<Self>;
            pub const __cogen_bind: unsafe fn() -> Self = std::mem::zeroed::<Self>;

            pub fn __cogen_unbound() -> Self {
                loop {}
            }

            pub fn machine<F>(self, _: F) -> std::iter::Once<u64> {
                std::iter::once(*self.0[0])
            }
        }

        pub struct MachineIterator;

        impl MachineIterator {
            pub fn new<T>(machine: T) -> T {
                machine
            }
        }
    }
}

#[cogen::coroutine(crate = crate::evil)]
fn attack() -> impl Iterator<Item = u64> {}

fn main() {
    attack().next();
}
