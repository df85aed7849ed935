//! Recorded coroutines that a driver runs and saves step by step.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{ByValue, Checkpoint, Record, Recorded, ReplayErrorKind, Step, Waiting, join};
use cogen::{Coroutine, CoroutineExt, Fingerprint, Status};

/// Charges and ships each item, and refunds the charges if it is cancelled.
#[cogen::coroutine(fingerprint = ORDER)]
fn order(
    items: Vec<String>,
) -> impl Coroutine<Result<String, String>, Yield = String, Return = String> {
    let mut done = Vec::new();
    for item in &items {
        match yield_!(format!("charge {item}")) {
            Ok(receipt) => done.push(receipt),
            Err(reason) => {
                while let Some(receipt) = done.pop() {
                    let _ = yield_!(format!("refund {receipt}"));
                }
                return format!("cancelled: {reason}");
            }
        }
    }
    done.join(" ")
}

type OrderRecord = Record<(Vec<String>,), Result<String, String>, ByValue<String>>;

fn items() -> Vec<String> {
    ["tea", "cup", "pot"].map(str::to_owned).to_vec()
}

/// A header and steps as text: in rows with their number as the key, and in the lines of a log.
#[derive(Default)]
struct Store {
    header: String,
    rows: BTreeMap<u64, String>,
    log: Vec<String>,
}

impl Store {
    fn begin(record: &OrderRecord) -> Self {
        Self { header: serde_json::to_string(record).unwrap(), ..Self::default() }
    }

    fn save(&mut self, step: Step<Result<String, String>, ByValue<String>>) {
        let text = serde_json::to_string(&step).unwrap();
        self.log.push(text.clone());
        self.rows.insert(step.number(), text);
    }

    fn load(&self) -> OrderRecord {
        let load = |steps: &mut dyn Iterator<Item = &String>| {
            let mut record: OrderRecord = serde_json::from_str(&self.header).unwrap();
            for step in steps {
                record.push(serde_json::from_str(step).unwrap()).unwrap();
            }
            record
        };
        let record = load(&mut self.rows.values());
        assert_eq!(load(&mut self.log.iter()), record);
        record
    }
}

/// The actions of the receivers of requests, by the key of each request.
#[derive(Default)]
struct World {
    done: BTreeMap<u64, String>,
    calls: usize,
}

impl World {
    fn reply(&mut self, number: u64, request: String) -> Result<String, String> {
        self.calls += 1;
        let done = self.done.entry(number).or_insert_with(|| request.clone());
        assert_eq!(*done, request, "a key belongs to one request");
        if request == "charge pot" { Err("broken".to_owned()) } else { Ok(format!("<{request}>")) }
    }
}

const END: &str = "cancelled: broken";
/// The saves: a start and five replies, each saved twice.
const SAVES: usize = 12;

fn done() -> Vec<String> {
    let done = ["charge tea", "charge cup", "charge pot", "refund <charge cup>"];
    done.iter().map(|request| (*request).to_owned()).chain(["refund <charge tea>".into()]).collect()
}

#[test]
fn a_driver_stops_at_any_save_and_another_process_goes_on() {
    for limit in 0..=SAVES {
        for saved in [false, true] {
            let mut world = World::default();
            let first = Recorded::new(ORDER, order, (items(),));
            let mut store = Store::begin(first.record());
            drop(first);
            let mut stops = 0;
            // The process dies before or after the save with this number, and later processes
            // don't.
            let end = loop {
                let mut order = store.load().replay(ORDER, order).unwrap();
                let before = store.log.len();
                let result = order.drive_saved_blocking(
                    |number, request| Ok(world.reply(number, request)),
                    |step| {
                        let dies = stops == 0 && store.log.len() - before == limit;
                        if !dies || saved {
                            store.save(step);
                        }
                        if dies { Err("dead") } else { Ok(()) }
                    },
                );
                match result {
                    Ok(end) => break end,
                    Err(_) => stops += 1,
                }
            };
            assert_eq!(end, END, "{limit} {saved}");
            assert_eq!(world.done.values().cloned().collect::<Vec<_>>(), done());
            assert!(world.calls <= done().len() + 1, "one request at most is repeated");
            let record = store.load();
            assert_eq!((record.status(), record.steps().len()), (Status::Closed, 6));
            let ended = record.replay(ORDER, order).unwrap();
            assert_eq!(ended.replayed(), Some(Complete(&END.to_owned())));
        }
    }
}

