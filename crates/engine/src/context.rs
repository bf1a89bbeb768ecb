//! Docker contexts: `~/.docker/config.json` and `~/.docker/contexts/`.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::resolve::Environment;
use crate::text::engine as words;
use crate::text::engine::Explanation;
use wire::TlsFiles;

/// A context that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The store holds none of this name.
    #[error("context \"{name}\": context not found: open {}: no such file or directory", path.display())]
    Unknown {
        /// The context.
        name: String,
        /// The file that is not there.
        path: PathBuf,
    },
    /// A file that is not what docker writes.
    #[error("{}: {source}", path.display())]
    Malformed {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// A context without an address for docker.
    #[error("context \"{name}\": no docker endpoint")]
    NoEndpoint {
        /// The context.
        name: String,
        /// Its file.
        path: PathBuf,
    },
}

impl ContextError {
    /// What, why, and what to do, in French.
    pub fn explain(&self) -> Explanation {
        match self {
            Self::Unknown { name, .. } => words::unknown_context(name),
            Self::Malformed { path, .. } | Self::NoEndpoint { path, .. } => {
                words::bad_configuration(&path.display().to_string())
            }
        }
    }
}

/// Where a context's engine is.
#[derive(Debug)]
pub(super) struct Endpoint {
    /// As `DOCKER_HOST` would spell it.
    pub(super) host: String,
    /// Its certificates, when it has any.
    pub(super) tls: Option<TlsFiles>,
}

#[derive(Deserialize)]
struct Configuration {
    #[serde(rename = "currentContext")]
    current_context: Option<String>,
}

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "Endpoints", default)]
    endpoints: std::collections::BTreeMap<String, MetaEndpoint>,
}

#[derive(Deserialize)]
struct MetaEndpoint {
    #[serde(rename = "Host", default)]
    host: String,
    #[serde(rename = "SkipTLSVerify", default)]
    skip_tls_verify: bool,
}

/// The context in use: `DOCKER_CONTEXT`, else the configuration's `currentContext`. `None` for
/// `default`, which stands for the usual socket.
pub(super) fn current(environment: &Environment) -> Result<Option<String>, ContextError> {
    let named = match environment.variable("DOCKER_CONTEXT") {
        Some(name) => Some(name.to_owned()),
        None => configured(environment)?,
    };
    Ok(named.filter(|name| !name.is_empty() && name != "default"))
}

fn configured(environment: &Environment) -> Result<Option<String>, ContextError> {
    let Some(path) = environment.docker_folder().map(|it| it.join("config.json")) else {
        return Ok(None);
    };
    let Ok(text) = (environment.read)(&path) else {
        return Ok(None);
    };
    let configuration: Configuration =
        serde_json::from_str(&text).map_err(|source| ContextError::Malformed { path, source })?;
    Ok(configuration.current_context)
}

/// Reads a context. Its folders are named by the SHA-256 of its name.
pub(super) fn read(name: &str, environment: &Environment) -> Result<Endpoint, ContextError> {
    let contexts = environment
        .docker_folder()
        .unwrap_or_default()
        .join("contexts");
    let digest = digest(name);
    let path = contexts.join("meta").join(&digest).join("meta.json");
    let text = (environment.read)(&path).map_err(|_| ContextError::Unknown {
        name: name.to_owned(),
        path: path.clone(),
    })?;
    let meta: Meta = serde_json::from_str(&text).map_err(|source| ContextError::Malformed {
        path: path.clone(),
        source,
    })?;
    let endpoint = meta
        .endpoints
        .get("docker")
        .filter(|endpoint| !endpoint.host.is_empty())
        .ok_or_else(|| ContextError::NoEndpoint {
            name: name.to_owned(),
            path,
        })?;
    let folder = contexts.join("tls").join(digest).join("docker");
    let file = |name: &str| Some(folder.join(name)).filter(|path| environment.has(path));
    let files = TlsFiles {
        ca: file("ca.pem"),
        cert: file("cert.pem"),
        key: file("key.pem"),
        verify: !endpoint.skip_tls_verify,
    };
    let any = files.ca.is_some() || files.cert.is_some() || files.key.is_some();
    let tls = (any || endpoint.skip_tls_verify).then_some(files);
    Ok(Endpoint {
        host: endpoint.host.clone(),
        tls,
    })
}

pub(super) fn digest(name: &str) -> String {
    Sha256::digest(name.as_bytes())
        .iter()
        .fold(String::new(), |mut text, byte| {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
