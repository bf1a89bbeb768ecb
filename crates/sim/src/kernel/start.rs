//! Starting processes from outside: containers, exec, the host's login shell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Notify, mpsc, oneshot};

use super::cgroup::{Cgroup, LOGIN_CGROUP};
use super::file::{BOTH, Object, OpenFile, READ, WRITE};
use super::host::{Inner, Kernel};
use super::load::Loaded;
use super::lock::Locked;
use super::mount::{MountOptions, MountTable, own_devices};
use super::net::NetNamespace;
use super::security::{ALL_CAPABILITIES, Security, Share, Sharing};
use super::table::{BASE_MEMORY, Credentials, HOST_PIDS, Process, Signals, Space};
use super::task::Control;
use super::tty::Terminal;
use super::walk::View;
use super::{
    ContainerSpec, Environment, Errno, ExecSpec, Mount, MountSource, NetworkSpec, Pid, Program,
    RootFs, Signal, StartError, Started, Stdio, Sys, WinSize,
};
use crate::fs::{FileKind, Metadata};

/// Messages that a standard stream holds before its writer waits.
const BACKLOG: usize = 64;

/// Exit code of runc's process when execve(2) refused what it was to become.
const NOT_EXECUTED: u8 = 255;

/// A process about to start.
struct Launch {
    security: Security,
    argv: Vec<String>,
    env: Environment,
    cwd: String,
    user: String,
    groups: Vec<String>,
    tty: Option<WinSize>,
    stdin: bool,
    init: bool,
}

/// Where it starts.
struct Home {
    /// The PID namespace; a new one has no PID 1 yet.
    pids: u64,
    /// Whether what starts is a container's first process.
    first: bool,
    space: Arc<Space>,
    cgroup: u64,
    /// Host number of its parent.
    parent: u32,
}

impl Inner {
    pub(super) fn start_container(
        self: &Arc<Self>,
        spec: ContainerSpec,
    ) -> Result<Started, StartError> {
        prepare_root(&spec, self.clock.now());
        let net = match spec.network {
            NetworkSpec::Host => self.host.net.clone(),
            NetworkSpec::Of(pid) => self
                .space_of(pid)
                .map_err(|_| StartError::Gone)?
                .net
                .clone(),
            NetworkSpec::New(interfaces) => {
                let net = Arc::new(NetNamespace::new(false, self.inode()));
                for interface in interfaces {
                    self.network.plug(&net, interface);
                }
                self.network.add(&net);
                net
            }
        };
        let now = self.clock.now();
        let pids = match spec.sharing.pid {
            Share::Own => self.inode(),
            Share::Host => HOST_PIDS,
            Share::Of(pid) => {
                let table = self.table.locked();
                table.get(pid.0).map_err(|_| StartError::Gone)?.pids
            }
        };
        let path = match spec.cgroup_parent.trim_matches('/') {
            "" => format!("/system.slice/docker-{}.scope", spec.id),
            slice => format!("/{slice}/docker-{}.scope", spec.id),
        };
        let dev = own_devices(&self.devices, spec.tty.is_some(), now);
        let options = MountOptions {
            host: false,
            read_only: spec.read_only,
            privileged: spec.privileged,
            pids,
            shm_size: spec.shm_size,
            root_options: &spec.root_options,
        };
        let mounts = MountTable::new(spec.root, dev, &options, spec.mounts, now);
        let space = self.space(mounts, spec.hostname, net, pids, spec.sharing, &path)?;
        let cgroup = self.inode();
        let launch = Launch {
            security: spec.security,
            argv: spec.argv,
            env: spec.env,
            cwd: spec.cwd,
            user: spec.user,
            groups: spec.groups,
            tty: spec.tty,
            stdin: spec.stdin,
            init: spec.init,
        };
        let parent = {
            let mut table = self.table.locked();
            let group = Cgroup::new(path, spec.limits, self.clock.uptime());
            table.cgroups.insert(cgroup, group);
            let argv = [
                "/usr/bin/containerd-shim-runc-v2",
                "-namespace",
                "moby",
                "-id",
                &spec.id,
                "-address",
                "/run/containerd/containerd.sock",
            ];
            self.enter_daemon(&mut table, &argv, 1)
        };
        let home = Home {
            pids,
            first: true,
            space,
            cgroup,
            parent,
        };
        self.launch(launch, &home).inspect_err(|_| {
            let mut table = self.table.locked();
            table.remove(parent);
            table.cgroups.remove(&cgroup);
            if spec.sharing.pid == Share::Own {
                table.namespaces.remove(&pids);
            }
        })
    }

