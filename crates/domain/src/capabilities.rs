//! Names of capabilities, capabilities(7).

/// By their numbers, without `CAP_` (`include/uapi/linux/capability.h`).
pub const NAMES: [&str; 41] = [
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "KILL",
    "SETGID",
    "SETUID",
    "SETPCAP",
    "LINUX_IMMUTABLE",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_ADMIN",
    "NET_RAW",
    "IPC_LOCK",
    "IPC_OWNER",
    "SYS_MODULE",
    "SYS_RAWIO",
    "SYS_CHROOT",
    "SYS_PTRACE",
    "SYS_PACCT",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_NICE",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "MKNOD",
    "LEASE",
    "AUDIT_WRITE",
    "AUDIT_CONTROL",
    "SETFCAP",
    "MAC_OVERRIDE",
    "MAC_ADMIN",
    "SYSLOG",
    "WAKE_ALARM",
    "BLOCK_SUSPEND",
    "AUDIT_READ",
    "PERFMON",
    "BPF",
    "CHECKPOINT_RESTORE",
];

/// What a container has by default (moby's `oci/caps/defaults.go`).
pub const DEFAULT: u64 = 0xa804_25fb;

/// The names of those in a set, and of those that are not.
pub fn split(set: u64) -> (Vec<&'static str>, Vec<&'static str>) {
    let all = NAMES.iter().enumerate();
    let (mut kept, mut dropped) = (Vec::new(), Vec::new());
    for (bit, name) in all {
        if set >> bit & 1 == 1 {
            kept.push(*name);
        } else {
            dropped.push(*name);
        }
    }
    (kept, dropped)
}

/// How many there are.
pub const fn count() -> usize {
    NAMES.len()
}
