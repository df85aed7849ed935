//! Row C12 on real hosts: the headers of their pages, fetched concurrently, each line printed as it
//! arrives.

use std::fmt;
use std::io;
use std::process::ExitCode;
use std::str::FromStr;
use std::time::Duration;

use cogen::executor::net::open_connection;
use cogen::executor::{block_on, gather, timeout};

use crate::output::{complain, say};

/// A host, and where it answers: `HOST[:PORT]`.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    host: String,
    port: u16,
}

impl FromStr for Target {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((address, "")) => (address, "80"),
            Some((address, rest)) => {
                (address, rest.strip_prefix(':').ok_or("only a port can follow the address")?)
            }
            // More than one colon make an address of version 6.
            None => {
                text.split_once(':').filter(|(_, port)| !port.contains(':')).unwrap_or((text, "80"))
            }
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err("this is no host".to_owned());
        }
        let port = port.parse().map_err(|_| format!("`{port}` is no port"))?;
        Ok(Self { host: host.to_owned(), port })
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.port, self.host.contains(':')) {
            (80, _) => f.write_str(&self.host),
            (port, false) => write!(f, "{}:{port}", self.host),
            (port, true) => write!(f, "[{}]:{port}", self.host),
        }
    }
}

/// Fetches from all at once. The exit status says whether all have answered within `seconds`.
pub(crate) fn run(targets: &[Target], seconds: f64) -> ExitCode {
    let Ok(limit) = Duration::try_from_secs_f64(seconds) else {
        complain(format_args!("port-the-notes: {seconds} seconds are no time to wait for"));
        return ExitCode::from(2);
    };
    let answered = block_on(gather(targets.iter().map(|target| fetch(target, limit))));
    if answered.iter().all(|&answered| answered) { ExitCode::SUCCESS } else { ExitCode::from(1) }
}

/// Whether `target` has answered in time. What goes wrong is reported, and is nobody else's
/// business.
async fn fetch(target: &Target, limit: Duration) -> bool {
    say!("wget {target}...");
    let reason = match timeout(limit, print_headers(target)).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {} s", limit.as_secs_f64()),
    };
    complain(format_args!("{target}: {reason}"));
    false
}

async fn print_headers(target: &Target) -> io::Result<()> {
    let (mut reader, mut writer) = open_connection((target.host.as_str(), target.port)).await?;
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
        ] {
            let target: Target = text.parse().unwrap();
            assert_eq!((target.host.as_str(), target.port), (host, port), "{text}");
        }
        for text in ["", ":80", "example.org:http", "example.org:65536", "[::1]8080", "two words"] {
            assert!(text.parse::<Target>().is_err(), "{text}");
        }
    }
}
