//! Mount tables, `mount_namespaces(7)`.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;

use super::{Mount, MountSource, RootFs};
use crate::sim::fs::{FileKind, LayerBuilder, Metadata, Overlay};

/// What is mounted.
#[derive(Debug, Clone)]
pub(super) enum Source {
    /// A subtree.
    Tree(RootFs, String),
    /// `/proc`.
    Proc,
    /// `/sys`.
    Sys,
    /// `/sys/fs/cgroup`.
    Cgroup,
    /// `/dev/pts`.
    Pts,
}

/// A mount.
#[derive(Debug, Clone)]
pub(super) struct MountPoint {
    /// Where: without a trailing slash, so empty for the root.
    pub(super) target: String,
    pub(super) source: Source,
    pub(super) read_only: bool,
    /// First, third and fourth columns of `/proc/mounts`.
    pub(super) device: &'static str,
    pub(super) sort: &'static str,
    pub(super) options: &'static str,
}

/// The mounts of a namespace, in the order they were made.
#[derive(Debug, Clone)]
pub(super) struct MountTable(Arc<[MountPoint]>);

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

impl MountTable {
    /// A root and what every mount namespace has over it; then these.
    pub(super) fn new(
        root: RootFs,
        dev: Overlay,
        host: bool,
        read_only: bool,
        mounts: Vec<Mount>,
        now: SystemTime,
    ) -> Self {
        let tree = |fs: Overlay| Source::Tree(Arc::new(Mutex::new(fs)), String::new());
        let (device, sort) = if host {
            ("/dev/vda1", "ext4")
        } else {
            ("overlay", "overlay")
        };
        let nosuid = "nosuid,nodev,noexec,relatime";
        let shared = tmpfs(0o1777, now);
        let point = |target: &str, source, read_only, device, sort, options| MountPoint {
            target: target.trim_end_matches('/').to_owned(),
            source,
            read_only,
            device,
            sort,
            options,
        };
        let mut points = vec![
            point(
                "",
                Source::Tree(root, String::new()),
                read_only,
                device,
                sort,
                "relatime",
            ),
            point("/proc", Source::Proc, false, "proc", "proc", nosuid),
            point(
                "/dev",
                tree(dev),
                false,
                "tmpfs",
                "tmpfs",
                "nosuid,size=65536k,mode=755",
            ),
            point(
                "/dev/pts",
                Source::Pts,
                false,
                "devpts",
                "devpts",
                "nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666",
            ),
            point("/sys", Source::Sys, !host, "sysfs", "sysfs", nosuid),
            point(
                "/sys/fs/cgroup",
                Source::Cgroup,
                !host,
                "cgroup",
                "cgroup2",
                "nosuid,nodev,noexec,relatime",
            ),
            point(
                "/dev/mqueue",
                tree(shared.clone()),
                false,
                "mqueue",
                "mqueue",
                nosuid,
            ),
            point(
                "/dev/shm",
                tree(shared),
                false,
                "shm",
                "tmpfs",
                "nosuid,nodev,noexec,relatime,size=65536k",
            ),
        ];
        for mount in mounts {
            let (source, device, sort, options) = match mount.source {
                MountSource::Tree(fs, path) => {
                    let source = Source::Tree(fs, path.trim_end_matches('/').to_owned());
                    (source, "/dev/vda1", "ext4", "relatime")
                }
                MountSource::Tmpfs => (tree(tmpfs(0o1777, now)), "tmpfs", "tmpfs", nosuid),
            };
            points.push(point(
                &mount.target,
                source,
                mount.read_only,
                device,
                sort,
                options,
            ));
        }
        Self(points.into())
    }

    pub(super) fn all(&self) -> &[MountPoint] {
        &self.0
    }

    /// The mount that a canonical path is on, and the rest of the path (empty, or from `/`). The
    /// last mount made on the longest prefix wins.
    pub(super) fn find<'a>(&self, path: &'a str) -> (&MountPoint, &'a str) {
        let path = path.trim_end_matches('/');
        let mut best = (&self.0[0], path);
        for point in &self.0[1..] {
            if let Some(rest) = path.strip_prefix(point.target.as_str())
                && (rest.is_empty() || rest.starts_with('/'))
                && rest.len() <= best.1.len()
            {
                best = (point, rest);
            }
        }
        best
    }

    /// Whether something is mounted on this path.
    pub(super) fn is_target(&self, path: &str) -> bool {
        self.0
            .iter()
            .any(|point| point.target == path.trim_end_matches('/'))
    }
}
