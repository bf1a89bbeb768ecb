//! The machine as the daemon sees it: starting containers, signals, networks.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::Notify;

use super::cgroup::{CONTAINERD_CGROUP, Cgroup, DOCKER_CGROUP, HOST_CGROUPS, INIT_CGROUP};
use super::clock::Clock;
use super::links::Bridge;
use super::lock::Locked;
use super::mount::{MountOptions, MountTable, devices};
use super::net::{NetNamespace, Network};
use super::pipe::{Fifo, FifoWatch};
use super::security::Security;
use super::table::{Credentials, HOST_PIDS, Process, Signals, Space, Table};
use super::traffic::Traffic;
use super::{
    CgroupLimits, ContainerSpec, Environment, Errno, ExecSpec, Interface, KernelOptions, Pid,
    ProcessInfo, Program, Signal, StartError, Started, WinSize,
};
use crate::fs::Overlay;
use wire::Stream;

/// A simulated machine. Clones are the same one; it goes, with all its processes, when the last
/// clone made outside is dropped (those that programs hold do not count).
#[derive(Clone)]
pub struct Kernel {
    pub(super) inner: Arc<Inner>,
    _power: Option<Arc<Power>>,
}

/// Dropping it halts the machine.
struct Power(Arc<Inner>);

impl Drop for Power {
    fn drop(&mut self) {
        let mut table = self.0.table.locked();
        table.halted = true;
        for process in table.processes.values() {
            if let Some(control) = &process.control {
                control.kill(Signal::KILL);
            }
        }
    }
}

/// Told that a line typed in a shell is about to run; gives the number of that moment.
pub type LineWatch = Arc<dyn Fn() -> u64 + Send + Sync>;

/// What a machine is made of.
pub(super) struct Inner {
    pub(super) options: KernelOptions,
    pub(super) clock: Clock,
    pub(super) runtime: Handle,
    pub(super) table: Mutex<Table>,
    pub(super) network: Network,
    /// The namespaces of the host.
    pub(super) host: Arc<Space>,
    pub(super) boot_id: String,
    /// `/dev` of a new container.
    pub(super) devices: Overlay,
    programs: RwLock<HashMap<String, Program>>,
    inodes: AtomicU64,
    /// Told when a line typed in a shell is about to run.
    lines: RwLock<Option<LineWatch>>,
    /// Named pipes that are open, by tree and inode.
    fifos: Mutex<HashMap<(usize, u64), FifoWatch>>,
}

impl Inner {
    /// A program by its name.
    pub(super) fn program(&self, name: &str) -> Option<Program> {
        self.programs.read().ok()?.get(name).cloned()
    }

    /// Says that a line typed in a shell is about to run; the number of that moment.
    pub(super) fn line_begins(&self) -> Option<u64> {
        let watch = self.lines.read().ok()?.clone()?;
        Some(watch())
    }

    /// Number of processors.
    pub(super) fn cpus(&self) -> f64 {
        f64::from(self.options.cpus.max(1))
    }

    /// The named pipe of this inode in the tree at this address.
    pub(super) fn fifo(&self, tree: usize, inode: u64) -> Fifo {
        let mut fifos = self.fifos.locked();
        if let Some(fifo) = fifos.get(&(tree, inode)).and_then(FifoWatch::upgrade) {
            return fifo;
        }
        fifos.retain(|_, watch| watch.upgrade().is_some());
        let fifo = Fifo::default();
        fifos.insert((tree, inode), fifo.watch());
        fifo
    }

    /// A new number for a namespace's inode.
    pub(super) fn inode(&self) -> u64 {
        self.inodes.fetch_add(1, Ordering::Relaxed)
    }

