//! Which engine to use, decided as docker does: flag, `DOCKER_HOST`, context, usual sockets.
//!
//! [`resolve`] is a pure function over an [`Environment`]; [`find`] then tries the usual sockets
//! and falls back to the simulator. An engine that was chosen by name is never replaced by another.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::address::{self, AddressError};
use super::connect::{ConnectError, connect_within};
use super::context::{self, ContextError};
use super::{Origin, Target};
use crate::text::engine as words;
use crate::text::engine::{Explanation, Platform};
use wire::{Dialer, TlsFiles};

/// How long a usual socket has to answer before the next one is tried.
const PROBE: Duration = Duration::from_secs(3);

/// Reads a text file.
pub type FileReader = Box<dyn Fn(&Path) -> io::Result<String> + Send + Sync>;

/// What the choice depends on: variables and files. Tests make their own.
pub struct Environment {
    /// The process's variables.
    pub variables: BTreeMap<String, String>,
    /// Reads a file.
    pub read: FileReader,
    /// The numeric user identifier, where there is one.
    pub user: Option<u32>,
    /// The sort of machine.
    pub platform: Platform,
}

impl Environment {
    /// This process's own.
    pub fn of_this_process() -> Self {
        Self {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| {
                    Some((name.into_string().ok()?, value.into_string().ok()?))
                })
                .collect(),
            read: Box::new(|path| std::fs::read_to_string(path)),
            user: current_user(),
            platform: Platform::here(),
        }
    }

    /// A variable that is set to something.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.variables
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    pub(super) fn home(&self) -> Option<PathBuf> {
        self.variable("HOME")
            .or_else(|| self.variable("USERPROFILE"))
            .map(PathBuf::from)
    }

    /// `DOCKER_CONFIG`, or `~/.docker`.
    pub fn docker_folder(&self) -> Option<PathBuf> {
        self.variable("DOCKER_CONFIG")
            .map(PathBuf::from)
            .or_else(|| self.home().map(|home| home.join(".docker")))
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        (self.read)(path).is_ok()
    }
}

#[cfg(unix)]
fn current_user() -> Option<u32> {
    // The owner of /proc/self is the effective user; there is no /proc on macOS, where no path
    // below depends on it.
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").ok().map(|it| it.uid())
}

#[cfg(not(unix))]
const fn current_user() -> Option<u32> {
    None
}

/// What the environment asks for.
#[derive(Debug, Clone)]
pub enum Choice {
    /// This engine and no other.
    Explicit(Target),
    /// The first of these that answers, else the simulator.
    Usual(Vec<Target>),
    /// The simulator.
    Simulator,
}

/// Why no choice could be made.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The address cannot be used.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The context cannot be used.
    #[error(transparent)]
    Context(#[from] ContextError),
}

impl ResolveError {
    /// What, why, and what to do, in French.
    pub fn explain(&self) -> Explanation {
        match self {
            Self::Address(error) => error.explain(),
            Self::Context(error) => error.explain(),
        }
    }
}

/// Decides which engine `--moteur` (when given) and the environment ask for.
pub fn resolve(flag: Option<&str>, environment: &Environment) -> Result<Choice, ResolveError> {
    match flag {
        Some("simule" | "simulé") => return Ok(Choice::Simulator),
        Some("auto") | None => {}
        Some(url) => return Ok(Choice::Explicit(addressed(url, Origin::Flag, environment)?)),
    }
    if let Some(url) = environment.variable("DOCKER_HOST") {
        return Ok(Choice::Explicit(addressed(
            url,
            Origin::DockerHost,
            environment,
        )?));
    }
    if let Some(name) = context::current(environment)? {
        let endpoint = context::read(&name, environment)?;
        let dialer = address::parse(&endpoint.host, endpoint.tls.as_ref())?;
        let url = endpoint.host;
        return Ok(Choice::Explicit(Target {
            dialer,
            url,
            origin: Origin::Context(name),
        }));
    }
    Ok(Choice::Usual(usual_sockets(environment)))
}

fn addressed(url: &str, origin: Origin, environment: &Environment) -> Result<Target, AddressError> {
    let dialer = address::parse(url, tls_variables(environment).as_ref())?;
    Ok(Target {
        dialer,
        url: url.to_owned(),
        origin,
    })
}

