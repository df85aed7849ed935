//! The program as a process that is killed at every point where its state is about to change or has
//! just changed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

const ITEMS: [&str; 4] = ["--item", "tea=450", "--item", "cup=1200"];
/// The second one is not accepted.
const ANSWERS: [&str; 5] = ["12 Dock Road", "by pigeon", "express", "4111-1111", "yes"];
const END: &str = "Order A-17: the cup is on its way: receipt R-1, parcel P-1\n";
/// The start, five answers, a payment and a parcel: two points each.
const POINTS: u32 = 16;
const RECORDS: TableDefinition<'_, &str, &str> = TableDefinition::new("records");

/// A database in a directory of its own, which goes with it.
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

/// Runs to the end. What it printed, and whether it succeeded.
fn run(database: &Path, arguments: &[&str]) -> (String, bool) {
    let output = program(database, "A-17").args(arguments).output().expect("the program runs");
    (
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned(),
        output.status.success(),
    )
}

/// Runs to the point, and kills it there. `false` if it ended before.
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

/// All lines of a table.
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

/// How many of the answers the order has taken, as its record has it.
fn answers_taken(database: &Path) -> usize {
    let database = Database::open(database).expect("the database opens");
    let transaction = database.begin_read().expect("it can be read");
    let table = transaction.open_table(RECORDS).expect("there are records");
    let record = table.get("A-17").expect("it can be read").expect("the order is there");
    let replies = record.value().matches("\"Send\"").count();
    replies.min(ANSWERS.len()) // the receipt and the parcel's number come after them
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
    assert_eq!(run(&database, &["too", "late"]), (END.to_owned(), true));
    everything_happened_once(&database);
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
        let paid = usize::from(point >= 13); // the payment is saved between the points 12 and 13
        assert_eq!(lines(&database, "payments").len(), paid, "at point {point}");
        // Each save is between an even point and the odd one after it; the first is that of the
        // start.
        let taken = answers_taken(&database);
        assert_eq!(
            taken,
            (point.div_ceil(2).saturating_sub(1) as usize).min(ANSWERS.len()),
            "at point {point}"
        );
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
    // Each run is killed before its first save, and then after it, so every step is tried twice and
    // taken once.
    for point in [0, 1] {
        assert!(run_and_kill(&database, point, &ITEMS));
    }
    for answer in ANSWERS {
        for point in [0, 1] {
            assert!(run_and_kill(&database, point, &[answer]), "at {answer}");
        }
    }
    for _payment_and_parcel in 0..2 {
        for point in [0, 1] {
            assert!(run_and_kill(&database, point, &[]));
        }
    }
    assert_eq!(run(&database, &[]), (END.to_owned(), true));
    everything_happened_once(&database);
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
        .args(["--item", "pot=3000", "Quay 2", "standard", "7"])
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
fn the_record_of_other_code_is_refused_and_kept() {
    let scratch = Scratch::new("other-code");
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
    change("\"fingerprint\":", "\"fingerprint\":7,\"was\":");
    let (said, success) = run(&database, &["12 Dock Road"]);
    assert!(!success && said.contains("fingerprint 0000000000000007"), "{said}");
    change("\"fingerprint\":7,\"was\":", "\"fingerprint\":");
    assert_eq!(run(&database, &ANSWERS), (END.to_owned(), true));
}