    pub(super) fn exec_in(self: &Arc<Self>, spec: ExecSpec) -> Result<Started, StartError> {
        let (home, security) = {
            let table = self.table.locked();
            let init = table.get(spec.container.0).map_err(|_| StartError::Gone)?;
            let first = table
                .cgroups
                .get(&init.cgroup)
                .is_some_and(|it| it.init == spec.container.0);
            if init.ended.is_some() || !first {
                return Err(StartError::Gone);
            }
            let mut security = (*init.security).clone();
            if spec.privileged {
                security.capabilities = ALL_CAPABILITIES;
                security.seccomp = false;
            }
            let home = Home {
                pids: init.pids,
                first: false,
                space: init.space.clone(),
                cgroup: init.cgroup,
                parent: init.parent,
            };
            (home, security)
        };
        let ExecSpec {
            argv,
            env,
            cwd,
            user,
            groups,
            tty,
            stdin,
            ..
        } = spec;
        self.launch(
            Launch {
                security,
                argv,
                env,
                cwd,
                user,
                groups,
                tty,
                stdin,
                init: false,
            },
            &home,
        )
    }

    pub(super) fn spawn_on_host(
        self: &Arc<Self>,
        argv: Vec<String>,
        env: Environment,
        cwd: &str,
        tty: Option<WinSize>,
    ) -> Result<Started, StartError> {
        let home = Home {
            pids: HOST_PIDS,
            first: false,
            space: self.host.clone(),
            cgroup: LOGIN_CGROUP,
            parent: 1,
        };
        let user = env.get("USER").cloned().unwrap_or_default();
        let view = self.view_of(&home, Credentials::default());
        let passwd = view.text("/etc/passwd");
        // A login shell may run before anyone wrote an account down.
        let known = passwd
            .lines()
            .any(|line| line.split(':').next() == Some(&user));
        let user = if known { user } else { String::new() };
        let launch = Launch {
            security: Security::of_the_host(),
            argv,
            env,
            cwd: cwd.to_owned(),
            user,
            groups: Vec::new(),
            tty,
            stdin: true,
            init: false,
        };
        self.launch(launch, &home)
    }

    fn space_of(&self, pid: Pid) -> Result<Arc<Space>, Errno> {
        Ok(self.table.locked().get(pid.0)?.space.clone())
    }

    fn view_of(self: &Arc<Self>, home: &Home, credentials: Credentials) -> View {
        View {
            inner: self.clone(),
            pid: home.parent,
            pids: home.pids,
            space: home.space.clone(),
            cwd: Arc::from("/"),
            credentials: Arc::new(credentials),
            capabilities: ALL_CAPABILITIES,
            umask: 0o022,
        }
    }

