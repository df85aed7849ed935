//! Tasks: futures that run on their own, and their handles.

pub(crate) mod cancel;
pub(crate) mod group;
pub(crate) mod join_error;
pub(crate) mod live_task;
pub(crate) mod running;
#[allow(clippy::module_inception)]
pub(crate) mod task;
pub(crate) mod to_thread;
pub(crate) mod watch;
