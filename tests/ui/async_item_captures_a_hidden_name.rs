// Items are not hygienic: one inside of the body captures what the macro mentions by that name.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use cogen::AsyncCoroutine;

pub struct Evil;

impl Evil {
    pub fn never<T, A>(&self, _: A) -> T {
        panic!()
    }

    pub async fn delegate<D>(&self, _: D) {}

    pub async fn yield_value<Y>(&self, _: Y) -> i32 {
        0
    }
}

#[cogen::coroutine]
fn delegates() -> impl AsyncCoroutine<i32, Yield = Box<i32>> {
    {
        static the_caller: Evil = Evil;
        yield_from!(());
    }
    yield_!(Box::new(5));
}

#[cogen::coroutine]
fn yields() -> impl AsyncCoroutine<i32, Yield = Box<i32>> {
    {
        static the_caller: Evil = Evil;
        yield_!(Box::new(1));
    }
}

#[cogen::coroutine]
fn yields_in_a_macro() -> impl AsyncCoroutine<i32, Yield = Box<i32>> {
    {
        static the_caller: Evil = Evil;
        println!("{:?}", yield_!(Box::new(1)));
    }
}

fn main() {}