    fn launch(self: &Arc<Self>, mut launch: Launch, home: &Home) -> Result<Started, StartError> {
        let root = self.view_of(home, Credentials::default());
        let (passwd, group) = (root.text("/etc/passwd"), root.text("/etc/group"));
        let (credentials, user_home) =
            super::users::credentials(&launch.user, &launch.groups, &passwd, &group)?;
        launch.env.entry("HOME".to_owned()).or_insert(user_home);
        let mut view = self.view_of(home, credentials);
        view.capabilities = launch.security.capabilities;
        let cwd = if launch.cwd.is_empty() {
            "/"
        } else {
            &launch.cwd
        };
        view.cwd = enter(&view, cwd).map_err(|error| StartError::Cwd(cwd.to_owned(), error))?;
        let loaded = if launch.init {
            // What init is to run is checked first: runc does not see a wrong name then.
            Loaded {
                program: super::init::program(),
                comm: "docker-init".to_owned(),
                exe: "/sbin/docker-init".to_owned(),
                argv: ["/sbin/docker-init", "--"]
                    .map(str::to_owned)
                    .into_iter()
                    .chain(launch.argv.clone())
                    .collect(),
            }
        } else {
            find(&view, &launch)?
        };
        let (streams, files, terminal) = self.streams(&launch, home);
        let control = Arc::new(Control::default());
        let (report, exit) = oneshot::channel();
        let pid = {
            let mut table = self.table.locked();
            let over = table.cgroups.get(&home.cgroup).is_some_and(|it| it.over);
            if over
                || table.halted
                || table
                    .namespaces
                    .get(&home.pids)
                    .is_some_and(|it| it.over.is_some())
            {
                return Err(StartError::Gone);
            }
            let frozen = table.cgroups.get(&home.cgroup).is_some_and(|it| it.frozen);
            control.set_frozen(frozen);
            let pid = table.enter(home.pids, |pid, local| Process {
                local,
                pids: home.pids,
                child_pids: home.pids,
                parent: home.parent,
                children: BTreeSet::new(),
                group: pid,
                group_local: local,
                session: pid,
                terminal: terminal.clone(),
                ended: None,
                credentials: view.credentials.clone(),
                argv: loaded.argv.into(),
                comm: loaded.comm,
                exe: loaded.exe,
                env: Arc::new(launch.env),
                files,
                cwd: view.cwd.clone(),
                umask: 0o022,
                signals: Signals::default(),
                wake: Arc::new(Notify::new()),
                control: Some(control.clone()),
                space: home.space.clone(),
                security: Arc::new(launch.security),
                nice: 0,
                cgroup: home.cgroup,
                started: self.clock.now(),
                memory: BASE_MEMORY,
                cpu_share: 0.0,
                cpu: Duration::ZERO,
                stop_untold: None,
                report: Some(report),
            });
            if home.first
                && let Some(group) = table.cgroups.get_mut(&home.cgroup)
            {
                group.init = pid;
            }
            if let Some(terminal) = &terminal {
                terminal.control(pid);
            }
            table.kill_for_memory(home.cgroup);
            pid
        };
        let main = (loaded.program)(Sys::new(Kernel::inside(self), pid, control.clone()));
        self.run(pid, control, main);
        Ok(Started {
            pid: Pid(pid),
            stdio: streams,
            exit,
        })
    }

    /// The two ends of a process's descriptors, and its terminal.
    fn streams(
        self: &Arc<Self>,
        launch: &Launch,
        home: &Home,
    ) -> (Stdio, BTreeMap<u32, Arc<OpenFile>>, Option<Arc<Terminal>>) {
        let (out, stdout) = mpsc::channel(BACKLOG);
        let (err, stderr) = mpsc::channel(BACKLOG);
        let input = launch.stdin.then(|| mpsc::channel::<Bytes>(BACKLOG));
        let (stdin, typed) = input.unzip();
        let mut files = BTreeMap::new();
        let terminal = launch.tty.map(|size| {
            let mut known = home.space.terminals.locked();
            known.retain(|it| it.strong_count() > 0);
            let taken: Vec<u32> = known
                .iter()
                .filter_map(Weak::upgrade)
                .map(|it| it.index)
                .collect();
            let index = (0..=u32::MAX)
                .find(|index| !taken.contains(index))
                .unwrap_or_default();
            let terminal = Arc::new(Terminal::new(index, size, out.clone()));
            known.push(Arc::downgrade(&terminal));
            terminal
        });
        if let Some(terminal) = &terminal {
            let path = format!("/dev/{}", terminal.name());
            let file = OpenFile::new(Object::Terminal(terminal.clone()), BOTH, path);
            files.extend([(0, file.clone()), (1, file.clone()), (2, file)]);
            if let Some(typed) = typed {
                self.spawn(type_in(
                    Arc::downgrade(self),
                    Arc::downgrade(terminal),
                    typed,
                    home.pids == HOST_PIDS,
                ));
            }
        } else {
            let input = match typed {
                Some(typed) => {
                    let input = tokio::sync::Mutex::new((typed, Bytes::new()));
                    OpenFile::anonymous(Object::Input(input), READ)
                }
                None => OpenFile::new(Object::Null, READ, "/dev/null"),
            };
            files.insert(0, input);
            files.insert(1, OpenFile::anonymous(Object::Output(out), WRITE));
            files.insert(2, OpenFile::anonymous(Object::Output(err), WRITE));
        }
        (
            Stdio {
                stdin,
                stdout,
                stderr,
            },
            files,
            terminal,
        )
    }

