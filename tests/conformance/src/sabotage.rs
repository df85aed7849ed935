//! Wrong renderings, which show in each run that the harness can fail.

/// The part that is rendered wrongly into Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Each yield yields a number that is too large by one.
    YieldedValues,
    /// The code in `finally` runs only if the end of the block is reached.
    NoCleanup,
    /// Each handler catches both kinds of error.
    GreedyHandlers,
    /// The value of `yield from` is discarded.
    LostResults,
}

impl Sabotage {
    pub(crate) const ALL: [Self; 4] =
        [Self::YieldedValues, Self::NoCleanup, Self::GreedyHandlers, Self::LostResults];
}
