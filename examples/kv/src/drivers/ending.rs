//! The signal that ends the server.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use cogen::executor::promise;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

/// A future that is ready when the server is to end. Every client of every driver awaits a clone.
#[derive(Clone)]
pub(crate) struct Ending(Shared<BoxFuture<'static, ()>>);

impl Ending {
    /// Ends the server on SIGINT, SIGTERM and SIGHUP, or on what Windows has instead.
    pub(crate) fn on_signal() -> io::Result<Self> {
        let (signal, signalled) = promise::<(), ()>();
        let end = move || {
            let _ = signal.set_result(()); // refused at the second signal
        };
        ctrlc::set_handler(end).map_err(io::Error::other)?;
        Ok(Self(signalled.map(drop).boxed().shared()))
    }
}

impl Future for Ending {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        self.0.poll_unpin(cx)
    }
}
