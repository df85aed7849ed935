//! The tasks under the executor of embassy.

use core::pin::pin;

use embassy_executor::Spawner;
use embassy_sync::blocking_mutex::raw::CriticalSectionRawMutex;
use embassy_sync::signal::Signal;
use embassy_time::{Duration, Timer};
use futures_util::{Stream, StreamExt};

use crate::console;

static ASKED: Signal<CriticalSectionRawMutex, u32> = Signal::new();
static MEASURED: Signal<CriticalSectionRawMutex, u32> = Signal::new();

/// Spawns the tasks.
pub fn spawn(spawner: Spawner) {
    spawner.spawn(show().expect("there is one such task"));
    spawner.spawn(measure().expect("there is one such task"));
}

/// Yields a number after a pause, then the measurement that the sensor answers.
#[cogen::coroutine]
fn readings() -> impl Stream<Item = u32> {
    for number in 1..=3 {
        Timer::after(Duration::from_ticks(2)).await;
        yield_!(number);
        ASKED.signal(number);
        yield_!(MEASURED.wait().await);
    }
}

#[embassy_executor::task]
async fn show() {
    let mut readings = pin!(readings());
    while let Some(reading) = readings.next().await {
        console::print(format_args!("reading {reading}\n"));
    }
    console::exit(true);
}

/// A sensor, which needs some time.
#[embassy_executor::task]
async fn measure() {
    loop {
        let number = ASKED.wait().await;
        Timer::after(Duration::from_ticks(3)).await;
        MEASURED.signal(100 * number);
    }
}
