//! Recorded coroutines: cloned, saved and restored.

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{ByHash, ByValue, Evidence, Record, Recorded, ReplayErrorKind, Unchecked};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Fingerprint, SendError, Shared, Status};

/// Collects the sent words, and yields the longest so far, which stays borrowed across the yield.
#[cogen::coroutine(fingerprint = LONGEST)]
fn longest(first: String, end: usize) -> impl Coroutine<String, Yield = String, Return = String> {
    let mut words = vec![first];
    while words.len() < end {
        let all = &mut words;
        let longest = all.iter().max_by_key(|word| word.len()).unwrap();
        let word = yield_!(longest.clone());
        assert!(all.iter().all(|known| *known != word), "a word came twice");
        all.push(word);
    }
    words.join(" ")
}

type LongestRecord = Record<(String, usize), String, ByValue<String>>;

fn recorded() -> Recorded<
    impl Fn(String, usize) -> LongestCoroutine + Clone,
    (String, usize),
    String,
    ByValue<String>,
> {
    Recorded::new(LONGEST, boxed_longest, ("a".to_owned(), 4))
}

type LongestCoroutine = BoxCoroutine<'static, String, String, String>;

fn boxed_longest(first: String, end: usize) -> LongestCoroutine {
    Box::pin(longest(first, end))
}

/// A `Recorded` with a named type, in a field.
struct Order {
    steps:
        Recorded<fn(String, usize) -> LongestCoroutine, (String, usize), String, ByValue<String>>,
}

/// `recorded()`, after its start and `steps` sends.
fn at_step(
    steps: usize,
) -> Recorded<
    impl Fn(String, usize) -> LongestCoroutine + Clone,
    (String, usize),
    String,
    ByValue<String>,
> {
    let mut recorded = recorded();
    recorded.start();
    for word in WORDS.iter().take(steps) {
        recorded.send((*word).to_owned());
    }
    recorded
}

const WORDS: [&str; 3] = ["be", "not", "question"];

fn finish<C>(mut coroutine: C, steps: usize) -> String
where
    C: Coroutine<String, Yield = String, Return = String> + Unpin,
{
    for (at, word) in WORDS.iter().enumerate().skip(steps) {
        match coroutine.send((*word).to_owned()) {
            Yielded(longest) => assert_eq!(longest, *word),
            Complete(all) => {
                assert_eq!(at, WORDS.len() - 1);
                return all;
            }
        }
    }
    panic!("it ends with the last word");
}

#[test]
fn a_clone_at_any_step_goes_its_own_way() {
    for steps in 0..WORDS.len() {
        let mut one = at_step(steps);
        let other = one.clone();
        assert_eq!(one.record(), other.record());
        assert_eq!(other.status(), Status::Suspended);
        one.send("elsewhere".to_owned());
        drop(one);
        assert_eq!(finish(other, steps), "a be not question");
    }
}

#[test]
fn a_clone_that_has_not_started_starts() {
    let one = recorded();
    let mut other = one.clone();
    assert_eq!((other.status(), other.record().status()), (Status::Created, Status::Created));
    assert_eq!(other.replayed(), None);
    assert_eq!(
        other.try_send("too early".to_owned()),
        Err(SendError::NotStarted("too early".to_owned()))
    );
    assert!(other.record().steps().is_empty());
    assert_eq!(other.start(), Yielded("a".to_owned()));
    assert_eq!(one.status(), Status::Created);
}

#[test]
fn clones_of_clones_search_a_tree() {
    #[cogen::coroutine]
    fn digits() -> impl Coroutine<u8, Yield = (), Return = u32> {
        let mut number = 0;
        for _ in 0..3 {
            number = 10 * number + u32::from(yield_!());
        }
        number
    }
    fn all<C: Coroutine<u8, Yield = (), Return = u32> + Clone + Unpin>(
        at: &C,
        found: &mut Vec<u32>,
    ) {
        for digit in 1..=2 {
            let mut next = at.clone();
            match next.send(digit) {
                Yielded(()) => all(&next, found),
                Complete(number) => found.push(number),
            }
        }
    }
    let mut digits = Recorded::new(Fingerprint::NONE, digits, ());
    digits.start();
    let mut found = Vec::new();
    all(&digits, &mut found);
    assert_eq!(found, [111, 112, 121, 122, 211, 212, 221, 222]);
}

