//! `unshare`, `nsenter`, `lsns`, `mount`, `umount`, `mountpoint`: namespaces and mounts.

use super::applet::Applet;
use super::identity::run;
use crate::kernel::{Errno, ForkOptions, Namespace, Pid, Sys};

/// The options that name a namespace, in util-linux and in busybox.
const NAMESPACES: [(char, Namespace); 6] = [
    ('C', Namespace::Cgroup),
    ('i', Namespace::Ipc),
    ('m', Namespace::Mount),
    ('n', Namespace::Network),
    ('p', Namespace::Pid),
    ('u', Namespace::Uts),
];

const LONG: &[(&str, char)] = &[
    ("cgroup", 'C'),
    ("ipc", 'i'),
    ("mount", 'm'),
    ("net", 'n'),
    ("pid", 'p'),
    ("uts", 'u'),
    ("user", 'U'),
    ("fork", 'f'),
    ("target", 't'),
    ("all", 'a'),
    ("map-root-user", 'r'),
    ("mount-proc", 'M'),
    ("no-fork", 'F'),
];

/// `unshare [-Cimnpuf] [PROGRAM ARGS…]`
pub(super) async fn unshare(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+CimnpuUfrM", LONG).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut wanted: Vec<Namespace> = NAMESPACES
        .iter()
        .filter(|it| options.has(it.0))
        .map(|it| it.1)
        .collect();
    if options.has('M') && !wanted.contains(&Namespace::Mount) {
        wanted.push(Namespace::Mount);
    }
    let refused = if options.has('U') || options.has('r') {
        Err(Errno::EPERM)
    } else {
        applet.sys.unshare(&wanted)
    };
    if let Err(error) = refused {
        let what = if applet.is_busybox() {
            format!("unshare(0x{:x})", flags(&wanted))
        } else {
            "unshare failed".to_owned()
        };
        return applet.fail(format!("{what}: {error}")).await;
    }
    let proc = options.has('M');
    launch(&applet, options.operands.clone(), options.has('f'), proc).await
}

/// The bits of clone(2).
fn flags(wanted: &[Namespace]) -> u32 {
    let bit = |it: &Namespace| match it {
        Namespace::Cgroup => 0x0200_0000,
        Namespace::Ipc => 0x0800_0000,
        Namespace::Mount => 0x0002_0000,
        Namespace::Network => 0x4000_0000,
        Namespace::Pid => 0x2000_0000,
        Namespace::Uts => 0x0400_0000,
    };
    wanted.iter().map(bit).fold(0, |all, it| all | it)
}

/// `nsenter -t PID [-aCimnpu] [PROGRAM ARGS…]`
pub(super) async fn nsenter(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("+t:aCimnpuUFrw", LONG).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let target = options.value('t').and_then(|it| it.parse().ok());
    let Some(target) = target else {
        return applet
            .fail("no target PID specified, and no file to take a namespace from")
            .await;
    };
    let wanted: Vec<Namespace> = NAMESPACES
        .iter()
        .filter(|it| options.has(it.0) || options.has('a'))
        .map(|it| it.1)
        .collect();
    let first = wanted.first().map_or("mnt", |it| it.name());
    match applet.sys.enter_namespaces(Pid(target), &wanted) {
        Ok(()) => {}
        Err(Errno::ESRCH) => {
            let message = format!("can't open '/proc/{target}/ns/{first}': {}", Errno::ENOENT);
            let message = if applet.is_busybox() {
                message
            } else {
                format!("cannot open /proc/{target}/ns/{first}: {}", Errno::ENOENT)
            };
            return applet.fail(message).await;
        }
        Err(error) => {
            let message = if applet.is_busybox() {
                format!("setns(): can't reassociate to namespace '{first}': {error}")
            } else {
                format!("reassociate to namespace 'ns/{first}' failed: {error}")
            };
            return applet.fail(message).await;
        }
    }
    let forks = options.has('p') || options.has('a');
    launch(&applet, options.operands.clone(), forks, false).await
}

/// Runs the program, the user's shell by default; in a child when its PID namespace is to be ours.
async fn launch(applet: &Applet, mut words: Vec<String>, forks: bool, proc: bool) -> u8 {
    if words.is_empty() {
        let shell = applet.sys.var("SHELL");
        words.push(shell.unwrap_or_else(|| "/bin/sh".to_owned()));
    }
    if !forks {
        let env = applet.sys.env();
        return run(applet, &words, env, "can't execute").await;
    }
    let name = applet.name.clone();
    let child = applet.sys.fork(ForkOptions::default(), move |sys| {
        Box::pin(async move {
            if proc {
                // Without it the program still runs, and sees the old processes.
                let _ = sys.mount("proc", "/proc", Some("proc"), false);
            }
            let env = sys.env();
            let applet = Applet {
                sys,
                name,
                args: Vec::new(),
            };
            run(&applet, &words, env, "can't execute").await
        })
    });
    match child {
        Ok(child) => match applet.sys.wait(Some(child)).await {
            Ok((_, status)) => status.code(),
            Err(_) => 1,
        },
        Err(error) => applet.fail(format!("fork: {error}")).await,
    }
}

