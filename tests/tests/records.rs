//! Records that are saved, as a whole and step by step, in three formats: nothing is lost, and
//! nothing that was not saved is loaded.

use std::collections::HashMap;

use cogen::CoroutineState::Yielded;
use cogen::replay::{ByHash, ByValue, Record, RecordError, Recorded, Saved, Step};
use cogen::{Coroutine, CoroutineExt, Fingerprint, Status};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Item {
    name: String,
    cents: u64,
    count: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Request {
    Ask(String),
    Charge { card: String, cents: u64 },
}

#[cogen::coroutine(fingerprint = ORDER)]
fn order(items: Vec<Item>) -> impl Coroutine<String, Yield = Request> {
    let cents = items.iter().map(|item| item.cents * item.count).sum();
    loop {
        let card = yield_!(Request::Ask("The number of your card?".to_owned()));
        yield_!(Request::Charge { card, cents });
    }
}

type OrderRecord = Record<(Vec<Item>,), String, ByValue<Request>>;
type OrderStep = Step<String, ByValue<Request>>;

fn items() -> Vec<Item> {
    let item = |name: &str, cents, count| Item { name: name.to_owned(), cents, count };
    vec![item("tea", 450, 2), item("cup", 1200, 1)]
}

/// Returns the record of a charged order.
fn record() -> OrderRecord {
    let mut order = Recorded::new(ORDER, order, (items(),));
    order.start();
    order.send("4111-1111".to_owned());
    order.send("R-1".to_owned());
    order.into_record()
}

/// A format, used as in its own documentation.
trait Format {
    const NAME: &'static str;
    fn save<T: Serialize>(value: &T) -> Vec<u8>;
    fn load<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String>;
}

struct Json;
struct Postcard;
struct Ciborium;

impl Format for Json {
    const NAME: &'static str = "json";

    fn save<T: Serialize>(value: &T) -> Vec<u8> {
        serde_json::to_vec(value).unwrap()
    }

    fn load<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        serde_json::from_slice(bytes).map_err(|error| error.to_string())
    }
}

impl Format for Postcard {
    const NAME: &'static str = "postcard";

    fn save<T: Serialize>(value: &T) -> Vec<u8> {
        postcard::to_allocvec(value).unwrap()
    }

    fn load<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        postcard::from_bytes(bytes).map_err(|error| error.to_string())
    }
}

impl Format for Ciborium {
    const NAME: &'static str = "ciborium";

    fn save<T: Serialize>(value: &T) -> Vec<u8> {
        let mut bytes = Vec::new();
        ciborium::into_writer(value, &mut bytes).unwrap();
        bytes
    }

    fn load<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
        ciborium::from_reader(bytes).map_err(|error| error.to_string())
    }
}

/// Runs `check` with each format.
macro_rules! in_each_format {
    ($check:ident) => {
        $check::<Json>();
        $check::<Postcard>();
        $check::<Ciborium>();
    };
}

#[test]
fn what_is_saved_is_loaded() {
    fn check<F: Format>() {
        let record = record();
        let loaded: OrderRecord = F::load(&F::save(&record)).unwrap();
        assert_eq!(loaded, record, "{}", F::NAME);
        let opened = F::load::<Saved<OrderRecord>>(&F::save(&record)).unwrap().open();
        assert_eq!(opened, Ok(record), "{}", F::NAME);
    }
    in_each_format!(check);
}

#[test]
fn arguments_with_a_further_field_are_an_error_and_no_order_that_starts_anew() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Wider {
        name: String,
        cents: u64,
        count: u64,
        #[serde(default)]
        gift: u64,
    }
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Swapped {
        name: String,
        count: u64,
        cents: u64,
    }
    fn check<F: Format>() {
        let saved = F::save(&record());
        type Loaded<I> = Record<(Vec<I>,), String, ByValue<Request>>;
        let wider = F::load::<Saved<Loaded<Wider>>>(&saved);
        assert!(!matches!(wider.map(Saved::open), Ok(Ok(_))), "{}", F::NAME);
        assert!(F::load::<Loaded<Wider>>(&saved).is_err(), "{}", F::NAME);
        // Without field names, these are other values of the same types.
        let swapped = F::load::<Saved<Loaded<Swapped>>>(&saved).unwrap().open();
        match swapped {
            Err(error) => assert_eq!(error, RecordError::Damaged, "{}", F::NAME),
            Ok(_) => panic!("{}: the names of the fields are checked", F::NAME),
        }
    }
    in_each_format!(check);
}

