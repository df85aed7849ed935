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

/// The effects of a driver, by key.
#[derive(Default)]
struct Effects<K>(BTreeMap<K, String>);

impl<K: Ord + std::fmt::Debug> Effects<K> {
    /// Carries a request out, unless a request with its key was carried out before.
    fn request(&mut self, key: K, request: &str) {
        let known = self.0.entry(key).or_insert_with(|| request.to_owned());
        assert_eq!(*known, request, "a key belongs to one request");
    }

    /// Returns how many requests were carried out twice.
    fn repeated(&self) -> usize {
        self.0.len() - self.0.values().collect::<std::collections::BTreeSet<_>>().len()
    }
}

/// The body yields values of its own before, between and after the joins, and delegates to each.
#[test]
fn the_step_and_the_child_are_a_key_where_the_body_delegates_to_the_join() {
    #[cogen::coroutine(fingerprint = STAGES)]
    fn stages() -> impl Coroutine<(usize, String), Yield = Vec<Waiting<String>>, Return = usize> {
        let mut booked = 0;
        for way in ["to", "back", "to again"] {
            yield_!(Vec::new());
            let legs = [1, 3, 2].map(|stops| leg(format!("{way} {stops}:"), stops));
            booked += yield_from!(join(legs)).len();
            yield_!(Vec::new());
        }
        booked
    }
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut effects = Effects::default();
        let mut recorded = Recorded::new(STAGES, stages, ());
        let end = loop {
            let mut tries = 0; // the process dies after some replies, and another one goes on
            let driven = recorded.drive_saved_blocking(
                |number, waiting| {
                    for one in &waiting {
                        effects.request((number - one.age, one.child), &one.value);
                    }
                    tries += 1;
                    if tries > 3 {
                        return Err(());
                    }
                    let Some(one) = waiting.get(random.usize(..waiting.len().max(1))) else {
                        return Ok((0, String::new()));
                    };
                    Ok((one.child, booked(&one.value)))
                },
                |_| Ok(()),
            );
            match driven {
                Ok(end) => break end,
                Err(()) => recorded = recorded.clone(),
            }
        };
        assert_eq!((end, effects.0.len(), effects.repeated()), (9, 18, 0));
    }
}

/// The child counts its requests, and its key is in each of them.
#[cogen::coroutine]
fn keyed(
    name: String,
    stops: u32,
) -> impl Coroutine<String, Yield = (String, String), Return = ()> {
    for stop in 0..stops {
        yield_!((format!("{name}/{stop}"), format!("{name} stop {stop}")));
    }
}

#[test]
fn keys_in_the_values_are_keys_in_a_join_of_joins() {
    #[cogen::coroutine(fingerprint = NESTED)]
    fn nested() -> impl Coroutine<
        (usize, (usize, String)),
        Yield = Vec<Waiting<Vec<Waiting<(String, String)>>>>,
        Return = (),
    > {
        for way in ["to", "back"] {
            let group = |group: &str| {
                join([1, 2].map(|stops| keyed(format!("{way}/{group}/{stops}"), stops)))
            };
            yield_from!(join(["a", "b"].map(group)));
        }
    }
    for seed in 0..20 {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut effects = Effects::default();
        let mut recorded = Recorded::new(NESTED, nested, ());
        let reply = |_, groups: Vec<Waiting<Vec<Waiting<(String, String)>>>>| {
            for one in groups.iter().flat_map(|group| &group.value) {
                effects.request(one.value.0.clone(), &one.value.1);
            }
            let group = &groups[random.usize(..groups.len())];
            let one = &group.value[random.usize(..group.value.len())];
            Ok::<_, ()>((group.child, (one.child, booked(&one.value.1))))
        };
        recorded.drive_saved_blocking(reply, |_| Ok(())).unwrap();
        assert_eq!((effects.0.len(), effects.repeated()), (12, 0));
    }
}

#[test]
fn keys_in_the_values_are_keys_if_the_body_yields_between_the_replies() {
    type Asked = Vec<Waiting<(String, String)>>;
    #[cogen::coroutine(fingerprint = CONFIRMS)]
    fn confirms() -> impl Coroutine<(usize, String), Yield = Asked, Return = ()> {
        let mut legs = join([1, 2, 3].map(|stops| keyed(format!("leg {stops}"), stops)));
        let mut state = legs.start();
        while let Yielded(waiting) = state {
            let reply = yield_!(waiting);
            yield_!(Vec::new()); // something of its own
            state = legs.send(reply);
        }
    }
    let mut effects = Effects::default();
    let mut recorded = Recorded::new(CONFIRMS, confirms, ());
    let reply = |_, waiting: Asked| {
        for one in &waiting {
            effects.request(one.value.0.clone(), &one.value.1);
        }
        let one = waiting.last();
        Ok::<_, ()>(one.map_or((0, String::new()), |one| (one.child, booked(&one.value.1))))
    };
    recorded.drive_saved_blocking(reply, |_| Ok(())).unwrap();
    assert_eq!((effects.0.len(), effects.repeated()), (6, 0));
}
