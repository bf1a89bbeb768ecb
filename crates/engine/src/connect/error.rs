//! Each way in which an engine cannot be reached.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use crate::text::engine as words;
use crate::text::engine::{Explanation, Platform};

use super::{OLDEST_API, newest_api_text};

/// What is wrong with an encrypted connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsProblem {
    /// The server's certificate has expired.
    Expired,
    /// The server's certificate is for another name.
    WrongName,
    /// The server's certificate is signed by no known authority, or is not valid for another reason.
    Untrusted,
    /// The server wants a certificate of ours, or does not want this one.
    ClientCertificate,
    /// A file of ours cannot be used.
    File(PathBuf),
    /// We speak TLS and the server does not.
    PlainServer,
    /// The server speaks TLS and we do not.
    TlsServer,
    /// Anything else.
    Other,
}

/// Why an engine could not be reached. Recognised by the kind of the underlying error, which is
/// kept as the source.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// There is no socket at this path.
    #[error("no socket at {}", path.display())]
    NoSocket {
        /// The path.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// There is something else than a socket at this path.
    #[error("{} is not a socket", path.display())]
    NotASocket {
        /// The path.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// This user may not open this socket.
    #[error("permission denied on {address}")]
    PermissionDenied {
        /// Its path.
        address: String,
        /// The system's answer.
        source: io::Error,
    },
    /// Nothing accepts connections there.
    #[error("{address} refuses connections")]
    Refused {
        /// Where.
        address: String,
        /// The system's answer.
        source: io::Error,
    },
    /// No answer in time.
    #[error("no answer from {address} in {seconds} s")]
    TimedOut {
        /// Where.
        address: String,
        /// How long it was waited for, in seconds.
        seconds: u64,
    },
    /// The encrypted connection failed.
    #[error("TLS with {address} failed")]
    Tls {
        /// Where.
        address: String,
        /// How.
        problem: TlsProblem,
        /// The transport's error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// No resolver knows this name.
    #[error("unknown host {host}")]
    UnknownHost {
        /// The name.
        host: String,
        /// The resolver's answer.
        source: io::Error,
    },
    /// No route leads there.
    #[error("{address} is unreachable")]
    Unreachable {
        /// Where.
        address: String,
        /// The system's answer.
        source: io::Error,
    },
    /// ssh failed.
    #[error("ssh to {host} failed")]
    Ssh {
        /// The machine.
        host: String,
        /// ssh's exit status; `None` when a signal ended it.
        status: Option<i32>,
        /// ssh's own words.
        source: io::Error,
    },
    /// There is no `ssh` command here.
    #[error("no ssh command")]
    NoSsh {
        /// The system's answer.
        source: io::Error,
    },
    /// What answers is not a Docker engine.
    #[error("{address} is not a Docker engine")]
    NotDocker {
        /// Where.
        address: String,
        /// What could not be understood.
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// Its API is older than ours.
    #[error("Docker {engine} speaks API {api} only")]
    TooOld {
        /// Its version.
        engine: String,
        /// The newest API it speaks.
        api: String,
    },
    /// Its API is newer than ours.
    #[error("Docker {engine} wants API {minimum} at least")]
    TooNew {
        /// Its version.
        engine: String,
        /// The oldest API it speaks.
        minimum: String,
    },
    /// The connection broke before the end of the answer.
    #[error("{address} closed the connection half-way")]
    Closed {
        /// Where.
        address: String,
        /// The transport's error.
        source: Box<dyn Error + Send + Sync>,
    },
    /// HTTP 401 or 403.
    #[error("{address} answered {status}: {message}")]
    Denied {
        /// Where.
        address: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        message: String,
    },
    /// Another HTTP error.
    #[error("{address} answered {status}: {message}")]
    EngineFault {
        /// Where.
        address: String,
        /// The HTTP status.
        status: u16,
        /// Its words.
        message: String,
    },
    /// What has no explanation of its own.
    #[error("connection to {address} failed")]
    Other {
        /// Where.
        address: String,
        /// The transport's error.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ConnectError {
    /// What, why, and what to do, in French, for the machine this program runs on.
    pub fn explain(&self) -> Explanation {
        self.explain_on(Platform::here())
    }

    fn explain_on(&self, platform: Platform) -> Explanation {
        match self {
            Self::NoSocket { path, .. } => words::no_socket(&path.display().to_string(), platform),
            Self::NotASocket { path, .. } => words::not_a_socket(&path.display().to_string()),
            Self::PermissionDenied { address, .. } => words::permission_denied(address, platform),
            Self::Refused { address, .. } => words::refused(address, platform),
            Self::TimedOut { address, seconds } => words::timed_out(address, *seconds),
            Self::Tls {
                address, problem, ..
            } => match problem {
                TlsProblem::Expired => words::bad_certificate(address, true, false),
                TlsProblem::WrongName => words::bad_certificate(address, false, true),
                TlsProblem::Untrusted => words::bad_certificate(address, false, false),
                TlsProblem::ClientCertificate => words::client_certificate(address),
                TlsProblem::File(path) => words::tls_file(&path.display().to_string()),
                TlsProblem::PlainServer => words::plain_server(address),
                TlsProblem::TlsServer => words::tls_server(address),
                TlsProblem::Other => words::tls_other(address),
            },
            Self::UnknownHost { host, .. } => words::unknown_host(host),
            Self::Unreachable { address, .. } => words::unreachable(address),
            Self::Ssh { host, status, .. } => words::ssh(*status, host),
            Self::NoSsh { .. } => words::no_ssh_program(),
            Self::NotDocker { address, .. } => words::not_docker(address),
            Self::TooOld { engine, api } => {
                let (major, minor) = OLDEST_API;
                words::too_old(engine, api, &format!("{major}.{minor}"))
            }
            Self::TooNew { engine, minimum } => words::too_new(engine, minimum, &newest_api_text()),
            Self::Closed { address, .. } => words::closed(address),
            Self::Denied {
                address, status, ..
            } => words::denied(address, *status),
            Self::EngineFault {
                address, status, ..
            } => words::engine_fault(address, *status),
            Self::Other { address, .. } => words::other(address),
        }
    }

    /// The system's or the engine's own words, to be shown after the explanation.
    pub fn raw(&self) -> String {
        let mut texts: Vec<String> = Vec::new();
        let mut next: Option<&(dyn Error + 'static)> = Some(self);
        while let Some(error) = next {
            let text = error.to_string();
            // Wrappers often repeat what they wrap.
            if texts.last().is_none_or(|last| !last.contains(&text)) {
                texts.push(text);
            }
            next = error.source();
        }
        texts.join(": ")
    }

    /// The explanation, then the original words: what the user is shown.
    pub fn full_text(&self) -> String {
        format!("{}\n{}", self.explain(), words::raw(&self.raw()))
    }
}
