//! Records that are cut where the body offers it.

use cogen::CoroutineState::{Complete, Yielded};
use cogen::replay::{Checkpoint, Recorded, ReplayErrorKind};
use cogen::{Coroutine, CoroutineExt, Fingerprint};

/// A running sum, all of whose state is in its argument.
#[derive(Clone, Debug, PartialEq)]
enum Report {
    Sum(i64),
    Sure(i64),
    Forgetful(i64),
}

impl Checkpoint<(i64,)> for Report {
    fn checkpoint(&self) -> Option<(i64,)> {
        match *self {
            Self::Sum(sum) => Some((sum,)),
            Self::Sure(_) => None,
            Self::Forgetful(sum) => Some((sum + 1,)),
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
    assert_eq!(recorded.cut(&Report::Forgetful(13)), Err(ReplayErrorKind::Differs { step: 0 }));
    assert_eq!(*recorded.record(), before);
    assert_eq!(recorded.send(1), Yielded(Report::Sum(14)));
}

#[test]
fn what_a_checkpoint_forgets_is_gone_at_once_and_not_after_a_restore() {
    #[cogen::coroutine]
    fn forgets_how_often(mut sum: i64) -> impl Coroutine<i64, Yield = Report, Return = i64> {
        let mut times = 0;
        while times < 3 {
            sum += yield_!(Report::Sum(sum));
            times += 1;
        }
        sum
    }
    let mut recorded = Recorded::new(Fingerprint::NONE, forgets_how_often, (0,));
    recorded.start();
    recorded.send(1);
    recorded.send(1);
    assert_eq!(recorded.cut(&Report::Sum(2)), Ok(true));
    let mut restored = recorded.clone();
    assert_eq!(recorded.send(1), Yielded(Report::Sum(3)));
    assert_eq!(restored.send(1), Yielded(Report::Sum(3)));
}