#[test]
fn the_same_driver_goes_on_after_an_error() {
    let mut world = World::default();
    let mut order = Recorded::new(ORDER, order, (items(),));
    let mut store = Store::begin(order.record());
    let (mut tries, mut saves) = (0, 0);
    let end = loop {
        tries += 1;
        let result = order.drive_saved_blocking(
            |number, request| Ok(world.reply(number, request)),
            |step| {
                saves += 1;
                if saves % 3 == 0 {
                    return Err("the disk is full");
                }
                store.save(step);
                Ok(())
            },
        );
        if let Ok(end) = result {
            break end;
        }
    };
    assert!(tries > 3);
    assert_eq!(end, END);
    assert_eq!(world.done.values().cloned().collect::<Vec<_>>(), done());
    assert_eq!(store.load(), *order.record());
    assert_eq!(order.status(), Status::Closed);
}

#[test]
fn each_step_is_saved_before_the_body_and_before_the_handler_sees_it() {
    let log = RefCell::new(Vec::new());
    let mut order = Recorded::new(ORDER, order, (vec!["tea".to_owned()],));
    order
        .drive_saved_blocking(
            |number, request| {
                log.borrow_mut().push(format!("handle {number} {request}"));
                Ok::<_, ()>(Ok("R-1".to_owned()))
            },
            |step| {
                let sent = step.sent().map(|sent| sent.clone().unwrap());
                let unfinished = step.is_unfinished();
                log.borrow_mut().push(format!("save {} {sent:?} {unfinished}", step.number()));
                Ok(())
            },
        )
        .unwrap();
    assert_eq!(
        log.into_inner(),
        [
            "save 0 None true",
            "save 0 None false",
            "handle 0 charge tea",
            "save 1 Some(\"R-1\") true",
            "save 1 Some(\"R-1\") false",
        ]
    );
}

#[test]
fn a_reply_that_the_body_panics_at_is_saved_and_nothing_is_charged_twice() {
    #[cogen::coroutine(fingerprint = STRICT)]
    fn strict() -> impl Coroutine<String, Yield = &'static str, Return = u32> {
        yield_!("charge").parse().expect("a number")
    }
    let mut steps = Vec::new();
    let mut charges = 0;
    let mut order = Recorded::new(STRICT, strict, ());
    let header = serde_json::to_string(order.record()).unwrap();
    let drive = AssertUnwindSafe(|| {
        order.drive_saved_blocking(
            |_, _| {
                charges += 1;
                Ok::<_, ()>("R-1".to_owned())
            },
            |step| {
                steps.push(serde_json::to_string(&step).unwrap());
                Ok(())
            },
        )
    });
    catch_unwind(drive).unwrap_err();
    let mut record: Record<(), String, ByValue<String>> = serde_json::from_str(&header).unwrap();
    for step in &steps {
        record.push(serde_json::from_str(step).unwrap()).unwrap();
    }
    // Each restart reports the same, and charges nothing.
    let owned = || {
        let mut strict = Box::pin(strict());
        cogen::co! { -> impl Coroutine<String, Yield = String, Return = u32> {
            let cogen::CoroutineState::Yielded(request) = strict.start() else { unreachable!() };
            let reply = yield!(request.to_owned());
            match strict.send(reply) { Complete(number) => number, Yielded(_) => unreachable!() }
        } }
    };
    let error = record.replay(STRICT, owned).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    assert_eq!(charges, 1);
    // Corrected code uses the receipt that is on record.
    let lenient = || {
        cogen::co! { -> impl Coroutine<String, Yield = String, Return = u32> {
            yield!("charge".to_owned()).trim_start_matches("R-").parse().expect("a number")
        } }
    };
    let mut restored = error.into_record().replay(STRICT, lenient).unwrap();
    let end = restored.drive_saved_blocking(|_, _| panic!("nothing is asked"), |_| Ok::<_, ()>(()));
    assert_eq!(end, Ok(1));
}