    /// Sends the signals that typing asked for.
    fn interrupt(&self, terminal: &Terminal, signals: Vec<Signal>) {
        let mut table = self.table.locked();
        for signal in signals {
            // The group may have ended meanwhile.
            let _ = table.deliver_group(terminal.foreground(), signal, false);
        }
    }
}

/// What is typed goes to a terminal as long as both are there.
async fn type_in(
    inner: Weak<Inner>,
    terminal: Weak<Terminal>,
    mut typed: mpsc::Receiver<Bytes>,
    hangs_up: bool,
) {
    while let Some(bytes) = typed.recv().await {
        let (Some(inner), Some(terminal)) = (inner.upgrade(), terminal.upgrade()) else {
            return;
        };
        let signals = terminal.type_in(&bytes);
        inner.interrupt(&terminal, signals);
    }
    // The window of a login shell was closed. A container's terminal stays: its client may come back.
    if hangs_up && let (Some(inner), Some(terminal)) = (inner.upgrade(), terminal.upgrade()) {
        terminal.hang_up();
        let mut table = inner.table.locked();
        let _ = table.deliver(terminal.session(), Signal::HUP, false);
        drop(table);
        inner.interrupt(&terminal, vec![Signal::HUP, Signal::CONT]);
    }
}

/// The program of a process that is started from outside, with runc's errors.
fn find(view: &View, launch: &Launch) -> Result<Loaded, StartError> {
    let name = launch.argv.first().cloned().unwrap_or_default();
    let path = view
        .which(&name, launch.env.get("PATH").map(String::as_str))
        .map_err(|error| match (name.contains('/'), error) {
            (false, Errno::ENOENT) => StartError::NotFound(name.clone()),
            (true, Errno::ENOENT | Errno::ENOTDIR | Errno::ELOOP) => {
                StartError::Stat(name.clone(), error)
            }
            _ => StartError::Exec(name.clone(), error),
        })?;
    let loaded = view.load(&path, launch.argv.clone());
    Ok(loaded.unwrap_or_else(|error| not_executed(&path, error)))
}

/// What runs in place of a file that may be executed and cannot be, a script without `#!` or a
/// program for another processor: runc's own process, which says why and ends. The container has
/// started then.
fn not_executed(path: &str, error: Errno) -> Loaded {
    let text = format!("exec {path}: {}\n", error.message.to_lowercase());
    let program: Program = Arc::new(move |sys| {
        let text = text.clone();
        Box::pin(async move {
            // Nobody may be reading.
            let _ = sys.write(2, text.as_bytes()).await;
            NOT_EXECUTED
        })
    });
    Loaded {
        program,
        argv: vec!["runc".to_owned(), "init".to_owned()],
        comm: "runc:[2:INIT]".to_owned(),
        exe: "/".to_owned(),
    }
}

/// The canonical working directory.
fn enter(view: &View, cwd: &str) -> Result<Arc<str>, Errno> {
    let (found, metadata) = view.existing(cwd, true)?;
    if !metadata.is_dir() {
        return Err(Errno::ENOTDIR);
    }
    view.allowed(&metadata, super::walk::EXECUTABLE)?;
    Ok(found.path.into())
}

