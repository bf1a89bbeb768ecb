//! What `/proc` says of the machine.

use std::fmt::Write;
use std::net::IpAddr;

use super::super::links::Link;
use super::super::lock::Locked;
use super::super::net::NetNamespace;
use super::super::table::HOST_PIDS;
use super::super::traffic::Traffic;
use super::super::walk::View;
use super::Node;

/// A file's name and what it says.
type Row = (&'static str, fn(&View) -> String);

/// `uname -v`.
pub(crate) const BUILD: &str = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.148-1 (2025-08-26)";

/// What `/proc` has besides [`FILES`] and the processes.
pub(super) const OTHERS: [&str; 15] = [
    "acpi",
    "bus",
    "driver",
    "fs",
    "irq",
    "kcore",
    "keys",
    "mounts",
    "net",
    "self",
    "sys",
    "sysrq-trigger",
    "thread-self",
    "timer_list",
    "tty",
];

/// The files right in `/proc`.
pub(super) const FILES: [Row; 15] = [
    ("cgroups", cgroups),
    ("cmdline", |_| {
        "BOOT_IMAGE=/boot/vmlinuz-6.1.0 root=/dev/vda1 ro quiet\n".to_owned()
    }),
    ("cpuinfo", cpuinfo),
    ("devices", |_| {
        "Character devices:\n  1 mem\n  4 tty\n  5 /dev/tty\n136 pts\n\nBlock devices:\n254 virtblk\n".to_owned()
    }),
    ("diskstats", |_| {
        " 254       0 vda 21032 2553 1516050 6778 46083 41087 1056355 9016 0 20480 15794 0 0 0 0 0 0\n".to_owned()
    }),
    ("filesystems", |_| {
        let nodev = [
            "sysfs",
            "tmpfs",
            "bdev",
            "proc",
            "cgroup",
            "cgroup2",
            "cpuset",
            "devtmpfs",
            "debugfs",
            "tracefs",
            "securityfs",
            "sockfs",
            "bpf",
            "pipefs",
            "ramfs",
            "hugetlbfs",
            "devpts",
            "mqueue",
            "pstore",
            "autofs",
        ];
        let rows = nodev.map(|it| format!("nodev\t{it}\n"));
        rows.concat() + "\text3\n\text2\n\text4\nnodev\toverlay\n"
    }),
    ("loadavg", loadavg),
    ("meminfo", meminfo),
    ("modules", |_| {
        "overlay 163840 1 - Live 0x0000000000000000\nbr_netfilter 36864 0 - Live 0x0000000000000000\nbridge 311296 1 br_netfilter, Live 0x0000000000000000\nveth 40960 0 - Live 0x0000000000000000\nip_vs 208896 0 - Live 0x0000000000000000\nvirtio_net 73728 0 - Live 0x0000000000000000\n".to_owned()
    }),
    ("partitions", |_| {
        "major minor  #blocks  name\n\n 254        0   62914560 vda\n 254        1   62912512 vda1\n".to_owned()
    }),
    ("stat", stat),
    ("swaps", |_| {
        "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n".to_owned()
    }),
    ("uptime", uptime),
    ("version", |view| {
        format!(
            "Linux version {} (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14+deb12u1) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) {BUILD}\n",
            view.inner.options.release
        )
    }),
    ("vmstat", |_| {
        "nr_free_pages 524288\npgfault 1048576\noom_kill 0\n".to_owned()
    }),
];

fn cgroups(view: &View) -> String {
    let count = view.inner.table.locked().cgroups.len() + 3;
    let mut text = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n".to_owned();
    for name in [
        "cpuset", "cpu", "cpuacct", "blkio", "memory", "devices", "freezer", "net_cls", "pids",
    ] {
        let _ = writeln!(text, "{name}\t0\t{count}\t1");
    }
    text
}

fn cpuinfo(view: &View) -> String {
    let mut text = String::new();
    let cpus = view.inner.options.cpus;
    for index in 0..cpus {
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "processor\t: {index}\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n\
             model name\t: Intel(R) Xeon(R) Processor @ 2.00GHz (simulated)\nstepping\t: 7\nmicrocode\t: 0x1\n\
             cpu MHz\t\t: 2000.000\ncache size\t: 16384 KB\nphysical id\t: 0\nsiblings\t: {cpus}\n\
             core id\t\t: {index}\ncpu cores\t: {cpus}\napicid\t\t: {index}\nfpu\t\t: yes\nfpu_exception\t: yes\n\
             cpuid level\t: 13\nwp\t\t: yes\n\
             flags\t\t: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ss ht syscall nx pdpe1gb rdtscp lm constant_tsc nopl xtopology cpuid pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 x2apic movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm\n\
             bogomips\t: 4000.00\nclflush size\t: 64\ncache_alignment\t: 64\naddress sizes\t: 46 bits physical, 48 bits virtual\npower management:\n\n",
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
        row("SwapCached", 0),
        row("Active", used >> 11),
        row("Inactive", free / 4),
        row("Dirty", 0),
        row("Writeback", 0),
        row("AnonPages", used >> 10),
        row("Mapped", total / 40),
        row("Shmem", 1024),
        row("Slab", total / 60),
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
    let table = view.inner.table.locked();
    let last = table.namespaces.get(&HOST_PIDS).map_or(0, |it| it.last);
    let running = table.processes.values().filter(|it| it.state() == 'R');
    let _ = write!(
        text,
        "intr 0\nctxt {}\nbtime {boot}\nprocesses {last}\nprocs_running {}\nprocs_blocked 0\n",
        up.as_millis() / 2,
        running.count().max(1),
    );
    text
}

fn uptime(view: &View) -> String {
    let seconds = view.inner.clock.uptime().as_secs_f64();
    format!(
        "{seconds:.2} {:.2}\n",
        seconds * f64::from(view.inner.options.cpus)
    )
}

/// A random identifier, RFC 9562 version 4.
pub(in crate::kernel) fn uuid() -> String {
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

/// `/proc/PID/net`.
pub(super) fn net(view: &View, space: &NetNamespace, names: &[&str]) -> Option<Node> {
    match names {
        [] => Some(Node::directory([
            "arp", "dev", "if_inet6", "route", "tcp", "tcp6", "udp", "udp6", "unix",
        ])),
        ["arp"] => Some(Node::text(
            "IP address       HW type     Flags       HW address            Mask     Device\n",
        )),
        ["tcp6"] => Some(Node::text(tcp6(space))),
        ["udp" | "udp6"] => Some(Node::text(
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops             \n",
        )),
        ["unix"] => Some(Node::text(
            "Num       RefCount Protocol Flags    Type St Inode Path\n",
        )),
        ["if_inet6"] => Some(Node::text(
            "00000000000000000000000000000001 01 80 10 80       lo\n",
        )),
        ["dev"] => Some(Node::text(dev(&view.inner.network.links(space)))),
        ["route"] => Some(Node::text(route(&view.inner.network.links(space)))),
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

/// What the devices counted.
fn dev(links: &[Link]) -> String {
    let mut text = String::from(
        "Inter-|   Receive                                                |  Transmit\n \
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n",
    );
    for link in links {
        let Traffic {
            rx_bytes,
            rx_packets,
            tx_bytes,
            tx_packets,
        } = link.traffic;
        let _ = writeln!(
            text,
            "{:>6}: {rx_bytes:>7} {rx_packets:>7}    0    0    0     0          0         0 {tx_bytes:>8} {tx_packets:>7}    0    0    0     0       0          0",
            link.name
        );
    }
    text
}

/// The routes; the loopback has its own table.
fn route(links: &[Link]) -> String {
    let mut text = String::from(
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n",
    );
    let hex = |bits: u32| format!("{:08X}", bits.swap_bytes());
    let links = links.iter().filter(|it| it.name != "lo");
    let way_out = links.clone().find(|it| it.gateway.is_some());
    for link in links {
        let Some((IpAddr::V4(address), prefix)) = link.address else {
            continue;
        };
        let gateway = way_out.filter(|it| it.index == link.index);
        if let Some(IpAddr::V4(gateway)) = gateway.and_then(|it| it.gateway) {
            let _ = writeln!(
                text,
                "{}\t00000000\t{}\t0003\t0\t0\t0\t00000000\t0\t0\t0",
                link.name,
                hex(gateway.to_bits())
            );
        }
        let mask = u32::MAX
            .checked_shl(32 - u32::from(prefix.min(32)))
            .unwrap_or(0);
        let _ = writeln!(
            text,
            "{}\t{}\t00000000\t0001\t0\t0\t0\t{}\t0\t0\t0",
            link.name,
            hex(address.to_bits() & mask),
            hex(mask)
        );
    }
    text
}

/// Who listens in IPv6.
fn tcp6(space: &NetNamespace) -> String {
    let mut text = String::from(
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n",
    );
    let listening = space.listening();
    for (index, address) in listening.iter().filter(|it| it.is_ipv6()).enumerate() {
        let IpAddr::V6(ip) = address.ip() else {
            continue;
        };
        // As the processor holds each word.
        let [a, b, c, d] = [96, 64, 32, 0].map(|shift| {
            let word = ip.to_bits() >> shift & u128::from(u32::MAX);
            u32::try_from(word).unwrap_or_default().swap_bytes()
        });
        let _ = writeln!(
            text,
            "{index:4}: {a:08X}{b:08X}{c:08X}{d:08X}:{:04X} {:032X}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 {} 1",
            address.port(),
            0,
            40_000 + index
        );
    }
    text
}
