//! Mount tables, `mount_namespaces(7)`.

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use bytes::Bytes;

use super::{Mount, MountSource, RootFs};
use crate::fs::{FileKind, LayerBuilder, Metadata, Overlay};

/// What is mounted.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A subtree.
    Tree(RootFs, String),
    /// A part of `/proc`, of this PID namespace.
    Proc(u64, &'static str),
    /// `/sys`.
    Sys,
    /// `/sys/fs/cgroup`.
    Cgroup,
    /// `/dev/pts`.
    Pts,
}

/// A mount.
#[derive(Debug)]
pub(super) struct MountPoint {
    /// Where: without a trailing slash, so empty for the root.
    pub(super) target: String,
    pub(super) source: Source,
    pub(super) read_only: bool,
    /// First, third and fourth columns of `/proc/mounts`.
    pub(super) device: String,
    pub(super) sort: String,
    pub(super) options: String,
    /// The options of the file system itself, which the last column of `mountinfo` has.
    pub(super) own_options: String,
}

/// The mounts of a namespace, in the order they were made.
#[derive(Debug)]
pub(super) struct MountTable(RwLock<Points>);

/// What is mounted at some moment.
pub(super) type Points = Arc<[Arc<MountPoint>]>;

/// What the mounts of a new namespace depend on.
pub(super) struct MountOptions<'a> {
    /// Whether it is the host's.
    pub(super) host: bool,
    /// Whether the root is mounted read-only.
    pub(super) read_only: bool,
    /// Whether nothing of `/proc` and `/sys` is hidden or protected.
    pub(super) privileged: bool,
    /// The PID namespace that `/proc` shows.
    pub(super) pids: u64,
    /// Size of `/dev/shm`, bytes.
    pub(super) shm_size: u64,
    /// The options of the root's file system.
    pub(super) root_options: &'a str,
}

/// `/dev` of every container and of the host, before anything is made in it.
pub(super) fn devices(now: SystemTime) -> Overlay {
    let mut dev = LayerBuilder::default();
    let mut add = |name: &str, kind, mode| {
        dev.add(name, Metadata::new(kind, mode, 0, 0, now), Bytes::new());
    };
    let numbers = [
        ("null", 1, 3),
        ("zero", 1, 5),
        ("full", 1, 7),
        ("random", 1, 8),
        ("urandom", 1, 9),
        ("tty", 5, 0),
    ];
    for (name, major, minor) in numbers {
        add(name, FileKind::CharDevice(major, minor), 0o666);
    }
    let links = [
        ("fd", "/proc/self/fd"),
        ("stdin", "/proc/self/fd/0"),
        ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
        ("ptmx", "pts/ptmx"),
    ];
    for (name, target) in links {
        add(name, FileKind::Symlink(target.to_owned()), 0o777);
    }
    for (name, mode) in [
        ("", 0o755),
        ("pts", 0o755),
        ("shm", 0o1777),
        ("mqueue", 0o1777),
    ] {
        add(name, FileKind::Directory, mode);
    }
    Overlay::new(&[dev.build()])
}

/// `/dev` of one mount namespace, whose terminal is the console.
pub(super) fn own_devices(devices: &Overlay, console: bool, now: SystemTime) -> Overlay {
    let mut dev = devices.clone();
    if console {
        let console = Metadata::new(FileKind::CharDevice(136, 0), 0o620, 0, 5, now);
        // A new `/dev` has no such name yet.
        let _ = dev.create("/console", console, Bytes::new());
    }
    // Its root is always there.
    let _ = dev.set_metadata("/", |it| it.mtime = now);
    dev
}

/// A new tree in memory.
fn tmpfs(mode: u32, now: SystemTime) -> Overlay {
    let mut fs = Overlay::default();
    // The root of a new tree is always there.
    let _ = fs.set_metadata("/", |it| {
        it.mode = mode;
        it.mtime = now;
    });
    fs
}

const PROTECTED: &str = "nosuid,nodev,noexec,relatime";

