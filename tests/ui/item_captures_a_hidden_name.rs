// Items are not hygienic: one inside of the body captures what the macro mentions by that name.
#![forbid(unsafe_code)]
#![allow(non_upper_case_globals)]

use cogen::Coroutine;

pub struct Evil;

impl Evil {
    pub fn never<T, A>(&self, _: A) -> T {
        panic!()
    }

    pub async fn delegate<S>(&self, _: (), slot: S) -> ((), S) {
        ((), slot)
    }
}

#[cogen::coroutine]
fn attack() -> impl Coroutine<i32, Yield = Box<i32>> {
    {
        static the_caller: Evil = Evil;
        yield_from!(());
    }
    {
        static the_caller: Evil = Evil;
        println!("{:?}", yield_from!(()));
    }
    yield_!(Box::new(5));
}

fn main() {}
