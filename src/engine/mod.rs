//! Finding an engine, watching it, and standing between it and its clients.
//!
//! The only importer of the bollard client. Contract of the public surface (implementation in the
//! files of this folder).

use std::path::PathBuf;

use tokio::sync::{mpsc, watch};

use crate::domain::{Occurrence, Snapshot};
use crate::wire::Dialer;

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

/// A session with an engine: observation and the tap.
pub struct Session {
    /// What the engine says of itself, once connected.
    pub info: watch::Receiver<Option<EngineInfo>>,
    /// The latest state (the latest wins).
    pub state: watch::Receiver<EngineState>,
    /// Calls (from the tap), events and states (from the observer), in order, for the timeline.
    pub occurrences: mpsc::Receiver<Occurrence>,
    /// Clients dial this one: it leads through the tap to the engine.
    pub tap: Dialer,
    /// The tap's Unix socket, for `DOCKER_HOST` of a shell on a pty.
    pub tap_socket: Option<PathBuf>,
}
