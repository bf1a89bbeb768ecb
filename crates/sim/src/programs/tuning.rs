//! `nice`, `renice`, `taskset`, `dmesg`, `sysctl`, `strings`, `su`, `sudo`, `mkfifo`, `fold`,
//! `netstat`, `route`: one small command each.

use std::net::IpAddr;

use super::applet::{Applet, number_in};
use super::cat::{close, open, or_stdin};
use super::identity::run;
use crate::kernel::{Errno, Pid, Sys};
use crate::shell::stream::{Input, Output};

/// `nice [-n N] [PROGRAM ARGS…]`
pub(super) async fn nice(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+n:", &[("adjustment", 'n')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let own = applet.sys.pid();
    let now = applet.sys.nice_of(own).map_or(0, i32::from);
    if options.operands.is_empty() {
        return applet.print(format!("{now}\n")).await;
    }
    let step = options.value('n').unwrap_or("10");
    let Ok(step) = step.parse::<i32>() else {
        return applet.fail(format!("invalid number '{step}'")).await;
    };
    if let Err(error) = applet.sys.set_nice(own, now + step) {
        applet
            .complain(&format!("setpriority({}): {error}", now + step))
            .await;
        if applet.is_busybox() {
            return 1;
        }
    }
    let env = applet.sys.env();
    run(&applet, &options.operands, env, "can't execute").await
}

/// `renice [-n] PRIORITY [-p] PID…`
pub(super) async fn renice(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut words = applet
        .args
        .iter()
        .filter(|it| !matches!(it.as_str(), "-p" | "-n"));
    let relative = applet.args.first().is_some_and(|it| it == "-n") && applet.is_busybox();
    let Some(step) = words.next().and_then(|it| it.parse::<i32>().ok()) else {
        return applet.usage().await;
    };
    let mut status = 0;
    for word in words {
        let Ok(pid) = word.parse::<u32>() else {
            status = applet.fail(format!("invalid number '{word}'")).await;
            continue;
        };
        let old = applet.sys.nice_of(Pid(pid));
        let done = old.and_then(|old| {
            let base = if relative { i32::from(old) } else { 0 };
            applet.sys.set_nice(Pid(pid), base + step)?;
            Ok(old)
        });
        match done {
            Ok(old) if !applet.is_busybox() => {
                let text = format!("{pid} (process ID) old priority {old}, new priority {step}\n");
                applet.print(text).await;
            }
            Ok(_) => {}
            Err(error) => status = applet.fail(format!("getpriority({pid}): {error}")).await,
        }
    }
    status
}

