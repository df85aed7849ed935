//! The clients of Redis, where they are installed.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::server::{DRIVERS, Server};

/// Runs a client with `input`, or returns `None` if it isn't installed.
fn run(program: &str, server: &Server, arguments: &[&str], input: &[u8]) -> Option<Output> {
    let started = Command::new(program)
        .args(["-h", "127.0.0.1", "-p", &server.address.port().to_string()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut process) = started else {
        println!("there is no {program} to try");
        return None;
    };
    let mut stdin = process.stdin.take().expect("it is piped");
    stdin.write_all(input).expect("the client reads its input");
    drop(stdin);
    Some(process.wait_with_output().expect("the client ends"))
}

#[test]
fn redis_cli_reads_and_writes() {
    for driver in DRIVERS {
        let server = Server::start(driver, &[]);
        let cli = |arguments: &[&str], input: &[u8]| {
            let output = run("redis-cli", &server, arguments, input)?;
            assert!(output.status.success(), "{output:?}");
            Some(output.stdout)
        };
        let Some(stored) = cli(&["-x", "set", "key"], &[0; 3_000_000]) else {
            return;
        };
        assert_eq!(stored, b"OK\n");
        assert_eq!(cli(&["get", "key"], b"").unwrap(), [&[0; 3_000_000][..], b"\n"].concat());
        let session = b"lpush list a \"b c\"\nlrange list 0 -1\nincr n\nincr list\nfly\n";
        let said = String::from_utf8(cli(&["--no-raw"], session).unwrap()).unwrap();
        let expected = [
            "(integer) 2",
            "1) \"b c\"",
            "2) \"a\"",
            "(integer) 1",
            "(error) WRONGTYPE Operation against a key holding the wrong kind of value",
            "(error) ERR unknown command 'fly', with args beginning with: ",
        ];
        assert_eq!(said, expected.join("\n") + "\n");
        let many: String = (0..10_000).map(|n| format!("SET key{n} {n}\r\n")).collect();
        let said = String::from_utf8(cli(&["--pipe"], many.as_bytes()).unwrap()).unwrap();
        assert!(said.contains("errors: 0, replies: 10000"), "{said}");
        assert_eq!(cli(&["dbsize"], b"").unwrap(), b"10003\n");
    }
}

#[test]
fn redis_benchmark_finds_all_that_it_needs() {
    for driver in DRIVERS {
        for pipeline in ["1", "16"] {
            let server = Server::start(driver, &[]);
            let tests = "ping,set,get,incr,lpush,rpush,lpop,rpop,lrange_100,mset";
            let arguments = ["-t", tests, "-n", "2000", "-P", pipeline, "-q"];
            let Some(output) = run("redis-benchmark", &server, &arguments, b"") else {
                return;
            };
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
            // Commands with several variants print a line for each.
            let last = |line: &str| line.rsplit('\r').next().unwrap_or_default().to_owned();
            let figures = text.lines().map(last).filter(|line| line.contains("per second"));
            assert_eq!(figures.count(), 12, "{text}");
            assert!(!text.contains("WARN") && !text.contains("rror"), "{text}");
        }
    }
}
