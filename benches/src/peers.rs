//! The published peers, each in the forms that its documentation shows.

pub(crate) mod async_stream;
pub(crate) mod corosensei;
pub(crate) mod diapause;
pub(crate) mod fauxgen;
pub(crate) mod genawaiter;
pub(crate) mod next_gen;
