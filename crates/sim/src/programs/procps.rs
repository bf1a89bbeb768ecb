//! `ps` of Debian (procps-ng 4): what the simulated host has, and images with a `/usr/bin/ps`.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::applet::{Applet, group_name, user_name};
use super::processes::command;
use crate::kernel::{ProcessInfo, Sys};

/// A column: the names it is asked by, heading, width (negative: right-aligned).
type Column = (&'static [&'static str], &'static str, i8);

const COLUMNS: &[Column] = &[
    (&["pid"], "PID", -7),
    (&["ppid"], "PPID", -7),
    (&["pgid", "pgrp"], "PGID", -7),
    (&["sid", "sess"], "SID", -7),
    (&["user", "euser", "uname"], "USER", 8),
    (&["uid", "euid"], "UID", -5),
    (&["group", "egroup"], "GROUP", 8),
    (&["comm", "ucmd", "ucomm"], "COMMAND", 15),
    (&["args", "cmd", "command"], "COMMAND", 27),
    (&["tty", "tt", "tname"], "TTY", 8),
    (&["time", "cputime"], "TIME", -8),
    (&["bsdtime"], "TIME", -6),
    (&["etime"], "ELAPSED", -11),
    (&["etimes"], "ELAPSED", -7),
    (&["stat", "state", "s"], "STAT", 4),
    (&["rss", "rssize"], "RSS", -5),
    (&["vsz", "vsize"], "VSZ", -6),
    (&["pcpu", "%cpu"], "%CPU", -4),
    (&["pmem", "%mem"], "%MEM", -4),
    (&["ni", "nice"], "NI", -3),
    (&["pri"], "PRI", -3),
    (&["nlwp", "thcount"], "NLWP", -4),
    (&["c"], "C", -2),
    (&["start", "stime", "start_time"], "START", -5),
    (&["pidns"], "PIDNS", -10),
    (&["netns"], "NETNS", -10),
    (&["mntns"], "MNTNS", -10),
    (&["utsns"], "UTSNS", -10),
    (&["ipcns"], "IPCNS", -10),
    (&["cgroup"], "CGROUP", 27),
];

/// What was asked.
#[derive(Default)]
struct Asked {
    all: bool,
    tree: bool,
    headless: bool,
    pids: Option<BTreeSet<u32>>,
    names: Option<Vec<String>>,
    users: Option<Vec<String>>,
    parents: Option<BTreeSet<u32>>,
    columns: Vec<(String, Option<String>)>,
}

/// `ps [aux] [-eflA] [-p PIDS] [-C NAMES] [-u USERS] [-o COLUMNS] [--forest]`
pub(super) async fn ps(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.is_busybox() {
        return super::processes::ps(applet).await;
    }
    let asked = match read(&applet.args) {
        Ok(asked) => asked,
        Err(message) => {
            let text = format!(
                "error: {message}\n\nUsage:\n ps [options]\n\n Try 'ps --help <simple|list|output|threads|misc|all>'\n  or 'ps --help <s|l|o|t|m|a>'\n for additional help text.\n\nFor more details see ps(1).\n"
            );
            let _ = applet.sys.write(2, text.as_bytes()).await;
            return 1;
        }
    };
    let sys = &applet.sys;
    let mut processes = sys.processes();
    processes.sort_by_key(|it| it.pid);
    let own = processes.iter().find(|it| it.pid == sys.pid());
    let own_tty = own.and_then(|it| it.tty.clone());
    let selected = |it: &&ProcessInfo| {
        if let Some(pids) = &asked.pids {
            return pids.contains(&it.pid.0);
        }
        if let Some(parents) = &asked.parents {
            return parents.contains(&it.ppid.0);
        }
        if let Some(names) = &asked.names {
            return names.contains(&it.comm);
        }
        if let Some(users) = &asked.users {
            return users.contains(&user_name(sys, it.uid)) || users.contains(&it.uid.to_string());
        }
        asked.all || (it.uid == sys.uid() && it.tty == own_tty)
    };
    let shown: Vec<&ProcessInfo> = processes.iter().filter(selected).collect();
    let rows = if asked.tree {
        forest(&shown)
    } else {
        shown.iter().map(|it| (*it, String::new())).collect()
    };
    let heads: Vec<&Column> = asked
        .columns
        .iter()
        .filter_map(|(name, _)| column(name))
        .collect();
    let mut text = String::new();
    let titles: Vec<String> = asked
        .columns
        .iter()
        .zip(&heads)
        .map(|((_, title), head)| title.clone().unwrap_or_else(|| head.1.to_owned()))
        .collect();
    if !asked.headless && titles.iter().any(|it| !it.is_empty()) {
        text.push_str(&line(&heads, &titles));
    }
    let now = sys.now();
    for (process, prefix) in &rows {
        let cells: Vec<String> = asked
            .columns
            .iter()
            .map(|(name, _)| cell(sys, process, name, prefix, now))
            .collect();
        text.push_str(&line(&heads, &cells));
    }
    let status = u8::from(rows.is_empty());
    applet.print(text).await.max(status)
}

