//! The program as a process that is killed at every point before and after a change of its state.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use cogen::Fingerprint;
use cogen::replay::Recorded;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

const ITEMS: [&str; 4] = ["--item", "tea=450", "--item", "cup=1200"];
/// The second answer is not accepted.
const ANSWERS: [&str; 5] = ["12 Dock Road", "by pigeon", "express", "4111-1111", "yes"];
const END: &str = "Order A-17: the cup is on its way: receipt R-1, parcel P-1\n";
/// The points: two each for a new record, the start, five answers, a payment, a parcel and the end.
const POINTS: u32 = 20;
const RECORDS: TableDefinition<'_, &str, &str> = TableDefinition::new("records");
const STEPS: TableDefinition<'_, (&str, u64), &str> = TableDefinition::new("steps");

/// A database in a directory of its own, which is removed with it.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let directory =
            std::env::temp_dir().join(format!("checkout-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory can be made");
        Self(directory)
    }

    fn database(&self) -> PathBuf {
        self.0.join("orders.redb")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn program(database: &Path, order: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_checkout"));
    command.arg(database).arg(order);
    command
}

/// Runs the program to its end. Returns its output, and whether it succeeded.
fn run(database: &Path, arguments: &[&str]) -> (String, bool) {
    let output = program(database, "A-17").args(arguments).output().expect("the program runs");
    (
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        output.status.success(),
    )
}

/// Runs the program to the point, and kills it there. Returns `false` if it ended before.
fn run_and_kill(database: &Path, point: u32, arguments: &[&str]) -> bool {
    let mut child = program(database, "A-17")
        .args(["--hold", &point.to_string()])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    let mut stdout = child.stdout.take().expect("it is piped");
    let mut said = [0; 5];
    let held = stdout.read_exact(&mut said).is_ok() && said == *b"held\n";
    child.kill().expect("it can be killed"); // SIGKILL: nothing of it runs any more
    child.wait().expect("it is dead");
    held
}

/// Returns all lines of a table.
fn lines(database: &Path, table: &str) -> Vec<String> {
    let database = Database::open(database).expect("the database opens");
    let transaction = database.begin_read().expect("it can be read");
    let Ok(table) = transaction.open_table(TableDefinition::<u64, &str>::new(table)) else {
        return Vec::new();
    };
    table
        .iter()
        .expect("it has lines")
        .map(|line| line.expect("a line").1.value().to_owned())
        .collect()
}

fn everything_happened_once(database: &Path) {
    assert_eq!(lines(database, "payments"), ["order A-17: 2640 cents from 4111-1111"]);
    assert_eq!(lines(database, "parcels"), ["order A-17: tea, cup to 12 Dock Road"]);
}

/// Returns how many answers the order has taken, according to its record.
fn answers_taken(database: &Path) -> usize {
    let database = Database::open(database).expect("the database opens");
    let transaction = database.begin_read().expect("it can be read");
    let Ok(table) = transaction.open_table(STEPS) else {
        return 0;
    };
    let steps = table.range(("A-17", 0)..=("A-17", u64::MAX)).expect("it has steps");
    let replies =
        steps.filter(|step| step.as_ref().expect("a step").1.value().contains("\"Send\"")).count();
    replies.min(ANSWERS.len()) // the receipt and the parcel's number follow them
}

fn has_record(database: &Path) -> bool {
    if !database.exists() {
        return false;
    }
    let database = Database::open(database).expect("the database opens");
    let transaction = database.begin_read().expect("it can be read");
    match transaction.open_table(RECORDS) {
        Ok(table) => table.get("A-17").expect("it can be read").is_some(),
        Err(_) => false,
    }
}

#[test]
fn one_answer_a_run_reaches_the_end() {
    let scratch = Scratch::new("one-by-one");
    let database = scratch.database();
    assert_eq!(run(&database, &ITEMS), ("Where shall the cup go?\n".to_owned(), true));
    let mut said = Vec::new();
    for answer in ANSWERS {
        said.push(run(&database, &[answer]).0);
    }
    let questions = [
        "Shipping: standard or express?\n",
        "Shipping: standard or express?\n",
        "The number of your card?\n",
        "Pay 26.40 for tea, cup and ship to 12 Dock Road, yes or no?\n",
        END,
    ];
    assert_eq!(said, questions);
    everything_happened_once(&database);
}

#[test]
fn an_answer_or_a_cancellation_that_is_not_used_is_refused() {
    let scratch = Scratch::new("unused");
    let database = scratch.database();
    let ended = |unused: &str| {
        format!("{END}checkout: the order A-17 has ended, so this was not used: {unused}\n")
    };
    // In the run that ends the order, and in later ones.
    let all = [&ITEMS[..], &ANSWERS, &["one more"]].concat();
    assert_eq!(run(&database, &all), (ended("\"one more\""), false));
    assert_eq!(run(&database, &["too", "late"]), (ended("\"too\" \"late\""), false));
    assert_eq!(
        run(&database, &["--cancel", "no tea", "late"]),
        (ended("--cancel \"no tea\" \"late\""), false)
    );
    assert_eq!(run(&database, &[]), (END.to_owned(), true));
    everything_happened_once(&database);

    // While it waits for another reason than a question.
    let scratch = Scratch::new("unused-while-it-waits");
    let database = scratch.database();
    let answers = ["12 Dock Road", "standard", "4111-1111", "yes", "please"];
    let (said, success) = run(&database, &[&ITEMS[..], &answers].concat());
    let refused = "the order A-17 asks for nothing now, so this was not used: \"please\"";
    assert!(!success && said.contains("waits for") && said.contains(refused), "{said}");
    // Such a run has carried out all the others.
    assert_eq!(lines(&database, "payments"), ["order A-17: 1650 cents from 4111-1111"]);
}

#[test]
fn killed_at_any_one_point_it_goes_on_where_it_stood() {
    for point in 0..POINTS {
        let scratch = Scratch::new(&format!("point-{point}"));
        let database = scratch.database();
        assert!(
            run_and_kill(&database, point, &[&ITEMS[..], &ANSWERS].concat()),
            "there is a point {point}"
        );
        if point == 0 {
            let (said, success) = run(&database, &[]);
            assert!(!success && said.contains("there is no order A-17 yet"), "{said}");
            run(&database, &ITEMS);
        }
        let paid = usize::from(point >= 15); // it is committed between the points 14 and 15
        assert_eq!(lines(&database, "payments").len(), paid, "at point {point}");
        // Each commit is between an even point and the next odd one. The first two commits are
        // those of the record and of the start.
        let taken = answers_taken(&database);
        let expected = (point.saturating_sub(3) / 2) as usize;
        assert_eq!(taken, expected.min(ANSWERS.len()), "at point {point}");
        assert_eq!(run(&database, &ANSWERS[taken..]), (END.to_owned(), true), "from point {point}");
        everything_happened_once(&database);
    }
    let scratch = Scratch::new("no-point");
    assert!(
        !run_and_kill(&scratch.database(), POINTS, &[&ITEMS[..], &ANSWERS].concat()),
        "there are no more points"
    );
}

#[test]
fn killed_at_every_point_in_turn_it_still_ends() {
    let scratch = Scratch::new("every-point");
    let database = scratch.database();
    // Each run is killed before its first commit, and then after it, so every step is tried twice
    // and taken once. The output of a step is in the commit of the next step.
    for point in [0, 1] {
        assert!(run_and_kill(&database, point, &ITEMS));
    }
    for point in [0, 1] {
        assert!(run_and_kill(&database, point, &[]), "at the start");
    }
    for answer in ANSWERS {
        for point in [0, 1] {
            assert!(run_and_kill(&database, point, &[answer]), "at {answer}");
        }
    }
    for _payment_parcel_and_end in 0..3 {
        for point in [0, 1] {
            assert!(run_and_kill(&database, point, &[]));
        }
    }
    assert_eq!(run(&database, &[]), (END.to_owned(), true));
    everything_happened_once(&database);
}

/// Kills at random moments instead of points: `CHECKOUT_ORDERS` orders, each killed up to twenty
/// times.
#[test]
fn killed_at_any_moment_it_still_ends() {
    let orders =
        std::env::var("CHECKOUT_ORDERS").map_or(5, |orders| orders.parse().expect("a number"));
    let mut random = fastrand::Rng::with_seed(17);
    let (mut kills, mut steps) = (0, BTreeMap::new());
    for order in 0..orders {
        let scratch = Scratch::new(&format!("moment-{order}"));
        let database = scratch.database();
        for _ in 0..20 {
            let begun = has_record(&database);
            let taken = if begun { answers_taken(&database) } else { 0 };
            let items: &[&str] = if begun { &[] } else { &ITEMS };
            let mut child = program(&database, "A-17")
                .args(items)
                .args(&ANSWERS[taken..])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("the program runs");
            std::thread::sleep(Duration::from_micros(random.u64(..40_000)));
            child.kill().expect("it can be killed");
            if child.wait().expect("it is dead").success() {
                break;
            }
            kills += 1;
            *steps.entry(taken).or_insert(0) += 1;
        }
        let begun = has_record(&database);
        let taken = if begun { answers_taken(&database) } else { 0 };
        let items: &[&str] = if begun { &[] } else { &ITEMS };
        let all = [items, &ANSWERS[taken..]].concat();
        assert_eq!(run(&database, &all), (END.to_owned(), true), "order {order}");
        everything_happened_once(&database);
    }
    println!("{orders} orders, {kills} kills, by the answers that were taken: {steps:?}");
}

#[test]
fn an_order_can_be_cancelled_and_costs_nothing() {
    let scratch = Scratch::new("cancelled");
    let database = scratch.database();
    let all = [&ITEMS[..], &["12 Dock Road", "standard", "4111-1111", "no"]].concat();
    assert_eq!(run(&database, &all), ("Order A-17: cancelled\n".to_owned(), true));
    assert_eq!(run(&database, &[]), ("Order A-17: cancelled\n".to_owned(), true));
    assert!(lines(&database, "payments").is_empty());
}

#[test]
fn an_order_waits_and_is_shipped_then() {
    let scratch = Scratch::new("waits");
    let database = scratch.database();
    let all = [&ITEMS[..], &["12 Dock Road", "standard", "4111-1111", "yes"]].concat();
    let at = |clock: &str, arguments: &[&str]| {
        run(&database, &[&["--clock", clock], arguments].concat()).0
    };
    let waits = |left| format!("Order A-17: waits for {left} seconds, and can be cancelled\n");
    assert_eq!(at("1000", &all), waits(172_800));
    assert_eq!(at("1001", &[]), waits(172_799)); // since the payment, not since now
    assert_eq!(at("173799", &[]), waits(1));
    assert!(lines(&database, "parcels").is_empty());
    assert_eq!(at("173800", &[]), END);
    assert_eq!(lines(&database, "payments"), ["order A-17: 1650 cents from 4111-1111"]);
    assert_eq!(lines(&database, "parcels").len(), 1);
}

#[test]
fn a_cancelled_order_is_refunded_once_wherever_it_is_killed() {
    let paid = [&ITEMS[..], &["12 Dock Road", "standard", "4111-1111", "yes"]].concat();
    let cancelled = "Order A-17: cancelled: too late; receipt R-1 is refunded\n";
    for point in 0.. {
        let scratch = Scratch::new(&format!("refund-{point}"));
        let database = scratch.database();
        run(&database, &paid);
        let held = run_and_kill(&database, point, &["--cancel", "too late"]);
        // If the cancellation isn't on record yet, it is thrown in again.
        let refunds = lines(&database, "refunds").len();
        assert!(refunds <= 1);
        let again: &[&str] = if point == 0 { &["--cancel", "too late"] } else { &[] };
        assert_eq!(run(&database, again), (cancelled.to_owned(), true), "from point {point}");
        assert_eq!(lines(&database, "refunds"), ["order A-17: receipt R-1"]);
        assert!(lines(&database, "parcels").is_empty());
        if !held {
            assert_eq!(point, 6, "the cancellation, the refund, and the end");
            return;
        }
    }
}

#[test]
fn an_order_that_has_not_been_paid_is_cancelled_without_a_refund() {
    let scratch = Scratch::new("early");
    let database = scratch.database();
    run(&database, &ITEMS);
    let cancelled = ("Order A-17: cancelled: no tea\n".to_owned(), true);
    assert_eq!(run(&database, &["--cancel", "no tea"]), cancelled);
    assert_eq!(run(&database, &[]), cancelled);
    assert!(lines(&database, "refunds").is_empty());
}

#[test]
fn another_card_is_asked_for_if_one_is_declined() {
    let scratch = Scratch::new("declined");
    let database = scratch.database();
    let all = [&ITEMS[..], &["12 Dock Road", "express", "0000", "yes"]].concat();
    assert_eq!(run(&database, &all), ("The number of your card?\n".to_owned(), true));
    assert_eq!(run(&database, &["4111-1111", "yes"]), (END.to_owned(), true));
    everything_happened_once(&database);
}

#[test]
fn prices_that_cannot_be_counted_are_refused() {
    let express = ["Quay 2", "express", "4111-1111", "yes"];
    let refused = ("Order A-17: refused: its price can't be counted\n".to_owned(), true);
    // The first one is too dear with the shipping.
    let carts: [&[&str]; 3] = [
        &["--item", "a=18446744073709551610", "Quay 2", "express"],
        &["--item", "a=18446744073709551615", "--item", "b=1"],
        &["--item", "a=9223372036854775808", "--item", "b=9223372036854775808"],
    ];
    for (at, cart) in carts.iter().enumerate() {
        let scratch = Scratch::new(&format!("dear-{at}"));
        let database = scratch.database();
        assert_eq!(run(&database, cart), refused);
        assert_eq!(run(&database, &[]), refused);
        assert!(lines(&database, "payments").is_empty());
    }
    // The largest possible price.
    let scratch = Scratch::new("dearest");
    let database = scratch.database();
    let cart = ["--item", "a=18446744073709550625"];
    let (said, success) = run(&database, &[&cart, &express[..]].concat());
    assert!(success && said.contains("on its way"), "{said}");
    assert_eq!(
        lines(&database, "payments"),
        ["order A-17: 18446744073709551615 cents from 4111-1111"]
    );
    let (said, success) = run(&database, &["--item", "a=18446744073709551616"]);
    assert!(!success && said.contains("the price is a number of cents"), "{said}");
    let (said, success) = run(&database, &["--item", "a=-1"]);
    assert!(!success && said.contains("the price is a number of cents"), "{said}");
}

#[test]
fn a_cart_is_filled_once() {
    let scratch = Scratch::new("cart");
    let database = scratch.database();
    let (said, success) = run(&database, &["12 Dock Road"]);
    assert!(!success && said.contains("there is no order A-17 yet"), "{said}");
    run(&database, &ITEMS);
    let (said, success) = run(&database, &ITEMS);
    assert!(!success && said.contains("the order A-17 has its cart already"), "{said}");
}

#[test]
fn orders_do_not_meet() {
    let scratch = Scratch::new("two-orders");
    let database = scratch.database();
    run(&database, &ITEMS);
    program(&database, "B-1")
        .args(["--item", "pot=3000", "Quay 2", "express", "7"])
        .output()
        .expect("the program runs");
    assert_eq!(run(&database, &ANSWERS), (END.to_owned(), true));
    let output = program(&database, "B-1").arg("yes").output().expect("the program runs");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "Order B-1: the pot is on its way: receipt R-2, parcel P-2\n"
    );
}

