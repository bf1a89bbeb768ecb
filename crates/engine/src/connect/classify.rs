//! Recognises a failure by the kinds of the errors it is made of, never by their words.

use std::error::Error;
use std::io;
use std::path::Path;
use std::time::Duration;

use tokio_rustls::rustls;
use tokio_rustls::rustls::{AlertDescription, CertificateError};

use super::{ConnectError, TlsProblem};
use crate::Target;
use crate::address::ssh_host;
use crate::client::CallError;
use wire::{Dialer, HttpError, SshFailed, TlsFileError, TlsFiles, UnknownHost};

/// How long a server has to answer a TLS greeting.
const PROBE: Duration = Duration::from_secs(2);

pub(super) async fn classify(error: CallError, target: &Target) -> ConnectError {
    let address = target.place();
    match error {
        CallError::Timeout => ConnectError::TimedOut {
            address,
            seconds: super::CONNECT_TIMEOUT.as_secs(),
        },
        CallError::Status { status, message } => {
            if status == 400 && speaks_tls(&target.dialer).await {
                return tls(address, TlsProblem::TlsServer, message.into());
            }
            match status {
                401 | 403 => ConnectError::Denied {
                    address,
                    status,
                    message,
                },
                500.. => ConnectError::EngineFault {
                    address,
                    status,
                    message,
                },
                _ => ConnectError::NotDocker {
                    address,
                    source: Some(message.into()),
                },
            }
        }
        CallError::Json(source) => ConnectError::NotDocker {
            address,
            source: Some(Box::new(source)),
        },
        CallError::Bollard(source) => ConnectError::NotDocker {
            address,
            source: Some(Box::new(source)),
        },
        CallError::Http(HttpError::Dial(error)) => of_transport(Box::new(error), target).await,
        CallError::Http(HttpError::Protocol(error)) => of_transport(Box::new(error), target).await,
    }
}

/// What an error wraps. An `io::Error` hides that from [`Error::source`], which goes to what its
/// content wraps in turn: it is opened here.
fn inner<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

/// The first error of this type in the chain.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        next = inner(error);
    }
    None
}

fn tls(address: String, problem: TlsProblem, source: Box<dyn Error + Send + Sync>) -> ConnectError {
    ConnectError::Tls {
        address,
        problem,
        source,
    }
}

async fn of_transport(error: Box<dyn Error + Send + Sync>, target: &Target) -> ConnectError {
    let address = target.place();
    if let Some(file) = find::<TlsFileError>(&*error) {
        let path = file.path.clone();
        return tls(address, TlsProblem::File(path), error);
    }
    if let Some(failure) = find::<rustls::Error>(&*error) {
        let problem = tls_problem(failure);
        return tls(address, problem, error);
    }
    if let Some(host) = find::<UnknownHost>(&*error).map(|it| it.host.clone()) {
        return ConnectError::UnknownHost {
            host,
            source: into_io(error),
        };
    }
    if let Some(status) = find::<SshFailed>(&*error).map(|it| it.status) {
        let Dialer::Ssh(arguments) = &target.dialer else {
            return ConnectError::Other {
                address,
                source: error,
            };
        };
        let host = ssh_host(arguments).to_owned();
        return ConnectError::Ssh {
            host,
            status,
            source: into_io(error),
        };
    }
    let protocol = find::<hyper::Error>(&*error);
    if protocol.is_some_and(|it| it.is_parse() || spoke_first(it)) {
        if speaks_tls(&target.dialer).await {
            return tls(address, TlsProblem::TlsServer, error);
        }
        return ConnectError::NotDocker {
            address,
            source: Some(error),
        };
    }
    let closed = protocol.is_some_and(|it| it.is_incomplete_message() || it.is_canceled());
    match find::<io::Error>(&*error).map(io::Error::kind) {
        Some(kind) => of_kind(kind, error, target, address).await,
        // A TLS server may just hang up on a plain request.
        None if closed && speaks_tls(&target.dialer).await => {
            tls(address, TlsProblem::TlsServer, error)
        }
        None if closed => ConnectError::Closed {
            address,
            source: error,
        },
        None => ConnectError::Other {
            address,
            source: error,
        },
    }
}

