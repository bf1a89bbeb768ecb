//! Looking inside one object: what panes ask while they are on the screen, and no longer.
//!
//! A [`Need`] names what is wanted; [`follow`] tells [`Fact`]s about it until it is dropped; a
//! [`Known`] keeps the last of them, in bounded memory. The engine is asked directly, not through
//! the tap: the program's own questions are no part of a step.
//!
//! What is read from the kernel comes from where it can be read: this machine's `/proc` and `/sys`,
//! the simulated machine's, or the engine; each answer names its source.

use std::sync::Arc;
use std::time::Duration;

use crate::engine::{CallError, ConnectError, Connection, Target, connect};
use crate::sim::machine::Machine;

mod container;
pub mod files;
mod ground;
pub mod kernel;
mod known;
pub mod layers;
pub mod logs;
mod pace;
pub mod processes;
pub mod reach;
pub mod stats;
#[cfg(test)]
mod trial;

#[cfg(test)]
pub(crate) mod recorded;

pub use ground::Source;
pub use known::Known;
pub use pace::Pace;

/// Before what failed is tried again.
const RETRY: Duration = Duration::from_secs(2);

/// What a pane wants to be told. Containers and images are named by their full identifiers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// What a container writes.
    Logs(String),
    /// A container's processor, memory, network and disk, each second.
    Stats(String),
    /// A container's processes, on the host and inside.
    Processes(String),
    /// A container's namespaces, cgroup and mounts.
    Kernel(String),
    /// An image's layers: sizes and instructions.
    Layers(String),
    /// The files of an image's layers: the whole of it is read.
    LayerFiles(String),
    /// The content of a small file of a container.
    File {
        /// The container.
        container: String,
        /// Absolute path in it.
        path: String,
    },
    /// Whether a container reaches another.
    Reach {
        /// The one that calls.
        from: String,
        /// The one that is called.
        to: String,
    },
}

/// Something learnt about a need.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// More lines of a log.
    Logs(logs::Batch),
    /// One sample.
    Stats(Box<stats::Sample>),
    /// The processes now.
    Processes(Box<processes::Table>),
    /// What the kernel says now.
    Kernel(Box<kernel::Reading>),
    /// An image's layers.
    Layers(Arc<layers::Stack>),
    /// The files of an image's layers.
    LayerFiles(Arc<layers::Files>),
    /// Bytes read so far of what takes long.
    Progress(u64),
    /// A file.
    File(files::Content),
    /// A trial.
    Reach(reach::Outcome),
    /// It cannot be told: why and what to do, in French. It is tried again.
    Failed(String),
}

/// Where to look.
#[derive(Clone)]
pub struct Place {
    /// The engine.
    pub target: Target,
    /// The simulated machine, when that is where the engine is.
    pub machine: Option<Machine>,
    /// How often what changes by itself is read.
    pub pace: Pace,
}

/// Who is told.
pub type Tell = Arc<dyn Fn(Fact) + Send + Sync>;

/// Why something cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum InsideError {
    /// The engine cannot be reached.
    #[error("{}", .0.full_text())]
    Connect(#[from] ConnectError),
    /// It refuses.
    #[error("le moteur répond\u{a0}: {0}")]
    Call(#[from] CallError),
    /// Anything else, in French.
    #[error("{0}")]
    Other(String),
}

impl Need {
    /// Whether its answer never changes: it is asked once.
    pub const fn is_fixed(&self) -> bool {
        matches!(
            self,
            Self::Layers(_) | Self::LayerFiles(_) | Self::File { .. } | Self::Reach { .. }
        )
    }
}

impl Place {
    /// A connection of its own to the engine.
    pub async fn connect(&self) -> Result<Connection, ConnectError> {
        connect(&self.target).await
    }
}

/// Tells about a need until it is dropped; a fixed one, until it is answered.
pub async fn follow(need: Need, place: Place, tell: Tell) {
    loop {
        let told = match &need {
            Need::Logs(id) => logs::follow(&place, id, &tell).await,
            Need::Stats(id) => stats::follow(&place, id, &tell).await,
            Need::Processes(id) => processes::follow(&place, id, &tell).await,
            Need::Kernel(id) => kernel::follow(&place, id, &tell).await,
            Need::Layers(id) => layers::read(&place, id, &tell).await,
            Need::LayerFiles(id) => layers::read_files(&place, id, &tell).await,
            Need::File { container, path } => files::read(&place, container, path, &tell).await,
            Need::Reach { from, to } => reach::attempt(&place, from, to, &tell).await,
        };
        if let Err(error) = &told {
            tell(Fact::Failed(error.to_string()));
        }
        if need.is_fixed() && told.is_ok() {
            return;
        }
        tokio::time::sleep(RETRY).await;
    }
}
