//! `-- wget`, against servers of the test's own.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;

use futures_rustls::pki_types::PrivateKeyDer;
use futures_rustls::rustls::{ServerConfig, ServerConnection, Stream};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

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

/// Accepts a client, and reads its request.
fn accept(listener: &TcpListener) -> TcpStream {
    let (client, _) = listener.accept().expect("somebody asks");
    let mut request = BufReader::new(&client).lines().map(|line| line.expect("it asks in lines"));
    assert_eq!(request.next().as_deref(), Some("GET / HTTP/1.0"));
    assert_eq!(request.next().as_deref(), Some("Host: 127.0.0.1"));
    assert_eq!(request.next().as_deref(), Some(""));
    client
}

/// Sends the lines that it is told to send.
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

/// Returns the final output of a program, and whether it succeeded.
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

    // Each line is sent after the previous one has been printed.
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

/// A server for one client, with a certificate for `localhost`, and a file with the authority's.
fn serve_with_tls(name: &str) -> (String, PathBuf) {
    let mut ca = CertificateParams::new([]).expect("no name is fine");
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "an authority");
    let ca_key = KeyPair::generate().expect("there are random numbers");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&file, ca.self_signed(&ca_key).expect("it signs").pem()).expect("there is room");
    let key = KeyPair::generate().expect("there are random numbers");
    let leaf = CertificateParams::new(["localhost".to_owned()]).expect("it is a name");
    let leaf = leaf.signed_by(&key, &Issuer::new(ca, ca_key)).expect("it signs");
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("it is a key");
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], key)
        .expect("they belong together");
    let (listener, address) = listen();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().expect("somebody asks");
        let mut tls = ServerConnection::new(Arc::new(config)).expect("it is fine");
        let mut stream = Stream::new(&mut tls, &mut client);
        // The handshake fails if the client doesn't trust the certificate.
        let _ = stream.read(&mut [0; 1000]);
        let _ = stream.write_all(b"HTTP/1.0 200 OK\r\na: 1\r\n\r\n<html>");
    });
    (address.replace("127.0.0.1", "https://localhost"), file)
}

#[test]
fn headers_come_by_tls_from_hosts_that_are_trusted() {
    let (host, ca) = serve_with_tls("trusted.pem");
    let output = wget(&["--ca", ca.to_str().expect("it is text"), &host]).wait_with_output();
    let output = output.expect("it ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        format!("wget {host}...\n{host} header > HTTP/1.0 200 OK\n{host} header > a: 1\n")
    );
    assert!(output.status.success());
}

#[test]
fn hosts_that_are_not_trusted_are_refused() {
    let (_, other) = serve_with_tls("other.pem");
    for ca in [&["--ca", other.to_str().expect("it is text")][..], &[]] {
        let (host, _) = serve_with_tls("refused.pem");
        let (errors, is_content) = end_of(wget(&[ca, &[&host]].concat()));
        assert!(errors.contains("invalid peer certificate") && !is_content, "{errors}");
    }
}
