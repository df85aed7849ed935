//! The server.

use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cogen::executor::net::{BufStream, ReadError, StreamReader, StreamWriter, start_server};
use cogen::executor::{block_on, timeout};
use futures_rustls::TlsAcceptor;
use futures_rustls::pki_types::pem::PemObject;
use futures_rustls::pki_types::{CertificateDer, PrivateKeyDer};
use futures_rustls::rustls::ServerConfig;
use futures_util::AsyncReadExt;

/// How long a client may take for its handshake, and then for its request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves until the process is killed.
pub(crate) fn run(listen: &str, certificate: &Path, key: &Path) -> Result<(), Box<dyn Error>> {
    let chain = CertificateDer::pem_file_iter(certificate)?.collect::<Result<_, _>>()?;
    let key = PrivateKeyDer::from_pem_file(key)?;
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
    let acceptor = TlsAcceptor::from(Arc::new(config));
    block_on(async {
        // The loop's exception handler writes the errors of connections to standard error.
        let server = start_server(listen, async move |reader, writer| {
            let accept = acceptor.accept(BufStream { reader, writer });
            let (reader, writer) = timeout(PATIENCE, accept).await??.split();
            let (reader, mut writer) = (StreamReader::new(reader), StreamWriter::new(writer));
            timeout(PATIENCE, answer(reader, &mut writer)).await??;
            Ok(writer.wait_closed().await?)
        })?;
        writeln!(io::stdout(), "listening at {}", server.local_addr()?)?;
        server.wait_closed().await;
        Ok(())
    })
}

/// Answers one request.
async fn answer(mut reader: StreamReader, writer: &mut StreamWriter) -> Result<(), ReadError> {
    let request = reader.read_line().await?;
    while !reader.read_line().await?.trim_ascii().is_empty() {}
    let mut words = request.split(u8::is_ascii_whitespace);
    match (words.next(), words.next()) {
        (Some(b"GET"), Some(path)) => {
            writer.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nThis is ");
            writer.write(path);
            writer.write(".\n");
        }
        _ => writer.write("HTTP/1.0 400 Bad Request\r\n\r\n"),
    }
    Ok(())
}
