//! Requests and their replies.

use std::io::Write;

use crate::server::{DRIVERS, Server, expect, request, talk};

/// Typed lines, and their replies, which are equal to those of Redis 7.0.
const REPLIES: &[(&str, &str)] = &[
    ("PING", "+PONG"),
    ("ping hello", "$5 hello"),
    ("ping a b", "-ERR wrong number of arguments for 'ping' command"),
    ("ECHO \"\\x41 b\"", "$3 A b"),
    ("get a", "$-1"),
    ("set a 1", "+OK"),
    ("SET a", "-ERR wrong number of arguments for 'set' command"),
    ("set a 2 nx", "$-1"),
    ("set a 2 XX", "+OK"),
    ("set absent 2 XX", "$-1"),
    ("set a 2 xx nx", "-ERR syntax error"),
    ("set a 2 nonsense", "-ERR syntax error"),
    ("get a", "$1 2"),
    ("incr a", ":3"),
    ("decr a", ":2"),
    ("incrby a 40", ":42"),
    ("decrby a 43", ":-1"),
    ("incrby a 1x", "-ERR value is not an integer or out of range"),
    ("decrby a -9223372036854775808", "-ERR decrement would overflow"),
    ("set most 9223372036854775807", "+OK"),
    ("incr most", "-ERR increment or decrement would overflow"),
    ("set text 007", "+OK"),
    ("incr text", "-ERR value is not an integer or out of range"),
    ("mset a 1 b 2", "+OK"),
    ("mset a 1 b", "-ERR wrong number of arguments for 'mset' command"),
    ("mget a b absent list", "*4 $1 1 $1 2 $-1 $-1"),
    ("lpush list a b c", ":3"),
    ("rpush list d", ":4"),
    ("lrange list 0 -1", "*4 $1 c $1 b $1 a $1 d"),
    ("lrange list -2 100", "*2 $1 a $1 d"),
    ("lrange list -100 0", "*1 $1 c"),
    ("lrange list 3 1", "*0"),
    ("lrange list 9223372036854775807 -9223372036854775808", "*0"),
    ("lrange absent 0 1", "*0"),
    ("lrange list a 1", "-ERR value is not an integer or out of range"),
    ("llen list", ":4"),
    ("rpop list", "$1 d"),
    ("lpop list 2", "*2 $1 c $1 b"),
    ("lpop list 0", "*0"),
    ("lpop list -1", "-ERR value is out of range, must be positive"),
    ("lpop absent", "$-1"),
    ("lpop absent 2", "*-1"),
    ("get list", "-WRONGTYPE Operation against a key holding the wrong kind of value"),
    ("incr list", "-WRONGTYPE Operation against a key holding the wrong kind of value"),
    ("lpush a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value"),
    ("rpop a", "-WRONGTYPE Operation against a key holding the wrong kind of value"),
    ("type list", "+list"),
    ("type a", "+string"),
    ("rpop list 7", "*1 $1 a"),
    ("type list", "+none"),
    ("llen list", ":0"),
    ("strlen text", ":3"),
    ("exists a a absent", ":2"),
    ("del a absent b", ":2"),
    ("dbsize", ":2"),
    ("flushall", "+OK"),
    ("dbsize", ":0"),
    ("nonsense", "-ERR unknown command 'nonsense', with args beginning with: "),
    ("nonsense a 'b c'", "-ERR unknown command 'nonsense', with args beginning with: 'a' 'b c' "),
    ("", ""),
    ("select 0", "+OK"),
];

/// Returns a reply of the table in its format on the wire.
fn on_the_wire(reply: &str) -> String {
    let ends_line = |kind: char| matches!(kind, '+' | '-' | ':');
    match reply.chars().next() {
        None => String::new(),
        Some(kind) if ends_line(kind) && !reply.starts_with("-1") => format!("{reply}\r\n"),
        Some(_) => wire_words(reply),
    }
}

/// In the table, one space separates the parts of an array or a string: `$5 hello`, `$3 A b`.
fn wire_words(reply: &str) -> String {
    let mut wire = String::new();
    let mut rest = reply;
    while let Some((word, after)) =
        rest.split_once(' ').or((!rest.is_empty()).then_some((rest, "")))
    {
        wire.push_str(word);
        wire.push_str("\r\n");
        rest = after;
        let length = word.strip_prefix('$').and_then(|length| length.parse::<usize>().ok());
        if let Some(length) = length {
            wire.push_str(&rest[..length]);
            wire.push_str("\r\n");
            rest = rest[length..].trim_start();
        }
    }
    wire
}

#[test]
fn each_command_gets_its_reply() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let mut client = server.connect();
        for (line, reply) in REPLIES {
            client.write_all(format!("{line}\r\n").as_bytes()).unwrap();
            expect(&mut client, on_the_wire(reply));
        }
    }
}