    /// Enters one of the machine's own daemons, which only shows in `ps`.
    pub(super) fn enter_daemon(&self, table: &mut Table, argv: &[&str], parent: u32) -> u32 {
        let exe = argv.first().copied().unwrap_or_default();
        let comm = exe
            .rsplit('/')
            .next()
            .unwrap_or(exe)
            .chars()
            .take(15)
            .collect();
        let cgroup = match exe {
            "/sbin/init" => INIT_CGROUP,
            "/usr/bin/dockerd" => DOCKER_CGROUP,
            _ => CONTAINERD_CGROUP,
        };
        table.enter(HOST_PIDS, |pid, local| Process {
            local,
            pids: HOST_PIDS,
            child_pids: HOST_PIDS,
            parent,
            children: std::collections::BTreeSet::new(),
            group: pid,
            group_local: pid,
            session: pid,
            terminal: None,
            ended: None,
            credentials: Arc::new(Credentials::default()),
            argv: argv.iter().map(|it| (*it).to_owned()).collect(),
            comm,
            exe: exe.to_owned(),
            env: Arc::default(),
            files: BTreeMap::new(),
            cwd: Arc::from("/"),
            umask: 0o022,
            signals: Signals::default(),
            wake: Arc::new(Notify::new()),
            control: None,
            space: self.host.clone(),
            security: Arc::new(Security::of_the_host()),
            nice: 0,
            cgroup,
            started: self.clock.now(),
            memory: 12 << 20,
            cpu_share: 0.0,
            cpu: Duration::ZERO,
            stop_untold: None,
            report: None,
        })
    }
}

impl Kernel {
    /// Boots a machine. Must be called in a tokio runtime.
    pub fn boot(options: KernelOptions) -> Self {
        let clock = Clock::start(options.date);
        let now = clock.now();
        let devices = devices(now);
        let net = Arc::new(NetNamespace::new(true, 4_026_531_840));
        let network = Network::default();
        network.add(&net);
        let inodes = [
            ("cgroup", 4_026_531_835),
            ("ipc", 4_026_531_839),
            ("mnt", 4_026_531_841),
            ("net", net.inode),
            ("pid", HOST_PIDS),
            ("time", 4_026_531_834),
            ("user", 4_026_531_837),
            ("uts", 4_026_531_838),
        ];
        let host = Arc::new(Space {
            mounts: Arc::new(MountTable::new(
                options.root.clone(),
                devices.clone(),
                &MountOptions {
                    host: true,
                    read_only: false,
                    privileged: true,
                    pids: HOST_PIDS,
                    shm_size: options.memory / 2,
                    root_options: "errors=remount-ro",
                },
                Vec::new(),
                now,
            )),
            hostname: Arc::new(Mutex::new(options.hostname.clone())),
            net,
            cgroup_root: Arc::from(""),
            inodes: inodes.into(),
            terminals: Arc::default(),
        });
        let inner = Arc::new(Inner {
            options,
            clock,
            runtime: Handle::current(),
            table: Mutex::default(),
            network,
            host,
            boot_id: super::virt::uuid(),
            devices,
            programs: RwLock::default(),
            lines: RwLock::default(),
            inodes: AtomicU64::new(4_026_532_200),
            fifos: Mutex::default(),
        });
        {
            let mut table = inner.table.locked();
            for (id, path) in HOST_CGROUPS {
                let group = Cgroup::new(path.to_owned(), CgroupLimits::default(), clock.uptime());
                table.cgroups.insert(id, group);
            }
            let init = inner.enter_daemon(&mut table, &["/sbin/init"], 0);
            inner.enter_daemon(&mut table, &["/usr/bin/containerd"], init);
            inner.enter_daemon(
                &mut table,
                &[
                    "/usr/bin/dockerd",
                    "-H",
                    "fd://",
                    "--containerd=/run/containerd/containerd.sock",
                ],
                init,
            );
        }
        Self {
            _power: Some(Arc::new(Power(inner.clone()))),
            inner,
        }
    }

    /// The machine as its programs hold it: without keeping it on.
    pub(super) fn inside(inner: &Arc<Inner>) -> Self {
        Self {
            inner: inner.clone(),
            _power: None,
        }
    }

    /// Its options.
    pub fn options(&self) -> &KernelOptions {
        &self.inner.options
    }

    /// Makes a program known under a name: an executable file of that name runs it (the name used
    /// to call it first, then the name of the file that symbolic links lead to). It must not hold a
    /// clone of the machine, which would then never go: [`super::Sys::kernel`] gives it.
    pub fn install(&self, name: &str, program: Program) {
        if let Ok(mut programs) = self.inner.programs.write() {
            programs.insert(name.to_owned(), program);
        }
    }

    /// Has this told before each line typed in a shell that marks them for its terminal. As a
    /// program, it must not hold a clone of the machine.
    pub fn watch_lines(&self, watch: LineWatch) {
        if let Ok(mut lines) = self.inner.lines.write() {
            *lines = Some(watch);
        }
    }

