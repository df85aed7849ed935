//! The program as a server and as a client, with certificates that the tests make. Some tests have
//! Python's `ssl` at the other end.

use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

type Result<T = (), E = Box<dyn Error>> = std::result::Result<T, E>;

/// A directory with `ca.pem`, and `chain.pem` and `key.pem` for `localhost`.
struct Files(PathBuf);

impl Files {
    fn new(name: &str) -> Result<Self> {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&directory)?;
        let mut ca = CertificateParams::new([])?;
        ca.distinguished_name.push(DnType::CommonName, "an authority");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ca.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let ca_key = KeyPair::generate()?;
        fs::write(directory.join("ca.pem"), ca.self_signed(&ca_key)?.pem())?;
        let mut leaf = CertificateParams::new(["localhost".to_owned()])?;
        leaf.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let chain = leaf.signed_by(&key, &Issuer::new(ca, ca_key))?.pem();
        fs::write(directory.join("chain.pem"), chain)?;
        fs::write(directory.join("key.pem"), key.serialize_pem())?;
        Ok(Self(directory))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// A process that is killed at the end of the test, and the port at the end of its first line.
struct Server {
    process: Child,
    port: u16,
    _output: BufReader<ChildStdout>,
}

impl Server {
    fn start(command: &mut Command) -> Result<Self> {
        let mut process = command.stdout(Stdio::piped()).spawn()?;
        let mut output = BufReader::new(process.stdout.take().ok_or("it has no output")?);
        let mut line = String::new();
        output.read_line(&mut line)?;
        let port = line.trim().rsplit(':').next().unwrap_or_default().parse()?;
        Ok(Self { process, port, _output: output })
    }

    /// Starts the program with the certificate of `files`.
    fn ours(files: &Files) -> Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tls"));
        command.arg("serve").arg("--certificate").arg(files.path("chain.pem"));
        Self::start(command.arg("--key").arg(files.path("key.pem")).stderr(Stdio::null()))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn fetch(ca: Option<&Path>, url: &str) -> Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tls"));
    command.arg("fetch").arg(url);
    if let Some(ca) = ca {
        command.arg("--ca").arg(ca);
    }
    Ok(command.output()?)
}

fn body(output: Output) -> String {
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{message}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the message of a client that has failed.
fn failure(output: Output) -> String {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Returns a command that runs a Python script, if Python is installed.
fn python(script: &str) -> Option<Command> {
    let mut command = Command::new("python3");
    if !command.arg("-c").arg("import ssl").status().is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: there is no python3 with ssl");
        return None;
    }
    let mut command = Command::new("python3");
    command.arg("-c").arg(script);
    Some(command)
}

#[test]
fn a_page_is_served_and_fetched() -> Result {
    let files = Files::new("fetched")?;
    let server = Server::ours(&files)?;
    for path in ["/", "/hello"] {
        let url = format!("https://localhost:{}{path}", server.port);
        assert_eq!(body(fetch(Some(&files.path("ca.pem")), &url)?), format!("This is {path}.\n"));
    }
    Ok(())
}

#[test]
fn a_certificate_of_somebody_else_is_refused_and_the_server_goes_on() -> Result {
    let (files, others) = (Files::new("refused")?, Files::new("others")?);
    let server = Server::ours(&files)?;
    let url = format!("https://localhost:{}/", server.port);
    for ca in [Some(&*others.path("ca.pem")), None] {
        let message = failure(fetch(ca, &url)?);
        assert!(message.contains("invalid peer certificate"), "{message}");
    }
    // The certificate is for another name.
    let url = format!("https://127.0.0.1:{}/", server.port);
    let message = failure(fetch(Some(&files.path("ca.pem")), &url)?);
    assert!(message.contains("not valid for name"), "{message}");
    let url = format!("https://localhost:{}/", server.port);
    assert_eq!(body(fetch(Some(&files.path("ca.pem")), &url)?), "This is /.\n");
    Ok(())
}

#[test]
fn what_is_no_tls_is_an_error_on_either_end() -> Result {
    let files = Files::new("no-tls")?;
    let server = Server::ours(&files)?;
    let mut plain = std::net::TcpStream::connect(("127.0.0.1", server.port))?;
    plain.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
    plain.shutdown(Shutdown::Write)?;
    let _ = plain.read_to_end(&mut Vec::new()); // it ends
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("https://localhost:{}/", listener.local_addr()?.port());
    let peer = thread::spawn(move || {
        let (mut stream, _) = listener.accept()?;
        stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nThis is a trap.\n")
    });
    let message = failure(fetch(Some(&files.path("ca.pem")), &url)?);
    assert!(message.starts_with("tls: "), "{message}");
    peer.join().expect("it doesn't panic")?;
    Ok(())
}

#[test]
fn a_file_without_a_certificate_and_a_bad_address_are_errors() -> Result {
    let files = Files::new("bad")?;
    let message = failure(fetch(Some(&files.path("key.pem")), "https://localhost/")?);
    assert!(message.contains("there is no certificate in"), "{message}");
    for url in ["http://localhost/", "https://", "https://localhost:no/"] {
        let message = failure(fetch(None, url)?);
        assert!(message.contains("invalid value"), "{message}");
    }
    Ok(())
}

#[test]
fn python_fetches_from_the_server() -> Result {
    let Some(mut python) = python(
        "
import sys, urllib.request, ssl
context = ssl.create_default_context(cafile=sys.argv[2])
sys.stdout.write(urllib.request.urlopen(sys.argv[1], context=context).read().decode())
",
    ) else {
        return Ok(());
    };
    let files = Files::new("python-fetches")?;
    let server = Server::ours(&files)?;
    python.arg(format!("https://localhost:{}/python", server.port)).arg(files.path("ca.pem"));
    assert_eq!(body(python.output()?), "This is /python.\n");
    Ok(())
}

#[test]
fn a_page_is_fetched_from_python() -> Result {
    let Some(mut python) = python(
        "
import asyncio, ssl, sys

async def answer(reader, writer):
    request = await reader.readuntil(b'\\r\\n\\r\\n')
    writer.write(b'HTTP/1.0 200 OK\\r\\n\\r\\n' + request.split()[1] * 100_000)
    await writer.drain()
    writer.close()

async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = await asyncio.start_server(answer, '127.0.0.1', 0, ssl=context)
    print(f':{server.sockets[0].getsockname()[1]}', flush=True)
    await server.serve_forever()

asyncio.run(main())
",
    ) else {
        return Ok(());
    };
    let files = Files::new("python-serves")?;
    let server = Server::start(python.arg(files.path("chain.pem")).arg(files.path("key.pem")))?;
    let url = format!("https://localhost:{}/page", server.port);
    assert_eq!(body(fetch(Some(&files.path("ca.pem")), &url)?), "/page".repeat(100_000));
    Ok(())
}
