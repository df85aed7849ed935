//! tokio: a task for each client, on as many threads as there are cores.

use std::io;
use std::net::Shutdown;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cogen::CoroutineExt;
use futures_util::future::{Either, select};
use socket2::SockRef;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time;

use super::ending::Ending;
use super::{Outcome, RETRY, announce};
use crate::protocol::{self, Want};
use crate::store::Store;

/// Serves until `ending`, and then for at most `grace`.
pub(crate) fn run(
    address: &str,
    store: Arc<Store>,
    ending: Ending,
    grace: Duration,
) -> io::Result<Outcome> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        announce(listener.local_addr()?);
        let mut clients = JoinSet::new();
        loop {
            match select(pin!(listener.accept()), ending.clone()).await {
                Either::Left((Ok((stream, _)), _)) => {
                    clients.spawn(serve(stream, store.clone(), ending.clone()));
                }
                Either::Left((Err(error), _)) => {
                    eprintln!("kv: can't accept a client for now: {error}");
                    time::sleep(RETRY).await;
                }
                Either::Right(_) => break,
            }
            while clients.try_join_next().is_some() {}
        }
        drop(listener);
        let finished = async { while clients.join_next().await.is_some() {} };
        Ok(match time::timeout(grace, finished).await {
            Ok(()) => Outcome::Finished,
            Err(_) => Outcome::Unfinished,
        })
    })
}

/// Serves a client. An error ends only its own connection.
fn serve(
    mut stream: TcpStream,
    store: Arc<Store>,
    ending: Ending,
) -> impl Future<Output = io::Result<()>> + Send {
    // Some systems fail here if the client has left. Reads report that, too.
    let _ = stream.set_nodelay(true);
    protocol::serve(store).drive(async move |want| match want {
        Want::Next(mut buffer) => {
            let is_ending =
                matches!(select(pin!(stream.readable()), ending.clone()).await, Either::Right(_));
            if is_ending {
                // Bytes that have arrived are still read, and then the end.
                SockRef::from(&stream).shutdown(Shutdown::Read)?;
            }
            stream.read_buf(&mut buffer).await?;
            Ok(buffer)
        }
        Want::More(mut buffer) => {
            stream.read_buf(&mut buffer).await?;
            Ok(buffer)
        }
        Want::Write(buffer) => {
            stream.write_all(&buffer).await?;
            Ok(buffer)
        }
    })
}