/// Whether bytes came before anything was asked, as an SSH server's greeting does: hyper then gives
/// the request up, for a reason that has no cause of its own.
fn spoke_first(error: &hyper::Error) -> bool {
    let reason = std::error::Error::source(error).and_then(|it| it.downcast_ref::<hyper::Error>());
    error.is_canceled()
        && reason.is_some_and(|it| {
            !it.is_closed()
                && !it.is_incomplete_message()
                && !it.is_canceled()
                && std::error::Error::source(it).is_none()
        })
}

async fn of_kind(
    kind: io::ErrorKind,
    error: Box<dyn Error + Send + Sync>,
    target: &Target,
    address: String,
) -> ConnectError {
    use io::ErrorKind as Kind;
    match (kind, &target.dialer) {
        (Kind::NotFound, Dialer::Ssh(_)) => ConnectError::NoSsh {
            source: into_io(error),
        },
        (Kind::NotFound | Kind::NotADirectory, Dialer::Unix(path)) => ConnectError::NoSocket {
            path: path.clone(),
            source: into_io(error),
        },
        (Kind::PermissionDenied, _) => ConnectError::PermissionDenied {
            address,
            source: into_io(error),
        },
        // Linux refuses a connection to a regular file; other systems have a kind of their own.
        (_, Dialer::Unix(path)) if is_something_else(path) => ConnectError::NotASocket {
            path: path.clone(),
            source: into_io(error),
        },
        (Kind::ConnectionRefused, _) => ConnectError::Refused {
            address,
            source: into_io(error),
        },
        (Kind::TimedOut, _) => ConnectError::TimedOut {
            address,
            seconds: super::CONNECT_TIMEOUT.as_secs(),
        },
        (Kind::HostUnreachable | Kind::NetworkUnreachable | Kind::AddrNotAvailable, _) => {
            ConnectError::Unreachable {
                address,
                source: into_io(error),
            }
        }
        (
            Kind::UnexpectedEof
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::BrokenPipe,
            dialer,
        ) => {
            if speaks_tls(dialer).await {
                return tls(address, TlsProblem::TlsServer, error);
            }
            ConnectError::Closed {
                address,
                source: error,
            }
        }
        _ => ConnectError::Other {
            address,
            source: error,
        },
    }
}

fn tls_problem(error: &rustls::Error) -> TlsProblem {
    use rustls::Error as Tls;
    match error {
        Tls::InvalidCertificate(
            CertificateError::Expired | CertificateError::ExpiredContext { .. },
        ) => TlsProblem::Expired,
        Tls::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => TlsProblem::WrongName,
        Tls::InvalidCertificate(_) => TlsProblem::Untrusted,
        // These come from the server about us.
        Tls::AlertReceived(
            AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            // What an older server says to a client that shows no certificate.
            | AlertDescription::HandshakeFailure,
        ) => TlsProblem::ClientCertificate,
        // `HTTP/1.1 400` where a TLS record should begin.
        Tls::InvalidMessage(_) => TlsProblem::PlainServer,
        _ => TlsProblem::Other,
    }
}

/// Whether there is a file here that is not a socket.
#[cfg(unix)]
fn is_something_else(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::metadata(path).is_ok_and(|it| !it.file_type().is_socket())
}

#[cfg(not(unix))]
const fn is_something_else(_: &Path) -> bool {
    false
}

/// Whether a server that a plain request did not suit would take a TLS one. Asked, not guessed:
/// servers answer a plain request on a TLS port in different ways.
async fn speaks_tls(dialer: &Dialer) -> bool {
    let Dialer::Tcp(address) = dialer else {
        return false;
    };
    let encrypted = Dialer::Tls(address.clone(), TlsFiles::default());
    // A plain server may wait for the rest of what it takes for a request.
    let Ok(answer) = tokio::time::timeout(PROBE, encrypted.dial()).await else {
        return false;
    };
    match answer {
        Ok(_) => true,
        // It wants a certificate, or another version: it speaks TLS all the same.
        Err(error) => matches!(
            find::<rustls::Error>(&error),
            Some(rustls::Error::AlertReceived(_) | rustls::Error::PeerIncompatible(_))
        ),
    }
}

fn into_io(error: Box<dyn Error + Send + Sync>) -> io::Error {
    match error.downcast::<io::Error>() {
        Ok(error) => *error,
        Err(error) => io::Error::other(error),
    }
}
