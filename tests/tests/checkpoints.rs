//! Records that are cut at checkpoints of the body.

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{ByValue, Checkpoint, Record, Recorded, ReplayErrorKind, Step};
use cogen::{BoxCoroutine, Coroutine, CoroutineExt, Fingerprint, Shared, Status};

/// A running sum. Its whole state is in its argument.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Report {
    Sum(i64),
    Sure(i64),
    Forgetful(i64),
}

impl Checkpoint<(i64,)> for Report {
    fn checkpoint(&self) -> Option<(Fingerprint, (i64,))> {
        match *self {
            Self::Sum(sum) => Some((SUM, (sum,))),
            Self::Sure(_) => None,
            Self::Forgetful(sum) => Some((SUM, (sum + 1,))),
        }
    }
}

#[cogen::coroutine(fingerprint = SUM)]
fn sum(mut sum: i64) -> impl Coroutine<i64, Yield = Report, Return = i64> {
    loop {
        let number = yield_!(if sum == 13 { Report::Forgetful(sum) } else { Report::Sum(sum) });
        match number {
            0 => return sum,
            100.. if yield_!(Report::Sure(number)) != 1 => {}
            number => sum += number,
        }
    }
}

#[test]
fn a_record_is_cut_where_the_body_offers_it() {
    let mut recorded = Recorded::new(SUM, sum, (5,));
    assert_eq!(recorded.cut(&Report::Sum(5)), Err(ReplayErrorKind::Elsewhere)); // not started
    recorded.start();
    recorded.send(2);
    assert_eq!(recorded.cut(&Report::Sum(5)), Err(ReplayErrorKind::Elsewhere)); // not the last one
    assert_eq!(recorded.cut(&Report::Sum(7)), Ok(true));
    assert_eq!((recorded.record().arguments(), recorded.record().steps().len()), (&(7,), 1));
    assert_eq!(recorded.record().fingerprint(), SUM);
    assert_eq!(recorded.cut(&Report::Sum(7)), Ok(true)); // once more changes nothing
    assert_eq!(recorded.send(100), Yielded(Report::Sure(100)));
    assert_eq!(recorded.cut(&Report::Sure(100)), Ok(false));
    assert_eq!(recorded.record().steps().len(), 2);

    let mut restored = recorded.clone();
    assert_eq!(restored.send(1), Yielded(Report::Sum(107)));
    assert_eq!(restored.cut(&Report::Sum(107)), Ok(true));
    assert_eq!(restored.send(0), Complete(107));
    assert_eq!(restored.cut(&Report::Sum(107)), Err(ReplayErrorKind::Elsewhere)); // closed
    assert_eq!(recorded.send(2), Yielded(Report::Sum(7)));
}

#[test]
fn a_checkpoint_that_leads_elsewhere_is_refused_and_nothing_is_lost() {
    let mut recorded = Recorded::new(SUM, sum, (10,));
    recorded.start();
    assert_eq!(recorded.send(3), Yielded(Report::Forgetful(13)));
    let before = recorded.record().clone();
    assert_eq!(recorded.cut(&Report::Forgetful(13)), Err(ReplayErrorKind::Differs { step: 1 }));
    assert_eq!(*recorded.record(), before);
    assert_eq!(recorded.send(1), Yielded(Report::Sum(14)));
}

#[test]
fn what_a_checkpoint_forgets_is_gone_at_once_and_not_after_a_restore() {
    #[cogen::coroutine] // its checkpoints say `SUM`
    fn forgets_how_often(mut sum: i64) -> impl Coroutine<i64, Yield = Report, Return = i64> {
        let mut times = 0;
        while times < 3 {
            sum += yield_!(Report::Sum(sum));
            times += 1;
        }
        sum
    }
    let mut recorded = Recorded::new(SUM, forgets_how_often, (0,));
    recorded.start();
    recorded.send(1);
    recorded.send(1);
    assert_eq!(recorded.cut(&Report::Sum(2)), Ok(true));
    let mut restored = recorded.clone();
    assert_eq!(recorded.send(1), Yielded(Report::Sum(3)));
    assert_eq!(restored.send(1), Yielded(Report::Sum(3)));
}

