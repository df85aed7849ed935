//! Row C12 on real hosts: the headers of their pages, fetched concurrently, each line printed as it
//! arrives.

use std::error::Error;
use std::fmt;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use cogen::executor::net::{BufStream, StreamReader, StreamWriter, open_connection};
use cogen::executor::{block_on, gather, timeout};
use futures_rustls::TlsConnector;
use futures_rustls::pki_types::pem::PemObject;
use futures_rustls::pki_types::{CertificateDer, ServerName};
use futures_rustls::rustls::{ClientConfig, RootCertStore};
use futures_util::AsyncReadExt;

use crate::output::{complain, say};

/// A host, with its scheme and port: `[https://]HOST[:PORT]`.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    host: String,
    port: u16,
    has_tls: bool,
}

fn usual_port(has_tls: bool) -> u16 {
    if has_tls { 443 } else { 80 }
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let has_tls = text.starts_with("https://");
        let text = text.trim_start_matches(if has_tls { "https://" } else { "http://" });
        let text = text.strip_suffix('/').unwrap_or(text);
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, "")) => (address, None),
            Some((address, rest)) => {
                (address, Some(rest.strip_prefix(':').ok_or("only a port can follow the address")?))
            }
            // Several colons mean an IPv6 address.
            None => match text.split_once(':').filter(|(_, port)| !port.contains(':')) {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
            return Err("this is no host".to_owned());
        }
        let port = match port {
            Some(port) => port.parse().map_err(|_| format!("`{port}` is no port"))?,
            None => usual_port(has_tls),
        };
        Ok(Self { host: host.to_owned(), port, has_tls })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.has_tls {
            f.write_str("https://")?;
        }
        match (self.port == usual_port(self.has_tls), self.host.contains(':')) {
            (true, _) => f.write_str(&self.host),
            (false, false) => write!(f, "{}:{}", self.host, self.port),
            (false, true) => write!(f, "[{}]:{}", self.host, self.port),
        }
    }
}

/// Fetches from all hosts at once. The exit status says whether all have answered within `seconds`.
/// `ca` is a file with the certificates to trust.
pub(crate) fn run(targets: &[Target], ca: Option<&Path>, seconds: f64) -> ExitCode {
    let Ok(limit) = Duration::try_from_secs_f64(seconds) else {
        complain(format_args!("port-the-notes: {seconds} seconds are no time to wait for"));
        return ExitCode::from(2);
    };
    let tls = match connector(ca) {
        Ok(tls) => tls,
        Err(error) => {
            complain(format_args!("port-the-notes: {error}"));
            return ExitCode::from(2);
        }
    };
    let answered = block_on(gather(targets.iter().map(|target| fetch(target, &tls, limit))));
    if answered.iter().all(|&answered| answered) { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Returns whether `target` has answered in time. An error is reported, and doesn't affect the
/// other hosts.
async fn fetch(target: &Target, tls: &TlsConnector, limit: Duration) -> bool {
    say!("wget {target}...");
    let reason = match timeout(limit, print_headers(target, tls)).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", limit.as_secs_f64()),
    };
    complain(format_args!("{target}: {reason}"));
    false
}

/// Returns the connector for TLS.
fn connector(ca: Option<&Path>) -> Result<TlsConnector, Box<dyn Error>> {
    let mut roots = RootCertStore::empty();
    match ca {
        Some(file) => {
            for certificate in CertificateDer::pem_file_iter(file)? {
                roots.add(certificate?)?;
            }
            if roots.is_empty() {
                return Err(format!("there is no certificate in {}", file.display()).into());
            }
        }
        None => roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

async fn connect(target: &Target, tls: &TlsConnector) -> io::Result<(StreamReader, StreamWriter)> {
    let streams = open_connection((target.host.as_str(), target.port)).await?;
    if !target.has_tls {
        return Ok(streams);
    }
    let name = ServerName::try_from(target.host.clone()).map_err(io::Error::other)?;
    let (reader, writer) = tls.connect(name, BufStream::from(streams)).await?.split();
    Ok((StreamReader::new(reader), StreamWriter::new(writer)))
}

async fn print_headers(target: &Target, tls: &TlsConnector) -> io::Result<()> {
    let (mut reader, mut writer) = connect(target, tls).await?;
    writer.write(format!("GET / HTTP/1.0\r\nHost: {}\r\n\r\n", target.host));
    writer.drain().await?;
    loop {
        let line = reader.read_line().await?;
        let line = line.trim_ascii_end();
        if line.is_empty() {
            break; // the blank line, or the end
        }
        say!("{target} header > {}", String::from_utf8_lossy(line));
    }
    writer.close();
    writer.wait_closed().await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_hosts_with_or_without_ports() {
        for (text, host, port) in [
            ("example.org", "example.org", 80),
            ("example.org:8080", "example.org", 8080),
            ("::1", "::1", 80),
            ("[::1]", "::1", 80),
            ("[::1]:8080", "::1", 8080),
            ("http://example.org/", "example.org", 80),
            ("https://example.org", "example.org", 443),
            ("https://example.org:8443/", "example.org", 8443),
            ("https://[::1]", "::1", 443),
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.host.as_str(), target.port), (host, port), "{text}");
            assert_eq!(target.has_tls, text.starts_with("https"), "{text}");
        }
        for text in [
            "",
            ":80",
            "example.org:http",
            "example.org:65536",
            "[::1]8080",
            "two words",
            "https://",
            "https://host/page",
        ] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
