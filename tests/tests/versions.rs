//! Records of changed code: amended, run with the old code, and migrated.

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{Amended, ByValue, Checkpoint, Record, Recorded, ReplayErrorKind};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Fingerprint};

#[cogen::coroutine(fingerprint = OLD)]
fn old(items: u32) -> impl Coroutine<String, Yield = String, Return = String> {
    let mut parcels = Vec::new();
    for item in 0..items {
        parcels.push(yield_!(format!("ship {item}")));
    }
    parcels.join(" ")
}

/// Yields a question once, and remembers the reply.
#[cogen::coroutine(fingerprint = NEW)]
fn new(items: u32) -> impl Coroutine<String, Yield = String, Return = String> {
    let wraps = yield_!("since: wrap".to_owned()) == "yes";
    let mut parcels = Vec::new();
    for item in 0..items {
        if wraps {
            yield_!(format!("wrap {item}"));
        }
        parcels.push(yield_!(format!("ship {item}")));
    }
    parcels.join(" ")
}

type OrderRecord = Record<(u32,), String, ByValue<String>>;

#[allow(clippy::ptr_arg)] // it is what the body yields
fn past(request: &String) -> Option<String> {
    request.starts_with("since: ").then(|| "no".to_owned())
}

/// Returns the record of the old code, after this number of replies.
fn at(replies: usize) -> OrderRecord {
    let mut order = Recorded::new(OLD, old, (3,));
    order.start();
    for reply in 0..replies {
        order.send(format!("P-{reply}"));
    }
    order.into_record()
}

/// Returns the remaining requests, and the return value.
fn rest(
    mut order: impl Coroutine<String, Yield = String, Return = String> + Unpin,
    replies: usize,
) -> (Vec<String>, String) {
    let mut asked = Vec::new();
    let mut state = order.start(); // what it is paused at
    loop {
        match state {
            Complete(end) => return (asked, end),
            Yielded(request) => {
                let ship = request.starts_with("ship");
                let number =
                    replies + asked.iter().filter(|a: &&String| a.starts_with("ship")).count();
                asked.push(request);
                state = order.send(if ship { format!("P-{number}") } else { "yes".to_owned() });
            }
        }
    }
}

#[test]
fn orders_that_are_under_way_keep_their_behaviour_and_new_ones_have_the_new_one() {
    let amended = Amended::new(new, past);
    for replies in 0..=3 {
        let mut record = at(replies);
        let refused = record.clone().replay(NEW, amended).unwrap_err();
        assert_eq!(refused.kind(), ReplayErrorKind::Fingerprint { recorded: OLD, given: NEW });
        record.restamp(NEW);
        let unasked = record.clone().replay(NEW, new).unwrap_err();
        assert_eq!(unasked.kind(), ReplayErrorKind::Differs { step: 0 });
        let order = record.replay(NEW, amended).unwrap();
        let again = order.clone(); // the replies of the past are not on record, and come again
        assert_eq!(rest(order, replies), rest(again.clone(), replies));
        let (asked, end) = rest(again, replies);
        let expected: Vec<_> = (replies..3).map(|item| format!("ship {item}")).collect();
        assert_eq!((asked, end), (expected, "P-0 P-1 P-2".to_owned()));
    }
    let fresh = Recorded::new(NEW, amended, (1,));
    let (asked, _) = rest(fresh, 0);
    assert_eq!(asked, ["since: wrap", "wrap 0", "ship 0"]);
}

#[test]
fn the_replies_of_new_orders_are_on_record() {
    let mut order = Recorded::new(NEW, Amended::new(new, past), (2,));
    order.start();
    for reply in ["yes", "", "P-0"] {
        order.send(reply.to_owned());
    }
    let restored = order.into_record().replay(NEW, Amended::new(new, past)).unwrap();
    assert_eq!(rest(restored, 1).0, ["wrap 1", "ship 1"]);
}

/// Questions in the last step and before a return.
#[test]
fn questions_can_be_anywhere() {
    #[cogen::coroutine]
    fn asks_at_the_end(items: u32) -> impl Coroutine<String, Yield = String, Return = String> {
        let parcels = yield_from!(old(items));
        if yield_!("since: thanks".to_owned()) == "yes" {
            yield_!("thank".to_owned());
        }
        parcels
    }
    let amended = Amended::new(asks_at_the_end, past);
    let ended = at(3).replay(OLD, amended).unwrap();
    assert_eq!(ended.replayed(), Some(Complete(&"P-0 P-1 P-2".to_owned())));
    // The last item is still to be shipped: the question is new for this order.
    let under_way = at(2).replay(OLD, amended).unwrap();
    assert_eq!(rest(under_way, 2).0, ["ship 2", "since: thanks", "thank"]);
    // Any other difference is still an error.
    let error = at(2).replay(OLD, Amended::new(|_| asks_at_the_end(1), past)).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::EndedEarly { step: 1 });
}

