//! Both ends of TLS, with a certificate that is created once.

use std::io;
use std::sync::{Arc, OnceLock};

use cogen::executor::net::{BufStream, StreamReader, StreamWriter};
use futures_rustls::pki_types::{PrivatePkcs8KeyDer, ServerName};
use futures_rustls::rustls::client::Resumption;
use futures_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig};
use futures_rustls::{TlsAcceptor, TlsConnector};
use futures_util::{AsyncRead, AsyncReadExt, AsyncWrite};

const NAME: &str = "localhost";

/// The configurations of the server and of the client. Neither stores sessions, so no allocation of
/// a connection is left over.
struct Configurations {
    server: Arc<ServerConfig>,
    client: Arc<ClientConfig>,
}

fn configurations() -> &'static Configurations {
    static CONFIGURATIONS: OnceLock<Configurations> = OnceLock::new();
    CONFIGURATIONS.get_or_init(|| {
        let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).expect("a valid name");
        let certificate = made.cert.der().clone();
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let mut server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.clone()], key.into())
            .expect("the key is the certificate's");
        server.send_tls13_tickets = 0;
        let mut roots = RootCertStore::empty();
        roots.add(certificate).expect("it is a certificate");
        let mut client =
            ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        client.resumption = Resumption::disabled();
        Configurations { server: Arc::new(server), client: Arc::new(client) }
    })
}

/// The server's end of a connection.
pub(crate) async fn accept(
    reader: StreamReader,
    writer: StreamWriter,
) -> io::Result<(StreamReader, StreamWriter)> {
    let acceptor = TlsAcceptor::from(configurations().server.clone());
    Ok(halves(acceptor.accept(BufStream { reader, writer }).await?))
}

/// The client's end of a connection.
pub(crate) async fn connect(
    reader: StreamReader,
    writer: StreamWriter,
) -> io::Result<(StreamReader, StreamWriter)> {
    let connector = TlsConnector::from(configurations().client.clone());
    let name = ServerName::try_from(NAME).expect("a valid name");
    Ok(halves(connector.connect(name, BufStream { reader, writer }).await?))
}

fn halves(stream: impl AsyncRead + AsyncWrite + Unpin + 'static) -> (StreamReader, StreamWriter) {
    let (reader, writer) = stream.split();
    (StreamReader::new(reader), StreamWriter::new(writer))
}