#[test]
fn a_record_goes_through_json_at_every_step() {
    for steps in 0..WORDS.len() {
        let recorded = at_step(steps);
        let saved = serde_json::to_string(recorded.record()).unwrap();
        let record: LongestRecord = serde_json::from_str(&saved).unwrap();
        assert_eq!(record, *recorded.record());
        drop(recorded);
        let restored = record.replay(LONGEST, longest).unwrap();
        let longest = if steps == 0 { "a" } else { WORDS[steps - 1] };
        assert_eq!(restored.replayed(), Some(Yielded(&longest.to_owned())));
        assert_eq!(finish(restored, steps), "a be not question");
    }
}

#[test]
fn optional_arguments_survive_json() {
    #[cogen::coroutine]
    fn echo() -> impl Coroutine<Option<u8>, Yield = Option<u8>> {
        let mut heard = None;
        loop {
            heard = yield_!(heard);
        }
    }
    let mut echo_one = Recorded::new(Fingerprint::NONE, echo, ());
    echo_one.start();
    echo_one.send(None);
    echo_one.send(Some(1));
    echo_one.send(None);
    let saved = serde_json::to_string(echo_one.record()).unwrap();
    let record: Record<(), Option<u8>, ByValue<Option<u8>>> = serde_json::from_str(&saved).unwrap();
    assert_eq!(record, *echo_one.record());
    assert_eq!(record.replay(Fingerprint::NONE, echo).unwrap().send(Some(2)), Yielded(Some(2)));
}

#[test]
fn a_type_that_can_be_written_down() {
    let mut order = Order { steps: Recorded::new(LONGEST, boxed_longest, ("a".to_owned(), 4)) };
    order.steps.start();
    order.steps.send("be".to_owned());
    assert_eq!(format!("{:?}", order.steps), "Recorded { status: Suspended, steps: 2, .. }");
    assert_eq!(finish(order.steps, 1), "a be not question");
}

#[test]
fn a_body_that_changed_is_told_at_the_step() {
    #[cogen::coroutine]
    fn changed(
        first: String,
        end: usize,
    ) -> impl Coroutine<String, Yield = String, Return = String> {
        let mut said = first;
        for _ in 1..end {
            let word = yield_!(said.clone());
            said = if word == "not" { "nought".to_owned() } else { word };
        }
        said
    }
    let record = at_step(3).into_record();
    let error = at_step(2).into_record().replay(LONGEST, changed).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Differs { step: 2 });
    assert_eq!(error.found(), Some(&ByValue("nought".to_owned())));
    assert_eq!(error.record().steps()[2].yielded(), Some(&ByValue("not".to_owned())));
    assert_eq!(
        format!("{error:?}"),
        "ReplayError { kind: Differs { step: 2 }, recorded: ByValue(\"not\"), \
         found: ByValue(\"nought\"), .. }"
    );
    assert_eq!(
        finish(error.into_record().replay(LONGEST, longest).unwrap(), 2),
        "a be not question"
    );

    let early = record.replay(LONGEST, |first, _| longest(first, 2)).unwrap_err();
    assert_eq!(early.kind(), ReplayErrorKind::EndedEarly { step: 1 });
    assert_eq!(
        early.to_string(),
        "at step 1 the body returned, but a yield was recorded: make it deterministic, or see \
         `cogen::guide::replay` if its code has changed\n\
         - ByValue(\"be\")"
    );
    let late = early.into_record().replay(LONGEST, |first, _| longest(first, 9)).unwrap_err();
    assert_eq!(
        (late.kind(), late.found()),
        (ReplayErrorKind::WentOn { step: 3 }, Some(&ByValue("question".to_owned())))
    );
    assert_eq!(
        late.to_string(),
        "at step 3 the body yielded, but a return was recorded: make it deterministic, or see \
         `cogen::guide::replay` if its code has changed\n\
         + ByValue(\"question\")"
    );
}