impl MountPoint {
    fn new(target: &str, source: Source, read_only: bool, columns: [&str; 4]) -> Arc<Self> {
        let [device, sort, options, own_options] = columns.map(str::to_owned);
        Arc::new(Self {
            target: target.trim_end_matches('/').to_owned(),
            source,
            read_only,
            device,
            sort,
            options,
            own_options,
        })
    }

    /// Fourth column of `/proc/mounts`.
    pub(super) fn all_options(&self) -> String {
        let access = if self.read_only { "ro" } else { "rw" };
        let parts = [access, &self.options, &self.own_options];
        let parts: Vec<&str> = parts.into_iter().filter(|it| !it.is_empty()).collect();
        parts.join(",")
    }
}

fn tree(fs: Overlay) -> Source {
    Source::Tree(Arc::new(Mutex::new(fs)), String::new())
}

/// What every mount namespace has over its root.
fn usual(dev: &RootFs, options: &MountOptions<'_>, now: SystemTime) -> Vec<Arc<MountPoint>> {
    let point = MountPoint::new;
    let shared = tmpfs(0o1777, now);
    let shm = format!("size={}k", options.shm_size >> 10);
    let guarded = !options.host && !options.privileged;
    let (dev_device, dev_sort, dev_options) = if options.host {
        (
            "udev",
            "devtmpfs",
            "size=1996088k,nr_inodes=499022,mode=755",
        )
    } else {
        ("tmpfs", "tmpfs", "size=65536k,mode=755")
    };
    let cgroup = if options.host { "cgroup2" } else { "cgroup" };
    vec![
        point(
            "/proc",
            Source::Proc(options.pids, ""),
            false,
            ["proc", "proc", PROTECTED, ""],
        ),
        point(
            "/dev",
            Source::Tree(dev.clone(), String::new()),
            false,
            [dev_device, dev_sort, "nosuid", dev_options],
        ),
        point(
            "/dev/pts",
            Source::Pts,
            false,
            [
                "devpts",
                "devpts",
                "nosuid,noexec,relatime",
                "gid=5,mode=620,ptmxmode=666",
            ],
        ),
        point(
            "/sys",
            Source::Sys,
            guarded,
            ["sysfs", "sysfs", PROTECTED, ""],
        ),
        point(
            "/sys/fs/cgroup",
            Source::Cgroup,
            guarded,
            [
                cgroup,
                "cgroup2",
                PROTECTED,
                "nsdelegate,memory_recursiveprot",
            ],
        ),
        point(
            "/dev/mqueue",
            tree(shared.clone()),
            false,
            ["mqueue", "mqueue", PROTECTED, ""],
        ),
        point(
            "/dev/shm",
            tree(shared),
            false,
            [
                if options.host { "tmpfs" } else { "shm" },
                "tmpfs",
                PROTECTED,
                &shm,
            ],
        ),
    ]
}

/// What a container may not read or change of the host's kernel.
fn guards(dev: &RootFs, pids: u64, now: SystemTime) -> Vec<Arc<MountPoint>> {
    let mut points = Vec::new();
    for part in ["/bus", "/fs", "/irq", "/sys", "/sysrq-trigger"] {
        points.push(MountPoint::new(
            &format!("/proc{part}"),
            Source::Proc(pids, part),
            true,
            ["proc", "proc", PROTECTED, ""],
        ));
    }
    let mut empty = |target: &str| {
        let columns = ["tmpfs", "tmpfs", "relatime", ""];
        points.push(MountPoint::new(
            target,
            tree(tmpfs(0o755, now)),
            true,
            columns,
        ));
    };
    empty("/proc/acpi");
    empty("/sys/firmware");
    for hidden in ["/proc/kcore", "/proc/keys", "/proc/timer_list"] {
        let null = Source::Tree(dev.clone(), "/null".to_owned());
        let columns = ["tmpfs", "tmpfs", "nosuid", "size=65536k,mode=755"];
        points.push(MountPoint::new(hidden, null, false, columns));
    }
    points
}

