//! Coroutines that run side by side under one record: `join` and `race`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{ByValue, Record, Recorded, ReplayErrorKind, Waiting, join, race};
use cogen::{Coroutine, CoroutineExt, SendError, Status};

#[cogen::coroutine]
fn leg(to: String, stops: usize) -> impl Coroutine<String, Yield = String, Return = String> {
    let mut bookings = Vec::new();
    for stop in 0..stops {
        bookings.push(yield_!(format!("{to} {stop}")));
    }
    bookings.join(" ")
}

type TripRecord = Record<(Vec<usize>,), (usize, String), ByValue<Vec<Waiting<String>>>>;

/// Two joins in sequence. Each leg has a number of stops.
#[cogen::coroutine(fingerprint = TRIP)]
fn trip(
    stops: Vec<usize>,
) -> impl Coroutine<(usize, String), Yield = Vec<Waiting<String>>, Return = Vec<String>> {
    let legs = |way: &'static str| {
        let stops = stops.iter().enumerate();
        stops.map(|(at, stops)| leg(format!("{way}{at}"), *stops)).collect::<Vec<_>>()
    };
    let mut all = yield_from!(join(legs("to")));
    all.extend(yield_from!(join(legs("from"))));
    all
}

fn booked(request: &str) -> String {
    format!("<{request}>")
}

#[test]
fn every_order_of_the_replies_leads_to_the_same_and_any_step_is_restored() {
    for seed in 0..50 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut trip_1 = Recorded::new(TRIP, trip, (vec![2, 0, 3],));
        let mut state = trip_1.start();
        let mut keys = BTreeMap::new();
        let all = loop {
            let saved = serde_json::to_string(trip_1.record()).unwrap();
            let record: TripRecord = serde_json::from_str(&saved).unwrap();
            let number = record.steps().last().unwrap().number();
            let waiting = match state {
                Yielded(waiting) => waiting,
                Complete(all) => break all,
            };
            let mut restored = record.replay(TRIP, trip).unwrap();
            assert_eq!(restored.replayed(), Some(Yielded(&waiting)));
            for one in &waiting {
                // Each request keeps its key until the reply, and no other request has this key.
                let key = (number - one.age, one.child);
                let known = keys.entry(key).or_insert_with(|| one.value.clone());
                assert_eq!(*known, one.value);
            }
            let one = &waiting[random.usize(..waiting.len())];
            let reply = (one.child, booked(&one.value));
            state = restored.send(reply);
            trip_1 = restored;
        };
        let legs = |way| {
            [
                booked(&format!("{way}0 0")) + " " + &booked(&format!("{way}0 1")),
                String::new(),
                (0..3).map(|stop| booked(&format!("{way}2 {stop}"))).collect::<Vec<_>>().join(" "),
            ]
        };
        assert_eq!(all, [legs("to"), legs("from")].concat());
        assert_eq!(keys.len(), 10);
    }
}

#[test]
fn all_that_waits_is_yielded_with_its_age() {
    let mut both = join([leg("a".to_owned(), 2), leg("b".to_owned(), 2)]);
    let waiting = |child, age, value: &str| Waiting { child, age, value: value.to_owned() };
    assert_eq!(both.start(), Yielded(vec![waiting(0, 0, "a 0"), waiting(1, 0, "b 0")]));
    let reply = |child| (child, "x".to_owned());
    assert_eq!(both.send(reply(0)), Yielded(vec![waiting(0, 0, "a 1"), waiting(1, 1, "b 0")]));
    assert_eq!(both.send(reply(0)), Yielded(vec![waiting(1, 2, "b 0")]));
    assert_eq!(both.send(reply(1)), Yielded(vec![waiting(1, 0, "b 1")]));
    assert_eq!(both.send(reply(1)), Complete(vec!["x x".to_owned(); 2]));
    assert_eq!(both.try_send(reply(1)), Err(SendError::Closed(reply(1))));
}

