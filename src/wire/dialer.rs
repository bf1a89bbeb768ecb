//! Opening a byte stream to an engine: Unix socket, TCP, TLS, ssh, or memory.

use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use tokio::io::DuplexStream;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::stream::{Joined, Stream};

/// Bytes that wait in each direction of a connection in memory before the writer does.
const MEMORY_BUFFER: usize = 64 * 1024;

/// The certificates of `DOCKER_CERT_PATH`, or of a context's TLS folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlsFiles {
    /// `ca.pem`; the system's authorities when there is none.
    pub ca: Option<PathBuf>,
    /// `cert.pem`, the client's certificate.
    pub cert: Option<PathBuf>,
    /// `key.pem`, the client's key.
    pub key: Option<PathBuf>,
    /// Whether the server's name and chain are verified (`DOCKER_TLS_VERIFY`).
    pub verify: bool,
}

/// Where an engine is, and how a stream to it is opened. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Dialer {
    /// A Unix socket.
    Unix(PathBuf),
    /// Plain TCP, `host:port`.
    Tcp(String),
    /// TLS over TCP, `host:port`.
    Tls(String, TlsFiles),
    /// `ssh HOST docker system dial-stdio`, as docker does; the argument is `ssh`'s own list.
    Ssh(Vec<String>),
    /// A server in this process.
    Memory(MemoryDialer),
}

impl Dialer {
    /// Opens a stream. The error's [`io::ErrorKind`] tells what is wrong: `NotFound` (no socket),
    /// `PermissionDenied`, `ConnectionRefused`, `InvalidData` (TLS), …
    pub async fn dial(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Self::Unix(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
            Self::Tcp(address) => {
                let stream = TcpStream::connect(address.as_str()).await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            Self::Tls(address, files) => dial_tls(address, files).await,
            Self::Ssh(arguments) => dial_ssh(arguments),
            Self::Memory(memory) => memory.dial().await,
        }
    }
}

/// The client's end of a server in this process.
#[derive(Debug, Clone)]
pub struct MemoryDialer {
    connections: mpsc::Sender<DuplexStream>,
}

impl MemoryDialer {
    async fn dial(&self) -> io::Result<Stream> {
        let (ours, theirs) = tokio::io::duplex(MEMORY_BUFFER);
        let refused = |_| io::Error::from(io::ErrorKind::ConnectionRefused);
        self.connections.send(theirs).await.map_err(refused)?;
        Ok(Box::new(ours))
    }
}

/// The server's end: it yields one stream per connection.
#[derive(Debug)]
pub struct Acceptor {
    connections: mpsc::Receiver<DuplexStream>,
}

impl Acceptor {
    /// The next connection; `None` once every dialer is gone.
    pub async fn accept(&mut self) -> Option<Stream> {
        self.connections
            .recv()
            .await
            .map(|stream| Box::new(stream) as Stream)
    }
}

/// A pair: who dials the first reaches whoever accepts on the second.
pub fn memory() -> (Dialer, Acceptor) {
    let (sender, receiver) = mpsc::channel(16);
    (
        Dialer::Memory(MemoryDialer {
            connections: sender,
        }),
        Acceptor {
            connections: receiver,
        },
    )
}

fn dial_ssh(arguments: &[String]) -> io::Result<Stream> {
    let mut child = tokio::process::Command::new("ssh")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    match (child.stdout.take(), child.stdin.take()) {
        (Some(reader), Some(writer)) => Ok(Box::new(Joined {
            reader,
            writer,
            _owner: child,
        })),
        _ => Err(io::Error::from(io::ErrorKind::BrokenPipe)),
    }
}

async fn dial_tls(address: &str, files: &TlsFiles) -> io::Result<Stream> {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    let connector = TlsConnector::from(Arc::new(tls_config(files)?));
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(Box::new(connector.connect(name, stream).await?))
}

fn tls_config(files: &TlsFiles) -> io::Result<ClientConfig> {
    let invalid = |error: &dyn std::fmt::Display| {
        io::Error::new(io::ErrorKind::InvalidData, error.to_string())
    };
    let mut roots = RootCertStore::empty();
    match &files.ca {
        Some(path) => {
            for certificate in CertificateDer::pem_file_iter(path).map_err(|it| invalid(&it))? {
                let certificate = certificate.map_err(|it| invalid(&it))?;
                roots.add(certificate).map_err(|it| invalid(&it))?;
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|it| invalid(&it))?;
    let builder = if files.verify {
        builder.with_root_certificates(roots)
    } else {
        builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(unverified::AnyServer(provider)))
    };
    match (&files.cert, &files.key) {
        (Some(cert), Some(key)) => {
            let chain = CertificateDer::pem_file_iter(cert)
                .map_err(|it| invalid(&it))?
                .collect::<Result<Vec<_>, _>>()
                .map_err(|it| invalid(&it))?;
            let key = PrivateKeyDer::from_pem_file(key).map_err(|it| invalid(&it))?;
            builder
                .with_client_auth_cert(chain, key)
                .map_err(|it| invalid(&it))
        }
        _ => Ok(builder.with_no_client_auth()),
    }
}

/// `docker --tls` without `--tlsverify`: encrypted, and the server is taken at its word.
mod unverified {
    use std::sync::Arc;

    use tokio_rustls::rustls::client::danger::{
        HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
    };
    use tokio_rustls::rustls::crypto::CryptoProvider;
    use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use tokio_rustls::rustls::{DigitallySignedStruct, Error, SignatureScheme};

    #[derive(Debug)]
    pub(super) struct AnyServer(pub(super) Arc<CryptoProvider>);

    impl ServerCertVerifier for AnyServer {
        fn verify_server_cert(
            &self,
            _end_entity: &CertificateDer<'_>,
            _intermediates: &[CertificateDer<'_>],
            _server_name: &ServerName<'_>,
            _ocsp_response: &[u8],
            _now: UnixTime,
        ) -> Result<ServerCertVerified, Error> {
            Ok(ServerCertVerified::assertion())
        }

        fn verify_tls12_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let algorithms = &self.0.signature_verification_algorithms;
            tokio_rustls::rustls::crypto::verify_tls12_signature(
                message, cert, signature, algorithms,
            )
        }

        fn verify_tls13_signature(
            &self,
            message: &[u8],
            cert: &CertificateDer<'_>,
            signature: &DigitallySignedStruct,
        ) -> Result<HandshakeSignatureValid, Error> {
            let algorithms = &self.0.signature_verification_algorithms;
            tokio_rustls::rustls::crypto::verify_tls13_signature(
                message, cert, signature, algorithms,
            )
        }

        fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
            self.0.signature_verification_algorithms.supported_schemes()
        }
    }
}
