//! Namespaces as inodes, namespaces(7): two processes whose links under `/proc/PID/ns` say the same
//! number are in the same one.

use std::collections::BTreeMap;
use std::io;

use crate::inside::ground::Files;

/// What sort of namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// Mount points.
    Mnt,
    /// Process numbers.
    Pid,
    /// Interfaces, addresses, ports.
    Net,
    /// Host name.
    Uts,
    /// Shared memory, queues.
    Ipc,
    /// Users and capabilities.
    User,
    /// The root of the control groups that are seen.
    Cgroup,
    /// Clocks since boot.
    Time,
}

impl Sort {
    /// Each of them, in the order in which they are shown. `pid_for_children` and
    /// `time_for_children` say the same as two of these.
    pub const ALL: [Self; 8] = [
        Self::Mnt,
        Self::Pid,
        Self::Net,
        Self::Uts,
        Self::Ipc,
        Self::User,
        Self::Cgroup,
        Self::Time,
    ];

    /// Its name under `/proc/PID/ns`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mnt => "mnt",
            Self::Pid => "pid",
            Self::Net => "net",
            Self::Uts => "uts",
            Self::Ipc => "ipc",
            Self::User => "user",
            Self::Cgroup => "cgroup",
            Self::Time => "time",
        }
    }

    /// The inode of the kernel's initial one, where it is a constant (`include/linux/proc_ns.h`).
    const fn initial(self) -> Option<u64> {
        match self {
            Self::Ipc => Some(4_026_531_839),
            Self::Uts => Some(4_026_531_838),
            Self::User => Some(4_026_531_837),
            Self::Pid => Some(4_026_531_836),
            Self::Cgroup => Some(4_026_531_835),
            Self::Time => Some(4_026_531_834),
            Self::Mnt | Self::Net => None,
        }
    }
}

/// Whether a container is in a namespace of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sharing {
    /// In the host's.
    Shared,
    /// In another one.
    Own,
    /// The host's number is not known here.
    Unknown,
}

/// One namespace of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Which.
    pub sort: Sort,
    /// Its inode, or why it could not be read.
    pub inode: Result<u64, String>,
    /// The host's, when it can be seen from here.
    pub host: Option<u64>,
    /// Names of the other containers that are in it; empty when it is the host's.
    pub peers: Vec<String>,
}

impl Namespace {
    /// Whether it is the host's.
    pub fn sharing(&self) -> Sharing {
        let Ok(inode) = self.inode else {
            return Sharing::Unknown;
        };
        let of = |same: bool| if same { Sharing::Shared } else { Sharing::Own };
        match (self.host.or(self.sort.initial()), self.sort) {
            (Some(host), _) => of(host == inode),
            // Every container has mounts of its own.
            (None, Sort::Mnt) => Sharing::Own,
            (None, _) => Sharing::Unknown,
        }
    }
}

/// The namespaces of a process, beside those of another one that stands for the host.
pub(super) fn read(files: &dyn Files, folder: &str, witness: Option<&str>) -> Vec<Namespace> {
    Sort::ALL
        .into_iter()
        .map(|sort| {
            let inode = inode(files, folder, sort).map_err(|error| match error.kind() {
                io::ErrorKind::PermissionDenied => "réservé à root ou au propriétaire".to_owned(),
                // Linux before 5.6 has no time namespace, before 4.6 no cgroup one.
                io::ErrorKind::NotFound => "absent de ce noyau".to_owned(),
                _ => error.to_string(),
            });
            let host = witness.and_then(|it| self::inode(files, it, sort).ok());
            Namespace {
                sort,
                inode,
                host,
                peers: Vec::new(),
            }
        })
        .collect()
}

/// Namespaces that could not be read at all.
pub(super) fn unread(reason: &str) -> Vec<Namespace> {
    let one = |sort| Namespace {
        sort,
        inode: Err(reason.to_owned()),
        host: None,
        peers: Vec::new(),
    };
    Sort::ALL.into_iter().map(one).collect()
}

/// Finds the other containers that are in the same namespaces; `others` are their names and first
/// processes by identifier.
pub(super) fn compare(
    namespaces: &mut [Namespace],
    files: &dyn Files,
    others: &BTreeMap<String, (String, u32)>,
) {
    for namespace in namespaces {
        let Ok(own) = namespace.inode else { continue };
        if namespace.sharing() == Sharing::Shared {
            continue;
        }
        let sort = namespace.sort;
        let same = others.values().filter(|(_, pid)| {
            inode(files, &format!("/proc/{pid}"), sort).is_ok_and(|theirs| theirs == own)
        });
        namespace.peers = same.map(|(name, _)| name.clone()).collect();
        namespace.peers.sort();
    }
}

/// The number in `net:[4026531840]`.
pub(in crate::inside) fn inode(files: &dyn Files, folder: &str, sort: Sort) -> io::Result<u64> {
    let link = files.link(&format!("{folder}/ns/{}", sort.name()))?;
    let number = link
        .split_once(":[")
        .and_then(|(_, rest)| rest.trim_end().strip_suffix(']')?.parse().ok());
    number.ok_or_else(|| io::ErrorKind::InvalidData.into())
}