#[test]
fn a_restored_one_is_driven_by_the_plain_drivers_too() {
    let at = |replies: usize| {
        let mut order = Recorded::new(ORDER, order, (items(),));
        order.start();
        for reply in 0..replies {
            order.send(Ok(reply.to_string()));
        }
        order.into_record().replay(ORDER, order_again).unwrap()
    };
    for replies in 0..=3 {
        let mut next = replies;
        let mut reply = |_: String| {
            next += 1;
            Ok((next - 1).to_string())
        };
        assert_eq!(at(replies).drive_blocking(&mut reply), "0 1 2");
        assert_eq!(next, 3, "each reply that was missing, and no other");
        let mut next = replies;
        let reply = async |_: String| {
            next += 1;
            Ok((next - 1).to_string())
        };
        assert_eq!(futures::executor::block_on(at(replies).drive(reply)), "0 1 2");
    }
}

fn order_again(
    items: Vec<String>,
) -> impl Coroutine<Result<String, String>, Yield = String, Return = String> {
    order(items)
}

/// `send` has handed the value out, so the driver replays the record again.
#[test]
fn one_that_was_sent_to_by_hand_is_driven_on() {
    let mut order = Recorded::new(ORDER, order, (items(),));
    assert_eq!(order.start(), Yielded("charge tea".to_owned()));
    order.send(Ok("0".to_owned()));
    let (mut asked, mut saved) = (Vec::new(), Vec::new());
    let end = order.drive_saved_blocking(
        |number, request| {
            asked.push((number, request));
            Ok::<_, ()>(Ok(number.to_string()))
        },
        |step| {
            saved.push((step.number(), step.is_unfinished()));
            Ok(())
        },
    );
    assert_eq!(end.unwrap(), "0 1 2");
    assert_eq!(asked, [(1, "charge cup".to_owned()), (2, "charge pot".to_owned())]);
    // The steps by hand, then each step twice.
    assert_eq!(saved, [(0, false), (1, false), (2, true), (2, false), (3, true), (3, false)]);
}

#[test]
fn errors_are_thrown_into_one_that_is_driven_on_afterwards() {
    let mut world = World::default();
    let mut order = Recorded::new(ORDER, order, (items(),));
    let stopped = order.drive_saved_blocking(
        |number, request| if number < 2 { Ok(world.reply(number, request)) } else { Err(()) },
        |_| Ok(()),
    );
    assert_eq!(stopped, Err(()));
    assert_eq!(
        order.throw("changed my mind".to_owned()),
        Yielded("refund <charge cup>".to_owned())
    );
    let end = order.drive_saved_blocking(
        |number, request| Ok::<_, ()>(world.reply(number, request)),
        |_| Ok(()),
    );
    assert_eq!(end.unwrap(), "cancelled: changed my mind");
    assert_eq!(
        world.done.into_values().collect::<Vec<_>>(),
        ["charge tea", "charge cup", "refund <charge cup>", "refund <charge tea>"]
    );
}

/// Returns the result of `future`, or drops it and returns `None` if it is not ready.
fn poll_times<T>(future: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    (0..times).find_map(|_| match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    })
}

#[test]
fn the_async_driver_goes_on_after_it_was_dropped_in_the_middle() {
    let mut order = Recorded::new(ORDER, order, (items(),));
    let mut store = Store::begin(order.record());
    for polls in 0..40 {
        let mut world = World::default();
        let drive = order.drive_saved(
            async |number, request| {
                futures::pending!();
                Ok::<_, ()>(world.reply(number, request))
            },
            async |step| {
                futures::pending!();
                store.save(step);
                Ok(())
            },
        );
        if let Some(end) = poll_times(drive, polls) {
            assert_eq!(end.unwrap(), END);
            assert_eq!(store.load(), *order.record());
            return;
        }
    }
    panic!("it comes to its end");
}

#[test]
fn the_async_driver_can_run_in_a_task_of_an_executor_with_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let end = runtime.block_on(async {
        tokio::spawn(async {
            let mut order = Recorded::new(ORDER, order, (items(),));
            let world = std::sync::Arc::new(std::sync::Mutex::new(World::default()));
            order
                .drive_saved(
                    async move |number, request| {
                        tokio::task::yield_now().await;
                        Ok::<_, ()>(world.lock().unwrap().reply(number, request))
                    },
                    async move |_| {
                        tokio::task::yield_now().await;
                        Ok(())
                    },
                )
                .await
        })
        .await
        .unwrap()
    });
    assert_eq!(end.unwrap(), END);
}

