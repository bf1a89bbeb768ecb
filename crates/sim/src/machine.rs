//! The simulated machine, whole: a kernel, a small Linux on it, the daemon, and the docker command.
//!
//! [`Machine::boot`] puts it together; [`Machine::dialer`] reaches its engine in memory,
//! [`Machine::serve_unix`] puts it on a real Unix socket, and [`Machine::login`] opens a shell on
//! it. Everything goes when the last clone is dropped.

mod archive;
mod command;
mod command_files;
mod files;
mod history;
mod proxy;
mod snapshot;
mod socket;

#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use tokio::task::JoinSet;

use super::daemon::{Daemon, DaemonOptions};
use super::fs::Overlay;
use super::hub::{CatalogueError, Hub};
use super::kernel::{Environment, Kernel, KernelOptions, RootFs, StartError, Started, WinSize};
use super::{http, programs};
use wire::{Dialer, memory};

pub use archive::ArchiveError;
pub use snapshot::Snapshot;
pub use socket::{ServeError, SocketGuard};

/// Where the docker command finds the engine on the machine.
pub const SOCKET: &str = "/var/run/docker.sock";
/// The user's home on the machine.
pub const HOME: &str = "/home/moussaillon";

/// How a machine is made.
#[derive(Debug, Clone, PartialEq)]
pub struct MachineOptions {
    /// Name of the host.
    pub hostname: String,
    /// Number of CPUs.
    pub cpus: u32,
    /// Memory, bytes.
    pub memory: u64,
    /// How long a pull takes: 1 is about two seconds for nginx, 0 is at once.
    pub pace: f64,
    /// Seed of the identifiers; `None` takes one from the clock.
    pub seed: Option<u64>,
    /// The date at boot; `None` is the real one. The clock then goes on at its usual pace.
    pub date: Option<SystemTime>,
    /// Whether published ports listen on the real machine's loopback too, so that a browser there
    /// sees them.
    pub real_ports: bool,
}

impl Default for MachineOptions {
    fn default() -> Self {
        Self {
            hostname: "navire".to_owned(),
            cpus: 2,
            memory: 4 * 1024 * 1024 * 1024,
            pace: 1.0,
            seed: None,
            date: None,
            real_ports: true,
        }
    }
}

impl MachineOptions {
    /// For tests and checks: nothing waits, nothing is opened on the real machine, and
    /// identifiers are the same at each run.
    pub fn for_checks() -> Self {
        Self {
            pace: 0.0,
            seed: Some(1),
            real_ports: false,
            ..Self::default()
        }
    }
}

/// A simulated machine with Docker on it. Clones are the same one.
#[derive(Clone)]
pub struct Machine {
    kernel: Kernel,
    root: RootFs,
    pristine: Arc<Overlay>,
    daemon: Daemon,
    dialer: Dialer,
    route: command::Route,
    history: Arc<history::History>,
    _server: Arc<Mutex<JoinSet<()>>>,
}

impl Machine {
    /// Boots a machine. Must be called in a tokio runtime.
    pub fn boot(options: &MachineOptions) -> Result<Self, CatalogueError> {
        let files = Overlay::new(&[Hub::machine_layer()?]);
        Self::boot_on(options, files)
    }

    /// Boots a machine that has these files.
    fn boot_on(options: &MachineOptions, mut files: Overlay) -> Result<Self, CatalogueError> {
        let hub = Hub::embedded()?;
        files::name_host(&mut files, &options.hostname);
        let pristine = Arc::new(files.clone());
        let root: RootFs = Arc::new(Mutex::new(files));
        let kernel = Kernel::boot(KernelOptions {
            hostname: options.hostname.clone(),
            cpus: options.cpus,
            memory: options.memory,
            release: "6.1.0-navire".to_owned(),
            date: options.date,
            root: Arc::clone(&root),
        });
        programs::install_all(&kernel);
        proxy::install(&kernel);
        let seed = options.seed.unwrap_or_else(|| {
            let now = kernel
                .now()
                .duration_since(std::time::UNIX_EPOCH)
                .unwrap_or_default();
            u64::try_from(now.as_nanos() & u128::from(u64::MAX)).unwrap_or(0)
                ^ u64::from(std::process::id()).rotate_left(40)
        });
        let daemon = Daemon::start(
            kernel.clone(),
            Arc::clone(&root),
            DaemonOptions {
                hub,
                seed,
                pace: options.pace,
                real_ports: options.real_ports,
            },
        );
        let (dialer, mut acceptor) = memory();
        let mut server = JoinSet::new();
        let served = daemon.clone();
        server.spawn(async move {
            let mut connections = JoinSet::new();
            while let Some(stream) = acceptor.accept().await {
                connections.spawn(http::serve(served.clone(), stream));
                while connections.try_join_next().is_some() {}
            }
        });
        let route = Arc::new(RwLock::new(dialer.clone()));
        let machine = Self {
            kernel,
            root,
            pristine,
            daemon,
            dialer,
            route,
            history: Arc::default(),
            _server: Arc::new(Mutex::new(server)),
        };
        command::install(&machine);
        Ok(machine)
    }

    /// The way to its engine.
    pub fn dialer(&self) -> Dialer {
        self.dialer.clone()
    }

    /// Makes the machine's docker commands reach the engine by another way (a tap's) from now on.
    pub fn lead_docker_through(&self, way: &Dialer) {
        *self.route.write().unwrap_or_else(PoisonError::into_inner) = way.clone();
    }

    /// Its engine.
    pub fn daemon(&self) -> &Daemon {
        &self.daemon
    }

    /// Its kernel.
    pub fn kernel(&self) -> &Kernel {
        &self.kernel
    }

    /// Serves its engine on a real Unix socket, until the guard is dropped.
    pub fn serve_unix(&self, path: &std::path::Path) -> Result<SocketGuard, ServeError> {
        socket::serve(&self.daemon, path)
    }

    /// The environment of a login shell.
    pub fn login_env(&self) -> Environment {
        [
            ("HOME", HOME),
            ("LOGNAME", "moussaillon"),
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("PWD", HOME),
            ("SHELL", "/bin/sh"),
            ("TERM", "xterm-256color"),
            ("USER", "moussaillon"),
        ]
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
    }

    /// Opens a login shell on a terminal of this size.
    pub fn login(&self, size: WinSize) -> Result<Started, StartError> {
        self.kernel.spawn_host(
            vec!["/bin/sh".to_owned(), "-l".to_owned()],
            self.login_env(),
            HOME,
            Some(size),
        )
    }

    /// Runs a command line on the machine, without a terminal.
    pub fn run(&self, line: &str) -> Result<Started, StartError> {
        let argv = ["/bin/sh", "-c", line].map(str::to_owned).to_vec();
        self.kernel.spawn_host(argv, self.login_env(), HOME, None)
    }

    /// Ends every container and forgets every object and file made since the boot; images stay
    /// when they are asked to.
    pub async fn reset(&self, keep_images: bool) {
        self.daemon.reset(keep_images).await;
        let mut root = self.root.lock().unwrap_or_else(PoisonError::into_inner);
        *root = (*self.pristine).clone();
    }
}
