//! The rows of the notes, in their order.

use crate::{delegation, endings, event_loop, generators, mixing, streams, switch, tasks};

/// A behaviour that the notes show.
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    pub(crate) run: fn(),
}

const fn row(id: &'static str, title: &'static str, run: fn()) -> Row {
    Row { id, title, run }
}

pub(crate) static ROWS: [Row; 42] = [
    row("A1", "calling runs nothing; running off the end finishes", generators::lazy),
    row("A2", "a yield gives a value out and takes one in", generators::both_ways),
    row("A3", "sending to a coroutine that was not started", generators::not_started),
    row("A4", "sending to a finished coroutine", generators::finished),
    row("A5", "the four states", generators::states),
    row("A6", "priming", generators::priming),
    row("A7", "a moving average", generators::moving_average),
    row("A8", "an error that the body doesn't handle", endings::unhandled_error),
    row("A9", "an error thrown in that the body handles", endings::handled_error),
    row("A10", "an error thrown in that it doesn't handle, and `finally`", endings::finally),
    row("A11", "closing", endings::closing),
    row("A12", "a return value", endings::return_value),
    row("A13", "producer and consumer", generators::producer_and_consumer),
    row("A14", "echo, printer and reply", generators::echo_printer_reply),
    row("B1", "delegation to any iterable", delegation::iterables),
    row("B2", "delegation is a channel", delegation::channel),
    row("B3", "the delegation starts the sub-coroutine", delegation::starts_the_inner_one),
    row("B4", "the value of the delegation", delegation::value),
    row("B5", "grouper and report", delegation::grouper_and_report),
    row("B6", "without the final stop", delegation::without_the_stop),
    row("B7", "an error that comes out at the delegation", delegation::error_at_the_delegation),
    row("B8", "closing closes the sub-coroutine first", delegation::closes_the_inner_one_first),
    row("B9", "chains of any length", delegation::chains),
    row("B10", "a proxy that restarts its sub-coroutine", delegation::restarting_proxy),
    row("B11", "a custom iterator as the delegate", delegation::custom_iterator),
    row("C1", "three tasks, one after another and concurrently", tasks::concurrency),
    row("C2", "a coroutine does nothing by itself", event_loop::nothing_by_itself),
    row("C3", "running, stopping and closing a loop", event_loop::running),
    row("C4", "what a task can be asked", tasks::task),
    row("C5", "done callbacks", tasks::done_callbacks),
    row("C6", "a future whose result is set from elsewhere", tasks::future),
    row("C7", "waiting for a set of tasks", tasks::waiting),
    row("C8", "gathering results", tasks::gathering),
    row("C9", "waiting with a limit, and a shield from it", tasks::limits),
    row("C10", "call soon, from another thread, later, and at a time", event_loop::callbacks),
    row("C11", "the loop's exception handler", event_loop::exception_handler),
    row("C12", "streams: three hosts' headers", streams::three_hosts),
    row("C13", "two tasks that show the date", event_loop::dates),
    row("C14", "the two kinds of coroutine mix", mixing::mixing),
    row("C15", "two words between the two styles", mixing::two_words),
    row("C16", "no locks on one thread, a loop on each of many", event_loop::threads),
    row("C17", "a switch is cheaper than between threads", switch::verdict),
];

/// Returns the row with this name, in upper or lower case.
pub(crate) fn find(id: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.id.eq_ignore_ascii_case(id))
}
