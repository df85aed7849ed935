//! Runs sequences of operations, and writes the traces.

use std::any::Any;
use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::{env, fs};

use cogen::{CoroutineState, Status};

use crate::{Operation, Returned, Subject, World};

/// Creates the coroutine of a program.
pub type Program = for<'a> fn(&'a World) -> Box<dyn Subject + 'a>;

/// Runs all sequences of the file that the command line names. Each line contains the number of a
/// program, and operations.
///
/// For each sequence it writes a line of steps, one per operation and separated by tabs:
/// `outcome|status|log entries, with commas`.
///
/// # Panics
///
/// If the file can't be read or parsed.
pub fn main(programs: &[(usize, Program)]) {
    panic::set_hook(Box::new(|_| {})); // they are in the traces
    let path = env::args().nth(1).expect("the path of the sequences");
    let sequences = fs::read_to_string(path).expect("the sequences can be read");
    let mut output = io::stdout().lock(); // by the line, so that one knows where a crash was
    for line in sequences.lines() {
        let mut words = line.split(' ');
        let number: usize =
            words.next().and_then(|word| word.parse().ok()).expect("the number of a program");
        let program =
            programs.iter().find(|(of, _)| *of == number).expect("a program of that number").1;
        let operations = words.map(|word| word.parse().expect("an operation"));
        writeln!(output, "{}", trace(program, operations).join("\t"))
            .expect("the traces can be written");
    }
}

fn trace(program: Program, operations: impl Iterator<Item = Operation>) -> Vec<String> {
    let world = World::new();
    let mut subject = Some(program(&world));
    let mut steps = Vec::new();
    for operation in operations {
        world.throwing.set(matches!(operation, Operation::Throw(_)));
        let outcome = catch_unwind(AssertUnwindSafe(|| perform(&mut subject, operation)))
            .unwrap_or_else(|payload| panic_name(&*payload));
        let status = subject.as_ref().map_or("gone", |subject| status_name(subject.status()));
        steps.push(format!("{outcome}|{status}|{}", world.take_log().join(",")));
    }
    steps
}

fn perform(slot: &mut Option<Box<dyn Subject + '_>>, operation: Operation) -> String {
    let subject = slot.as_mut().expect("`drop` is the last operation");
    match operation {
        Operation::Start => state_name(subject.start()),
        Operation::Send(value) => subject.send(value).map_or_else(|refusal| refusal, state_name),
        Operation::Throw(error) => subject.throw(error).map_or_else(|refusal| refusal, state_name),
        Operation::Close => {
            subject.close();
            "closed".to_owned()
        }
        Operation::Status => status_name(subject.status()).to_owned(),
        Operation::Iterate(limit) => {
            let was_closed = subject.status() == Status::Closed;
            let (values, returned) = subject.iterate(limit);
            let end = match returned {
                Some(returned) => returned_name(returned),
                None if was_closed => "nothing".to_owned(),
                None => "paused".to_owned(),
            };
            format!("gave {values:?} {end}")
        }
        Operation::Drive(answer) => {
            let (values, returned) = subject.drive(answer);
            format!("gave {values:?} {}", returned_name(returned))
        }
        Operation::Drop => {
            *slot = None;
            "dropped".to_owned()
        }
    }
}

fn state_name(state: CoroutineState<i64, Returned>) -> String {
    match state {
        CoroutineState::Yielded(value) => format!("yielded {value}"),
        CoroutineState::Complete(returned) => returned_name(returned),
    }
}

fn returned_name(returned: Returned) -> String {
    match returned {
        Ok(value) => format!("returned {value}"),
        Err(error) => format!("returned error {error}"),
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Created => "created",
        Status::Running => "running",
        Status::Suspended => "suspended",
        Status::Closed => "closed",
    }
}

/// Returns a short name for a panic of cogen, and the full message of any other panic.
pub(crate) fn panic_name(payload: &(dyn Any + Send)) -> String {
    let message = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let message = message.unwrap_or("something else than a message");
    let reason = [
        ("has started: `send`", "has-started"),
        ("already executing", "running"),
        ("closed", "closed"),
    ];
    let reason = reason
        .iter()
        .find(|(part, _)| message.contains(part))
        .map_or(message, |(_, reason)| reason);
    format!("panicked {reason}")
}
