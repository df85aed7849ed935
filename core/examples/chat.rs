//! A chat server. A sync coroutine implements the session of one client: it is sent lines and
//! yields actions. Its code can be read from top to bottom, and tested without a socket. The event
//! loop transports the lines.
//!
//! ```console
//! $ cargo run -p cogen --example chat --features executor
//! Ada   | Who are you?
//! Ada   | * Ada is here
//! Grace | Who are you?
//! Grace | That name is taken. Who are you?
//! Grace | * Grace is here
//! Ada   | * Grace is here
//! Grace | Grace: Hello!
//! Ada   | Grace: Hello!
//! Ada   | * Grace has left
//! ```
//!
//! `… -- PORT` serves at this port until it is killed: try it with `nc 127.0.0.1 PORT` in two
//! terminals. Without a port, the program runs a conversation of two clients.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::{env, io};

use cogen::executor::block_on;
use cogen::executor::net::{StreamReader, StreamWriter, open_connection, start_server};
use cogen::{Coroutine, CoroutineExt};

/// An action of a session. The answer is `None` unless the variant says otherwise.
enum Want {
    /// Receive a line from the client. The answer is the line, or `None` at the end.
    Line,
    /// Say this to the client, who has not joined.
    Reply(&'static str),
    /// Join under this name. The answer is the name, if it is free.
    Join(String),
    /// Say this to all clients that have joined.
    Tell(String),
    /// Leave.
    Leave(String),
}

/// Runs the session of one client.
#[cogen::coroutine]
fn session() -> impl Coroutine<Option<String>, Yield = Want> {
    yield_!(Want::Reply("Who are you?"));
    let name = loop {
        let Some(wish) = yield_!(Want::Line) else { return };
        match yield_!(Want::Join(wish)) {
            Some(name) => break name,
            None => yield_!(Want::Reply("That name is taken. Who are you?")),
        };
    };
    yield_!(Want::Tell(format!("* {name} is here")));
    while let Some(line) = yield_!(Want::Line) {
        yield_!(Want::Tell(format!("{name}: {line}")));
    }
    yield_!(Want::Leave(name.clone()));
    yield_!(Want::Tell(format!("* {name} has left")));
}

/// The writers of all clients that have joined, by name.
type Room = Rc<RefCell<BTreeMap<String, StreamWriter>>>;

async fn serve(mut reader: StreamReader, writer: StreamWriter, room: Room) {
    let mut writer = Some(writer); // until the client joins
    let answers = async |want| {
        match want {
            Want::Line => return line(&mut reader).await,
            Want::Reply(text) => {
                if let Some(writer) = &mut writer {
                    writer.write(format!("{text}\n"));
                }
            }
            Want::Join(name) => {
                let mut room = room.borrow_mut();
                if !room.contains_key(&name) {
                    room.extend(writer.take().map(|writer| (name.clone(), writer)));
                    return Some(name);
                }
            }
            Want::Tell(text) => {
                for writer in room.borrow_mut().values_mut() {
                    writer.write(format!("{text}\n"));
                }
            }
            Want::Leave(name) => drop(room.borrow_mut().remove(&name)),
        }
        None
    };
    session().drive(answers).await;
}

/// Returns the next line, without its end. A connection that fails counts as ended.
async fn line(reader: &mut StreamReader) -> Option<String> {
    let line = reader.read_line().await.ok().filter(|line| !line.is_empty())?;
    Some(String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// A client of the demonstration, which prints the lines that it receives.
struct Client {
    name: &'static str,
    reader: StreamReader,
    writer: StreamWriter,
}

impl Client {
    async fn connect(name: &'static str, port: u16) -> io::Result<Self> {
        let (reader, writer) = open_connection(("127.0.0.1", port)).await?;
        let mut client = Self { name, reader, writer };
        client.hear().await;
        Ok(client)
    }

    async fn hear(&mut self) {
        let text = line(&mut self.reader).await.unwrap_or_default();
        println!("{:5} | {text}", self.name);
    }

    async fn say(&mut self, text: &str) {
        self.writer.write(format!("{text}\n"));
        self.hear().await;
    }
}

async fn demonstrate(port: u16) -> io::Result<()> {
    let mut ada = Client::connect("Ada", port).await?;
    ada.say("Ada").await;
    let mut grace = Client::connect("Grace", port).await?;
    grace.say("Ada").await;
    grace.say("Grace").await;
    ada.hear().await;
    grace.say("Hello!").await;
    ada.hear().await;
    drop(grace);
    ada.hear().await;
    Ok(())
}

fn main() -> io::Result<()> {
    let port = env::args().nth(1).map(|port| port.parse().expect("the port is a number"));
    block_on(async {
        let room = Room::default();
        let address = ("127.0.0.1", port.unwrap_or(0));
        let server = start_server(address, async move |reader, writer| {
            serve(reader, writer, room.clone()).await;
        })?;
        match port {
            Some(_) => server.wait_closed().await,
            None => demonstrate(server.local_addr()?.port()).await?,
        }
        Ok(())
    })
}