/// `DOCKER_TLS_VERIFY`, `DOCKER_TLS` and `DOCKER_CERT_PATH`, as the docker command reads them: any
/// value but the empty one turns them on.
fn tls_variables(environment: &Environment) -> Option<TlsFiles> {
    let verify = environment.variable("DOCKER_TLS_VERIFY").is_some();
    if !verify && environment.variable("DOCKER_TLS").is_none() {
        return None;
    }
    let named = environment.variable("DOCKER_CERT_PATH").map(PathBuf::from);
    let folder = named.clone().or_else(|| environment.docker_folder());
    // A file that is missing from a folder chosen by name is an error that the connection reports;
    // from the default folder, it is one that nobody asked for.
    let file = |name: &str| {
        let path = folder.as_ref()?.join(name);
        (named.is_some() || environment.has(&path)).then_some(path)
    };
    Some(TlsFiles {
        ca: file("ca.pem"),
        cert: file("cert.pem"),
        key: file("key.pem"),
        verify,
    })
}

/// The sockets where engines usually listen, in the order in which they are tried.
fn usual_sockets(environment: &Environment) -> Vec<Target> {
    let mut targets: Vec<Target> = Vec::new();
    let mut add = |path: PathBuf, origin: Origin| {
        let url = format!("unix://{}", path.display());
        if targets.iter().all(|target| target.url != url) {
            targets.push(Target {
                dialer: Dialer::Unix(path),
                url,
                origin,
            });
        }
    };
    add(PathBuf::from("/var/run/docker.sock"), Origin::DefaultSocket);
    if let Some(home) = environment.home() {
        for path in [
            ".docker/run/docker.sock",            // Docker Desktop, macOS
            ".docker/desktop/docker.sock",        // Docker Desktop, Linux
            ".orbstack/run/docker.sock",          // OrbStack
            ".colima/default/docker.sock",        // Colima
            ".config/colima/default/docker.sock", // Colima, XDG
            ".rd/docker.sock",                    // Rancher Desktop
        ] {
            add(home.join(path), Origin::DefaultSocket);
        }
    }
    let mut runtime_folders = Vec::new();
    if let Some(folder) = environment.variable("XDG_RUNTIME_DIR") {
        runtime_folders.push(PathBuf::from(folder));
    }
    if let Some(user) = environment.user
        && environment.platform == Platform::Linux
    {
        runtime_folders.push(PathBuf::from(format!("/run/user/{user}")));
    }
    for folder in &runtime_folders {
        add(folder.join("docker.sock"), Origin::RootlessSocket);
    }
    for folder in &runtime_folders {
        add(folder.join("podman/podman.sock"), Origin::PodmanSocket);
    }
    add(
        PathBuf::from("/run/podman/podman.sock"),
        Origin::PodmanSocket,
    );
    if environment.platform == Platform::Mac
        && let Some(home) = environment.home()
    {
        let machine = ".local/share/containers/podman/machine/podman.sock";
        add(home.join(machine), Origin::PodmanSocket);
    }
    targets
}

/// The engine to use.
#[derive(Debug)]
pub enum Found {
    /// This one. It answered if it is a usual socket; it was not tried if it was chosen by name.
    Engine(Target),
    /// The simulator, and why, in French.
    Simulator {
        /// « aucun moteur Docker trouvé : … », or that it was asked for.
        reason: String,
    },
}

/// Finds the engine that [`resolve`] asks for, trying the usual sockets when nothing was chosen.
pub async fn find(flag: Option<&str>, environment: &Environment) -> Result<Found, ResolveError> {
    let candidates = match resolve(flag, environment)? {
        Choice::Explicit(target) => return Ok(Found::Engine(target)),
        Choice::Simulator => {
            return Ok(Found::Simulator {
                reason: words::simulator_asked(),
            });
        }
        Choice::Usual(candidates) => candidates,
    };
    let mut tried = Vec::new();
    for target in candidates {
        match connect_within(&target, PROBE).await {
            Ok(_) => return Ok(Found::Engine(target)),
            // Most machines have none of most of these: only what is there is worth a word.
            Err(ConnectError::NoSocket { .. }) => {}
            Err(error) => {
                let path = target.url.trim_start_matches("unix://");
                tried.push(words::tried(path, &error.explain()));
            }
        }
    }
    Ok(Found::Simulator {
        reason: words::no_engine(&tried),
    })
}

#[cfg(test)]
mod tests;