#[test]
fn an_earlier_body_that_behaved_alike_so_far_is_taken_up() {
    #[cogen::coroutine(fingerprint = LATER)]
    fn later(
        first: String,
        _end: usize,
    ) -> impl Coroutine<String, Yield = String, Return = String> {
        let second = yield_!(first.clone());
        yield_!(second.clone());
        format!("{first} {second}, and so on")
    }
    let record = at_step(1).into_record();
    let refused = record.replay(LATER, later).unwrap_err();
    let mut later = refused.into_record().replay(LONGEST, later).unwrap(); // on purpose
    assert_eq!(later.send(String::new()), Complete("a be, and so on".to_owned()));
}

#[test]
fn other_code_is_refused_before_anything_runs() {
    let runs = Cell::new(0);
    let error = at_step(1)
        .into_record()
        .replay(Fingerprint::new(7), |first, end| {
            runs.set(runs.get() + 1);
            longest(first, end)
        })
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ReplayErrorKind::Fingerprint { recorded: LONGEST, given: Fingerprint::new(7) }
    );
    let message = error.to_string();
    assert!(
        message.contains(&LONGEST.to_string())
            && message.contains("has 0000000000000007: `restamp` the record"),
        "{message}"
    );
    assert_eq!(runs.get(), 0);
    let error = error.into_record().replay(Fingerprint::NONE, longest).unwrap_err();
    assert!(matches!(error.kind(), ReplayErrorKind::Fingerprint { .. }));
}

#[test]
fn evidence_by_hash_is_small_and_the_same_everywhere() {
    let start = || {
        let mut recorded = Recorded::hashed(LONGEST, longest, ("a".to_owned(), 4));
        recorded.start();
        recorded.send("be".to_owned());
        recorded
    };
    // The 64-bit FNV-1a of the input of a `str`: its bytes, and 0xff.
    let evidence = start().record().steps()[0].yielded().copied();
    assert_eq!(
        serde_json::to_value(evidence).unwrap(),
        serde_json::json!(format!("{:016x}", fnv(&[b'a', 0xff])))
    );
    let saved = serde_json::to_string(start().record()).unwrap();
    let record: Record<(String, usize), String, ByHash> = serde_json::from_str(&saved).unwrap();
    assert_eq!(finish(record.clone().replay(LONGEST, longest).unwrap(), 1), "a be not question");
    let error = record.replay(LONGEST, |_, end| longest("b".to_owned(), end)).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Differs { step: 0 });
    assert_eq!(error.found(), Some(&ByHash::of(&"b".to_owned())));
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[test]
fn without_evidence_only_the_shape_is_compared() {
    let mut recorded = Recorded::unchecked(LONGEST, longest, ("a".to_owned(), 3));
    recorded.start();
    recorded.send("be".to_owned());
    let saved = serde_json::to_string(recorded.record()).unwrap();
    let record: Record<(String, usize), String, Unchecked> = serde_json::from_str(&saved).unwrap();
    let mut other = record.clone().replay(LONGEST, |_, end| longest("b".to_owned(), end)).unwrap();
    assert_eq!(other.send("not".to_owned()), Complete("b be not".to_owned()));
    let error = record.replay(LONGEST, |first, _| longest(first, 2)).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::EndedEarly { step: 1 });
}