#[test]
fn one_that_is_closed_is_not_driven() {
    let mut order = Recorded::new(ORDER, order, (items(),));
    order.start();
    order.close();
    let panic = catch_unwind(AssertUnwindSafe(|| {
        order.drive_saved_blocking(|_, _| Ok::<_, ()>(Ok(String::new())), |_| Ok(()))
    }))
    .unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("closed"));
    assert_eq!(order.record().steps().len(), 2);
}

#[test]
fn one_that_cannot_be_driven_on_says_why() {
    let refused = |order: &mut Recorded<_, _, _, ByValue<String>>| {
        let drive = AssertUnwindSafe(|| {
            order.drive_saved_blocking(|_, _| Ok::<_, ()>(Ok(String::new())), |_| Ok(()))
        });
        *catch_unwind(drive).unwrap_err().downcast::<&str>().unwrap()
    };
    let panics = |items: Vec<String>| {
        cogen::co! { -> impl Coroutine<Result<String, String>, Yield = String, Return = String> {
            let reply = yield!("charge tea".to_owned());
            assert!(items.is_empty(), "full");
            reply.unwrap_or_default()
        } }
    };
    let mut panicked = Recorded::new(ORDER, panics, (items(),));
    panicked.start();
    catch_unwind(AssertUnwindSafe(|| panicked.send(Ok(String::new())))).unwrap_err();
    let drive = AssertUnwindSafe(|| {
        panicked.drive_saved_blocking(|_, _| Ok::<_, ()>(Ok(String::new())), |_| Ok(()))
    });
    let message = *catch_unwind(drive).unwrap_err().downcast::<&str>().unwrap();
    assert!(message.contains("panicked") && message.contains("Record::pop"), "{message}");

    let mut closed = Recorded::new(ORDER, order, (items(),));
    closed.start();
    closed.close();
    let message = refused(&mut closed);
    assert!(message.contains("was closed"), "{message}");

    let mut taken = Recorded::new(ORDER, order, (Vec::new(),));
    assert!(taken.start().is_complete());
    let message = refused(&mut taken);
    assert!(message.contains("return value") && message.contains("Record::replay"), "{message}");
    assert_eq!(taken.into_record().replay(ORDER, order).unwrap().start(), Complete(String::new()));
}

/// The body can't be corrected, as it is `join`'s.
#[test]
fn a_bad_last_reply_is_taken_back() {
    #[cogen::coroutine]
    fn leg(to: String) -> impl Coroutine<String, Yield = String, Return = String> {
        yield_!(to)
    }
    let trip = |cities: Vec<String>| join(cities.into_iter().map(leg));
    type TripRecord = Record<(Vec<String>,), (usize, String), ByValue<Vec<Waiting<String>>>>;
    let mut steps = BTreeMap::new();
    let record = Recorded::new(ORDER, trip, (items(),)).into_record();
    let header = serde_json::to_string(&record).unwrap();
    let mut trip_1 = record.replay(ORDER, trip).unwrap();
    let drive = AssertUnwindSafe(|| {
        trip_1.drive_saved_blocking(
            |number, _| Ok::<_, ()>((if number == 1 { 7 } else { 0 }, "booked".to_owned())),
            |step| Ok(_ = steps.insert(step.number(), serde_json::to_string(&step).unwrap())),
        )
    });
    catch_unwind(drive).unwrap_err();
    let load = |steps: &BTreeMap<u64, String>| {
        let mut record: TripRecord = serde_json::from_str(&header).unwrap();
        for step in steps.values() {
            record.push(serde_json::from_str(step).unwrap()).unwrap();
        }
        record
    };
    let error = load(&steps).replay(ORDER, trip).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 2 });
    let mut record = error.into_record();
    let bad = record.pop().unwrap();
    assert_eq!(bad.sent(), Some(&(7, "booked".to_owned())));
    steps.remove(&bad.number());
    assert_eq!(load(&steps), record);
    let mut trip_1 = record.replay(ORDER, trip).unwrap();
    let end = trip_1.drive_saved_blocking(
        |_, waiting| Ok::<_, ()>((waiting[0].child, format!("<{}>", waiting[0].value))),
        |step| Ok(_ = steps.insert(step.number(), serde_json::to_string(&step).unwrap())),
    );
    assert_eq!(end.unwrap(), ["booked", "<cup>", "<pot>"]);
    assert_eq!(load(&steps).steps().len(), 4);
}