#[test]
fn steps_keep_their_numbers_when_the_record_is_cut() {
    let mut recorded = Recorded::new(SUM, sum, (1,));
    recorded.start();
    recorded.send(2);
    recorded.send(3);
    let numbers = |recorded: &Recorded<_, _, _, _>| -> Vec<u64> {
        recorded.record().steps().iter().map(Step::number).collect()
    };
    assert_eq!(numbers(&recorded), [0, 1, 2]);
    assert_eq!(recorded.cut(&Report::Sum(6)), Ok(true));
    assert_eq!(numbers(&recorded), [2]);
    recorded.send(4);
    assert_eq!(recorded.cut(&Report::Sum(10)), Ok(true));
    recorded.send(5);
    assert_eq!(numbers(&recorded), [3, 4]);

    let saved = serde_json::to_string(recorded.record()).unwrap();
    let record: Record<(i64,), i64, ByValue<Report>> = serde_json::from_str(&saved).unwrap();
    // Taking steps back ends at the cut, so that no number comes again.
    let mut shorter = record.clone();
    assert_eq!(shorter.pop().unwrap().number(), 4);
    assert_eq!((shorter.pop(), shorter.steps()[0].number()), (None, 3));
    let error = record.clone().replay(SUM, |start: i64| sum(start + 1)).unwrap_err();
    assert_eq!(error.kind(), ReplayErrorKind::Differs { step: 3 });
    assert_eq!(error.recorded(), Some(&ByValue(Report::Sum(10))));
    assert_eq!(error.found(), Some(&ByValue(Report::Sum(11))));
    let mut restored = record.replay(SUM, sum).unwrap();
    assert_eq!(restored.send(6), Yielded(Report::Sum(21)));
    assert_eq!(numbers(&restored), [3, 4, 5]);
}

/// The checkpoint belongs to the child, and its arguments have the types of the parent's.
#[test]
fn a_checkpoint_of_a_child_does_not_cut_the_record_of_its_parent() {
    #[cogen::coroutine(fingerprint = TWICE)]
    fn twice(first: i64) -> impl Coroutine<i64, Yield = Report, Return = i64> {
        yield_from!(sum(first)) + yield_from!(sum(1000))
    }
    let mut recorded = Recorded::new(TWICE, twice, (1,));
    recorded.start();
    recorded.send(0);
    let before = recorded.record().clone();
    assert_eq!(recorded.cut(&Report::Sum(1000)), Err(ReplayErrorKind::Delegated));
    assert_eq!(*recorded.record(), before);
    assert_eq!(recorded.send(0), Complete(1001));
}

#[test]
fn a_checkpoint_of_other_code_does_not_cut_the_record() {
    #[cogen::coroutine(fingerprint = OTHER)]
    fn other(sum: i64) -> impl Coroutine<i64, Yield = Report> {
        yield_!(Report::Sum(sum)); // its checkpoints say `SUM`
    }
    let mut recorded = Recorded::new(OTHER, other, (1,));
    recorded.start();
    assert_eq!(
        recorded.cut(&Report::Sum(1)),
        Err(ReplayErrorKind::Fingerprint { recorded: OTHER, given: SUM })
    );
}

/// Where a walk through the numbers from `n` down to 1 is. A walk delegates to a walk from `n - 1`,
/// with the same code and the same types.
#[derive(Clone, Debug, PartialEq)]
enum Walk {
    At(u32),
    Back(u32),
}

impl Checkpoint<(u32,)> for Walk {
    fn checkpoint(&self) -> Option<(Fingerprint, (u32,))> {
        match *self {
            Self::At(n) => Some((Fingerprint::NONE, (n,))),
            Self::Back(_) => None,
        }
    }
}

/// Sends three values, and cuts at each value at which that is possible. Returns the outcomes.
fn cuts<F>(walk: F) -> Vec<(Walk, Result<bool, ReplayErrorKind>)>
where
    F: cogen::replay::Constructor<(u32,), (), Coroutine: Coroutine<Yield = Walk>>,
{
    let mut recorded = Recorded::new(Fingerprint::NONE, walk, (2,));
    let mut cuts = Vec::new();
    let mut state = recorded.start();
    while let Yielded(value) = state {
        let before = recorded.record().steps().len();
        let cut = recorded.cut(&value);
        if cut != Ok(true) {
            assert_eq!(recorded.record().steps().len(), before);
        }
        cuts.push((value, cut));
        state = recorded.send(());
    }
    cuts
}

/// The outcomes of a walk from 2: it can be cut only where it is at 2.
fn own_only() -> Vec<(Walk, Result<bool, ReplayErrorKind>)> {
    vec![
        (Walk::At(2), Ok(true)),
        (Walk::At(1), Err(ReplayErrorKind::Delegated)),
        (Walk::Back(1), Ok(false)),
        (Walk::Back(2), Ok(false)),
    ]
}