#[test]
fn errors_that_were_thrown_in_are_thrown_again() {
    #[cogen::coroutine(fingerprint = TOTAL)]
    fn total() -> impl Coroutine<Result<i32, String>, Yield = i32, Return = Result<(), String>> {
        let mut total = 0;
        loop {
            match yield_!(total) {
                Ok(number) => total += number,
                Err(error) if error == "reset" => total = 0,
                Err(error) => return Err(error),
            }
        }
    }
    let mut one = Recorded::new(TOTAL, total, ());
    assert_eq!(one.start(), Yielded(0));
    one.send(Ok(5));
    assert_eq!(one.throw("reset".to_owned()), Yielded(0));
    one.send(Ok(2));
    let saved = serde_json::to_string(one.record()).unwrap();
    let record: Record<(), Result<i32, String>, ByValue<i32>> =
        serde_json::from_str(&saved).unwrap();
    let mut restored = record.replay(TOTAL, total).unwrap();
    assert_eq!(restored.send(Ok(1)), Yielded(3));
    assert_eq!(restored.throw("stop".to_owned()), Complete(Err("stop".to_owned())));
    assert_eq!(restored.clone().status(), Status::Closed);
    assert_eq!(one.send(Ok(7)), Yielded(9));

    let mut early = Recorded::new(TOTAL, total, ());
    assert_eq!(early.try_throw("early".to_owned()), Err(SendError::NotStarted("early".to_owned())));
    assert_eq!((early.status(), early.clone().status()), (Status::Closed, Status::Closed));
}

#[test]
fn closed_ones_are_restored_closed() {
    let dropped = Rc::new(RefCell::new(Vec::new()));
    struct Guard(Rc<RefCell<Vec<u32>>>, u32);
    impl Drop for Guard {
        fn drop(&mut self) {
            self.0.borrow_mut().push(self.1);
        }
    }
    let guards = |log: Rc<RefCell<Vec<u32>>>| {
        cogen::co! {
            let _one = Guard(Rc::clone(&log), 1);
            yield!(1);
            let _two = Guard(log, 2);
            yield!(2);
        }
    };
    let mut guarded = Recorded::new(Fingerprint::NONE, guards, (Rc::clone(&dropped),));
    guarded.start();
    guarded.send(());
    guarded.close();
    guarded.close();
    assert_eq!(dropped.take(), [2, 1]);
    let mut again = guarded.clone();
    assert_eq!(dropped.take(), [2, 1]);
    assert_eq!(
        (again.status(), again.record().status(), again.replayed()),
        (Status::Closed, Status::Closed, None)
    );
    assert_eq!(again.try_send(()), Err(SendError::Closed(())));

    let mut never_started = recorded();
    never_started.close();
    assert_eq!(
        never_started.into_record().replay(LONGEST, longest).unwrap().status(),
        Status::Closed
    );
}

#[test]
fn finished_ones_are_restored_finished() {
    let finished = at_step(3);
    assert_eq!((finished.status(), finished.record().status()), (Status::Closed, Status::Closed));
    let mut restored = finished.into_record().replay(LONGEST, longest).unwrap();
    let all = "a be not question".to_owned();
    assert_eq!((restored.status(), restored.replayed()), (Status::Closed, Some(Complete(&all))));
    let mut driven = restored.clone();
    assert_eq!(driven.start(), Complete(all.clone())); // runs nothing
    assert_eq!(driven.replayed(), None);
    assert_eq!(restored.clone().drive_blocking(|_| panic!("it has no more questions")), all);
    restored.close();
    assert_eq!(restored.replayed(), None);
    assert_eq!(restored.try_send("more".to_owned()), Err(SendError::Closed("more".to_owned())));
    assert_eq!(restored.record().steps().len(), 4);
}

