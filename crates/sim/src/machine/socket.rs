//! The engine on a real Unix socket.

use std::path::{Path, PathBuf};

use crate::daemon::Daemon;

/// Why no socket is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Something that is no socket is there; it is left alone.
    #[error("« {0} » existe et n’est pas un socket : choisissez un autre chemin, ou supprimez-le")]
    Exists(PathBuf),
    /// Somebody answers there.
    #[error("un moteur répond déjà sur « {0} » : choisissez un autre chemin")]
    InUse(PathBuf),
    /// The system refused.
    #[error("impossible de créer le socket « {path} » : {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// There are no Unix sockets here.
    #[error("ce système n’a pas de sockets Unix")]
    Unsupported,
}

/// Serves until it is dropped; the socket then goes.
#[derive(Debug)]
pub struct SocketGuard {
    path: PathBuf,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for SocketGuard {
    fn drop(&mut self) {
        self.task.abort();
        // Somebody may have removed it before us.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(unix)]
pub(super) fn serve(daemon: &Daemon, path: &Path) -> Result<SocketGuard, ServeError> {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt};
    use std::os::unix::net::{UnixListener as StdListener, UnixStream};

    let failed = |error: std::io::Error| ServeError::Io {
        path: path.to_owned(),
        error,
    };
    match std::fs::symlink_metadata(path) {
        Ok(metadata) if !metadata.file_type().is_socket() => {
            return Err(ServeError::Exists(path.to_owned()));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(ServeError::InUse(path.to_owned()));
        }
        // Left by a program that ended badly.
        Ok(_) => std::fs::remove_file(path).map_err(failed)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(error)),
    }
    // Bound under another name in a folder of our own, then renamed: nobody else can connect
    // before the mode is set.
    let parent = path
        .parent()
        .filter(|it| !it.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let private = tempfile::Builder::new()
        .prefix(".moussaillon-")
        .tempdir_in(parent)
        .map_err(failed)?;
    let first = private.path().join("s");
    let listener = StdListener::bind(&first).map_err(failed)?;
    std::fs::set_permissions(&first, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    std::fs::rename(&first, path).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    let listener = tokio::net::UnixListener::from_std(listener).map_err(failed)?;
    let daemon = daemon.clone();
    let task = tokio::spawn(async move {
        let mut connections = tokio::task::JoinSet::new();
        loop {
            match listener.accept().await {
                Ok((stream, _)) => {
                    connections.spawn(crate::http::serve(daemon.clone(), Box::new(stream)));
                }
                // Too many open files, for one: the next may work.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
            while connections.try_join_next().is_some() {}
        }
    });
    Ok(SocketGuard {
        path: path.to_owned(),
        task,
    })
}

#[cfg(not(unix))]
pub(super) fn serve(_daemon: &Daemon, _path: &Path) -> Result<SocketGuard, ServeError> {
    Err(ServeError::Unsupported)
}
