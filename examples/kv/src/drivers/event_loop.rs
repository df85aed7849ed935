//! cogen's event loop: a task for each client, all on one thread.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cogen::CoroutineExt;
use cogen::executor::net::{StreamReader, StreamWriter, start_server};
use cogen::executor::{block_on, sleep, timeout};
use futures_util::future::{Either, select};

use super::ending::Ending;
use super::{Outcome, announce};
use crate::protocol::{self, Answer, Want};
use crate::store::Store;
use crate::wire::CHUNK;

/// The shortest time that isn't nothing.
const MOMENT: Duration = Duration::from_nanos(1);

/// Serves until `ending`, and then for at most `grace`.
pub(crate) fn run(
    address: &str,
    store: Arc<Store>,
    ending: Ending,
    grace: Duration,
) -> io::Result<Outcome> {
    block_on(async {
        let ended = ending.clone();
        let server = start_server(address, async move |reader, writer| {
            // The client's error is the end of its connection, and of nothing else.
            let _ = serve(reader, writer, store.clone(), ended.clone()).await;
        })?;
        announce(server.local_addr()?);
        ending.await;
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
            // A wake-up by another thread may overtake bytes that came earlier. A timer doesn't:
            // the loop looks at its sockets before.
            let has_come = has_bytes_before(ending.clone(), &mut reader).await
                || has_bytes_before(sleep(MOMENT), &mut reader).await;
            if has_come { read(&mut reader, buffer).await } else { Ok(buffer) }
        }
        Want::More(buffer) => read(&mut reader, buffer).await,
        Want::Write(buffer) => {
            // The writer keeps what the system has no room for, so it gets no more at a time.
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

/// Whether bytes, the end or an error come before `event` does.
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