/// The reply is not lost with the panic, so it needn't be requested again.
#[test]
fn the_reply_that_a_body_panics_at_is_on_record() {
    let mut recorded = at_step(1);
    let panic = catch_unwind(AssertUnwindSafe(|| recorded.send("be".to_owned()))).unwrap_err();
    assert!(panic.downcast_ref::<&str>().unwrap().contains("twice"));
    assert_eq!((recorded.status(), recorded.record().status()), (Status::Closed, Status::Running));
    let last = recorded.record().steps().last().unwrap();
    assert_eq!((last.number(), last.sent(), last.yielded()), (2, Some(&"be".to_owned()), None));
    assert!(last.is_unfinished());

    let saved = serde_json::to_string(recorded.record()).unwrap();
    let record: LongestRecord = serde_json::from_str(&saved).unwrap();
    assert_eq!(record, *recorded.record());
    let error = record.replay(LONGEST, longest).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 2 });
    assert_eq!(error.message(), Some("a word came twice"));
    assert_eq!(
        error.to_string(),
        "at step 2 the body panicked (correct the body, or take a bad reply back with \
         `Record::pop`): a word came twice"
    );

    // With a body that accepts the word, the coroutine continues with the recorded reply.
    #[cogen::coroutine]
    fn patient(
        first: String,
        end: usize,
    ) -> impl Coroutine<String, Yield = String, Return = String> {
        let mut words = vec![first];
        while words.len() < end {
            let longest = words.iter().max_by_key(|word| word.len()).unwrap();
            words.push(yield_!(longest.clone()));
        }
        words.join(" ")
    }
    let mut restored = error.into_record().replay(LONGEST, patient).unwrap();
    assert_eq!(restored.replayed(), Some(Yielded(&"be".to_owned())));
    assert!(!restored.record().steps()[2].is_unfinished());
    assert_eq!(restored.send("not".to_owned()), Complete("a be be not".to_owned()));
}

#[test]
fn misuse_leaves_no_step_on_record() {
    let mut one = recorded();
    catch_unwind(AssertUnwindSafe(|| one.send("too early".to_owned()))).unwrap_err();
    assert_eq!((one.record().steps().len(), one.status()), (0, Status::Created));
    one.start();
    catch_unwind(AssertUnwindSafe(|| one.start())).unwrap_err();
    assert_eq!((one.record().steps().len(), one.record().status()), (1, Status::Suspended));
    let mut ended = at_step(3);
    catch_unwind(AssertUnwindSafe(|| ended.send("late".to_owned()))).unwrap_err();
    assert_eq!((ended.record().steps().len(), ended.record().status()), (4, Status::Closed));
}

#[test]
fn closing_is_on_record_also_after_a_panic() {
    let mut recorded = at_step(1);
    catch_unwind(AssertUnwindSafe(|| recorded.send("be".to_owned()))).unwrap_err();
    recorded.close();
    recorded.close();
    let steps = recorded.record().steps();
    assert_eq!((steps.len(), steps[3].is_close(), steps[3].number()), (4, true, 3));
    assert_eq!(recorded.record().status(), Status::Closed);
    let saved = serde_json::to_string(recorded.record()).unwrap();
    let record: LongestRecord = serde_json::from_str(&saved).unwrap();
    let restored = record.replay(LONGEST, longest).unwrap(); // the panic isn't repeated
    assert_eq!((restored.status(), restored.replayed()), (Status::Closed, None));
}

#[test]
fn the_evidence_may_panic_and_nothing_wrong_is_recorded_after_it() {
    #[derive(Clone, PartialEq, Debug)]
    struct Picky(u32);
    impl std::hash::Hash for Picky {
        fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
            assert_ne!(self.0, 2, "no hash of two");
            self.0.hash(state);
        }
    }
    #[cogen::coroutine]
    fn count() -> impl Coroutine<(), Yield = Picky> {
        yield_from!((1..).map(Picky));
    }
    let mut counted = Recorded::hashed(Fingerprint::NONE, count, ());
    counted.start();
    catch_unwind(AssertUnwindSafe(|| counted.send(()))).unwrap_err();
    assert_eq!((counted.status(), counted.record().status()), (Status::Closed, Status::Running));
    assert_eq!(counted.try_send(()), Err(SendError::Closed(())));

    // A replay finishes the step, so it creates the evidence, too.
    let record = counted.record().clone();
    let error = counted.try_clone().unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    let error = counted.into_record().replay(Fingerprint::NONE, count).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    assert!(error.message().unwrap().contains("no hash of two"), "{error}");
    assert_eq!(error.into_record(), record);
}

