//! An iterator: the dates of a recurring event. Here salaries are paid on the last working day of
//! each month.
//!
//! ```console
//! $ cargo run -p cogen --example iterator -- 2026-11 4
//! Monday    2026-11-30
//! Thursday  2026-12-31
//! Friday    2027-01-29
//! Friday    2027-02-26
//! ```

use std::{env, fmt};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Date {
    year: u32,
    month: u32,
    day: u32,
}

const WEEKDAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Yields all days from the first of January of `year` on.
#[cogen::coroutine]
fn days(year: u32) -> impl Iterator<Item = Date> {
    for year in year.. {
        for month in 1..=12 {
            for day in 1..=length(year, month) {
                yield_!(Date { year, month, day });
            }
        }
    }
}

/// Yields the last working day of each month.
#[cogen::coroutine]
fn paydays(year: u32) -> impl Iterator<Item = Date> {
    let mut payday = None;
    for date in days(year) {
        if date.day == 1 {
            if let Some(payday) = payday.take() {
                yield_!(payday);
            }
        }
        if date.is_working_day() {
            payday = Some(date);
        }
    }
}

fn length(year: u32, month: u32) -> u32 {
    let is_leap_year = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + u32::from(is_leap_year),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Date {
    /// Returns the day of the week in the Gregorian calendar, from Sunday on.
    fn weekday(self) -> usize {
        let months = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let year = if self.month < 3 { self.year - 1 } else { self.year };
        let days = year + year / 4 - year / 100 + year / 400;
        (days + months[self.month as usize - 1] + self.day) as usize % 7
    }

    fn is_working_day(self) -> bool {
        !matches!(WEEKDAYS[self.weekday()], "Saturday" | "Sunday")
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day } = self;
        write!(f, "{:9} {year}-{month:02}-{day:02}", WEEKDAYS[self.weekday()])
    }
}

fn main() {
    let mut arguments = env::args().skip(1);
    let (from, count) = (arguments.next(), arguments.next());
    let from = from.as_deref().unwrap_or("2026-01");
    let (year, month) = from.split_once('-').expect("the first argument is YEAR-MONTH");
    let year = year.parse().expect("the year is a number");
    let month = month.parse().expect("the month is a number");
    let count = count.map_or(12, |count| count.parse().expect("the count is a number"));

    let first = Date { year, month, day: 1 };
    for payday in paydays(year).skip_while(|payday| *payday < first).take(count) {
        println!("{payday}");
    }
}