fn column(name: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|it| it.0.contains(&name))
}

const FULL: [(&str, &str); 8] = [
    ("user", "UID"),
    ("pid", "PID"),
    ("ppid", "PPID"),
    ("c", "C"),
    ("stime", "STIME"),
    ("tty", "TTY"),
    ("time", "TIME"),
    ("args", "CMD"),
];
const USER: [(&str, &str); 11] = [
    ("user", "USER"),
    ("pid", "PID"),
    ("pcpu", "%CPU"),
    ("pmem", "%MEM"),
    ("vsz", "VSZ"),
    ("rss", "RSS"),
    ("tty", "TTY"),
    ("stat", "STAT"),
    ("start", "START"),
    ("bsdtime", "TIME"),
    ("args", "COMMAND"),
];

fn titled(columns: &[(&str, &str)]) -> Vec<(String, Option<String>)> {
    columns
        .iter()
        .map(|(name, title)| ((*name).to_owned(), Some((*title).to_owned())))
        .collect()
}

/// Reads the three styles of options: `aux`, `-ef`, `--forest`.
fn read(args: &[String]) -> Result<Asked, &'static str> {
    let mut asked = Asked::default();
    let mut words = args.iter().peekable();
    let (mut a, mut x) = (false, false);
    let numbers = |list: &str| {
        list.split([',', ' '])
            .filter_map(|it| it.parse().ok())
            .collect()
    };
    let texts = |list: &str| list.split(',').map(str::to_owned).collect::<Vec<_>>();
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            match long.split_once('=').unwrap_or((long, "")) {
                ("forest", _) => asked.tree = true,
                ("no-headers" | "no-heading", _) => asked.headless = true,
                ("pid", list) => asked.pids = Some(numbers(list)),
                ("ppid", list) => asked.parents = Some(numbers(list)),
                ("sort" | "headers" | "cols" | "width", _) => {}
                _ => return Err("unknown gnu long option"),
            }
            continue;
        }
        let dashed = word.starts_with('-');
        let letters = word.trim_start_matches('-');
        if !dashed && letters.chars().all(|it| it.is_ascii_digit() || it == ',') {
            asked.pids = Some(numbers(letters));
            continue;
        }
        for (at, letter) in letters.char_indices() {
            let mut value = || {
                let rest = &letters[at + 1..];
                if rest.is_empty() {
                    words.next().map(String::as_str)
                } else {
                    Some(rest)
                }
            };
            match (letter, dashed) {
                ('e' | 'A', true) => asked.all = true,
                ('f', true) => asked.columns = titled(&FULL),
                ('l' | 'w' | 'H' | 'y' | 'L' | 'T' | 'c', true) | ('w' | 'c' | 'e', false) => {
                    asked.tree |= letter == 'H';
                }
                ('a', _) => a = true,
                ('x', false) => x = true,
                ('u', false) => asked.columns = titled(&USER),
                ('f', false) => asked.tree = true,
                ('h', false) => asked.headless = true,
                ('p' | 'q', _) => {
                    let list = value().ok_or("list of process IDs must follow -p")?;
                    asked.pids = Some(numbers(list));
                    break;
                }
                ('C', true) => {
                    asked.names = Some(texts(
                        value().ok_or("list of command names must follow -C")?,
                    ));
                    break;
                }
                ('u' | 'U', true) => {
                    asked.users = Some(texts(value().ok_or("list of users must follow -u")?));
                    break;
                }
                ('o', _) => {
                    let list = value().ok_or("format specification must follow -o")?;
                    columns(&mut asked.columns, list)?;
                    break;
                }
                _ => return Err("unsupported option (BSD syntax)"),
            }
        }
    }
    asked.all |= a && x || (a || x) && asked.columns.is_empty();
    if a || x {
        asked.all = true;
    }
    if asked.columns.is_empty() {
        asked.columns = if a || x {
            titled(&[
                ("pid", "PID"),
                ("tty", "TTY"),
                ("stat", "STAT"),
                ("bsdtime", "TIME"),
                ("args", "COMMAND"),
            ])
        } else {
            titled(&[
                ("pid", "PID"),
                ("tty", "TTY"),
                ("time", "TIME"),
                ("comm", "CMD"),
            ])
        };
    }
    Ok(asked)
}

/// `pid,ppid=PARENT,comm`
fn columns(known: &mut Vec<(String, Option<String>)>, list: &str) -> Result<(), &'static str> {
    for part in list.split([',', ' ']).filter(|it| !it.is_empty()) {
        let (name, title) = match part.split_once('=') {
            Some((name, title)) => (name, Some(title.to_owned())),
            None => (part, None),
        };
        if column(name).is_none() {
            return Err("unknown user-defined format specifier");
        }
        let title = title.or_else(|| match name {
            "cmd" => Some("CMD".to_owned()),
            "s" => Some("S".to_owned()),
            "stime" => Some("STIME".to_owned()),
            "tt" => Some("TT".to_owned()),
            _ => None,
        });
        known.push((name.to_owned(), title));
    }
    Ok(())
}