#[test]
fn the_record_of_other_code_is_refused() {
    #[derive(Clone, serde::Serialize)]
    struct Item {
        name: &'static str,
        cents: u64,
    }
    let scratch = Scratch::new("other-code");
    let database = scratch.database();
    let code = |_: Vec<Item>| cogen::co! { let _: () = yield!("Where to?"); };
    let cart = vec![Item { name: "tea", cents: 450 }];
    let order = Recorded::new(Fingerprint::named("other code"), code, (cart,));
    let record = serde_json::to_string(order.record()).expect("it can be saved");
    let transaction = Database::create(&database)
        .expect("the database opens")
        .begin_write()
        .expect("it can be written");
    let mut table = transaction.open_table(RECORDS).expect("there are records");
    table.insert("A-17", record.as_str()).expect("it can be written");
    drop(table);
    transaction.commit().expect("it can be written");
    let (said, success) = run(&database, &["12 Dock Road"]);
    let fingerprint = Fingerprint::named("other code").to_string();
    assert!(!success && said.contains(&fingerprint), "{said}");
}

#[test]
fn a_damaged_record_is_refused_and_kept() {
    let scratch = Scratch::new("damaged");
    let database = scratch.database();
    run(&database, &ITEMS);
    let change = |from: &str, to: &str| {
        let database = Database::open(&database).expect("the database opens");
        let transaction = database.begin_write().expect("it can be written");
        let mut table = transaction.open_table(RECORDS).expect("there are records");
        let record = table
            .get("A-17")
            .expect("it can be read")
            .expect("the order is there")
            .value()
            .to_owned();
        assert!(record.contains(from), "{record}");
        table.insert("A-17", record.replacen(from, to, 1).as_str()).expect("it can be written");
        drop(table);
        transaction.commit().expect("it can be written");
    };
    change("\"fingerprint\":\"", "\"fingerprint\":\"0123456789abcdef\",\"was\":\"");
    let (said, success) = run(&database, &["12 Dock Road"]);
    assert!(!success && said.contains("the record is damaged"), "{said}");
    change("\"fingerprint\":\"0123456789abcdef\",\"was\":\"", "\"fingerprint\":\"");
    assert_eq!(run(&database, &ANSWERS), (END.to_owned(), true));
}