#[test]
fn children_may_return_at_once_and_there_may_be_none() {
    assert_eq!(join(Vec::<cogen::BoxCoroutine<'_, (), (), u8>>::new()).start(), Complete(vec![]));
    assert_eq!(
        join([leg(String::new(), 0), leg(String::new(), 0)]).start(),
        Complete(vec![String::new(); 2])
    );
    assert_eq!(
        race([leg("a".to_owned(), 1), leg(String::new(), 0)]).start(),
        Complete((1, String::new()))
    );
    let none = || race(Vec::<cogen::BoxCoroutine<'_, (), (), u8>>::new()).start();
    let panic = catch_unwind(none).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a race needs a child"));
}

struct Guard(Rc<RefCell<Vec<usize>>>, usize);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.borrow_mut().push(self.1);
    }
}

#[cogen::coroutine]
fn guarded(
    log: Rc<RefCell<Vec<usize>>>,
    number: usize,
    steps: usize,
) -> impl Coroutine<u32, Yield = usize, Return = u32> {
    let _guard = Guard(log, number);
    let mut sum = 0;
    for step in 0..steps {
        sum += yield_!(step);
    }
    sum
}

#[test]
fn the_first_that_returns_wins_and_the_others_are_closed() {
    let log = Rc::default();
    let child = |number, steps| guarded(Rc::clone(&log), number, steps);
    let mut three = race([child(0, 2), child(1, 1), child(2, 2)]);
    three.start();
    three.send((2, 1));
    assert!(log.borrow().is_empty());
    assert_eq!(three.send((1, 7)), Complete((1, 7)));
    assert_eq!(log.take(), [1, 0, 2]);
    assert_eq!(three.status(), Status::Closed);

    let mut two = join([child(3, 1), child(4, 2)]);
    two.start();
    two.close();
    assert_eq!(log.take(), [3, 4]);
    assert_eq!(two.status(), Status::Closed);
    two.close();
}

#[test]
fn a_reply_for_nobody_panics_and_is_an_error_in_a_replay() {
    let mut trip_1 = Recorded::new(TRIP, trip, (vec![1, 2],));
    trip_1.start();
    trip_1.send((0, "x".to_owned()));
    for nobody in [0, 2] {
        let mut other = trip_1.clone();
        let send = AssertUnwindSafe(|| other.send((nobody, "x".to_owned())));
        let panic = catch_unwind(send).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.contains(&format!("the child {nobody}")), "{message}");
        let error = other.try_clone().unwrap_err();
        assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 2 });
        assert!(error.to_string().contains("doesn't wait for one"));
    }
    assert!(trip_1.send((1, "x".to_owned())).is_yielded());
    let mut early = join([leg(String::new(), 1)]);
    assert_eq!(early.try_send((0, String::new())), Err(SendError::NotStarted((0, String::new()))));
}

/// A body around a join, with other kinds of requests of its own.
#[test]
fn a_parent_passes_on_what_its_children_ask() {
    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    enum Request {
        Ask(String),
        Together(Vec<Waiting<String>>),
    }
    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    enum Reply {
        Text(String),
        Of(usize, String),
    }
    #[cogen::coroutine(fingerprint = PARENT)]
    fn parent() -> impl Coroutine<Reply, Yield = Request, Return = String> {
        let Reply::Text(name) = yield_!(Request::Ask("Whose?".to_owned())) else {
            return "no name".to_owned();
        };
        let mut legs =
            race([leg(format!("{name} by train"), 2), leg(format!("{name} by ship"), 1)]);
        let mut state = legs.start();
        loop {
            state = match state {
                Complete((_, booked)) => return booked,
                Yielded(waiting) => match yield_!(Request::Together(waiting)) {
                    Reply::Of(child, reply) => legs.send((child, reply)),
                    Reply::Text(reason) => return reason,
                },
            }
        }
    }
    let mut order = Recorded::new(PARENT, parent, ());
    let end = order.drive_saved_blocking(
        |_, request| {
            Ok::<_, ()>(match request {
                Request::Ask(_) => Reply::Text("Ada".to_owned()),
                Request::Together(waiting) => {
                    let last = waiting.last().unwrap();
                    Reply::Of(last.child, booked(&last.value))
                }
            })
        },
        |_| Ok(()),
    );
    assert_eq!(end.unwrap(), "<Ada by ship 0>");
    assert_eq!(order.record().steps().len(), 3);
}
