// Items are not hygienic: one inside of the body captures what the macro mentions by that name.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use cogen::Coroutine;

#[derive(Clone, Copy)]
pub struct Evil;

impl Evil {
    pub async fn put<Y>(self, _: Y) -> (i32, Self) {
        (0, self)
    }

    pub fn delegation(self) -> (Self, Self) {
        (self, self)
    }

    pub fn begin<D>(self, delegate: D) -> D {
        delegate
    }

    pub fn enter<D>(self, _: &mut D, slot: Self) -> Self {
        slot
    }

    pub fn poll<D>(self, _: &mut D, slot: Self) -> std::task::Poll<(i32, Self)> {
        std::task::Poll::Ready((0, slot))
    }

    pub async fn pause(self) -> Self {
        self
    }
}

#[cogen::coroutine]
fn delegates() -> impl Coroutine<i32, Yield = Box<i32>> {
    {
        static __slot: Evil = Evil;
        yield_from!(());
    }
    yield_!(Box::new(5));
}

#[cogen::coroutine]
fn delegates_in_a_macro() -> impl Coroutine<i32, Yield = Box<i32>> {
    {
        static __slot: Evil = Evil;
        println!("{:?}", yield_from!(()));
    }
    yield_!(Box::new(5));
}

#[cogen::coroutine]
fn yields() -> impl Coroutine<i32, Yield = Box<i32>> {
    {
        static __slot: Evil = Evil;
        yield_!(Box::new(1));
    }
}

#[cogen::coroutine]
fn yields_in_a_macro() -> impl Coroutine<i32, Yield = Box<i32>> {
    {
        static __slot: Evil = Evil;
        println!("{:?}", yield_!(Box::new(1)));
    }
}

fn main() {}