/// Processes under their parents, with what is drawn before their commands.
fn forest<'a>(shown: &[&'a ProcessInfo]) -> Vec<(&'a ProcessInfo, String)> {
    let mut rows = Vec::new();
    let is_root = |it: &&&ProcessInfo| shown.iter().all(|other| other.pid != it.ppid);
    let roots: Vec<&ProcessInfo> = shown.iter().filter(is_root).copied().collect();
    let mut pending: Vec<(&ProcessInfo, String, String)> = roots
        .into_iter()
        .rev()
        .map(|it| (it, String::new(), String::new()))
        .collect();
    while let Some((process, own, below)) = pending.pop() {
        rows.push((process, own));
        let children: Vec<&ProcessInfo> = shown
            .iter()
            .filter(|it| it.ppid == process.pid)
            .copied()
            .collect();
        for (index, child) in children.iter().enumerate().rev() {
            let last = index + 1 == children.len();
            let next = format!("{below}{}", if last { "    " } else { " |  " });
            pending.push((child, format!("{below} \\_ "), next));
        }
    }
    rows
}

fn line(heads: &[&Column], cells: &[String]) -> String {
    let mut text = String::new();
    for (index, (cell, head)) in cells.iter().zip(heads).enumerate() {
        let width = usize::from(head.2.unsigned_abs());
        if index > 0 {
            text.push(' ');
        }
        if head.2 < 0 {
            text.push_str(&format!("{cell:>width$}"));
        } else if index + 1 == cells.len() {
            text.push_str(cell);
        } else {
            text.push_str(&format!("{cell:<width$}"));
        }
    }
    text + "\n"
}

fn clock(time: SystemTime) -> String {
    let seconds = time
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    format!("{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60)
}

fn hours(time: Duration) -> String {
    let seconds = time.as_secs();
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

fn cell(sys: &Sys, it: &ProcessInfo, name: &str, prefix: &str, now: SystemTime) -> String {
    let age = now.duration_since(it.started).unwrap_or_default();
    let share = it.cpu.as_secs_f64() / age.as_secs_f64().max(0.01) * 100.0;
    let kib = it.memory >> 10;
    let namespace = |sort: &str| {
        let link = sys.read_link(&format!("/proc/{}/ns/{sort}", it.pid.0));
        link.map_or_else(
            |_| "-".to_owned(),
            |it| it.chars().filter(char::is_ascii_digit).collect(),
        )
    };
    let defunct = it.state == 'Z';
    match name {
        "pid" => it.pid.0.to_string(),
        "ppid" => it.ppid.0.to_string(),
        "pgid" | "pgrp" => it.group.0.to_string(),
        "sid" | "sess" => it.session.0.to_string(),
        "user" | "euser" | "uname" => user_name(sys, it.uid).chars().take(8).collect(),
        "uid" | "euid" => it.uid.to_string(),
        "group" | "egroup" => group_name(sys, it.gid),
        "comm" | "ucmd" | "ucomm" if defunct => format!("{prefix}{} <defunct>", it.comm),
        "comm" | "ucmd" | "ucomm" => format!("{prefix}{}", it.comm),
        "tty" | "tt" | "tname" => it.tty.clone().unwrap_or_else(|| "?".to_owned()),
        "time" | "cputime" => hours(it.cpu),
        "bsdtime" => super::processes::minutes(it.cpu),
        "etimes" => age.as_secs().to_string(),
        "etime" if age.as_secs() < 3600 => {
            format!("{:02}:{:02}", age.as_secs() / 60, age.as_secs() % 60)
        }
        "etime" => hours(age),
        "s" | "state" => it.state.to_string(),
        "stat" => {
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
        "rss" | "rssize" => kib.to_string(),
        "vsz" | "vsize" => (kib * 2).to_string(),
        "pcpu" | "%cpu" => format!("{share:.1}"),
        "pmem" | "%mem" => {
            let total = sys.kernel().options().memory.max(1) / 1000;
            let thousandths = it.memory / total.max(1);
            format!("{}.{}", thousandths / 10, thousandths % 10)
        }
        "ni" | "nice" => it.nice.to_string(),
        "pri" => (19 - i32::from(it.nice)).to_string(),
        "nlwp" | "thcount" => "1".to_owned(),
        "c" => format!("{:.0}", share.min(99.0)),
        "start" | "stime" | "start_time" => clock(it.started),
        "pidns" => namespace("pid"),
        "netns" => namespace("net"),
        "mntns" => namespace("mnt"),
        "utsns" => namespace("uts"),
        "ipcns" => namespace("ipc"),
        "cgroup" => {
            let text = sys.read_file(&format!("/proc/{}/cgroup", it.pid.0));
            let text = text.unwrap_or_default();
            String::from_utf8_lossy(&text).trim_end().to_owned()
        }
        _ if defunct => format!("{prefix}[{}] <defunct>", it.comm),
        _ => format!("{prefix}{}", command(it)),
    }
}