#[test]
fn a_primed_coroutine_has_its_status_without_a_step() {
    let primed = || Box::pin(longest("a".to_owned(), 4)).primed();
    let recorded = Recorded::new(LONGEST, primed, ());
    assert_eq!(
        (recorded.status(), recorded.record().status()),
        (Status::Suspended, Status::Suspended)
    );
    let saved = serde_json::to_string(recorded.record()).unwrap();
    let record: Record<(), String, ByValue<String>> = serde_json::from_str(&saved).unwrap();
    assert_eq!(record.status(), Status::Suspended);
    let mut restored = record.replay(LONGEST, primed).unwrap();
    assert_eq!(restored.send("be".to_owned()), Yielded("be".to_owned()));
    assert_eq!(restored.clone().record().steps().len(), 1);
    assert_eq!(finish(restored, 1), "a be not question");

    // Neither is mistaken for the other.
    let not_primed = recorded.into_record().replay(LONGEST, || longest("a".to_owned(), 4));
    let error = not_primed.unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::NotNew { status: Status::Created });
    assert!(error.to_string().contains("is of a primed coroutine"));
    let unprimed = Recorded::new(LONGEST, || longest("a".to_owned(), 4), ()).into_record();
    let error = unprimed.replay(LONGEST, primed).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::NotNew { status: Status::Suspended });
    assert!(error.to_string().contains("share or prime it"));
}

#[test]
fn a_record_can_be_looked_at() {
    let mut recorded = at_step(1);
    recorded.close();
    let text = format!("{:?}", recorded.record());
    let steps = "steps: [\
        Step { number: 0, input: Start, output: Yielded(ByValue(\"a\")) }, \
        Step { number: 1, input: Send(\"be\"), output: Yielded(ByValue(\"be\")) }, \
        Step { number: 2, input: Close, output: Ended }] }";
    assert!(text.starts_with("Record { fingerprint: Fingerprint("), "{text}");
    assert!(text.ends_with(steps), "{text}");
}

#[test]
fn a_constructor_that_hands_out_the_same_coroutine_is_told_so() {
    let shared: Shared<'static, String, String, String> =
        Shared::new(Box::pin(longest("a".to_owned(), 4)));
    let mut recorded = Recorded::new(LONGEST, || shared.clone(), ());
    recorded.start();
    recorded.send("be".to_owned());
    let error = recorded.try_clone().unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::NotNew { status: Status::Suspended });
    let message = error.to_string();
    assert!(
        message.contains("started already") && message.contains("don't share or prime it"),
        "{message}"
    );
    assert_eq!(finish(recorded, 1), "a be not question");
}

/// Two recorded coroutines share one that has not started. The second one would record a `send` as
/// its first step, and such a record can't be loaded.
#[test]
fn one_that_other_code_has_started_is_told_so() {
    let shared: Shared<'static, String, String, String> =
        Shared::new(Box::pin(longest("a".to_owned(), 4)));
    let mut first = Recorded::new(LONGEST, || shared.clone(), ());
    let mut second = first.record().clone().replay(LONGEST, || shared.clone()).unwrap();
    first.start();
    let refused = |step: &mut dyn FnMut()| {
        let panic = catch_unwind(AssertUnwindSafe(step)).unwrap_err();
        let message = panic.downcast_ref::<&str>().unwrap();
        assert!(message.contains("other code has started"), "{message}");
    };
    refused(&mut || _ = second.start());
    refused(&mut || _ = second.send("be".to_owned()));
    refused(&mut || _ = second.try_send("be".to_owned()));
    assert!(second.record().steps().is_empty());
    assert_eq!(finish(first, 0), "a be not question");

    #[cogen::coroutine]
    fn count() -> BoxCoroutine<'static, (), u32> {
        yield_from!(1..);
    }
    let shared = Shared::new(count());
    let mut second = Recorded::new(Fingerprint::NONE, || shared.clone(), ());
    shared.start();
    refused(&mut || _ = second.send(()));
    refused(&mut || _ = second.start());
    assert!(second.record().steps().is_empty());
}

