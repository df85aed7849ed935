//! The parts of `device` as `async fn`s that are polled by hand. A [`Port`] passes a value in and a
//! value out.

use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};

use device::{BadCommand, Command, Jammed};

/// The values that pass between an `async fn` and its caller.
pub struct Port<R, Y> {
    sent: Cell<Option<R>>,
    yielded: Cell<Option<Y>>,
}

impl<R, Y> Default for Port<R, Y> {
    fn default() -> Self {
        Self { sent: Cell::new(None), yielded: Cell::new(None) }
    }
}

impl<R, Y> Port<R, Y> {
    /// Resumes `future`, and returns the yielded value, or `Err` at its end.
    pub fn resume<F: Future>(
        &self,
        future: Pin<&mut F>,
        argument: Option<R>,
    ) -> Result<Option<Y>, F::Output> {
        self.sent.set(argument);
        match future.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Ok(self.yielded.take()),
            Poll::Ready(output) => Err(output),
        }
    }

    /// Yields `value`, and waits for the next sent value.
    fn exchange(&self, value: Y) -> impl Future<Output = R> {
        self.yielded.set(Some(value));
        poll_fn(|_| self.sent.take().map_or(Poll::Pending, Poll::Ready))
    }
}

pub async fn button(port: &Port<bool, bool>) {
    let mut is_closed = port.exchange(false).await;
    loop {
        let mut ticks = 0u8;
        while is_closed {
            ticks = ticks.saturating_add(1);
            is_closed = port.exchange(ticks == 3).await;
        }
        is_closed = port.exchange(false).await;
    }
}

pub async fn lamp(port: &Port<Option<u8>, bool>, mut period: u8) {
    let mut on = true;
    loop {
        let ticks = period;
        for _ in 0..ticks {
            if let Some(changed) = port.exchange(on).await {
                period = changed.max(1);
            }
        }
        on = !on;
    }
}

pub async fn commands(port: &Port<u8, Option<Result<Command, BadCommand>>>) {
    let mut parsed = None;
    loop {
        let mut line = [0; 16];
        let mut length = 0u8;
        loop {
            let byte = port.exchange(parsed).await;
            parsed = None;
            if byte == b'\n' {
                break;
            }
            if let Some(place) = line.get_mut(usize::from(length)) {
                *place = byte;
            }
            length = length.saturating_add(1);
        }
        parsed = Some(line.get(..length.into()).and_then(device::parse).ok_or(BadCommand));
    }
}

pub async fn motor(port: &Port<Result<u8, Jammed>, u8>) {
    let mut power = 0u8;
    loop {
        match port.exchange(power).await {
            Ok(speed) => power = speed.min(power.saturating_add(1)),
            Err(Jammed) => {
                power = 0;
                let mut rest = 3;
                while rest > 0 {
                    rest = match port.exchange(0).await {
                        Ok(_) => rest - 1,
                        Err(Jammed) => 3,
                    };
                }
            }
        }
    }
}

pub async fn message(port: &Port<(), bool>, text: &'static str) -> u32 {
    let mut lit = 0;
    for byte in text.bytes() {
        lit += letter(port, byte).await;
    }
    lit
}

async fn letter(port: &Port<(), bool>, letter: u8) -> u32 {
    let mut lit = 0;
    for mark in device::code(letter).bytes() {
        lit += light(port, true, if mark == b'-' { 3 } else { 1 }).await;
        light(port, false, 1).await;
    }
    light(port, false, 2).await;
    lit
}

async fn light(port: &Port<(), bool>, on: bool, ticks: u8) -> u32 {
    for _ in 0..ticks {
        port.exchange(on).await;
    }
    ticks.into()
}
