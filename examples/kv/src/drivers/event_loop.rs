//! cogen's event loop: a task for each client, all on one thread.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cogen::CoroutineExt;
use cogen::executor::net::{StreamReader, StreamWriter, start_server};
use cogen::executor::{block_on, promise, timeout, yield_now};
use futures_util::FutureExt;
use futures_util::future::{Either, select};

use super::ending::Ending;
use super::{Outcome, announce};
use crate::protocol::{self, Answer, Want};
use crate::store::Store;
use crate::wire::CHUNK;

/// Serves until `ending`, and then for at most `grace`.
pub(crate) fn run(
    address: &str,
    store: Arc<Store>,
    ending: Ending,
    grace: Duration,
) -> io::Result<Outcome> {
    block_on(async {
        // The signal arrives on another thread, at any time. This future becomes ready in the loop,
        // after the sockets were polled, so bytes that arrived before the signal are noted.
        let (end, ended) = promise::<(), ()>();
        let ended = ended.map(drop).boxed().shared();
        let server = start_server(address, async move |reader, writer| {
            // The client's error ends only its own connection.
            let _ = serve(reader, writer, store.clone(), ended.clone()).await;
        })?;
        announce(server.local_addr()?);
        ending.await;
        end.set_result(()).expect("it ends once");
        server.close();
        Ok(match timeout(grace, server.wait_closed()).await {
            Ok(()) => Outcome::Finished,
            Err(_) => Outcome::Unfinished,
        })
    })
}

async fn serve(
    mut reader: StreamReader,
    mut writer: StreamWriter,
    store: Arc<Store>,
    ending: Ending,
) -> io::Result<()> {
    let served = protocol::serve(store).drive(async |want| match want {
        Want::Next(buffer) => {
            // A reader that has read enough for now is pending once, even if there are bytes.
            let has_come = has_bytes_before(ending.clone(), &mut reader).await
                || has_bytes_before(yield_now(), &mut reader).await;
            if has_come { read(&mut reader, buffer).await } else { Ok(buffer) }
        }
        Want::More(buffer) => read(&mut reader, buffer).await,
        Want::Write(buffer) => {
            // The writer buffers the bytes that the system doesn't accept, so it gets only one
            // chunk at a time.
            for chunk in buffer.chunks(CHUNK) {
                writer.write(chunk);
                writer.drain().await?;
            }
            Ok(buffer)
        }
    });
    served.await?;
    writer.wait_closed().await
}

/// Returns whether bytes, the end or an error arrive before `event` is ready.
async fn has_bytes_before(event: impl Future, reader: &mut StreamReader) -> bool {
    matches!(select(pin!(reader.fill_buf()), pin!(event)).await, Either::Left(_))
}

async fn read(reader: &mut StreamReader, mut buffer: Vec<u8>) -> Answer {
    let bytes = reader.fill_buf().await?;
    let count = bytes.len().min(buffer.capacity() - buffer.len());
    buffer.extend_from_slice(&bytes[..count]);
    reader.consume(count);
    Ok(buffer)
}