/// `taskset [-p] MASK [PROGRAM ARGS… | PID]`
pub(super) async fn taskset(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("+pc", &[("cpu-list", 'c'), ("pid", 'p')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let processors = applet.sys.processors();
    if options.has('p') {
        let Some(pid) = options.operands.last() else {
            return applet.usage().await;
        };
        let text = if options.has('c') {
            let list: Vec<String> = processors.iter().map(u32::to_string).collect();
            format!("pid {pid}'s current affinity list: {}\n", list.join(","))
        } else {
            let mask = processors
                .iter()
                .fold(0_u64, |mask, it| mask | 1 << it.min(&63));
            format!("pid {pid}'s current affinity mask: {mask:x}\n")
        };
        return applet.print(text).await;
    }
    let Some((_, program)) = options.operands.split_first() else {
        return applet.usage().await;
    };
    if program.is_empty() {
        return applet.usage().await;
    }
    let env = applet.sys.env();
    run(&applet, program, env, "can't execute").await
}

/// `dmesg`: a container may not read the journal of the kernel.
pub(super) async fn dmesg(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if !applet.sys.may_change_network() {
        let text = if applet.is_busybox() {
            "klogctl: Operation not permitted"
        } else {
            "read kernel buffer failed: Operation not permitted"
        };
        return applet.fail(text).await;
    }
    let release = applet.sys.kernel().options().release.clone();
    let lines = [
        format!("[    0.000000] Linux version {release} (debian-kernel@lists.debian.org)"),
        "[    0.000000] Command line: BOOT_IMAGE=/boot/vmlinuz-6.1.0 root=/dev/vda1 ro quiet".to_owned(),
        "[    0.004000] Hypervisor detected: KVM".to_owned(),
        "[    0.412345] virtio_blk virtio1: [vda] 125829120 512-byte logical blocks (64.4 GB/60.0 GiB)".to_owned(),
        "[    1.023456] EXT4-fs (vda1): mounted filesystem with ordered data mode.".to_owned(),
        "[    1.534567] systemd[1]: Set hostname.".to_owned(),
        "[    3.845678] bridge: filtering via arp/ip/ip6tables is no longer available by default.".to_owned(),
        "[    3.951234] docker0: port state changed".to_owned(),
    ];
    applet.print(lines.join("\n") + "\n").await
}

/// `sysctl [-n] [-a] [NAME | NAME=VALUE]…`
pub(super) async fn sysctl(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("naewqp", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let mut names = options.operands.clone();
    if options.has('a') {
        let mut pending = vec!["/proc/sys".to_owned()];
        while let Some(folder) = pending.pop() {
            for entry in sys.read_dir(&folder).unwrap_or_default().into_iter().rev() {
                let path = format!("{folder}/{}", entry.name);
                if entry.metadata.is_dir() {
                    pending.push(path);
                } else {
                    names.push(path["/proc/sys/".len()..].replace('/', "."));
                }
            }
        }
        names.sort();
    }
    let mut status = 0;
    for name in names {
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name.trim().to_owned(), Some(value.trim().to_owned())),
            None => (name, None),
        };
        let path = format!("/proc/sys/{}", name.replace('.', "/"));
        if let Some(value) = value {
            if let Err(error) = sys.write_file(&path, value.as_bytes()) {
                let text = match error {
                    Errno::ENOENT => format!("error: '{path}' is an unknown key"),
                    _ => format!("error setting key '{path}': {error}"),
                };
                status = applet.fail(text).await;
                continue;
            }
            applet.print(format!("{name} = {value}\n")).await;
            continue;
        }
        match sys.read_file(&path) {
            Ok(bytes) => {
                let value = String::from_utf8_lossy(&bytes).trim_end().to_owned();
                let text = if options.has('n') {
                    format!("{value}\n")
                } else {
                    format!("{name} = {value}\n")
                };
                applet.print(text).await;
            }
            Err(error) => {
                let text = match error {
                    Errno::ENOENT => format!("error: '{path}' is an unknown key"),
                    _ => format!("error reading key '{path}': {error}"),
                };
                status = applet.fail(text).await;
            }
        }
    }
    status
}

/// `strings [-n LENGTH] [FILE]…`
pub(super) async fn strings(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("afon:t:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let least = options
        .value('n')
        .and_then(|it| it.parse().ok())
        .unwrap_or(4_usize);
    let mut status = 0;
    let mut out = Output::new(&applet.sys, 1);
    for path in or_stdin(&options.operands) {
        let fd = match open(&applet.sys, &path) {
            Ok(fd) => fd,
            Err(error) => {
                status = applet.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        let content = Input::new(&applet.sys, fd).rest().await.unwrap_or_default();
        close(&applet.sys, fd);
        let printable = |it: &u8| (32..127).contains(it) || *it == b'\t';
        for part in content.split(|it| !printable(it)) {
            if part.len() >= least {
                out.line(part);
            }
        }
    }
    out.finish(status).await
}

/// `su [-] [-c COMMAND] [-s SHELL] [USER]` and `sudo [-u USER] PROGRAM ARGS…`
pub(super) async fn su(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let sudo = applet.name == "sudo";
    let spec = if sudo { "+u:Eins" } else { "c:s:lmp" };
    let options = match applet
        .options(spec, &[("user", 'u'), ("command", 'c')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut operands = options.operands.clone();
    operands.retain(|it| sudo || it != "-");
    let user = if sudo {
        options.value('u').unwrap_or("root").to_owned()
    } else {
        operands
            .first()
            .cloned()
            .unwrap_or_else(|| "root".to_owned())
    };
    let sys = &applet.sys;
    let Some(uid) = number_in(sys, "/etc/passwd", &user) else {
        return applet.fail(format!("unknown user {user}")).await;
    };
    let fields: Vec<String> = {
        let passwd = sys.read_file("/etc/passwd").unwrap_or_default();
        let passwd = String::from_utf8_lossy(&passwd).into_owned();
        let found = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(&user))
            .unwrap_or_default();
        found.split(':').map(str::to_owned).collect()
    };
    let gid = fields.get(3).and_then(|it| it.parse().ok()).unwrap_or(uid);
    let allowed = if sudo { sys.become_root() } else { Ok(()) };
    if allowed
        .and_then(|()| sys.set_user(uid, gid, vec![gid]))
        .is_err()
    {
        return if sudo {
            applet.fail("a password is required").await
        } else {
            applet.fail("incorrect password").await
        };
    }
    let mut env = sys.env();
    let home = fields.get(5).cloned().unwrap_or_else(|| "/".to_owned());
    env.insert("HOME".to_owned(), home);
    env.insert("USER".to_owned(), user.clone());
    env.insert("LOGNAME".to_owned(), user);
    let shell = options
        .value('s')
        .map(str::to_owned)
        .or_else(|| fields.get(6).cloned().filter(|it| !it.is_empty()))
        .unwrap_or_else(|| "/bin/sh".to_owned());
    let words = if sudo && !operands.is_empty() {
        operands
    } else if let Some(command) = options.value('c') {
        vec![shell, "-c".to_owned(), command.to_owned()]
    } else {
        let rest = operands.into_iter().skip(1);
        std::iter::once(shell).chain(rest).collect()
    };
    run(&applet, &words, env, "can't execute").await
}

/// `mkfifo [-m MODE] NAME…`
pub(super) async fn mkfifo(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("m:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let mode = options
        .value('m')
        .and_then(|it| u32::from_str_radix(it, 8).ok())
        .unwrap_or(0o666);
    let mut status = 0;
    for name in &options.operands {
        if let Err(error) = applet.sys.mkfifo(name, mode) {
            status = applet.fail(format!("{name}: {error}")).await;
        }
    }
    status
}

/// `fold [-s] [-w WIDTH] [FILE]…`
pub(super) async fn fold(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("bsw:", &[("width", 'w')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let width = options
        .value('w')
        .and_then(|it| it.parse().ok())
        .unwrap_or(80_usize)
        .max(1);
    let mut status = 0;
    let mut out = Output::new(&applet.sys, 1);
    for path in or_stdin(&options.operands) {
        let fd = match open(&applet.sys, &path) {
            Ok(fd) => fd,
            Err(error) => {
                status = applet.fail(format!("{path}: {error}")).await;
                continue;
            }
        };
        let mut input = Input::new(&applet.sys, fd);
        while let Ok(Some(line)) = input.line().await {
            let ends = line.last() == Some(&b'\n');
            let text = String::from_utf8_lossy(&line)
                .trim_end_matches('\n')
                .to_owned();
            let mut rest: Vec<char> = text.chars().collect();
            while rest.len() > width {
                let space = rest[..width].iter().rposition(|it| *it == ' ');
                let cut = space
                    .filter(|_| options.has('s'))
                    .map_or(width, |it| it + 1);
                let tail = rest.split_off(cut);
                out.line(rest.iter().collect::<String>());
                rest = tail;
            }
            out.push(rest.iter().collect::<String>());
            if ends {
                out.push("\n");
            }
        }
        close(&applet.sys, fd);
    }
    out.finish(status).await
}

/// `netstat [-tlnar]` and `ss [-tln]`
pub(super) async fn netstat(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("tlnaruwxepWH", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.has('r') {
        return applet.print(routing_table(&applet.sys, true)).await;
    }
    let listening = applet.sys.listening();
    let mut text = String::new();
    if applet.name == "ss" {
        text.push_str("State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n");
        for address in listening {
            let port = address.port();
            let (local, peer) = match address.ip() {
                IpAddr::V4(ip) => (format!("{ip}:{port}"), "0.0.0.0:*"),
                IpAddr::V6(ip) => (format!("[{ip}]:{port}"), "[::]:*"),
            };
            text.push_str(&format!("LISTEN 0      4096   {local:>18} {peer:>16}\n"));
        }
        return applet.print(text).await;
    }
    let what = match (options.has('l'), options.has('a')) {
        (true, _) => "(only servers)",
        (_, true) => "(servers and established)",
        _ => "(w/o servers)",
    };
    text.push_str(&format!("Active Internet connections {what}\nProto Recv-Q Send-Q Local Address           Foreign Address         State       \n"));
    if options.has('l') || options.has('a') {
        for address in listening {
            let (proto, peer) = if address.is_ipv4() {
                ("tcp", "0.0.0.0:*")
            } else {
                ("tcp", ":::*")
            };
            let local = format!("{}:{}", address.ip(), address.port());
            text.push_str(&format!(
                "{proto:<3}        0      0 {local:<23} {peer:<23} LISTEN      \n"
            ));
        }
    }
    if !options.has('t') && !options.has('u') {
        text.push_str(&format!("Active UNIX domain sockets {what}\nProto RefCnt Flags       Type       State         I-Node Path\n"));
    }
    applet.print(text).await
}

/// `route [-n]`
pub(super) async fn route(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("ne", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if !options.operands.is_empty() {
        return applet.fail("SIOCADDRT: Operation not permitted").await;
    }
    let text = routing_table(&applet.sys, false);
    let text = if options.has('n') {
        text
    } else {
        text.replacen("0.0.0.0         ", "default         ", 1)
            .replace(" 0.0.0.0 ", " *       ")
    };
    applet.print(text).await
}

/// The routes of `/proc/net/route`.
fn routing_table(sys: &Sys, windows: bool) -> String {
    let table = sys.read_file("/proc/net/route").unwrap_or_default();
    let table = String::from_utf8_lossy(&table).into_owned();
    let tail = if windows {
        "MSS Window  irtt"
    } else {
        "Metric Ref    Use"
    };
    let mut text = format!(
        "Kernel IP routing table\nDestination     Gateway         Genmask         Flags {}{tail} Iface\n",
        if windows { "  " } else { "" }
    );
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [device, to, gateway, flags, _, _, _, mask, ..] = fields.as_slice() else {
            continue;
        };
        let ip = |hex: &str| {
            let bits = u32::from_str_radix(hex, 16).unwrap_or(0).swap_bytes();
            std::net::Ipv4Addr::from_bits(bits).to_string()
        };
        let flags = if *flags == "0003" { "UG" } else { "U" };
        let numbers = if windows {
            "     0 0          0"
        } else {
            " 0      0        0"
        };
        text.push_str(&format!(
            "{:<15} {:<15} {:<15} {flags:<5}{numbers} {device}\n",
            ip(to),
            ip(gateway),
            ip(mask)
        ));
    }
    text
}

/// `who`, `w`, `last`: nobody is logged in where there is no record of it.
pub(super) async fn who(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    match applet.name.as_str() {
        "w" => applet.print("USER\t\tTTY\t\tIDLE\tTIME\t\t HOST\n").await,
        "last" => {
            applet
                .fail("can't open '/var/log/wtmp': No such file or directory")
                .await
        }
        _ => 0,
    }
}

/// `chroot FOLDER PROGRAM`: only of `/` itself.
pub(super) async fn chroot(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let Some((folder, program)) = applet.args.split_first() else {
        return applet.usage().await;
    };
    if folder != "/" {
        return applet
            .fail(format!(
                "can't change root directory to '{folder}': Function not implemented"
            ))
            .await;
    }
    let mut words = program.to_vec();
    if words.is_empty() {
        words = vec!["/bin/sh".to_owned(), "-i".to_owned()];
    }
    let env = applet.sys.env();
    run(&applet, &words, env, "can't execute").await
}

/// The shell of accounts that nobody logs in to.
pub(super) async fn nologin(sys: Sys) -> u8 {
    Applet::new(sys)
        .print("This account is not available\n")
        .await;
    1
}

/// `logger`: what it is told goes to a journal that nobody reads.
pub(super) async fn logger(_: Sys) -> u8 {
    0
}
