//! Futures that combine other futures, or wait for the clock.

pub(crate) mod as_completed;
pub(crate) mod gather;
pub(crate) mod shield;
pub(crate) mod sleep;
pub(crate) mod timeout;
pub(crate) mod wait;
pub(crate) mod yield_now;
