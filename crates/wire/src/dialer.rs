//! Opening a byte stream to an engine: Unix socket, TCP, TLS, ssh, or memory.

use std::io;
use std::path::PathBuf;

use tokio::io::DuplexStream;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::Stream;

mod ssh;
mod tls;

pub use ssh::SshFailed;
pub use tls::TlsFileError;

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
    /// `PermissionDenied`, `ConnectionRefused`, `InvalidData` (TLS), … and what it wraps tells more:
    /// [`UnknownHost`], [`TlsFileError`], [`SshFailed`] (which comes with the first read), or
    /// rustls's own error.
    pub async fn dial(&self) -> io::Result<Stream> {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => Ok(Box::new(tokio::net::UnixStream::connect(path).await?)),
            #[cfg(not(unix))]
            Self::Unix(_) => Err(io::Error::from(io::ErrorKind::Unsupported)),
            Self::Tcp(address) => Ok(Box::new(dial_tcp(address).await?)),
            Self::Tls(address, files) => tls::dial(address, files).await,
            Self::Ssh(arguments) => ssh::dial(arguments),
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

/// A host name that no resolver knows.
#[derive(Debug, thiserror::Error)]
#[error("{source}")]
pub struct UnknownHost {
    /// The name, as it was given.
    pub host: String,
    /// The resolver's answer; its kind says nothing (`getaddrinfo` has its own codes).
    pub source: io::Error,
}

async fn dial_tcp(address: &str) -> io::Result<TcpStream> {
    // The name is looked up apart from the connection: the resolver's errors have no kind of their
    // own, and "unknown host" is explained differently from "refused".
    let addresses = tokio::net::lookup_host(address).await.map_err(|source| {
        let host = address
            .rsplit_once(':')
            .map_or(address, |(host, _)| host)
            .to_owned();
        io::Error::new(
            io::ErrorKind::AddrNotAvailable,
            UnknownHost { host, source },
        )
    })?;
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for candidate in addresses {
        match TcpStream::connect(candidate).await {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}
