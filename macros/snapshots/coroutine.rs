// Written:
//
//     #[cogen::coroutine]
//     fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64> {
//         let mut total = 0.0;
//         for count in 1.. {
//             total += scale * yield_!(total / f64::from(count));
//         }
//     }
//
// Made of it:

fn averager(scale: f64) -> impl Coroutine<f64, Yield = f64, Return = ()> {
    ::cogen::__coroutine! {
        coroutine async; sync function() [f64] [f64] [()] [scale {}] [let _ = & scale;] {
        let mut total = 0.0; for count in 1.. { total += scale * yield_!(total /
        f64::from(count)); } }
    }
}
