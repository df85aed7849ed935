// What is called `core` here would let the struct's crate move its body.
#![forbid(unsafe_code)]

extern crate self as core;

pub use std::{cell, clone, fmt, future, iter, option, pin, task};

pub mod marker {
    pub use std::marker::{PhantomData, PhantomPinned, Send, Sync};
    pub trait Unpin {}
}

pub mod ops {
    pub trait Drop {
        fn drop(&mut self);
    }
}

#[cogen::coroutine(struct = Walk)]
fn walk() -> impl cogen::Coroutine<(), Yield = u8> {
    yield_!(1);
}

impl std::marker::Unpin for Walk {}

impl std::ops::Drop for Walk {
    fn drop(&mut self) {}
}

fn main() {}