#[test]
fn old_code_runs_beside_new_code() {
    type Order = BoxCoroutine<'static, String, String, String>;
    type Code = fn(u32) -> Order;
    let code = |fingerprint: Fingerprint| -> Option<Code> {
        match fingerprint {
            OLD => Some(|items| Box::pin(old(items))),
            NEW => Some(|items| Box::pin(new(items))),
            _ => None,
        }
    };
    let replay = |record: OrderRecord| {
        let fingerprint = record.fingerprint();
        record.replay(fingerprint, code(fingerprint).expect("it is known")).unwrap()
    };
    assert_eq!(rest(replay(at(1)), 1).0, ["ship 1", "ship 2"]);
    let mut fresh = Recorded::new(NEW, code(NEW).unwrap(), (1,));
    fresh.start();
    assert_eq!(rest(replay(fresh.into_record()), 0).0, ["since: wrap", "wrap 0", "ship 0"]);
    assert!(code(Fingerprint::NONE).is_none());
}

/// The replies of the old record are sent into the new code, and each request names the reply that
/// it takes.
#[test]
fn a_record_is_migrated_by_driving_the_new_code_with_its_replies() {
    #[cogen::coroutine(fingerprint = BACKWARDS)]
    fn backwards(items: u32) -> impl Coroutine<String, Yield = String, Return = String> {
        let mut parcels = Vec::new();
        for item in (0..items).rev() {
            parcels.push(yield_!(format!("ship {item}")));
        }
        parcels.join(" ")
    }
    let old = at(2);
    let replies: Vec<(String, String)> = old
        .steps()
        .windows(2)
        .filter_map(|pair| Some((pair[0].yielded()?.0.clone(), pair[1].sent()?.clone())))
        .collect();
    let mut migrated = Recorded::new(BACKWARDS, backwards, *old.arguments());
    let stopped = migrated.drive_saved_blocking(
        |_, request| {
            let known = replies.iter().find(|(asked, _)| *asked == request);
            known.map(|(_, reply)| reply.clone()).ok_or(request)
        },
        |_| Ok(()),
    );
    assert_eq!(stopped, Err("ship 2".to_owned())); // the reply that the old record lacks
    let mut record = migrated.into_record();
    assert_eq!((record.fingerprint(), record.steps().len()), (BACKWARDS, 1));
    record = record.replay(BACKWARDS, backwards).unwrap().into_record();
    let mut goes_on = record.replay(BACKWARDS, backwards).unwrap();
    let mut new = 0;
    let end = goes_on.drive_saved_blocking(
        |_, request| {
            let known = replies.iter().find(|(asked, _)| *asked == request);
            Ok::<_, ()>(known.map(|(_, reply)| reply.clone()).unwrap_or_else(|| {
                new += 1;
                format!("N-{new}")
            }))
        },
        |_| Ok(()),
    );
    assert_eq!((end.unwrap(), new), ("N-1 P-1 P-0".to_owned(), 1));
}

/// A new coroutine that begins at a checkpoint must yield the checkpoint first, so the question
/// comes after it.
#[test]
fn a_body_with_checkpoints_asks_after_them() {
    #[derive(Clone, Debug, PartialEq)]
    enum Request {
        Balance(u32),
        Since,
        Notify(u32),
        Pay(u32),
    }
    impl Checkpoint<(u32,)> for Request {
        fn checkpoint(&self) -> Option<(Fingerprint, (u32,))> {
            match *self {
                Self::Balance(balance) => Some((ACCOUNT, (balance,))),
                _ => None,
            }
        }
    }
    const ACCOUNT: Fingerprint = Fingerprint::named("account");
    #[cogen::coroutine]
    fn old(mut balance: u32) -> impl Coroutine<u32, Yield = Request> {
        loop {
            let amount = yield_!(Request::Balance(balance));
            balance += yield_!(Request::Pay(amount));
        }
    }
    #[cogen::coroutine]
    fn new(mut balance: u32) -> impl Coroutine<u32, Yield = Request> {
        loop {
            let amount = yield_!(Request::Balance(balance));
            if yield_!(Request::Since) == 1 {
                yield_!(Request::Notify(amount));
            }
            balance += yield_!(Request::Pay(amount));
        }
    }
    let amended = Amended::new(new, |request: &Request| match request {
        Request::Since => Some(0),
        _ => None,
    });
    for replies in 1..=4 {
        let mut account = Recorded::new(ACCOUNT, old, (0,));
        account.start();
        for reply in 1..=replies {
            account.send(reply);
        }
        let last = account.clone().start();
        let mut account = account.into_record().replay(ACCOUNT, amended).unwrap();
        let mut state = account.start();
        assert_eq!(state, last);
        if let Yielded(Request::Pay(_)) = state {
            state = account.send(10); // this round is one of the old code
        }
        // Later rounds are cut, restored, and of the new code.
        for round in 1..=3 {
            let Yielded(balance) = state else { panic!("it never returns") };
            assert_eq!(account.cut(&balance), Ok(true));
            account = account.clone();
            assert_eq!(account.send(round), Yielded(Request::Since));
            account = account.clone();
            assert_eq!(account.send(1), Yielded(Request::Notify(round)));
            assert_eq!(account.send(0), Yielded(Request::Pay(round)));
            account = account.clone();
            state = account.send(round);
            assert_eq!(account.record().steps().len(), 5);
        }
    }
}
