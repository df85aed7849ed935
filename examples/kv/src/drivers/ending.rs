//! The signal that ends the server.

use std::io;

use cogen::executor::promise;
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared};

/// A future that is ready when the server must shut down. Every client of every driver has a clone.
pub(crate) type Ending = Shared<BoxFuture<'static, ()>>;

/// Returns the future that becomes ready at SIGINT, SIGTERM or SIGHUP, or at their counterparts on
/// Windows.
pub(crate) fn on_signal() -> io::Result<Ending> {
    let (signal, signalled) = promise::<(), ()>();
    let end = move || {
        let _ = signal.set_result(()); // refused at the second signal
    };
    ctrlc::set_handler(end).map_err(io::Error::other)?;
    Ok(signalled.map(drop).boxed().shared())
}