/// A running sum that is cut every ten steps. Its whole state is in its argument.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
struct Sum(u64);

impl Checkpoint<(u64,)> for Sum {
    fn checkpoint(&self) -> Option<(Fingerprint, (u64,))> {
        Some((SUM, (self.0,)))
    }
}

#[cogen::coroutine(fingerprint = SUM)]
fn sum(mut sum: u64) -> impl Coroutine<u64, Yield = Sum, Return = u64> {
    while sum < 200 {
        sum += yield_!(Sum(sum));
    }
    sum
}

/// The record of a sum as it was created or last cut, and the later steps. Each commit counts.
#[derive(Default)]
struct Account {
    header: String,
    steps: BTreeMap<u64, String>,
    commits: usize,
    /// The number of the commit at which the process dies, and whether it dies after it.
    death: Option<(usize, bool)>,
}

impl Account {
    /// Makes a transaction, unless the process dies before it.
    fn commit(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), Stop> {
        let death = self.death.filter(|(commit, _)| *commit == self.commits);
        self.commits += 1;
        match death {
            Some((_, false)) => return Err(Stop::Dead),
            _ => change(self),
        }
        if death.is_some() { Err(Stop::Dead) } else { Ok(()) }
    }

    fn load(&self) -> Record<(u64,), u64, ByValue<Sum>> {
        let mut record: Record<(u64,), u64, ByValue<Sum>> =
            serde_json::from_str(&self.header).unwrap();
        for step in self.steps.values() {
            record.push(serde_json::from_str(step).unwrap()).unwrap();
        }
        record
    }
}

enum Stop {
    Dead,
    Cut(Sum),
}

/// Runs one process. `done` has the requests, by their number.
fn run(account: &mut Account, done: &mut BTreeMap<u64, Sum>) -> Result<u64, Stop> {
    let mut summed = account.load().replay(SUM, sum).unwrap();
    loop {
        let first = summed.record().steps().first().map_or(0, Step::number);
        let driven = summed.drive_saved_blocking(
            |number, sum| {
                if number >= first + 10 {
                    return Err(Stop::Cut(sum));
                }
                let known = done.entry(number).or_insert_with(|| sum.clone());
                assert_eq!(*known, sum, "a number belongs to one request");
                Ok(number % 7)
            },
            |step| {
                let text = serde_json::to_string(&step).unwrap();
                account.commit(|account| _ = account.steps.insert(step.number(), text))
            },
        );
        match driven {
            Err(Stop::Cut(sum)) => {
                assert_eq!(summed.cut(&sum), Ok(true));
                assert_eq!(summed.record().steps().len(), 1);
                let header = serde_json::to_string(summed.record()).unwrap();
                account.commit(|account| {
                    account.header = header;
                    account.steps.clear();
                })?;
            }
            driven => return driven,
        }
    }
}

/// The handler stops at checkpoints, and the record is cut there. The process dies before or after
/// any commit.
#[test]
fn one_that_is_cut_is_driven_on_by_this_process_or_another() {
    let new = || Account {
        header: serde_json::to_string(Recorded::new(SUM, sum, (0,)).record()).unwrap(),
        ..Account::default()
    };
    let mut whole = new();
    let mut expected = BTreeMap::new();
    let Ok(end) = run(&mut whole, &mut expected) else { panic!("nothing kills it") };
    assert!(end >= 200 && expected.len() > 60);
    assert!(whole.steps.len() <= 11, "the later steps only");
    for commit in 0..whole.commits {
        for after in [false, true] {
            let mut account = Account { death: Some((commit, after)), ..new() };
            let mut done = BTreeMap::new();
            assert!(matches!(run(&mut account, &mut done), Err(Stop::Dead)));
            account.death = None;
            let Ok(found) = run(&mut account, &mut done) else { panic!("it dies once") };
            assert_eq!((found, &done), (end, &expected), "{commit} {after}");
            assert_eq!(account.load(), whole.load());
        }
    }
}
