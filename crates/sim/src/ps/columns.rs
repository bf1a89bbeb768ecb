//! The columns of `ps`: how they are asked for, and what they say of a process.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Machine, Shown};
use crate::kernel::ProcessInfo;

/// A column: the names it is asked by, heading, width (negative: right-aligned).
pub(super) type Column = (&'static [&'static str], &'static str, i8);

const COLUMNS: &[Column] = &[
    (&["pid", "tgid"], "PID", -7),
    (&["ppid"], "PPID", -7),
    (&["pgid", "pgrp"], "PGID", -7),
    (&["sid", "session"], "SID", -7),
    (&["sess"], "SESS", -7),
    (&["tpgid"], "TPGID", -7),
    (&["lwp"], "LWP", -7),
    (&["spid"], "SPID", -7),
    (&["tid"], "TID", -7),
    (&["user", "euser", "uname"], "USER", 8),
    (&["ruser"], "RUSER", 8),
    (&["uid", "euid"], "UID", -5),
    (&["ruid"], "RUID", -5),
    (&["gid", "egid"], "GID", -5),
    (&["rgid"], "RGID", -5),
    (&["group", "egroup"], "GROUP", 8),
    (&["rgroup"], "RGROUP", 8),
    (&["comm", "ucomm"], "COMMAND", 15),
    (&["ucmd"], "CMD", 15),
    (&["args", "command"], "COMMAND", 27),
    (&["cmd"], "CMD", 27),
    (&["tname"], "TTY", 8),
    (&["tty", "tt"], "TT", 8),
    (&["time", "cputime"], "TIME", -8),
    (&["cputimes", "times"], "TIME", -8),
    (&["bsdtime"], "TIME", -6),
    (&["etime"], "ELAPSED", -11),
    (&["etimes"], "ELAPSED", -7),
    (&["stat"], "STAT", 4),
    (&["s", "state"], "S", 1),
    (&["f", "flag", "flags"], "F", 1),
    (&["rss", "rssize"], "RSS", -5),
    (&["rsz"], "RSZ", -5),
    (&["vsz", "vsize"], "VSZ", -6),
    (&["sz"], "SZ", -5),
    (&["size"], "SIZE", -5),
    (&["pcpu", "%cpu"], "%CPU", -4),
    (&["pmem", "%mem"], "%MEM", -4),
    (&["ni", "nice"], "NI", -3),
    (&["pri"], "PRI", -3),
    (&["opri", "priority"], "PRI", -3),
    (&["cls", "class", "policy"], "CLS", 3),
    (&["rtprio"], "RTPRIO", -6),
    (&["psr"], "PSR", -3),
    (&["nlwp", "thcount"], "NLWP", -4),
    (&["c"], "C", -2),
    (&["addr"], "ADDR", 4),
    (&["wchan"], "WCHAN", 6),
    (&["label", "context"], "LABEL", 31),
    (&["start_time"], "START", -5),
    (&["stime"], "STIME", -5),
    (&["start"], "STARTED", -8),
    (&["lstart"], "STARTED", -24),
    (&["pidns"], "PIDNS", -10),
    (&["netns"], "NETNS", -10),
    (&["mntns"], "MNTNS", -10),
    (&["utsns"], "UTSNS", -10),
    (&["ipcns"], "IPCNS", -10),
    (&["userns"], "USERNS", -10),
    (&["cgroup"], "CGROUP", 27),
];

pub(super) fn find(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|it| it.0.contains(&name))
}

/// `pid,ppid=PARENT,comm:20`
pub(super) fn parse(known: &mut Vec<Shown>, list: &str) -> Result<(), String> {
    for part in list.split([',', ' ']).filter(|it| !it.is_empty()) {
        let (name, title) = match part.split_once('=') {
            Some((name, title)) => (name, Some(title.to_owned())),
            None => (part, None),
        };
        let name = match name.split_once(':') {
            Some((name, width)) if width.parse::<u8>().is_ok() => name,
            _ => name,
        };
        if find(name).is_none() {
            return Err(format!("unknown user-defined format specifier \"{name}\""));
        }
        known.push((name.to_owned(), title));
    }
    Ok(())
}

/// The name of a user; its number when it has none.
pub(super) fn user(machine: &dyn Machine, uid: u32) -> String {
    name_in(machine, "/etc/passwd", uid)
}

fn name_in(machine: &dyn Machine, file: &str, number: u32) -> String {
    let wanted = number.to_string();
    let text = machine.file(file).unwrap_or_default();
    let name = text.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)? == wanted).then(|| name.to_owned())
    });
    name.unwrap_or(wanted)
}

/// At most eight letters, the last of which tells that there are more.
fn short(name: String) -> String {
    if name.chars().count() <= 8 {
        return name;
    }
    name.chars().take(7).chain(['+']).collect()
}

/// The command as it was typed; a process without one has its name in brackets.
fn command(process: &ProcessInfo) -> String {
    if process.argv.is_empty() {
        format!("[{}]", process.comm)
    } else {
        process.argv.join(" ")
    }
}

fn seconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs()
}

fn hours(seconds: u64) -> String {
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}

/// How long it has been there: `03:12`, `1-02:03:12`.
fn elapsed(age: Duration) -> String {
    let age = age.as_secs();
    match (age / 86_400, age / 3600) {
        (0, 0) => format!("{:02}:{:02}", age / 60, age % 60),
        (0, _) => hours(age),
        (days, _) => format!("{days}-{}", hours(age % 86_400)),
    }
}