impl MountTable {
    /// A root and what every mount namespace has over it; then these.
    pub(super) fn new(
        root: RootFs,
        dev: Overlay,
        options: &MountOptions<'_>,
        mounts: Vec<Mount>,
        now: SystemTime,
    ) -> Self {
        let dev = Arc::new(Mutex::new(dev));
        let (device, sort) = if options.host {
            ("/dev/vda1", "ext4")
        } else {
            ("overlay", "overlay")
        };
        let mut points = vec![MountPoint::new(
            "",
            Source::Tree(root, String::new()),
            options.read_only,
            [device, sort, "relatime", options.root_options],
        )];
        points.extend(usual(&dev, options, now));
        for mount in mounts {
            let (source, columns) = match mount.source {
                MountSource::Tree(fs, path) => (
                    Source::Tree(fs, path.trim_end_matches('/').to_owned()),
                    ["/dev/vda1", "ext4", "relatime", ""],
                ),
                MountSource::Tmpfs => (
                    tree(tmpfs(0o1777, now)),
                    ["tmpfs", "tmpfs", "nosuid,nodev,noexec,relatime", ""],
                ),
            };
            points.push(MountPoint::new(
                &mount.target,
                source,
                mount.read_only,
                columns,
            ));
        }
        if !options.host && !options.privileged {
            points.extend(guards(&dev, options.pids, now));
        }
        Self(RwLock::new(points.into()))
    }

    /// What is mounted now.
    pub(super) fn all(&self) -> Points {
        let points = self.0.read().unwrap_or_else(PoisonError::into_inner);
        points.clone()
    }

    /// The same mounts in a namespace of their own.
    pub(super) fn copy(&self) -> Self {
        Self(RwLock::new(self.all()))
    }

    /// The mount that a canonical path is on, and the rest of the path (empty, or from `/`). The
    /// last mount made on the longest prefix wins.
    pub(super) fn find<'a>(&self, path: &'a str) -> (Arc<MountPoint>, &'a str) {
        let points = self.all();
        let path = path.trim_end_matches('/');
        let mut best = (&points[0], path);
        for point in &points[1..] {
            if let Some(rest) = path.strip_prefix(point.target.as_str())
                && (rest.is_empty() || rest.starts_with('/'))
                && rest.len() <= best.1.len()
            {
                best = (point, rest);
            }
        }
        (best.0.clone(), best.1)
    }

    /// Whether what is written under this path goes to a disk.
    pub(super) fn is_on_disk(&self, path: &str) -> bool {
        let (point, _) = self.find(path);
        matches!(point.source, Source::Tree(..)) && point.sort != "tmpfs"
    }

    /// Whether something is mounted on this path.
    pub(super) fn is_target(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.all().iter().any(|point| point.target == path)
    }

    /// Shows the shared memory and the queues of another namespace instead of its own.
    pub(super) fn share_memory_of(&self, other: &Self) {
        let theirs = other.all();
        let mut points = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let replaced = points.iter().map(|point| {
            let shared = matches!(point.target.as_str(), "/dev/shm" | "/dev/mqueue");
            let found = theirs.iter().find(|it| it.target == point.target);
            found.filter(|_| shared).unwrap_or(point).clone()
        });
        *points = replaced.collect();
    }

    /// Mounts a new tree in memory.
    pub(super) fn add_tmpfs(&self, target: &str, device: &str, read_only: bool, now: SystemTime) {
        let columns = [device, "tmpfs", "relatime", ""];
        self.add(target, tree(tmpfs(0o1777, now)), read_only, columns);
    }

    /// Mounts something over what is there.
    pub(super) fn add(&self, target: &str, source: Source, read_only: bool, columns: [&str; 4]) {
        let mut points = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let added = MountPoint::new(target, source, read_only, columns);
        *points = points.iter().cloned().chain([added]).collect();
    }

    /// Takes the last mount made on a path away; whether there was one.
    pub(super) fn remove(&self, target: &str) -> bool {
        let target = target.trim_end_matches('/');
        let mut points = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = points.iter().rposition(|it| it.target == target) else {
            return false;
        };
        let kept = points.iter().enumerate().filter(|(at, _)| *at != index);
        *points = kept.map(|(_, point)| point.clone()).collect();
        true
    }
}