#[test]
fn a_panic_in_a_replay_is_an_error_at_its_step() {
    let mut fails = Recorded::unchecked(
        Fingerprint::NONE,
        |fails: Rc<Cell<bool>>| {
            cogen::co! { yield!(()); assert!(!fails.get(), "in the replay"); yield!(()) }
        },
        (Rc::new(Cell::new(false)),),
    );
    fails.start();
    fails.send(());
    fails.record().arguments().0.set(true);
    let error = fails.try_clone().unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Panicked { step: 1 });
    assert_eq!(error.message(), Some("in the replay"));
    assert_eq!((fails.status(), fails.record().steps().len()), (Status::Suspended, 2));
    assert_eq!(fails.send(()), Complete(()));
}

#[test]
fn cloning_a_body_that_is_not_deterministic_panics() {
    let calls = Cell::new(0);
    let count = || {
        calls.set(calls.get() + 1);
        let calls = calls.get();
        cogen::co! { let () = yield!(calls); }
    };
    let mut counted = Recorded::new(Fingerprint::NONE, count, ());
    counted.start();
    let panic = catch_unwind(AssertUnwindSafe(|| counted.clone())).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("at step 0") && message.contains("try_clone"), "{message}");
    assert_eq!(counted.send(()), Complete(()));
}

#[test]
fn what_is_borrowed_from_outside_may_pass_through() {
    #[cogen::coroutine]
    fn echo<'a>(first: &'a str) -> impl Coroutine<&'a str, Yield = &'a str> {
        let mut heard = first;
        loop {
            heard = yield_!(heard);
        }
    }
    let text = "to be or not".to_owned();
    let words: Vec<&str> = text.split(' ').collect();
    let mut recorded = Recorded::new(Fingerprint::NONE, echo, (words[0],));
    recorded.start();
    assert_eq!(recorded.send(words[1]), Yielded("be"));
    assert_eq!(recorded.clone().send(words[3]), Yielded("not"));
}

#[test]
fn coroutines_that_take_nothing_are_sent_and_started_alike() {
    #[cogen::coroutine]
    fn count() -> impl Coroutine<(), Yield = u32> {
        yield_from!(1..);
    }
    let mut counted = Recorded::new(Fingerprint::NONE, count, ());
    assert_eq!(counted.send(()), Yielded(1)); // starts
    assert_eq!(counted.start(), Yielded(2)); // continues
    let saved = serde_json::to_string(counted.record()).unwrap();
    let record: Record<(), (), ByValue<u32>> = serde_json::from_str(&saved).unwrap();
    assert_eq!(record, *counted.record());
    assert!(record.replay(Fingerprint::NONE, count).unwrap().iterate().take(3).eq([3, 4, 5]));
    assert!(counted.iterate().take(2).eq([3, 4]));
}

#[test]
fn a_recorded_coroutine_is_one_like_any_other() {
    #[cogen::coroutine]
    fn outer(
        inner: Shared<'static, String, String, String>,
    ) -> impl Coroutine<String, Yield = String, Return = String> {
        yield_from!(inner)
    }
    let mut outer = Box::pin(outer(Shared::new(recorded())));
    assert_eq!(outer.start(), Yielded("a".to_owned()));
    assert_eq!(finish(outer, 0), "a be not question");
    let answers = RefCell::new(WORDS.iter());
    assert_eq!(
        recorded().drive_blocking(|_| (*answers.borrow_mut().next().unwrap()).to_owned()),
        "a be not question"
    );
}

