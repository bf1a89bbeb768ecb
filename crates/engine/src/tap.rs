//! A local HTTP proxy between the engine and its clients.
//!
//! It records each call, labels what is created, and lets a [`Guard`] hold a call back. All else goes
//! through as it came: heads, chunks as they arrive, half-closed raw streams. One connection of a
//! client is one connection to the engine, so that keep-alive and disconnection mean the same on
//! both sides.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wire::private::PrivateFolder;

use super::Target;
use super::guard::Guard;
use domain::Occurrence;
use wire::{Acceptor, Dialer, Stream, memory};

mod guarded;
pub(crate) mod label;
mod mask;
mod proxy;
mod record;
mod upstream;

pub use label::SESSION_LABEL;
pub use record::RECORDED_BYTES;

use proxy::Shared;
use record::Recorder;

/// A running tap. Dropping it removes its socket; its tasks stop with the token it was given.
pub(super) struct Tap {
    /// Leads through the tap, in this process.
    pub(super) dialer: Dialer,
    /// The same, as a Unix socket.
    pub(super) socket: Option<PathBuf>,
    /// Holds the socket; private to this user. Removed on drop, a panic's included.
    pub(super) folder: Option<PrivateFolder>,
}

/// What a tap needs to know.
pub(super) struct Plan {
    /// The engine.
    pub(super) target: Target,
    /// The value of the session's label.
    pub(super) session: String,
    /// Who may hold a call back.
    pub(super) guard: Option<Arc<Guard>>,
    /// Where calls are told.
    pub(super) occurrences: mpsc::UnboundedSender<Occurrence>,
    /// Whether a Unix socket is wanted.
    pub(super) socket: bool,
}

impl Tap {
    /// Opens a tap; within a tokio runtime.
    pub(super) fn open(
        plan: Plan,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared {
            target: plan.target,
            session: plan.session,
            guard: plan.guard,
            recorder: Recorder::new(plan.occurrences, tasks),
            tasks: tasks.clone(),
            stop: stop.clone(),
        });
        let (dialer, acceptor) = memory();
        let listener = Listener { shared };
        let (socket, folder) = if plan.socket {
            listener.clone().bind()?
        } else {
            (None, None)
        };
        tasks.spawn(listener.accept_memory(acceptor));
        Ok(Self {
            dialer,
            socket,
            folder,
        })
    }
}

/// Accepts connections until the session stops.
#[derive(Clone)]
struct Listener {
    shared: Arc<Shared>,
}

impl Listener {
    async fn accept_memory(self, mut acceptor: Acceptor) {
        while let Some(Some(stream)) = self
            .shared
            .stop
            .run_until_cancelled(acceptor.accept())
            .await
        {
            self.serve(stream);
        }
    }

    fn serve(&self, stream: Stream) {
        let shared = Arc::clone(&self.shared);
        let stop = shared.stop.clone();
        self.shared.tasks.spawn(async move {
            let _ = stop.run_until_cancelled(proxy::serve(stream, shared)).await;
        });
    }

    #[cfg(unix)]
    fn bind(self) -> io::Result<(Option<PathBuf>, Option<PrivateFolder>)> {
        use std::os::unix::fs::PermissionsExt;
        let folder = PrivateFolder::new()?;
        let path = folder.path().join("docker.sock");
        // The folder, made with mode 0700 whatever the umask, keeps others out between these two lines.
        let socket = tokio::net::UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let tasks = self.shared.tasks.clone();
        tasks.spawn(async move {
            while let Some(accepted) = self.shared.stop.run_until_cancelled(socket.accept()).await {
                match accepted {
                    Ok((stream, _)) => self.serve(Box::new(stream)),
                    // Out of file descriptors: they come back when a connection ends.
                    Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
                }
            }
        });
        Ok((Some(path), Some(folder)))
    }

    #[cfg(not(unix))]
    fn bind(self) -> io::Result<(Option<PathBuf>, Option<PrivateFolder>)> {
        Ok((None, None))
    }
}

#[cfg(test)]
mod client_tests;
#[cfg(test)]
mod tests;
