//! `-- wget`, against servers of the test's own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

fn wget(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_port-the-notes"))
        .arg("wget")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs")
}

fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it has an address").to_string();
    (listener, address)
}

/// Takes a client, and reads what it asks for.
fn accept(listener: &TcpListener) -> TcpStream {
    let (client, _) = listener.accept().expect("somebody asks");
    let mut request = BufReader::new(&client).lines().map(|line| line.expect("it asks in lines"));
    assert_eq!(request.next().as_deref(), Some("GET / HTTP/1.0"));
    assert_eq!(request.next().as_deref(), Some("Host: 127.0.0.1"));
    assert_eq!(request.next().as_deref(), Some(""));
    client
}

/// Sends lines when it is told which.
fn serve(listener: TcpListener) -> mpsc::Sender<&'static str> {
    let (sender, lines) = mpsc::channel::<&str>();
    thread::spawn(move || {
        let mut client = accept(&listener);
        for line in lines {
            client.write_all(format!("{line}\r\n").as_bytes()).expect("the client reads");
        }
        client.write_all(b"<html>").expect("the client is still there");
    });
    sender
}

/// What a program says in the end, and whether it is content.
fn end_of(mut program: Child) -> (String, bool) {
    let mut errors = String::new();
    program.stderr.take().expect("it is piped").read_to_string(&mut errors).expect("it is text");
    (errors, program.wait().expect("it ends").success())
}

#[test]
fn lines_are_printed_as_they_arrive() {
    let ((one, first), (other, second)) = (listen(), listen());
    let (one, other) = (serve(one), serve(other));
    let mut program = wget(&[&first, &second]);
    let mut output = BufReader::new(program.stdout.take().expect("it is piped"))
        .lines()
        .map(|line| line.expect("it is text"));
    assert_eq!(output.next(), Some(format!("wget {first}...")));
    assert_eq!(output.next(), Some(format!("wget {second}...")));

    // Each line is sent when the one before has been printed.
    for (server, host, line) in [
        (&one, &first, "HTTP/1.0 200 OK"),
        (&other, &second, "HTTP/1.0 404"),
        (&other, &second, "b: 1"),
        (&one, &first, "a: 1"),
    ] {
        server.send(line).expect("the server goes on");
        assert_eq!(output.next(), Some(format!("{host} header > {line}")));
    }
    for server in [one, other] {
        server.send("").expect("the server goes on");
    }
    assert_eq!(output.next(), None);
    assert_eq!(end_of(program), (String::new(), true));
}

#[test]
fn a_silent_and_a_refusing_host_harm_nobody() {
    let (silent, no_answer) = listen();
    let refusing = {
        let (listener, address) = listen();
        drop(listener);
        address
    };
    let (listener, answering) = listen();
    let server = serve(listener);
    for line in ["HTTP/1.0 200 OK", ""] {
        server.send(line).expect("the server goes on");
    }
    let mut program = wget(&["--timeout", "2", &no_answer, &refusing, &answering]);
    let mut output = String::new();
    program.stdout.take().expect("it is piped").read_to_string(&mut output).expect("it is text");
    assert!(output.contains(&format!("{answering} header > HTTP/1.0 200 OK\n")), "{output}");
    assert_eq!(output.lines().count(), 4);
    let (errors, content) = end_of(program);
    assert!(!content);
    assert_eq!(errors.lines().count(), 2, "{errors}");
    assert!(errors.contains(&format!("{no_answer}: no answer within 2 s\n")), "{errors}");
    assert!(errors.contains(&format!("{refusing}: ")), "{errors}");
    drop(silent);
}

#[test]
fn a_host_that_cannot_be_is_refused_at_once() {
    let (errors, content) = end_of(wget(&["127.0.0.1:http"]));
    assert!(!content && errors.contains("`http` is no port"), "{errors}");
    let (errors, content) = end_of(wget(&["--timeout", "-1", "127.0.0.1"]));
    assert!(!content && !errors.is_empty(), "{errors}");
}
