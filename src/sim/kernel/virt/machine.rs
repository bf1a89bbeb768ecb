//! What `/proc` says of the machine.

use std::fmt::Write;
use std::net::IpAddr;

use super::super::lock::Locked;
use super::super::walk::View;
use super::Node;

/// A file's name and what it says.
type Row = (&'static str, fn(&View) -> String);

/// The files right in `/proc`.
pub(super) const FILES: [Row; 9] = [
    ("cmdline", |_| {
        "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro quiet\n".to_owned()
    }),
    ("cpuinfo", cpuinfo),
    ("filesystems", |_| {
        "nodev\tproc\nnodev\tsysfs\nnodev\ttmpfs\nnodev\tcgroup2\nnodev\toverlay\n\text4\n"
            .to_owned()
    }),
    ("loadavg", loadavg),
    ("meminfo", meminfo),
    ("stat", stat),
    ("swaps", |_| {
        "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_owned()
    }),
    ("uptime", uptime),
    ("version", |view| {
        format!(
            "Linux version {} (moussaillon) #1 SMP\n",
            view.inner.options.release
        )
    }),
];

fn cpuinfo(view: &View) -> String {
    let mut text = String::new();
    for index in 0..view.inner.options.cpus {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "processor\t: {index}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n\
             model name\t: Simulated CPU @ 2.00GHz\ncpu MHz\t\t: 2000.000\ncpu cores\t: {}\n\n",
            view.inner.options.cpus,
        );
    }
    text
}

fn loadavg(view: &View) -> String {
    let table = view.inner.table.locked();
    let busy: f64 = table.processes.values().map(|it| it.cpu_share).sum();
    let running = table
        .processes
        .values()
        .filter(|it| it.state() == 'R')
        .count();
    let last = table.namespaces.get(&view.pids).map_or(0, |it| it.last);
    format!(
        "{busy:.2} {busy:.2} {busy:.2} {running}/{} {last}\n",
        table.processes.len()
    )
}

fn meminfo(view: &View) -> String {
    // As on a real machine, a container sees the memory of the host.
    let total = view.inner.options.memory >> 10;
    let used: u64 = view
        .inner
        .table
        .locked()
        .processes
        .values()
        .map(|it| it.memory)
        .sum();
    let free = total.saturating_sub(used >> 10);
    let row = |name: &str, kib: u64| format!("{:<16}{kib:>8} kB\n", format!("{name}:"));
    [
        row("MemTotal", total),
        row("MemFree", free / 2),
        row("MemAvailable", free),
        row("Buffers", free / 50),
        row("Cached", free / 2 - free / 50),
        row("SwapTotal", 0),
        row("SwapFree", 0),
    ]
    .concat()
}

fn stat(view: &View) -> String {
    let cpus = u128::from(view.inner.options.cpus);
    let busy: std::time::Duration = view
        .inner
        .table
        .locked()
        .processes
        .values()
        .map(super::super::table::Process::cpu_time)
        .sum();
    let up = view.inner.clock.uptime();
    let ticks = |time: std::time::Duration| time.as_millis() / 10;
    let idle = (ticks(up) * cpus).saturating_sub(ticks(busy));
    let boot = view.inner.clock.now() - up;
    let boot = boot
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let mut text = format!("cpu  {} 0 0 {idle} 0 0 0 0 0 0\n", ticks(busy));
    for index in 0..cpus {
        let _ = writeln!(
            text,
            "cpu{index} {} 0 0 {} 0 0 0 0 0 0",
            ticks(busy) / cpus,
            idle / cpus
        );
    }
    let _ = writeln!(text, "btime {boot}");
    text
}

fn uptime(view: &View) -> String {
    let seconds = view.inner.clock.uptime().as_secs_f64();
    format!(
        "{seconds:.2} {:.2}\n",
        seconds * f64::from(view.inner.options.cpus)
    )
}

/// `/proc/sys`.
pub(super) fn sys(view: &View, names: &[&str]) -> Option<Node> {
    match names {
        [] => Some(Node::directory(["kernel"])),
        ["kernel"] => Some(Node::directory([
            "hostname",
            "osrelease",
            "ostype",
            "pid_max",
            "random",
        ])),
        ["kernel", "hostname"] => Some(Node::text(format!("{}\n", view.space.hostname.locked()))),
        ["kernel", "osrelease"] => Some(Node::text(format!("{}\n", view.inner.options.release))),
        ["kernel", "ostype"] => Some(Node::text("Linux\n")),
        ["kernel", "pid_max"] => Some(Node::text("4194304\n")),
        ["kernel", "random"] => Some(Node::directory(["boot_id", "uuid"])),
        ["kernel", "random", "boot_id"] => Some(Node::text(format!("{}\n", view.inner.boot_id))),
        ["kernel", "random", "uuid"] => Some(Node::text(format!("{}\n", uuid()))),
        _ => None,
    }
}

/// A random identifier, RFC 9562 version 4.
pub(in crate::sim::kernel) fn uuid() -> String {
    let bytes = super::super::file::random(16);
    let hex = bytes
        .iter()
        .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    let hex = format!("{hex:032x}");
    format!(
        "{}-{}-4{}-a{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}

/// `/proc/net`.
pub(super) fn net(view: &View, names: &[&str]) -> Option<Node> {
    let space = &view.space.net;
    match names {
        [] => Some(Node::directory(["dev", "route", "tcp"])),
        ["dev"] => {
            let mut text = String::from(
                "Inter-|   Receive                                                |  Transmit\n \
                 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n",
            );
            let count = space.interfaces().len();
            let cards = (0..count).map(|index| format!("eth{index}"));
            for name in ["lo".to_owned()].into_iter().chain(cards) {
                let _ = writeln!(
                    text,
                    "{name:>6}:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0"
                );
            }
            Some(Node::text(text))
        }
        ["route"] => {
            let mut text = String::from(
                "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n",
            );
            let hex = |bits: u32| format!("{:08X}", bits.swap_bytes());
            for (index, interface) in space.interfaces().iter().enumerate() {
                let IpAddr::V4(address) = interface.address else {
                    continue;
                };
                if let Some(IpAddr::V4(gateway)) = interface.gateway.filter(|_| index == 0) {
                    let _ = writeln!(
                        text,
                        "eth{index}\t00000000\t{}\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                        hex(gateway.to_bits())
                    );
                }
                let mask = u32::MAX
                    .checked_shl(32 - u32::from(interface.prefix.min(32)))
                    .unwrap_or(0);
                let _ = writeln!(
                    text,
                    "eth{index}\t{}\t00000000\t0001\t0\t0\t0\t{}\t0\t0\t0",
                    hex(address.to_bits() & mask),
                    hex(mask)
                );
            }
            Some(Node::text(text))
        }
        ["tcp"] => {
            let mut text = String::from(
                "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n",
            );
            for (index, address) in space.listening().iter().enumerate() {
                let IpAddr::V4(ip) = address.ip() else {
                    continue;
                };
                let ip = ip.to_bits().swap_bytes();
                let _ = writeln!(
                    text,
                    "{index:4}: {ip:08X}:{:04X} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {} 1",
                    address.port(),
                    30_000 + index
                );
            }
            Some(Node::text(text))
        }
        _ => None,
    }
}