#[test]
fn requests_come_in_pieces_of_any_size() {
    let lines: String = REPLIES.iter().map(|(line, _)| format!("{line}\n")).collect();
    let strings = [
        request(&["set", "key", "a\r\nb"]),
        request(&["get", "key"]),
        request(&["set", "key", ""]),
        request(&["get", "key"]),
    ];
    let input = [lines.into_bytes(), strings.concat()].concat();
    let replies: String = REPLIES.iter().map(|(_, reply)| on_the_wire(reply)).collect();
    let replies = replies + "+OK\r\n$4\r\na\r\nb\r\n+OK\r\n$0\r\n\r\n";
    for driver in DRIVERS {
        for size in [1, 2, 3, 7, 100, input.len()] {
            let server = Server::start(driver, &[]);
            let pieces: Vec<_> = input.chunks(size).collect();
            let answer = talk(server.connect(), &pieces);
            assert_eq!(answer.escape_ascii().to_string(), replies.escape_default().to_string());
        }
    }
}

#[test]
fn replies_do_not_wait_for_the_rest_of_a_request() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let mut client = server.connect();
        client.write_all(b"PING\r\n*2\r\n$4\r\nECHO\r\n$5\r\nhel").unwrap();
        expect(&mut client, "+PONG\r\n");
        client.write_all(b"lo\r\nPING").unwrap();
        expect(&mut client, "$5\r\nhello\r\n");
    }
}

#[test]
fn pipelined_requests_get_their_replies_in_order() {
    let count = 20_000;
    let input: Vec<_> = (0..count).flat_map(|n| request(&["echo", &n.to_string()])).collect();
    let replies: String = (0..count)
        .map(|n| n.to_string())
        .fold(String::new(), |all, n| all + &format!("${}\r\n{n}\r\n", n.len()));
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        assert!(talk(server.connect(), &[&input]) == replies.as_bytes(), "{driver}");
    }
}

#[test]
fn bad_input_gets_an_error_and_ends_one_connection_only() {
    let long = "a".repeat(100_000);
    let cases = [
        ("*x\r\n", "invalid multibulk length"),
        ("*2147483648\r\n", "invalid multibulk length"),
        ("*1\r\nget\r\n", "expected '$', got 'g'"),
        ("*1\r\n\r\n", "expected '$', got ' '"),
        ("*1\r\n$x\r\n", "invalid bulk length"),
        ("*1\r\n$-1\r\n", "invalid bulk length"),
        ("*1\r\n$67108865\r\n", "invalid bulk length"),
        ("*1\r\n$99999999999999999999\r\n", "invalid bulk length"),
        ("get \"a\r\n", "unbalanced quotes in request"),
        (&long, "too big inline request"),
        (&format!("{long}\r\n"), "too big inline request"),
        (&format!("*{long}"), "too big mbulk count string"),
        (&format!("*1\r\n${long}"), "too big bulk count string"),
    ];
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let mut other = server.connect();
        other.write_all(b"*2\r\n$3\r\nget\r\n").unwrap();
        for (input, error) in cases {
            let answer = server.ask(format!("PING\r\n{input}"));
            assert_eq!(
                answer,
                format!("+PONG\\r\\n-ERR Protocol error: {error}\\r\\n").replace('\'', "\\'")
            );
        }
        // No request, or half a request: the server doesn't reply.
        for input in
            ["", "\r\n", "*0\r\n", "*-1\r\n", "PING", "*1\r\n$4\r\nPI", "*1\r\n$4\r\nPING\r"]
        {
            assert_eq!(server.ask(input), "");
        }
        // Redis closes the connection of a browser that was redirected to it with a command in its
        // request.
        assert_eq!(server.ask("POST / HTTP/1.1\r\nHost: kv\r\n\r\nset a b\r\n"), "");
        assert_eq!(server.ask("PING\r\nHost: kv\r\n\r\nset a b\r\n"), "+PONG\\r\\n");
        other.write_all(b"$1\r\na\r\nQUIT\r\nPING\r\n").unwrap();
        expect(&mut other, "$-1\r\n+OK\r\n");
        server.check();
    }
}

#[test]
fn a_client_that_reads_nothing_does_not_hold_up_the_others() {
    let value = vec![7; 32 << 20];
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let mut slow = server.connect();
        slow.write_all(&request(&[b"set".as_slice(), b"key", &value])).unwrap();
        expect(&mut slow, "+OK\r\n");
        slow.write_all(b"get key\r\nget key\r\n").unwrap();
        expect(&mut slow, "$33554432\r\n");
        server.check();
        expect(&mut slow, &value);
        expect(&mut slow, "\r\n$33554432\r\n");
        expect(&mut slow, &value);
    }
}
