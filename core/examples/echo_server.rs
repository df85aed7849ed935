//! An echo server on the event loop. One thread serves many clients at once. The server closes the
//! connection of a client that sends nothing for ten seconds.
//!
//! ```console
//! $ cargo run -p cogen --example echo_server --features executor
//! To be, or not to be.
//! That is the question.
//! ```
//!
//! `… -- PORT` serves at this port until it is killed. Without a port, the program connects to
//! itself.

use std::error::Error;
use std::time::Duration;
use std::{env, io};

use cogen::executor::net::{StreamReader, StreamWriter, open_connection, start_server};
use cogen::executor::{block_on, timeout, try_gather};

const PATIENCE: Duration = Duration::from_secs(10);

async fn echo(mut reader: StreamReader, mut writer: StreamWriter) -> Result<(), Box<dyn Error>> {
    loop {
        // The first `?` is for the timeout, the second for the connection.
        let bytes = timeout(PATIENCE, reader.read(4096)).await??;
        if bytes.is_empty() {
            return Ok(()); // the client has closed the connection
        }
        writer.write(bytes);
        writer.drain().await?; // waits for a slow client
    }
}

async fn talk(port: u16, text: &str) -> io::Result<String> {
    let (mut reader, mut writer) = open_connection(("127.0.0.1", port)).await?;
    writer.write(text);
    writer.write_eof();
    let answer = reader.read_to_end(1024).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

fn main() -> io::Result<()> {
    let port = env::args().nth(1).map(|port| port.parse().expect("the port is a number"));
    block_on(async {
        let server = start_server(("127.0.0.1", port.unwrap_or(0)), echo)?;
        if port.is_some() {
            server.wait_closed().await;
            return Ok(());
        }
        let port = server.local_addr()?.port();
        let clients = ["To be, or not to be.", "That is the question."];
        for answer in try_gather(clients.map(|text| talk(port, text))).await? {
            println!("{answer}");
        }
        Ok(())
    })
}