/// `Sun Nov 22 14:14:56 2026`
fn date(time: SystemTime) -> String {
    let stamp = i64::try_from(seconds(time)).ok();
    let stamp = stamp.and_then(|it| jiff::Timestamp::from_second(it).ok());
    stamp.map_or_else(String::new, |it| {
        it.strftime("%a %b %e %H:%M:%S %Y").to_string()
    })
}

/// When it began: the hour today, the day before.
fn began(it: &ProcessInfo, now: SystemTime, with_seconds: bool) -> String {
    if seconds(it.started) / 86_400 != seconds(now) / 86_400 {
        // `Nov 22` of `Sun Nov 22 14:14:56 2026`
        let date = date(it.started);
        let day = date.get(4..10).unwrap_or_default();
        return if with_seconds {
            day.to_owned()
        } else {
            day.replace(' ', "")
        };
    }
    let clock = hours(seconds(it.started) % 86_400);
    let length = if with_seconds { 8 } else { 5 };
    clock.get(..length).unwrap_or_default().to_owned()
}

fn status(it: &ProcessInfo) -> String {
    let mut text = it.state.to_string();
    if it.nice < 0 {
        text.push('<');
    }
    if it.nice > 0 {
        text.push('N');
    }
    if it.session == it.pid {
        text.push('s');
    }
    if it.foreground {
        text.push('+');
    }
    text
}

fn namespace(machine: &dyn Machine, it: &ProcessInfo, sort: &str) -> String {
    let link = machine.link(&format!("/proc/{}/ns/{sort}", it.pid.0));
    link.map_or_else(
        || "-".to_owned(),
        |it| it.chars().filter(char::is_ascii_digit).collect(),
    )
}

pub(super) fn cell(machine: &dyn Machine, it: &ProcessInfo, name: &str, prefix: &str) -> String {
    let now = machine.now();
    let age = now.duration_since(it.started).unwrap_or_default();
    let share = it.cpu.as_secs_f64() / age.as_secs_f64().max(0.01) * 100.0;
    let kib = it.memory >> 10;
    let nice = i32::from(it.nice);
    let defunct = it.state == 'Z';
    match name {
        "pid" | "tgid" | "lwp" | "spid" | "tid" => it.pid.0.to_string(),
        "ppid" => it.ppid.0.to_string(),
        "pgid" | "pgrp" => it.group.0.to_string(),
        "sid" | "sess" | "session" => it.session.0.to_string(),
        "tpgid" if it.foreground => it.group.0.to_string(),
        "tpgid" => "-1".to_owned(),
        "user" | "euser" | "uname" | "ruser" => short(user(machine, it.uid)),
        "uid" | "euid" | "ruid" => it.uid.to_string(),
        "gid" | "egid" | "rgid" => it.gid.to_string(),
        "group" | "egroup" | "rgroup" => short(name_in(machine, "/etc/group", it.gid)),
        "comm" | "ucmd" | "ucomm" if defunct => format!("{prefix}{} <defunct>", it.comm),
        "comm" | "ucmd" | "ucomm" => format!("{prefix}{}", it.comm),
        "tty" | "tt" | "tname" => it.tty.clone().unwrap_or_else(|| "?".to_owned()),
        "time" | "cputime" => hours(it.cpu.as_secs()),
        "cputimes" | "times" => it.cpu.as_secs().to_string(),
        "bsdtime" => format!("{}:{:02}", it.cpu.as_secs() / 60, it.cpu.as_secs() % 60),
        "etimes" => age.as_secs().to_string(),
        "etime" => elapsed(age),
        "s" | "state" => it.state.to_string(),
        "stat" => status(it),
        // Begun by an executable, and by root.
        "f" | "flag" | "flags" => "4".to_owned(),
        "rss" | "rssize" | "rsz" | "size" => kib.to_string(),
        "vsz" | "vsize" => (kib * 2).to_string(),
        "sz" => (kib * 2 / 4).to_string(),
        "pcpu" | "%cpu" => format!("{:.1}", (share * 10.0).floor() / 10.0),
        "pmem" | "%mem" => {
            let total = machine.memory().max(1) / 1000;
            let thousandths = it.memory / total.max(1);
            format!("{}.{}", thousandths / 10, thousandths % 10)
        }
        "ni" | "nice" => nice.to_string(),
        "pri" => (19 - nice).to_string(),
        "opri" => (80 + nice).to_string(),
        "priority" => (20 + nice).to_string(),
        "cls" | "class" | "policy" => "TS".to_owned(),
        "rtprio" | "addr" | "wchan" | "label" | "context" => "-".to_owned(),
        "psr" => "0".to_owned(),
        "nlwp" | "thcount" => "1".to_owned(),
        "c" => format!("{:.0}", share.floor().min(99.0)),
        "start_time" | "stime" => began(it, now, false),
        "start" => began(it, now, true),
        "lstart" => date(it.started),
        "pidns" => namespace(machine, it, "pid"),
        "netns" => namespace(machine, it, "net"),
        "mntns" => namespace(machine, it, "mnt"),
        "utsns" => namespace(machine, it, "uts"),
        "ipcns" => namespace(machine, it, "ipc"),
        "userns" => namespace(machine, it, "user"),
        "cgroup" => {
            let text = machine.file(&format!("/proc/{}/cgroup", it.pid.0));
            text.unwrap_or_default().trim_end().to_owned()
        }
        _ if defunct => format!("{prefix}[{}] <defunct>", it.comm),
        _ => format!("{prefix}{}", command(it)),
    }
}
