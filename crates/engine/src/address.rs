//! Addresses of engines, as `DOCKER_HOST` spells them.

use std::path::PathBuf;

use crate::text::engine as words;
use crate::text::engine::Explanation;
use wire::{Dialer, TlsFiles};

/// Where docker listens when an address names no path.
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// An address that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// A scheme that is docker's but not ours.
    #[error("invalid bind address format: {url}")]
    UnsupportedScheme {
        /// The whole address.
        url: String,
        /// `npipe`, `fd`, …
        scheme: String,
    },
    /// Not an address.
    #[error("unable to parse docker host `{0}`")]
    Malformed(String),
}

impl AddressError {
    /// What, why, and what to do, in French.
    pub fn explain(&self) -> Explanation {
        match self {
            Self::UnsupportedScheme { url, scheme } => words::unsupported_scheme(url, scheme),
            Self::Malformed(url) => words::bad_address(url),
        }
    }
}

/// Reads an address. `tls` is what the environment or the context asks for; it only concerns TCP.
pub(super) fn parse(url: &str, tls: Option<&TlsFiles>) -> Result<Dialer, AddressError> {
    let malformed = || AddressError::Malformed(url.to_owned());
    let (scheme, rest) = match url.split_once("://") {
        Some(parts) => parts,
        None if url.starts_with('/') => ("unix", url),
        None => ("tcp", url),
    };
    match scheme {
        "unix" => {
            let path = if rest.is_empty() {
                DEFAULT_SOCKET
            } else {
                rest
            };
            path.starts_with('/')
                .then(|| Dialer::Unix(PathBuf::from(path)))
                .ok_or_else(malformed)
        }
        "tcp" | "http" | "https" => {
            // A path would be a prefix of every call; docker itself dropped it, except for http.
            let authority = rest.split('/').next().unwrap_or(rest);
            let tls = match (scheme, tls) {
                ("http", _) => None,
                (_, Some(files)) => Some(files.clone()),
                ("https", None) => Some(TlsFiles {
                    verify: true,
                    ..TlsFiles::default()
                }),
                (_, None) => None,
            };
            let port = if tls.is_some() { 2376 } else { 2375 };
            let address = with_port(authority, port).ok_or_else(malformed)?;
            Ok(match tls {
                Some(files) => Dialer::Tls(address, files),
                None => Dialer::Tcp(address),
            })
        }
        "ssh" => ssh_arguments(rest).map(Dialer::Ssh).ok_or_else(malformed),
        _ => Err(AddressError::UnsupportedScheme {
            url: url.to_owned(),
            scheme: scheme.to_owned(),
        }),
    }
}

fn with_port(authority: &str, default: u16) -> Option<String> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            address.parse::<std::net::Ipv6Addr>().ok()?;
            (
                format!("[{address}]"),
                port.strip_prefix(':').or(port.is_empty().then_some(""))?,
            )
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host.to_owned(), port),
            None => (authority.to_owned(), ""),
        },
    };
    let port = if port.is_empty() {
        default
    } else {
        port.parse().ok()?
    };
    // docker takes `tcp://:2375` for this machine.
    let host = if host.is_empty() {
        "127.0.0.1".to_owned()
    } else {
        host
    };
    host.chars()
        .all(|it| !it.is_whitespace() && it != '@')
        .then(|| format!("{host}:{port}"))
}

/// `[user@]host[:port][/socket]` to ssh's arguments, as docker's `connhelper` builds them.
fn ssh_arguments(rest: &str) -> Option<Vec<String>> {
    let (authority, socket) = match rest.split_once('/') {
        Some((authority, path)) => (authority, (!path.is_empty()).then(|| format!("/{path}"))),
        None => (rest, None),
    };
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    // As docker: a password in the address is an error, not something to pass on.
    if user.is_some_and(|it| it.is_empty() || it.contains(':')) {
        return None;
    }
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (host, port.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    // A host that begins with `-` would be read by ssh as an option.
    if host.is_empty() || host.starts_with('-') || port.is_some_and(|it| it.parse::<u16>().is_err())
    {
        return None;
    }
    // `BatchMode`: ssh would otherwise ask for a password in the middle of our screen.
    let mut arguments: Vec<String> = ["-o", "ConnectTimeout=30", "-o", "BatchMode=yes", "-T"]
        .map(str::to_owned)
        .into();
    if let Some(user) = user {
        arguments.extend(["-l".to_owned(), user.to_owned()]);
    }
    if let Some(port) = port {
        arguments.extend(["-p".to_owned(), port.to_owned()]);
    }
    arguments.extend(["--".to_owned(), host.to_owned(), "docker".to_owned()]);
    if let Some(socket) = socket {
        arguments.extend(["--host".to_owned(), format!("unix://{socket}")]);
    }
    arguments.extend(["system".to_owned(), "dial-stdio".to_owned()]);
    Some(arguments)
}

/// The host that ssh's arguments name, for messages.
pub(super) fn ssh_host(arguments: &[String]) -> &str {
    arguments
        .iter()
        .skip_while(|it| *it != "--")
        .nth(1)
        .map_or("?", String::as_str)
}
