//! `/proc/sys`, sysctl(8).

use super::super::lock::Locked;
use super::super::walk::View;
use super::machine::uuid;
use super::{Node, Setting};

/// The settings that are the same on every machine, with their values.
const FIXED: &[(&str, &str)] = &[
    ("fs/file-max", "9223372036854775807"),
    ("fs/file-nr", "1024\t0\t9223372036854775807"),
    ("fs/inotify/max_user_instances", "128"),
    ("fs/inotify/max_user_watches", "29684"),
    ("fs/nr_open", "1048576"),
    ("kernel/cap_last_cap", "40"),
    ("kernel/dmesg_restrict", "1"),
    ("kernel/domainname", "(none)"),
    ("kernel/msgmax", "8192"),
    ("kernel/ostype", "Linux"),
    ("kernel/overflowuid", "65534"),
    ("kernel/panic", "0"),
    ("kernel/pid_max", "4194304"),
    ("kernel/randomize_va_space", "2"),
    ("kernel/shmmax", "18446744073692774399"),
    ("kernel/threads-max", "31180"),
    ("net/core/somaxconn", "4096"),
    ("net/ipv4/ip_default_ttl", "64"),
    ("net/ipv4/ip_forward", "1"),
    ("net/ipv4/ip_local_port_range", "32768\t60999"),
    ("net/ipv4/tcp_syn_retries", "6"),
    ("net/ipv6/conf/all/disable_ipv6", "0"),
    ("user/max_user_namespaces", "15590"),
    ("vm/max_map_count", "65530"),
    ("vm/overcommit_memory", "0"),
    ("vm/panic_on_oom", "0"),
    ("vm/swappiness", "60"),
];

/// Those that the machine computes.
const COMPUTED: [&str; 8] = [
    "kernel/hostname",
    "kernel/ns_last_pid",
    "kernel/osrelease",
    "kernel/random/boot_id",
    "kernel/random/uuid",
    "kernel/version",
    "net/ipv4/ip_unprivileged_port_start",
    "vm/drop_caches",
];

/// A file or folder of `/proc/sys`.
pub(super) fn sys(view: &View, names: &[&str]) -> Option<Node> {
    let path = names.join("/");
    let line = |text: &str| Node::text(format!("{text}\n"));
    if let Some((_, value)) = FIXED.iter().find(|it| it.0 == path) {
        return Some(if view.may(super::super::security::Capability::SysAdmin) {
            Node::Setting(format!("{value}\n").into(), Setting::Ignored)
        } else {
            line(value)
        });
    }
    match path.as_str() {
        "kernel/hostname" => {
            let name = format!("{}\n", view.space.hostname.locked());
            Some(Node::Setting(name.into(), Setting::Hostname(view.pid)))
        }
        "kernel/ns_last_pid" => {
            let table = view.inner.table.locked();
            let last = table.namespaces.get(&view.pids).map_or(0, |it| it.last);
            Some(line(&last.to_string()))
        }
        "kernel/osrelease" => Some(line(&view.inner.options.release)),
        "kernel/version" => Some(line(super::machine::BUILD)),
        "kernel/random/boot_id" => Some(line(&view.inner.boot_id)),
        "kernel/random/uuid" => Some(line(&uuid())),
        // Docker lets containers bind every port.
        "net/ipv4/ip_unprivileged_port_start" => {
            Some(line(if view.space.net.host { "1024" } else { "0" }))
        }
        "vm/drop_caches" => Some(Node::Setting("0\n".into(), Setting::Ignored)),
        _ => folder(&path),
    }
}

fn folder(path: &str) -> Option<Node> {
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let all = FIXED.iter().map(|it| it.0).chain(COMPUTED);
    let names: std::collections::BTreeSet<&str> = all
        .filter_map(|it| it.strip_prefix(&prefix)?.split('/').next())
        .collect();
    (!names.is_empty()).then(|| Node::directory(names))
}