/// Changes, removes or repeats some bytes.
fn damage(bytes: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..random.usize(1..4) {
        if bytes.is_empty() {
            break;
        }
        let at = random.usize(..bytes.len());
        match random.u8(..6) {
            0 => bytes[at] ^= 1 << random.u8(..8),
            1 => bytes[at] = random.u8(..),
            2 => _ = bytes.remove(at),
            3 => bytes.truncate(at),
            4 => bytes.insert(at, random.u8(..)),
            _ => {
                let other = random.usize(..bytes.len());
                bytes.swap(at, other);
            }
        }
    }
    bytes
}

#[test]
fn damage_is_never_taken_for_another_history() {
    fn check<F: Format>() {
        let mut random = fastrand::Rng::with_seed(17);
        let (record, step) = (record(), record().steps()[2].clone());
        let (whole, single) = (F::save(&record), F::save(&step));
        let (mut refused, mut typed) = (0, 0);
        for _ in 0..20_000 {
            match F::load::<Saved<OrderRecord>>(&damage(&whole, &mut random)).map(Saved::open) {
                Ok(Ok(loaded)) => assert_eq!(loaded, record, "{}", F::NAME),
                Ok(Err(_)) => typed += 1,
                Err(_) => refused += 1,
            }
            match F::load::<Saved<OrderStep>>(&damage(&single, &mut random)).map(Saved::open) {
                Ok(Ok(loaded)) => assert_eq!(loaded, step, "{}", F::NAME),
                Ok(Err(_)) => typed += 1,
                Err(_) => refused += 1,
            }
        }
        // If the format itself accepts the damage, the check detects it.
        assert!(typed > 1000 && refused > 1000, "{}: {typed} {refused}", F::NAME);
    }
    in_each_format!(check);
}

#[test]
fn each_single_byte_counts() {
    fn check<F: Format>() {
        let record = record();
        let saved = F::save(&record);
        for at in 0..saved.len() {
            for bit in 0..8 {
                let mut damaged = saved.clone();
                damaged[at] ^= 1 << bit;
                if let Ok(loaded) = F::load::<OrderRecord>(&damaged) {
                    assert_eq!(loaded, record, "{}: bit {bit} of byte {at}", F::NAME);
                }
            }
        }
    }
    in_each_format!(check);
}

/// A later version may have any fields.
#[test]
fn a_later_version_says_that_it_is_one() {
    #[derive(Serialize)]
    struct Saved3 {
        format: u32,
        recorded: (String, Vec<f64>),
        sealed: bool,
    }
    fn check<F: Format>() {
        let later = Saved3 { format: 3, recorded: ("later".to_owned(), vec![0.5]), sealed: true };
        let saved = F::save(&later);
        let version = RecordError::Version { saved: 3, known: 2 };
        assert_eq!(F::load::<Saved<OrderRecord>>(&saved).unwrap().open(), Err(version));
        assert_eq!(F::load::<Saved<OrderStep>>(&saved).unwrap().open(), Err(version));
        assert!(F::load::<OrderRecord>(&saved).is_err(), "{}", F::NAME);
    }
    in_each_format!(check);
    let error = Json::load::<OrderRecord>(br#"{"format":3}"#).unwrap_err();
    assert!(
        error.contains("version 3 of the format, and this version of `cogen` reads only version 2"),
        "{error}"
    );
}

/// Some databases store JSON as a tree.
#[test]
fn the_order_of_the_fields_does_not_matter() {
    let value = serde_json::to_value(record()).unwrap(); // sorted by name
    assert_eq!(serde_json::from_value::<OrderRecord>(value.clone()).unwrap(), record());
    let text = format!(
        r#"{{"check":{},"further":[1],"recorded":{},"format":2}}"#,
        value["check"], value["recorded"]
    );
    assert_eq!(serde_json::from_str::<OrderRecord>(&text).unwrap(), record());
}

#[test]
fn numbers_of_64_bits_survive_javascript() {
    fn numbers(value: &serde_json::Value, found: &mut Vec<u64>) {
        match value {
            serde_json::Value::Number(number) => found.push(number.as_u64().unwrap()),
            serde_json::Value::Array(values) => values.iter().for_each(|v| numbers(v, found)),
            serde_json::Value::Object(fields) => fields.values().for_each(|v| numbers(v, found)),
            _ => {}
        }
    }
    let mut hashed = Recorded::hashed(ORDER, order_by_hash, ());
    hashed.start();
    let saved = serde_json::to_value(hashed.record()).unwrap();
    let mut found = Vec::new();
    numbers(&saved, &mut found);
    assert!(found.iter().all(|number| *number < 1 << 53), "{saved}");
    assert_eq!(saved["recorded"]["fingerprint"], ORDER.to_string());
    let loaded: Record<(), String, ByHash> = serde_json::from_value(saved).unwrap();
    assert_eq!(loaded, *hashed.record());
    assert!(serde_json::from_str::<Fingerprint>("\"7\"").is_err());
    assert!(serde_json::from_str::<Fingerprint>("\"+000000000000007\"").is_err());
}

#[cogen::coroutine]
fn order_by_hash() -> impl Coroutine<String, Yield = String> {
    yield_!("The number of your card?".to_owned());
}

/// All types of serde's data model, in one value, with a map in a random order.
#[test]
fn the_check_is_one_of_any_values() {
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Unit;
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Pair(i8, char);
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    enum Kind {
        Unit,
        New(u16),
        Tuple(i16, i32),
        Struct { a: f32, b: f64 },
    }
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        unit: Unit,
        pair: Pair,
        kinds: Vec<Kind>,
        map: HashMap<String, Option<i64>>,
        nothing: (),
        truth: bool,
        wide: (u8, u32),
        address: std::net::Ipv4Addr, // text in JSON, bytes in the others
    }
    fn check<F: Format>() {
        let all = All {
            unit: Unit,
            pair: Pair(-1, 'ß'),
            kinds: vec![
                Kind::Unit,
                Kind::New(1),
                Kind::Tuple(2, 3),
                Kind::Struct { a: 0.5, b: 1.5 },
            ],
            map: (0..50).map(|n| (n.to_string(), (n % 3 != 0).then_some(n))).collect(),
            nothing: (),
            truth: true,
            wide: (4, 5),
            address: [127, 0, 0, 1].into(),
        };
        let nothing = |_: All| order_by_hash();
        let recorded = Recorded::new(Fingerprint::NONE, nothing, (all,));
        let saved = F::save(recorded.record());
        let loaded: Record<(All,), String, ByValue<String>> = F::load(&saved).unwrap();
        assert_eq!(loaded, *recorded.record(), "{}", F::NAME);
    }
    in_each_format!(check);
}

