// Written:
//
//     co! { let name = yield!(greeting); name.len() }
//
// Made of it:

fn block() {
    cogen::__machine_value!(
        async; sync block() [_] [_] [_] [] [] { let name = yield_!(greeting); name.len()
        }
    )
}
