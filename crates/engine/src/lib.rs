//! Finding an engine, watching it, and standing between it and its clients.
//!
//! The only crate with the bollard client. Reading order: [`mod@resolve`] (which engine), [`mod@connect`]
//! (who it is, and each way in which it cannot be reached), `observe` (what it holds, followed
//! event by event), `tap` (what its clients ask of it), `guard` (what of it goes through), then [`Session`], which joins them.

use domain::Snapshot;
use wire::Dialer;

mod address;
mod client;
mod connect;
mod context;
mod exec;
mod guard;
mod identity;
mod observe;
mod resolve;
mod session;
mod tap;
pub mod text;

#[cfg(any(test, feature = "testing"))]
pub mod real;

pub use address::AddressError;
pub use client::{CallError, Client};
pub use connect::{ConnectError, Connection, OLDEST_API, TlsProblem, connect};
pub use context::ContextError;
pub use exec::{MARK, Ran};
pub use guard::{
    Guard, GuardOptions, Header, Item, Limits, Past, Plan, Preview, Prune, Refusal, Tidied, Told,
    Verdict, past,
};
pub use observe::{Refreshed, Refresher};
pub use resolve::{Choice, Environment, FileReader, Found, ResolveError, find, resolve};
pub use session::{Session, SessionOptions};
pub use tap::{RECORDED_BYTES, SESSION_LABEL};
pub use text::engine::Explanation;

/// How the engine was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// `--moteur URL`.
    Flag,
    /// `DOCKER_HOST`.
    DockerHost,
    /// `DOCKER_CONTEXT` or the current context of docker's configuration: its name.
    Context(String),
    /// `/var/run/docker.sock` (or the platform's equivalent).
    DefaultSocket,
    /// A rootless engine's socket.
    RootlessSocket,
    /// Podman's socket.
    PodmanSocket,
    /// The simulator in this process.
    Simulator,
}

/// An engine to connect to.
#[derive(Debug, Clone)]
pub struct Target {
    /// How a stream to it is opened.
    pub dialer: Dialer,
    /// As `DOCKER_HOST` would spell it (`unix:///…`, `tcp://…`); `simulateur` for ours.
    pub url: String,
    /// Why this one.
    pub origin: Origin,
}

impl Target {
    /// The simulated engine that this dialer reaches.
    pub fn simulator(dialer: Dialer) -> Self {
        Self {
            dialer,
            url: "simulateur".to_owned(),
            origin: Origin::Simulator,
        }
    }

    /// Where it is, as a message names it: a socket's path, or `host:port`.
    pub fn place(&self) -> String {
        match &self.dialer {
            Dialer::Unix(path) => path.display().to_string(),
            Dialer::Tcp(address) | Dialer::Tls(address, _) => address.clone(),
            Dialer::Ssh(_) | Dialer::Memory(_) => self.url.clone(),
        }
    }
}

/// What the engine says of itself (`GET /version`, `GET /info`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EngineInfo {
    /// `28.5.2`.
    pub version: String,
    /// The version that was negotiated: `1.51`.
    pub api_version: String,
    /// `Docker Engine - Community`, `Podman Engine`…
    pub product: String,
    /// `linux/amd64`.
    pub platform: String,
    /// Its host's name.
    pub hostname: String,
    /// Whether its containers have no control group of their own (`CgroupDriver` is `none`: rootless,
    /// on cgroup v1). No limit applies to them, and what it measures of one is the whole group that it
    /// is in itself.
    pub without_cgroups: bool,
}

impl EngineInfo {
    /// Whether it is Podman, by its API made for docker's clients: its words and its events are
    /// not all docker's.
    pub fn is_podman(&self) -> bool {
        self.product.starts_with("Podman")
    }
}

/// What is known of the engine right now. A failed read is never an empty list.
#[derive(Debug, Clone)]
pub enum EngineState {
    /// No answer yet.
    Connecting,
    /// Followed: this is what it holds.
    Live(Snapshot),
    /// Lost; the last known state, and why, in French.
    Lost {
        /// What it held.
        last: Snapshot,
        /// Why, and what to do.
        reason: String,
    },
}