#[test]
fn a_record_is_put_together_of_its_steps() {
    fn check<F: Format>() {
        let mut order_one = Recorded::new(ORDER, order, (items(),));
        let header = F::save(order_one.record());
        let mut saved = Vec::new();
        order_one.start();
        saved.push(F::save(&order_one.record().steps()[0]));
        for reply in ["4111", "R-1", "4222"] {
            order_one.send(reply.to_owned());
            saved.push(F::save(order_one.record().steps().last().unwrap()));
        }
        let load = |which: &[usize]| -> Result<OrderRecord, RecordError> {
            let mut record: OrderRecord = F::load(&header).unwrap();
            for at in which {
                let before = record.clone();
                if let Err(error) = record.push(F::load(&saved[*at]).unwrap()) {
                    assert_eq!(record, before, "nothing has changed");
                    return Err(error);
                }
            }
            Ok(record)
        };
        assert_eq!(load(&[0, 1, 2, 3]).unwrap(), *order_one.record(), "{}", F::NAME);
        assert_eq!(load(&[0, 1, 1]), Err(RecordError::Misplaced { step: 1 })); // it is finished
        assert_eq!(load(&[1]), Err(RecordError::Misplaced { step: 1 }));
        assert_eq!(load(&[0, 2]), Err(RecordError::Misplaced { step: 2 }));
        assert_eq!(load(&[0, 1, 0]), Err(RecordError::Misplaced { step: 0 }));
        let mut restored = load(&[0, 1, 2, 3]).unwrap().replay(ORDER, order).unwrap();
        assert_eq!(
            restored.send("R-2".to_owned()),
            Yielded(Request::Ask("The number of your card?".to_owned()))
        );
    }
    in_each_format!(check);
}