#[test]
fn it_can_go_to_another_thread() {
    let mut recorded = Recorded::new(LONGEST, longest, ("a".to_owned(), 4));
    recorded.start();
    let all = std::thread::spawn(move || finish(recorded, 0)).join().unwrap();
    assert_eq!(all, "a be not question");
}

/// Returns the differing lines of `{:#?}`, and the lines around them.
#[test]
fn an_error_shows_both_sides() {
    #[derive(Clone, Debug, PartialEq)]
    struct Charge {
        card: String,
        cents: u32,
        reason: Vec<&'static str>,
    }
    #[cogen::coroutine]
    fn charge(cents: u32) -> impl Coroutine<(), Yield = Charge> {
        let reason = vec!["tea", "cup", "a pot that is blue"];
        yield_!(Charge { card: "4111-1111-1111-1111-1111-1111".to_owned(), cents, reason });
    }
    let mut charged = Recorded::new(Fingerprint::NONE, charge, (450,));
    charged.start();
    let error = charged
        .into_record()
        .replay(Fingerprint::NONE, |cents: u32| charge(cents + 1))
        .unwrap_err();
    let expected = "at step 0 the body yielded something other than what was recorded: make it \
deterministic, or see `cogen::guide::replay` if its code has changed
      Charge {
          card: \"4111-1111-1111-1111-1111-1111\",
-         cents: 450,
+         cents: 451,
          reason: [
              \"tea\",
";
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    };
    let text = error.to_string();
    for line in lines(expected) {
        assert!(lines(&text).contains(&line), "{line:?} is not in\n{text}");
    }
    assert!(!text.contains("blue"), "only what is near the difference:\n{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with(['-', '+'])).count(), 2, "{text}");
    let boxed: Box<dyn std::error::Error> = Box::new(error);
    assert_eq!(boxed.to_string(), text);
}

/// Such as secrets whose `Debug` is redacted, and NaN, which differs from itself.
#[test]
fn an_error_says_so_if_both_sides_look_alike() {
    #[derive(Clone, PartialEq)]
    struct Secret(u32);
    impl std::fmt::Debug for Secret {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Secret(…)")
        }
    }
    #[cogen::coroutine]
    fn tell<T>(told: T) -> impl Coroutine<(), Yield = T> {
        yield_!(told);
    }
    fn error(text: String, evidence: &str) {
        assert!(
            text.ends_with(&format!("\n  {evidence}\n(both sides look alike, but they differ)")),
            "{text}"
        );
    }
    let mut secret = Recorded::new(Fingerprint::NONE, tell, (Secret(1),));
    secret.start();
    let other = |_| tell(Secret(2));
    let failed = secret.into_record().replay(Fingerprint::NONE, other).unwrap_err();
    error(failed.to_string(), "ByValue(Secret(…))");
    let mut nan = Recorded::new(Fingerprint::NONE, tell, (f64::NAN,));
    nan.start();
    error(nan.try_clone().unwrap_err().to_string(), "ByValue(NaN)");
}

#[test]
fn an_error_shows_hashes_as_they_are_saved() {
    #[cogen::coroutine]
    fn number(number: u32) -> impl Coroutine<(), Yield = u32> {
        yield_!(number);
    }
    let mut recorded = Recorded::hashed(Fingerprint::NONE, number, (1,));
    recorded.start();
    let saved = serde_json::to_value(recorded.record()).unwrap();
    let hash = saved["recorded"]["steps"][0]["output"]["Yielded"].as_str().unwrap();
    let other = |n: u32| number(n + 1);
    let error = recorded.into_record().replay(Fingerprint::NONE, other).unwrap_err();
    assert!(error.to_string().contains(&format!("\n- ByHash({hash})\n")), "{error}");
}