    /// Whether a program is known under this name.
    pub fn is_installed(&self, name: &str) -> bool {
        self.inner.program(name).is_some()
    }

    /// Starts a container.
    pub fn start_container(&self, spec: ContainerSpec) -> Result<Started, StartError> {
        self.inner.start_container(spec)
    }

    /// Starts a process in a running container.
    pub fn exec(&self, spec: ExecSpec) -> Result<Started, StartError> {
        self.inner.exec_in(spec)
    }

    /// Starts a process on the host itself (the learner's login shell), as the user that `USER`
    /// of its environment names in `/etc/passwd`, else root.
    pub fn spawn_host(
        &self,
        argv: Vec<String>,
        env: Environment,
        cwd: &str,
        tty: Option<WinSize>,
    ) -> Result<Started, StartError> {
        self.inner.spawn_on_host(argv, env, cwd, tty)
    }

    /// kill(2) from the host, by host number.
    pub fn kill(&self, pid: Pid, signal: Signal) -> Result<(), Errno> {
        let mut table = self.inner.table.locked();
        self.settle(&mut table, pid);
        table.deliver(pid.0, signal, true)
    }

    /// Freezes or thaws every process of a container (cgroup.freeze).
    pub fn freeze(&self, container: Pid, frozen: bool) {
        let mut table = self.inner.table.locked();
        let Some(cgroup) = self.settle(&mut table, container) else {
            return;
        };
        table.freeze(cgroup, frozen);
    }

    /// Changes the limits of a container's cgroup. Memory beyond the new one is taken back at once.
    pub fn set_limits(&self, container: Pid, limits: CgroupLimits) {
        let mut table = self.inner.table.locked();
        let Some(cgroup) = self.settle(&mut table, container) else {
            return;
        };
        if let Some(group) = table.cgroups.get_mut(&cgroup) {
            group.set_limits(limits);
        }
        table.kill_for_memory(cgroup);
    }

    /// Changes the size of a process's terminal; its foreground group gets `SIGWINCH`.
    pub fn resize(&self, pid: Pid, size: WinSize) {
        let mut table = self.inner.table.locked();
        let terminal = table
            .processes
            .get(&pid.0)
            .and_then(|it| it.terminal.clone());
        if let Some(terminal) = terminal.filter(|it| it.set_size(size)) {
            // Nobody may be in the foreground.
            let _ = table.deliver_group(terminal.foreground(), Signal::WINCH, false);
        }
    }

    /// The processes of the container whose PID 1 has this host number, numbered on the host.
    pub fn processes_of(&self, container: Pid) -> Vec<ProcessInfo> {
        let table = self.inner.table.locked();
        let Some(init) = table.processes.get(&container.0) else {
            return Vec::new();
        };
        let namespace = table.namespaces.get(&init.pids);
        let members = namespace.into_iter().flat_map(|it| it.members.values());
        let own = |pid: &&u32| {
            table
                .processes
                .get(pid)
                .is_some_and(|it| it.cgroup == init.cgroup)
        };
        members
            .filter(own)
            .filter_map(|pid| table.info(*pid, HOST_PIDS))
            .collect()
    }

    /// `nr_periods`, `nr_throttled` and `throttled_usec` of a container's `cpu.stat`.
    pub fn throttling_of(&self, container: Pid) -> (u64, u64, Duration) {
        let mut table = self.inner.table.locked();
        let cgroup = self.settle(&mut table, container);
        cgroup
            .and_then(|it| table.cgroups.get(&it))
            .map(Cgroup::throttling)
            .unwrap_or_default()
    }

    /// Every process, numbered on the host.
    pub fn processes(&self) -> Vec<ProcessInfo> {
        self.inner.table.locked().list(HOST_PIDS, HOST_PIDS)
    }

    /// Number of a process in its own PID namespace.
    pub fn inner_pid(&self, pid: Pid) -> Option<Pid> {
        self.inner
            .table
            .locked()
            .processes
            .get(&pid.0)
            .map(|it| Pid(it.local))
    }

    /// Memory in use by a container's cgroup, bytes.
    pub fn memory_of(&self, container: Pid) -> u64 {
        let table = self.inner.table.locked();
        let cgroup = table.processes.get(&container.0).map(|it| it.cgroup);
        cgroup.map_or(0, |it| table.memory_usage(it))
    }