/// Makes the working directory and the mount points that a root lacks, as dockerd and runc do.
fn prepare_root(spec: &ContainerSpec, now: std::time::SystemTime) {
    let directories = ["/proc", "/dev", "/sys", spec.cwd.as_str()];
    for path in directories {
        make(&spec.root, path, true, now);
    }
    let own = |it: &&Mount| {
        !["/dev/", "/proc/", "/sys/"]
            .iter()
            .any(|over| it.target.starts_with(over))
    };
    for Mount { target, source, .. } in spec.mounts.iter().filter(own) {
        let is_dir = match source {
            MountSource::Tree(fs, path) => fs.locked().stat(path).is_ok_and(|it| it.is_dir()),
            MountSource::Tmpfs => true,
        };
        // A mount inside another one finds its place there.
        let inside = spec.mounts.iter().filter_map(|outer| {
            let rest = target.strip_prefix(outer.target.trim_end_matches('/'))?;
            (rest.starts_with('/') && rest.len() > 1).then_some((outer, rest))
        });
        match inside
            .min_by_key(|(_, rest)| rest.len())
            .map(|(outer, rest)| (&outer.source, rest))
        {
            Some((MountSource::Tree(fs, base), rest)) => {
                make(fs, &format!("{base}{rest}"), is_dir, now);
            }
            Some((MountSource::Tmpfs, _)) => {}
            None => make(&spec.root, target, is_dir, now),
        }
    }
}

/// Makes a directory, or an empty file, and the directories that lead to it.
fn make(root: &RootFs, path: &str, is_dir: bool, now: std::time::SystemTime) {
    let mut fs = root.locked();
    let mut at = String::new();
    let names: Vec<&str> = path.split('/').filter(|name| !name.is_empty()).collect();
    for (index, name) in names.iter().enumerate() {
        at = format!("{at}/{name}");
        if fs.stat(&at).is_ok() {
            continue;
        }
        let last = index + 1 == names.len();
        let metadata = if is_dir || !last {
            Metadata::new(FileKind::Directory, 0o755, 0, 0, now)
        } else {
            Metadata::new(FileKind::File, 0o755, 0, 0, now)
        };
        // A symbolic link in the way leads elsewhere: entering the directory will tell.
        if fs.create(&at, metadata, Bytes::new()).is_err() {
            return;
        }
    }
}

impl Inner {
    /// A set of namespaces over these mounts.
    pub(super) fn space(
        &self,
        mounts: MountTable,
        hostname: String,
        net: Arc<NetNamespace>,
        pids: u64,
        sharing: Sharing,
        cgroup: &str,
    ) -> Result<Arc<Space>, StartError> {
        let shared = |share| match share {
            Share::Own => Ok(None),
            Share::Host => Ok(Some(self.host.clone())),
            Share::Of(pid) => self.space_of(pid).map(Some).map_err(|_| StartError::Gone),
        };
        let (uts, ipc, cgroups) = (
            shared(sharing.uts)?,
            shared(sharing.ipc)?,
            shared(sharing.cgroup)?,
        );
        let inode = |from: &Option<Arc<Space>>, name| {
            let known = from.as_ref().and_then(|it| it.inodes.get(name).copied());
            known.unwrap_or_else(|| self.inode())
        };
        let inodes = [
            ("cgroup", inode(&cgroups, "cgroup")),
            ("ipc", inode(&ipc, "ipc")),
            ("mnt", self.inode()),
            ("net", net.inode),
            ("pid", pids),
            ("time", 4_026_531_834),
            ("user", 4_026_531_837),
            ("uts", inode(&uts, "uts")),
        ];
        if let Some(ipc) = &ipc {
            mounts.share_memory_of(&ipc.mounts);
        }
        Ok(Arc::new(Space {
            mounts: Arc::new(mounts),
            hostname: uts.map_or_else(|| Arc::new(Mutex::new(hostname)), |it| it.hostname.clone()),
            net,
            cgroup_root: cgroups.map_or_else(|| Arc::from(cgroup), |it| it.cgroup_root.clone()),
            inodes: inodes.into(),
            terminals: Arc::default(),
        }))
    }
}
