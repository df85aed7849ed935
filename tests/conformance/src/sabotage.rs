//! Wrong renderings, to see in each run that the harness can fail.

/// What is rendered wrongly into Python.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// Each yield gives out one more.
    YieldedValues,
    /// What stands in `finally` runs only where the end of the block is reached.
    NoCleanup,
    /// Each handler catches both kinds of error.
    GreedyHandlers,
    /// The value of `yield from` isn't kept.
    LostResults,
}

impl Sabotage {
    pub(crate) const ALL: [Self; 4] =
        [Self::YieldedValues, Self::NoCleanup, Self::GreedyHandlers, Self::LostResults];
}