    /// CPU time used by a container's cgroup.
    pub fn cpu_of(&self, container: Pid) -> Duration {
        let mut table = self.inner.table.locked();
        let cgroup = self.settle(&mut table, container);
        cgroup.map_or(Duration::ZERO, |it| table.cpu_usage(it))
    }

    /// Plugs an interface in a running container's network namespace.
    pub fn plug(&self, container: Pid, interface: Interface) {
        if let Some(net) = self.net_of(container) {
            self.inner.network.plug(&net, interface);
        }
    }

    /// Unplugs it from that network.
    pub fn unplug(&self, container: Pid, network: &str) {
        if let Some(net) = self.net_of(container) {
            net.unplug(network);
        }
    }

    /// What the cards of a process's network namespace counted, in their order; none on the host.
    pub fn traffic_of(&self, container: Pid) -> Vec<Traffic> {
        self.net_of(container)
            .map(|it| it.traffic())
            .unwrap_or_default()
    }

    /// Bytes written to disks by a container's cgroup, and in how many writes.
    pub fn written_by(&self, container: Pid) -> (u64, u64) {
        let table = self.inner.table.locked();
        let cgroup = table.processes.get(&container.0).map(|it| it.cgroup);
        cgroup
            .and_then(|it| table.cgroups.get(&it))
            .map(|it| (it.written, it.writes))
            .unwrap_or_default()
    }

    /// Makes the bridges of the host these.
    pub fn set_bridges(&self, bridges: Vec<Bridge>) {
        self.inner.network.set_bridges(bridges);
    }

    /// Answers of a network's DNS: replaces the names known on it.
    pub fn set_dns(&self, network: &str, names: BTreeMap<String, Vec<IpAddr>>) {
        self.inner.network.set_dns(network, names);
    }

    /// Connects from the host to an address of a container (what a published port does).
    pub async fn dial(&self, address: SocketAddr) -> Result<Stream, Errno> {
        let (stream, _) = self
            .inner
            .network
            .connect(&self.inner.host.net, address)
            .await?;
        Ok(Box::new(stream))
    }

    /// Sets the virtual addresses: a connection to one goes to each of its own in turn.
    pub fn set_virtual(&self, addresses: BTreeMap<IpAddr, Vec<IpAddr>>) {
        self.inner.network.set_virtual(addresses);
    }

    /// Listens on an address of the host and passes each connection on to a container, as
    /// docker-proxy does, until what is returned is dropped. `EADDRINUSE`.
    pub fn publish(&self, address: SocketAddr, target: SocketAddr) -> Result<Published, Errno> {
        let listener = self.inner.host.net.listen(address)?;
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let inner = Arc::downgrade(&self.inner);
        let relay = async move {
            loop {
                let (socket, _) = listener.accept().await;
                let Some(inner) = inner.upgrade() else { return };
                let host = inner.host.net.clone();
                let machine = inner.clone();
                inner.spawn(async move {
                    let Ok((mut there, _)) = machine.network.connect(&host, target).await else {
                        return;
                    };
                    drop(machine);
                    let mut here = socket.into_stream();
                    // Either end may go first: the connection is over then.
                    let _ = tokio::io::copy_bidirectional(&mut here, &mut there).await;
                });
            }
        };
        self.inner.spawn(async move {
            tokio::select! {
                () = relay => {}
                _ = stopped => {}
            }
        });
        Ok(Published { _stop: stop })
    }

    /// The machine's clock.
    pub fn now(&self) -> SystemTime {
        self.inner.clock.now()
    }

    fn net_of(&self, container: Pid) -> Option<Arc<NetNamespace>> {
        self.inner
            .table
            .locked()
            .processes
            .get(&container.0)
            .map(|it| it.space.net.clone())
    }

    /// Books the processor time of a process's group up to now; the group.
    fn settle(&self, table: &mut Table, pid: Pid) -> Option<u64> {
        let cgroup = table.processes.get(&pid.0)?.cgroup;
        table.settle(cgroup, self.inner.clock.uptime(), self.inner.cpus());
        Some(cgroup)
    }
}

/// A published port; dropping it closes it.
#[derive(Debug)]
pub struct Published {
    _stop: tokio::sync::oneshot::Sender<()>,
}
