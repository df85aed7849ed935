//! HTTPS on cogen's event loop.
//!
//! ```text
//! tls serve --listen 127.0.0.1:8443 --certificate chain.pem --key key.pem
//! tls fetch --ca ca.pem https://localhost:8443/hello
//! ```
//!
//! `futures-rustls` implements TLS over a [`BufStream`](cogen::executor::net::BufStream). Its
//! stream is split for a `StreamReader` and a `StreamWriter`. So `server::answer` and `client::get`
//! are the same as without TLS.

mod client;
mod server;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Serves and fetches pages by HTTPS.
#[derive(Parser)]
enum Command {
    /// Answers each request with the requested path.
    Serve {
        /// The address to listen at. Port 0 lets the system choose.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: String,
        /// A file with the certificate and those above it, as PEM.
        #[arg(long)]
        certificate: PathBuf,
        /// A file with the key of the certificate, as PEM.
        #[arg(long)]
        key: PathBuf,
    },
    /// Writes the body of a page to the standard output.
    Fetch {
        /// A file with the certificates to trust, as PEM, instead of those that browsers trust.
        #[arg(long)]
        ca: Option<PathBuf>,
        /// The page: `https://HOST[:PORT][/PATH]`.
        url: client::Url,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tls: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<(), Box<dyn Error>> {
    match command {
        Command::Serve { listen, certificate, key } => server::run(&listen, &certificate, &key),
        Command::Fetch { ca, url } => client::run(&url, ca.as_deref()),
    }
}
