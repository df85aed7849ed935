//! Row C12: streams. The hosts are servers of this program, on loopback. `-- wget` uses real hosts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;

use cogen::executor::net::{StreamReader, StreamWriter, open_connection, start_server};
use cogen::executor::{Promise, block_on, promise, spawn, try_gather};

use crate::output::{complain, say};

const HOSTS: [&str; 3] = ["www.sina.com.cn", "www.sohu.com", "www.163.com"];
const HEADERS: [&str; 4] = ["HTTP/1.1 200 OK", "Content-Type: text/html", "Connection: close", ""];

/// C12 (notes 002, 004): the headers of three hosts' pages are fetched concurrently, and their
/// lines interleave.
pub(crate) fn three_hosts() {
    if let Err(error) = block_on(fetch_from_all()) {
        complain(format_args!("port-the-notes: {error}"));
    }
}

/// The waiting clients, by their host.
type Asked = Rc<RefCell<HashMap<String, Promise<StreamWriter, ()>>>>;

async fn fetch_from_all() -> io::Result<()> {
    let asked = Asked::default();
    let mut clients = Vec::new();
    for host in HOSTS {
        let (promise, client) = promise();
        asked.borrow_mut().insert(host.to_owned(), promise);
        clients.push(client);
    }
    let server = start_server("127.0.0.1:0", async move |reader, writer| {
        if let Err(error) = serve(reader, writer, &asked).await {
            complain(format_args!("port-the-notes: {error}"));
        }
    })?;
    let address = server.local_addr()?;

    // Each host's client gets a line in turn, so the order is always the same.
    let printed = Rc::new(RefCell::new(None));
    let answering = spawn({
        let printed = printed.clone();
        async move {
            let mut writers = Vec::new();
            for client in clients {
                writers.push(client.await.map_err(|_| io::Error::other("a client has not asked"))?);
            }
            for line in HEADERS {
                for writer in &mut writers {
                    let (done, is_printed) = promise::<(), ()>();
                    *printed.borrow_mut() = Some(done);
                    writer.write(format!("{line}\r\n"));
                    writer.drain().await?;
                    // A failed client is dropped, and the others continue.
                    let _ = is_printed.await;
                }
            }
            for writer in &mut writers {
                writer.write("<html>");
                writer.close();
            }
            io::Result::Ok(())
        }
    });
    try_gather(HOSTS.map(|host| wget(host, address, &printed))).await?;
    answering.await.map_err(io::Error::other)?
}

/// Reads a client's request, and stores the writer for the answer.
async fn serve(mut reader: StreamReader, writer: StreamWriter, asked: &Asked) -> io::Result<()> {
    let mut host = String::new();
    loop {
        let line = reader.read_line().await?;
        let line = String::from_utf8_lossy(line.trim_ascii_end());
        if line.is_empty() {
            break;
        }
        if let Some(name) = line.strip_prefix("Host: ") {
            name.clone_into(&mut host);
        }
    }
    let client = asked
        .borrow_mut()
        .remove(&host)
        .ok_or_else(|| io::Error::other(format!("nobody is called `{host}`")))?;
    client.set_result(writer).map_err(|_| io::Error::other("nobody answers any more"))
}

async fn wget(
    host: &str,
    address: SocketAddr,
    printed: &RefCell<Option<Promise<(), ()>>>,
) -> io::Result<()> {
    say!("wget {host}...");
    let (mut reader, mut writer) = open_connection(address).await?;
    writer.write(format!("GET / HTTP/1.0\r\nHost: {host}\r\n\r\n"));
    writer.drain().await?;
    loop {
        let line = reader.read_line().await?;
        let line = line.trim_ascii_end();
        if !line.is_empty() {
            say!("{host} header > {}", String::from_utf8_lossy(line));
        }
        // The next host's turn.
        printed.borrow_mut().take();
        if line.is_empty() {
            break; // the body is not read
        }
    }
    writer.close();
    writer.wait_closed().await
}
