//! The bounds of values, memory and clients.

use std::io::Write;

use crate::server::{DRIVERS, Server, expect, request};

fn set(key: &str, size: usize) -> Vec<u8> {
    request(&[b"set".as_slice(), key.as_bytes(), &vec![b'x'; size]])
}

#[test]
fn a_value_may_have_as_many_bytes_as_the_limit_says() {
    for driver in DRIVERS {
        let server = Server::start(driver, &["--max-value", "100000"]);
        assert_eq!(server.ask(set("a", 100_000)), "+OK\\r\\n");
        assert_eq!(server.ask("strlen a\r\n"), ":100000\\r\\n");
        let error = "-ERR Protocol error: invalid bulk length\\r\\n";
        assert_eq!(server.ask(set("a", 100_001)), error);
        assert_eq!(server.ask("strlen a\r\n"), ":100000\\r\\n");
    }
}

#[test]
fn the_largest_value_unless_set_has_64_mib() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        assert_eq!(server.ask(set("a", 64 << 20)), "+OK\\r\\n");
        assert_eq!(server.ask("strlen a\r\n"), ":67108864\\r\\n");
        assert_eq!(server.ask("get a\r\n").len(), "$67108864\\r\\n\\r\\n".len() + (64 << 20));
    }
}

#[test]
fn memory_is_bounded_and_comes_back() {
    const ERROR: &str = "-OOM command not allowed when used memory > \\'maxmemory\\'.\\r\\n";
    for driver in DRIVERS {
        let server = Server::start(driver, &["--max-memory", "1000000"]);
        assert_eq!(server.ask(set("a", 600_000)), "+OK\\r\\n");
        // There is no memory for the request, for the reply, and for the value.
        assert_eq!(server.ask(set("b", 600_000)), ERROR);
        assert_eq!(server.ask("get a\r\nping\r\n"), format!("{ERROR}+PONG\\r\\n"));
        let small: Vec<_> = (0..10).flat_map(|n| set(&format!("{n}"), 50_000)).collect();
        let answer = server.ask(small);
        assert!(answer.starts_with("+OK") && answer.ends_with(ERROR), "{answer}");
        assert_eq!(server.ask("lpush l a\r\nexists l\r\n").lines().count(), 1);
        assert_eq!(server.ask("del a\r\n"), ":1\\r\\n");
        assert_eq!(server.ask(set("b", 600_000)), "+OK\\r\\n");
        assert_eq!(server.ask("set b c\r\nflushall\r\n"), "+OK\\r\\n+OK\\r\\n");
        assert_eq!(server.info("used_memory"), 0);
    }
}

#[test]
fn each_command_returns_the_memory_that_it_frees() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let mut commands = b"set a 1\nset a 22\nincr a\nmset a 1 b 2 a 3\nlpush l 1 2 3\n".to_vec();
        commands.extend(b"rpush l 4\nset l 5\ndel l\nlpush l 1 2\nlpop l\nrpop l 7\ndel a b\n");
        assert!(!server.ask(commands).contains("ERR"));
        assert_eq!(server.ask("dbsize\n"), ":0\\r\\n");
        assert_eq!(server.info("used_memory"), 0);
    }
}

#[test]
fn an_announcement_takes_no_memory() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let clients: Vec<_> = (0..50)
            .map(|_| {
                let mut client = server.connect();
                client.write_all(b"PING\r\n*2147483647\r\n$67108864\r\nx").unwrap();
                expect(&mut client, "+PONG\r\n");
                client
            })
            .collect();
        assert_eq!(server.info("connected_clients"), 51);
        #[cfg(target_os = "linux")]
        {
            let path = format!("/proc/{}/status", server.process.id());
            let status = std::fs::read_to_string(path).unwrap();
            let (_, peak) = status.split_once("VmHWM:").unwrap();
            let peak: usize = peak.split_whitespace().next().unwrap().parse().unwrap();
            assert!(peak < 64 << 10, "{driver}: {peak} KiB");
        }
        drop(clients);
    }
}

#[test]
fn one_client_too_many_is_told_so() {
    for driver in DRIVERS {
        let server = Server::start(driver, &["--max-clients", "2"]);
        let mut clients = [server.connect(), server.connect()];
        for client in &mut clients {
            client.write_all(b"PING\r\n").unwrap();
            expect(client, "+PONG\r\n");
        }
        let error = "-ERR max number of clients reached\\r\\n";
        assert_eq!(server.ask("PING\r\n"), error);
        drop(clients);
        // The seats are free as soon as the server has noticed it.
        while server.ask("PING\r\n") == error {}
        server.check();
    }
}
