//! The client.

use std::error::Error;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use cogen::executor::block_on;
use cogen::executor::net::{BufStream, StreamReader, StreamWriter, open_connection};
use futures_rustls::TlsConnector;
use futures_rustls::pki_types::pem::PemObject;
use futures_rustls::pki_types::{CertificateDer, ServerName};
use futures_rustls::rustls::{ClientConfig, RootCertStore};
use futures_util::AsyncReadExt;

/// The largest page, in bytes.
const LIMIT: usize = 64 * 1024 * 1024;

/// The address of a page.
#[derive(Clone, Debug)]
pub(crate) struct Url {
    host: String,
    port: u16,
    path: String,
}

impl FromStr for Url {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("https://").ok_or("it does not begin with `https://`")?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_| format!("`{port}` is no port"))?),
            None => (authority, 443),
        };
        let path = if path.is_empty() { "/" } else { path };
        if host.is_empty() || text.contains(char::is_whitespace) {
            return Err("this is no address of a page".to_owned());
        }
        Ok(Self { host: host.to_owned(), port, path: path.to_owned() })
    }
}

/// Writes the body of a page to the standard output.
pub(crate) fn run(url: &Url, ca: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let config = ClientConfig::builder().with_root_certificates(roots(ca)?).with_no_client_auth();
    let connector = TlsConnector::from(Arc::new(config));
    let body = block_on(async {
        let name = ServerName::try_from(url.host.clone())?;
        let stream = BufStream::from(open_connection((url.host.as_str(), url.port)).await?);
        let (reader, writer) = connector.connect(name, stream).await?.split();
        get(StreamReader::new(reader), StreamWriter::new(writer), url).await
    })?;
    Ok(io::stdout().write_all(&body)?)
}

/// Returns the certificates to trust.
fn roots(ca: Option<&Path>) -> Result<RootCertStore, Box<dyn Error>> {
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
    Ok(roots)
}

/// Returns the body of a page.
async fn get(
    mut reader: StreamReader,
    mut writer: StreamWriter,
    url: &Url,
) -> Result<Vec<u8>, Box<dyn Error>> {
    writer.write(format!("GET {} HTTP/1.0\r\nHost: {}\r\n\r\n", url.path, url.host));
    writer.drain().await?;
    let status = reader.read_line().await?;
    let status = String::from_utf8_lossy(&status).trim().to_owned();
    if status.split(' ').nth(1) != Some("200") {
        return Err(io::Error::new(ErrorKind::InvalidData, format!("it said `{status}`")).into());
    }
    while !reader.read_line().await?.trim_ascii().is_empty() {}
    // A connection that was cut off is an error here, because TLS has its own end mark.
    Ok(reader.read_to_end(LIMIT).await?)
}