#[test]
fn a_body_that_delegates_to_itself_is_cut_only_at_its_own_values() {
    #[cogen::coroutine]
    fn boxed(n: u32) -> BoxCoroutine<'static, (), Walk> {
        yield_!(Walk::At(n));
        if n > 1 {
            yield_from!(boxed(n - 1));
        }
        yield_!(Walk::Back(n));
    }
    assert_eq!(cuts(boxed), own_only());

    #[cogen::coroutine]
    fn unboxed(n: u32) -> impl Coroutine<(), Yield = Walk> {
        yield_!(Walk::At(n));
        if n > 1 {
            yield_from!(boxed(n - 1));
        }
        yield_!(Walk::Back(n));
    }
    assert_eq!(cuts(unboxed), own_only());
    assert_eq!(cuts(|n| Shared::new(unboxed(n))), own_only());
    assert_eq!(cuts(|n| Box::pin(boxed(n))), own_only());
    assert_eq!(cuts(|n| Recorded::new(Fingerprint::NONE, boxed, (n,))), own_only());
    assert_eq!(cuts(|n| Recorded::new(Fingerprint::NONE, unboxed, (n,))), own_only());
    assert_eq!(cuts(|n| Shared::new(Recorded::new(Fingerprint::NONE, unboxed, (n,)))), own_only());

    #[cogen::coroutine]
    fn through_others(n: u32) -> impl Coroutine<(), Yield = Walk> {
        yield_from!(unboxed(n));
    }
    let all = [Walk::At(2), Walk::At(1)];
    for (value, cut) in cuts(through_others) {
        let expected =
            if all.contains(&value) { Err(ReplayErrorKind::Delegated) } else { Ok(false) };
        assert_eq!(cut, expected, "{value:?}");
    }

    #[cogen::coroutine(struct = Named)]
    fn named(n: u32) -> impl Coroutine<(), Yield = Walk> {
        yield_!(Walk::At(n));
        if n > 1 {
            yield_from!(Box::pin(named(n - 1)));
        }
        yield_!(Walk::Back(n));
    }
    assert_eq!(cuts(named), own_only());
}

#[test]
fn a_checkpoint_of_an_iterator_does_not_cut_the_record() {
    #[cogen::coroutine]
    fn walk(n: u32) -> impl Coroutine<(), Yield = Walk> {
        yield_from!([Walk::At(n), Walk::At(n - 1)]);
        yield_!(Walk::Back(n));
    }
    let expected = [Err(ReplayErrorKind::Delegated), Err(ReplayErrorKind::Delegated), Ok(false)];
    assert_eq!(cuts(walk).into_iter().map(|(_, cut)| cut).collect::<Vec<_>>(), expected);
}

#[test]
fn a_primed_body_that_delegates_is_cut_only_at_its_own_values() {
    #[cogen::coroutine(priming)]
    fn walk(n: u32) -> impl Coroutine<u32, Yield = Walk> {
        loop {
            match yield_!(Walk::At(n)) {
                0 => return,
                n => yield_from!(inner(n)),
            }
        }
    }
    #[cogen::coroutine]
    fn inner(n: u32) -> impl Coroutine<u32, Yield = Walk> {
        yield_!(Walk::At(n));
    }
    let mut recorded = Recorded::new(Fingerprint::NONE, walk, (7,));
    assert_eq!(recorded.send(5), Yielded(Walk::At(5)));
    assert_eq!(recorded.cut(&Walk::At(5)), Err(ReplayErrorKind::Delegated));
    assert_eq!(recorded.send(1), Yielded(Walk::At(7)));
    assert_eq!(recorded.cut(&Walk::At(7)), Ok(true));
    assert_eq!(recorded.send(0), Complete(()));
}

#[test]
fn a_constructor_that_makes_no_new_coroutine_is_told_so_when_the_record_is_cut() {
    let shared: Shared<'static, i64, Report, i64> = Shared::new(Box::pin(sum(1)));
    let mut recorded = Recorded::new(SUM, |_: i64| shared.clone(), (1,));
    recorded.start();
    recorded.send(2);
    let error = recorded.cut(&Report::Sum(3)).unwrap_err();
    assert_eq!(error, ReplayErrorKind::NotNew { status: Status::Suspended });
    assert_eq!(recorded.send(3), Yielded(Report::Sum(6)));
}

#[test]
fn a_primed_coroutine_is_cut_and_restored() {
    let primed = |start: i64| Box::pin(sum(start)).primed();
    let mut recorded = Recorded::new(SUM, primed, (1,));
    assert_eq!(recorded.send(2), Yielded(Report::Sum(3)));
    assert_eq!(recorded.cut(&Report::Sum(3)), Ok(true));
    assert_eq!(recorded.send(4), Yielded(Report::Sum(7)));
    assert_eq!(recorded.clone().send(1), Yielded(Report::Sum(8)));
    assert_eq!(recorded.record().steps()[0].number(), 0);
}