/// Two processes that drive one order, for example, have different steps with the same number.
#[test]
fn a_finished_step_is_not_replaced() {
    let with_reply = |reply: &str| {
        let mut order = Recorded::new(ORDER, order, (items(),));
        order.start();
        order.send(reply.to_owned());
        order.into_record()
    };
    let unfinished = |reply: &str| {
        let panics = |_: Vec<Item>| {
            cogen::co! { -> impl Coroutine<String, Yield = Request> {
                yield!(Request::Ask("The number of your card?".to_owned()));
                panic!("at every reply");
            } }
        };
        let mut order = Recorded::new(ORDER, panics, (items(),));
        order.start();
        let send = std::panic::AssertUnwindSafe(|| order.send(reply.to_owned()));
        std::panic::catch_unwind(send).unwrap_err();
        order.into_record()
    };
    let (one, other) = (with_reply("4111"), with_reply("4222"));
    let mut record = one.clone();
    for step in [&one.steps()[1], &other.steps()[1], &unfinished("4222").steps()[1]] {
        assert_eq!(record.push(step.clone()), Err(RecordError::Misplaced { step: 1 }));
        assert_eq!(record, one, "nothing has changed");
    }
    // An unfinished step is replaced: by its outcome, or by another try.
    let mut record = unfinished("4111");
    assert_eq!(record.push(unfinished("4222").steps()[1].clone()), Ok(()));
    assert_eq!(record, unfinished("4222"));
    assert_eq!(record.push(other.steps()[1].clone()), Ok(()));
    assert_eq!(record, other);
}

#[test]
fn the_last_step_can_be_taken_back() {
    let mut record = record();
    let last = record.steps()[2].clone();
    assert_eq!(record.pop(), Some(last.clone()));
    let mut restored = record.clone().replay(ORDER, order).unwrap();
    assert!(matches!(restored.replayed(), Some(Yielded(Request::Charge { .. }))));
    restored.send("R-2".to_owned());
    assert_eq!(restored.record().steps()[2].sent().unwrap(), "R-2");
    record.push(last).unwrap();
    assert_eq!(record.status(), Status::Suspended);
    // The start has no reply.
    while record.pop().is_some() {}
    assert_eq!((record.steps().len(), record.status()), (1, Status::Suspended));
    let mut never_started = Recorded::new(ORDER, order, (items(),));
    assert_eq!(never_started.record().clone().pop(), None);
    // A close is taken back, too.
    never_started.close();
    let mut record = never_started.into_record();
    assert!(record.pop().unwrap().is_close());
    assert_eq!(record.status(), Status::Created);
}

#[test]
fn steps_that_no_coroutine_takes_are_refused() {
    let mut closed = Recorded::new(ORDER, order, (items(),));
    closed.start();
    closed.close();
    let header: OrderRecord = Recorded::new(ORDER, order, (items(),)).into_record();
    let step = |at: usize| record().steps()[at].clone();
    let [start, close] = closed.record().steps() else { panic!("two steps") };
    let renumbered = |step: &OrderStep, number: u64| -> OrderStep {
        let mut value = serde_json::to_value(step).unwrap();
        value["recorded"]["number"] = number.into();
        serde_json::from_value::<Saved<OrderStep>>(value).unwrap().open_changed().unwrap()
    };
    let pushed = |steps: &[OrderStep]| {
        let mut record = header.clone();
        steps.iter().try_for_each(|step| record.push(step.clone())).map(|()| record.status())
    };
    let misplaced = |step| Err(RecordError::Misplaced { step });
    assert_eq!(pushed(&[start.clone(), close.clone()]), Ok(Status::Closed));
    assert_eq!(pushed(&[renumbered(close, 0)]), Ok(Status::Closed)); // before it has started
    assert_eq!(pushed(&[renumbered(&step(1), 0)]), misplaced(0)); // sent before the start
    assert_eq!(pushed(&[step(0), renumbered(start, 1)]), misplaced(1)); // started twice
    assert_eq!(pushed(&[start.clone(), close.clone(), step(2)]), misplaced(2)); // sent when closed
    // The same for a record with all steps.
    let mut value = serde_json::to_value(closed.record()).unwrap();
    let steps = value["recorded"]["steps"].as_array_mut().unwrap();
    steps.swap(0, 1);
    let saved: Saved<OrderRecord> = serde_json::from_value(value).unwrap();
    assert_eq!(saved.open_changed().unwrap_err(), RecordError::Misplaced { step: 0 });
}

/// A whole record each time would be about 10 GB.
#[test]
fn saving_a_step_costs_what_the_step_costs() {
    let mut order = Recorded::new(ORDER, order, (items(),));
    let (mut bytes, mut largest) = (0, 0);
    let stopped = order.drive_saved_blocking(
        |number, _| if number < 16_000 { Ok("4111-1111".to_owned()) } else { Err(()) },
        |step| {
            let size = serde_json::to_vec(&step).unwrap().len();
            largest = largest.max(size);
            bytes += size;
            Ok(())
        },
    );
    assert_eq!(stopped, Err(()));
    assert_eq!(order.record().steps().len(), 16_001);
    assert!(largest < 250 && bytes < 8_000_000, "{largest} {bytes}");
}
