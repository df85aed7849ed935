//! SIGTERM.
#![cfg(unix)]

use std::io::Write;
use std::net::TcpStream;

use rustix::process::{Pid, Signal, kill_process};

use crate::server::{DRIVERS, Server, expect, request};

impl Server {
    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("the process is there");
    }

    /// Waits until the server accepts no more clients.
    fn wait_until_it_ends(&self) {
        while TcpStream::connect(self.address).is_ok() {}
    }
}

#[test]
fn a_request_that_has_begun_is_finished() {
    for driver in DRIVERS {
        for signal in [Signal::TERM, Signal::INT] {
            let mut server = Server::start(driver, &["--grace", "1000000"]);
            let mut idle = server.connect();
            let mut busy = server.connect();
            for client in [&mut idle, &mut busy] {
                client.write_all(b"PING\r\n").unwrap();
                expect(client, "+PONG\r\n");
            }
            let value = vec![b'v'; 1_000_000];
            let set = request(&[b"set".as_slice(), b"key", &value]);
            let (begin, rest) = set.split_at(100);
            busy.write_all(&[b"PING\r\n", begin].concat()).unwrap();
            expect(&mut busy, "+PONG\r\n"); // so the server has read the beginning, too
            server.signal(signal);
            server.wait_until_it_ends();
            expect_end(&mut idle);
            assert!(server.process.try_wait().unwrap().is_none(), "{driver} waits");

            busy.write_all(rest).unwrap();
            expect(&mut busy, "+OK\r\n");
            expect_end(&mut busy);
            assert!(server.process.wait().unwrap().success(), "{driver}");
        }
    }
}

#[test]
fn requests_that_have_come_are_answered() {
    let requests = request(&["incr", "n"]).repeat(1000);
    let replies: String = (1..=1000).map(|n| format!(":{n}\r\n")).collect();
    for driver in DRIVERS {
        for _ in 0..20 {
            let mut server = Server::start(driver, &["--grace", "1000000"]);
            let mut client = server.connect();
            client.write_all(b"PING\r\n").unwrap();
            expect(&mut client, "+PONG\r\n");
            client.write_all(&requests).unwrap();
            server.signal(Signal::TERM);
            expect(&mut client, &replies);
            expect_end(&mut client);
            assert!(server.process.wait().unwrap().success(), "{driver}");
        }
    }
}

#[test]
fn a_large_reply_is_finished() {
    for driver in DRIVERS {
        let mut server = Server::start(driver, &["--grace", "1000000"]);
        let mut client = server.connect();
        let value = vec![b'v'; 16 << 20];
        client.write_all(&request(&[b"set".as_slice(), b"key", &value])).unwrap();
        expect(&mut client, "+OK\r\n");
        client.write_all(b"get key\r\n").unwrap();
        expect(&mut client, "$16777216\r\n");
        server.signal(Signal::TERM);
        server.wait_until_it_ends();
        expect(&mut client, &value);
        expect(&mut client, "\r\n");
        expect_end(&mut client);
        assert!(server.process.wait().unwrap().success(), "{driver}");
    }
}

#[test]
fn a_request_that_never_ends_is_given_up() {
    for driver in DRIVERS {
        let mut server = Server::start(driver, &["--grace", "0"]);
        let mut client = server.connect();
        client.write_all(b"PING\r\n*2\r\n$3\r\nget").unwrap();
        expect(&mut client, "+PONG\r\n");
        server.signal(Signal::TERM);
        assert_eq!(server.process.wait().unwrap().code(), Some(1), "{driver}");
    }
}

#[test]
fn a_server_without_clients_ends_at_once() {
    for driver in DRIVERS {
        let mut server = Server::start(driver, &["--grace", "0"]);
        server.signal(Signal::TERM);
        assert!(server.process.wait().unwrap().success(), "{driver}");
    }
}

#[track_caller]
fn expect_end(client: &mut TcpStream) {
    let mut rest = Vec::new();
    std::io::Read::read_to_end(client, &mut rest).expect("the connection ends properly");
    assert_eq!(rest, b"");
}