/// A namespace: its inode and sort, how many processes are in it, and the first: number, user,
/// command.
type Row = (u64, &'static str, u32, u32, u32, String);

/// `lsns [-t TYPE] [-p PID] [-n]`, as util-linux's.
pub(super) async fn lsns(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "t:p:nlo:",
            &[("type", 't'), ("task", 'p'), ("noheadings", 'n')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let mut rows: Vec<Row> = Vec::new();
    let mut processes = sys.processes();
    processes.sort_by_key(|it| it.pid);
    let only: Option<u32> = options.value('p').and_then(|it| it.parse().ok());
    for sort in ["time", "cgroup", "pid", "user", "uts", "ipc", "net", "mnt"] {
        if options.value('t').is_some_and(|it| it != sort) {
            continue;
        }
        let mut found: Vec<Row> = Vec::new();
        let mut shown = Vec::new();
        for process in &processes {
            let Ok(link) = sys.read_link(&format!("/proc/{}/ns/{sort}", process.pid.0)) else {
                continue;
            };
            let number: String = link.chars().filter(char::is_ascii_digit).collect();
            let Ok(inode) = number.parse::<u64>() else {
                continue;
            };
            if only == Some(process.pid.0) {
                shown.push(inode);
            }
            if let Some(row) = found.iter_mut().find(|it| it.0 == inode) {
                row.2 += 1;
            } else {
                let command = super::processes::command(process);
                found.push((inode, sort, 1, process.pid.0, process.uid, command));
            }
        }
        if only.is_some() {
            found.retain(|it| shown.contains(&it.0));
        }
        rows.extend(found);
    }
    rows.sort_by_key(|it| it.0);
    let mut text = String::new();
    let wide = |cells: fn(&Row) -> usize, least: usize| {
        rows.iter().map(cells).max().unwrap_or(0).max(least)
    };
    let pids = wide(|it| it.3.to_string().len(), 3);
    let counts = wide(|it| it.2.to_string().len(), 6);
    let names: Vec<String> = rows
        .iter()
        .map(|it| super::applet::user_name(sys, it.4))
        .collect();
    let users = names.iter().map(String::len).max().unwrap_or(0).max(4);
    if !options.has('n') {
        text.push_str(&format!(
            "{:>10} {:<6} {:>counts$} {:>pids$} {:<users$} COMMAND\n",
            "NS", "TYPE", "NPROCS", "PID", "USER"
        ));
    }
    for ((inode, sort, count, pid, _, command), user) in rows.iter().zip(&names) {
        text.push_str(&format!(
            "{inode:>10} {sort:<6} {count:>counts$} {pid:>pids$} {user:<users$} {command}\n"
        ));
    }
    applet.print(text).await
}

/// `mount [-r] [-t TYPE] [-o OPTIONS] [--bind] [SOURCE] [TARGET]`
pub(super) async fn mount(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "t:o:rwaBlv",
            &[("bind", 'B'), ("types", 't'), ("options", 'o')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let [source, target] = options.operands.as_slice() else {
        let mounts = sys.read_file("/proc/mounts").unwrap_or_default();
        let mounts = String::from_utf8_lossy(&mounts).into_owned();
        let mut text = String::new();
        for line in mounts.lines() {
            let fields: Vec<&str> = line.split(' ').collect();
            if let [device, point, kind, flags, ..] = fields.as_slice()
                && options.value('t').is_none_or(|it| it == *kind)
            {
                text.push_str(&format!("{device} on {point} type {kind} ({flags})\n"));
            }
        }
        return applet.print(text).await;
    };
    let flags: Vec<&str> = options.values('o').flat_map(|it| it.split(',')).collect();
    let bind = options.has('B') || flags.contains(&"bind");
    let read_only = options.has('r') || flags.contains(&"ro");
    let sort = if bind {
        None
    } else {
        options.value('t').or(Some(""))
    };
    match sys.mount(source, target, sort, read_only) {
        Ok(()) => 0,
        Err(error) => {
            let message = match (error, applet.is_busybox()) {
                (Errno::EPERM, true) => "permission denied (are you root?)".to_owned(),
                (Errno::EPERM, false) => format!("{target}: permission denied."),
                (error, true) => format!("mounting {source} on {target} failed: {error}"),
                (Errno::ENOENT, false) => format!("{target}: mount point does not exist."),
                (error, false) => format!("{target}: {error}"),
            };
            let status = if applet.is_busybox() && error == Errno::EPERM {
                1
            } else if applet.is_busybox() {
                255
            } else {
                32
            };
            applet.complain(&message).await;
            status
        }
    }
}

/// `umount TARGET…`
pub(super) async fn umount(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("fldnrat:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let mut status = 0;
    for target in &options.operands {
        if let Err(error) = applet.sys.unmount(target) {
            let message = match (error, applet.is_busybox()) {
                (error, true) => format!("can't unmount {target}: {error}"),
                (Errno::EPERM, false) => format!("{target}: must be superuser to unmount."),
                (Errno::EINVAL, false) => format!("{target}: not mounted."),
                (Errno::ENOENT, false) => format!("{target}: no mount point specified."),
                (error, false) => format!("{target}: {error}"),
            };
            applet.complain(&message).await;
            status = if applet.is_busybox() { 1 } else { 32 };
        }
    }
    status
}

/// `mountpoint [-q] FOLDER`
pub(super) async fn mountpoint(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("qdxn", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [path] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    let found = match applet.sys.real_path(path) {
        Ok(found) => found,
        Err(error) => return applet.fail(format!("{path}: {error}")).await,
    };
    let mounts = applet.sys.read_file("/proc/mounts").unwrap_or_default();
    let mounts = String::from_utf8_lossy(&mounts).into_owned();
    let is_one = mounts
        .lines()
        .any(|line| line.split(' ').nth(1) == Some(&found));
    if !options.has('q') {
        let word = if is_one { "is" } else { "is not" };
        applet.print(format!("{path} {word} a mountpoint\n")).await;
    }
    u8::from(!is_one)
}
