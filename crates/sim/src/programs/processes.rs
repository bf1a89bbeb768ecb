//! `ps`, `kill`, `killall`, `pidof`, `pgrep`, `pkill`, `free`, `uptime`.

use std::time::{Duration, SystemTime};

use super::applet::{Applet, user_name};
use crate::kernel::{Pid, ProcessInfo, Signal, Sys};
use crate::shell::kill_command;

/// The command line as `ps` shows it: what was asked, or the name when there is nothing.
pub(super) fn command(process: &ProcessInfo) -> String {
    if process.argv.is_empty() {
        format!("[{}]", process.comm)
    } else {
        process.argv.join(" ")
    }
}

/// Minutes and seconds of CPU time.
pub(super) fn minutes(time: Duration) -> String {
    format!("{}:{:02}", time.as_secs() / 60, time.as_secs() % 60)
}

/// busybox's `ps [-o COLUMNS]`
pub(super) async fn ps(applet: Applet) -> u8 {
    // `ps aux` and `ps -ef` are accepted and mean `ps`, as in busybox.
    let columns = match applet.args.iter().position(|it| it.starts_with("-o")) {
        Some(at) => match applet.args[at].trim_start_matches("-o") {
            "" => applet.args.get(at + 1).cloned().unwrap_or_default(),
            inline => inline.to_owned(),
        },
        None => "pid,user,time,args".to_owned(),
    };
    let names: Vec<&str> = columns.split(',').collect();
    let width = applet
        .sys
        .win_size(1)
        .ok()
        .map(|it| usize::from(it.cols))
        .filter(|it| *it > 0);
    let mut lines = Vec::new();
    let mut heads = Vec::new();
    for name in &names {
        if let Some((head, width)) = column(name) {
            heads.push((head, width));
        } else {
            applet.complain(&format!("bad -o argument '{name}', supported arguments: user,group,comm,args,pid,ppid,pgid,tty,vsz,stat,rss,time,etime")).await;
            return 1;
        }
    }
    lines.push(row(
        &heads,
        &heads.iter().map(|it| it.0.to_owned()).collect::<Vec<_>>(),
    ));
    let mut processes = applet.sys.processes();
    processes.sort_by_key(|it| it.pid);
    let now = applet.sys.now();
    for process in &processes {
        let cells: Vec<_> = names
            .iter()
            .map(|name| cell(&applet.sys, process, name, now))
            .collect();
        let line = row(&heads, &cells);
        lines.push(match width {
            Some(width) => cut(&line, width),
            None => line,
        });
    }
    applet
        .print(
            lines
                .iter()
                .map(|line| format!("{line}\n"))
                .collect::<String>(),
        )
        .await
}

/// A line of `ps`: cells under their headings.
fn row(heads: &[(&str, i8)], cells: &[String]) -> String {
    let last = cells.len().saturating_sub(1);
    let mut text = String::new();
    for (index, (cell, (_, width))) in cells.iter().zip(heads).enumerate() {
        let w = usize::from(width.unsigned_abs());
        if *width < 0 {
            text.push_str(&format!("{cell:>w$}"));
        } else if index == last {
            text.push_str(cell);
        } else {
            text.push_str(&format!("{cell:<w$}"));
        }
        if index != last {
            text.push(' ');
        }
    }
    text
}

/// What a column says of a process.
fn cell(sys: &Sys, process: &ProcessInfo, column: &str, now: SystemTime) -> String {
    match column {
        "pid" => process.pid.0.to_string(),
        "ppid" => process.ppid.0.to_string(),
        "user" => cut(&user_name(sys, process.uid), 8),
        "comm" => process.comm.clone(),
        "time" => minutes(process.cpu),
        "etime" => {
            let age = now.duration_since(process.started).unwrap_or_default();
            format!("{:02}:{:02}", age.as_secs() / 60, age.as_secs() % 60)
        }
        "vsz" | "rss" => format!("{}m", process.memory.div_ceil(1 << 20)),
        "stat" => process.state.to_string(),
        "tty" => process
            .tty
            .clone()
            .map_or("?".to_owned(), |it| it.replace("pts/", "136,")),
        _ => command(process),
    }
}

/// Heading and width of a column; negative widths are right-aligned.
fn column(name: &str) -> Option<(&'static str, i8)> {
    Some(match name {
        "pid" => ("PID  ", -5),
        "ppid" => ("PPID ", -5),
        "pgid" => ("PGID ", -5),
        "user" => ("USER    ", 8),
        "group" => ("GROUP   ", 8),
        "comm" => ("COMMAND", 16),
        "args" => ("COMMAND", 27),
        "time" => ("TIME ", -5),
        "etime" => ("ELAPSED", -7),
        "vsz" => ("VSZ ", -4),
        "rss" => ("RSS ", -4),
        "stat" => ("STAT", 4),
        "tty" => ("TT    ", 6),
        _ => return None,
    })
}

fn cut(text: &str, width: usize) -> String {
    text.chars().take(width).collect()
}

/// `kill [-l] [-SIGNAL] PID…`
pub(super) async fn kill(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let killed = kill_command(&applet.sys, &applet.args);
    for error in &killed.errors {
        applet.complain(error).await;
    }
    applet.print(&killed.output).await.max(killed.status)
}

/// Whether a process goes by this name.
fn is_named(process: &ProcessInfo, name: &str) -> bool {
    let program = process.argv.first().map_or("", String::as_str);
    process.comm == name || program == name || program.rsplit('/').next() == Some(name)
}

/// `killall [-lq] [-SIGNAL | -s SIGNAL] NAME…`
pub(super) async fn killall(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut signal = Signal::TERM;
    let mut quiet = false;
    let mut names = Vec::new();
    let mut words = applet.args.iter();
    while let Some(word) = words.next() {
        let option = if word == "-s" {
            words.next().map(String::as_str)
        } else {
            word.strip_prefix('-')
        };
        match option {
            Some("q") => quiet = true,
            Some("l") => {
                let listed = kill_command(&applet.sys, &["-l".to_owned()]);
                return applet.print(&listed.output).await;
            }
            Some(text) => match Signal::parse(text) {
                Some(parsed) => signal = parsed,
                None => return applet.fail(format!("bad signal name '{text}'")).await,
            },
            None => names.push(word),
        }
    }
    if names.is_empty() {
        return applet.fail("you need to specify whom to kill").await;
    }
    let mut status = 0;
    for name in names {
        let mut found = false;
        for process in others(&applet.sys).filter(|it| is_named(it, name)) {
            found = true;
            if let Err(error) = applet.sys.kill(process.pid, signal) {
                status = applet
                    .fail(format!("can't kill pid {}: {error}", process.pid.0))
                    .await;
            }
        }
        if !found {
            status = 1;
            if !quiet {
                applet.complain(&format!("{name}: no process killed")).await;
            }
        }
    }
    status
}

fn others(sys: &Sys) -> impl Iterator<Item = ProcessInfo> {
    let own = sys.pid();
    sys.processes().into_iter().filter(move |it| it.pid != own)
}

/// `pidof [-s] [-o PID] NAME…`
pub(super) async fn pidof(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("so:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let left_out: Vec<Pid> = options
        .values('o')
        .filter_map(|it| it.parse().ok().map(Pid))
        .collect();
    let mut pids: Vec<u32> = others(&applet.sys)
        .filter(|it| options.operands.iter().any(|name| is_named(it, name)))
        .filter(|it| !left_out.contains(&it.pid))
        .map(|it| it.pid.0)
        .collect();
    pids.sort_unstable_by(|a, b| b.cmp(a));
    if options.has('s') {
        pids.truncate(1);
    }
    if pids.is_empty() {
        return 1;
    }
    let words: Vec<_> = pids.iter().map(ToString::to_string).collect();
    applet.print(format!("{}\n", words.join(" "))).await
}

/// `pgrep`, `pkill`: `[-flnovx] [-SIGNAL] PATTERN`
pub(super) async fn pgrep(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    let kills = applet.name == "pkill";
    let mut signal = Signal::TERM;
    if kills {
        let given = applet.args.iter().position(|it| {
            it.len() > 1 && it.starts_with('-') && Signal::parse(&it[1..]).is_some()
        });
        if let Some(at) = given {
            signal = Signal::parse(&applet.args.remove(at)[1..]).unwrap_or(signal);
        }
    }
    let options = match applet.options("flnovxaP:u:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(pattern) = options.operands.first() else {
        return applet.usage().await;
    };
    let regex = match super::regex::Regex::new(pattern, true, false) {
        Ok(regex) => regex,
        Err(error) => return applet.fail(format!("bad regex '{pattern}': {error}")).await,
    };
    let mut found: Vec<ProcessInfo> = others(&applet.sys)
        .filter(|process| {
            let text = if options.has('f') {
                command(process)
            } else {
                process.comm.clone()
            };
            let matched = match regex.find(&text) {
                Some(_) if options.has('x') => text == *pattern,
                found => found.is_some(),
            };
            matched != options.has('v')
        })
        .collect();
    found.sort_by_key(|it| it.pid);
    if options.has('n') {
        found.drain(..found.len().saturating_sub(1));
    }
    if options.has('o') {
        found.truncate(1);
    }
    let mut text = String::new();
    for process in &found {
        if kills {
            // It may have ended meanwhile, which is what was wanted.
            let _ = applet.sys.kill(process.pid, signal);
        } else if options.has('l') || options.has('a') {
            let name = if options.has('a') {
                command(process)
            } else {
                process.comm.clone()
            };
            text.push_str(&format!("{} {name}\n", process.pid.0));
        } else {
            text.push_str(&format!("{}\n", process.pid.0));
        }
    }
    let status = u8::from(found.is_empty());
    applet.print(text).await.max(status)
}

/// A value of `/proc/meminfo`, in KiB.
pub(super) fn meminfo(sys: &Sys, name: &str) -> Option<u64> {
    let text = sys.read_file("/proc/meminfo").ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    line.split_whitespace().next()?.parse().ok()
}

/// `free [-bkmgh]`
pub(super) async fn free(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("bkmgh", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let total = meminfo(sys, "MemTotal").unwrap_or(sys.kernel().options().memory >> 10);
    let unused = meminfo(sys, "MemFree").unwrap_or(total);
    let cached = meminfo(sys, "Cached").unwrap_or(0) + meminfo(sys, "Buffers").unwrap_or(0);
    let available = meminfo(sys, "MemAvailable").unwrap_or(unused + cached);
    let used = total.saturating_sub(unused + cached);
    let show = |kib: u64| match options.last_of("bkmgh") {
        Some('b') => (kib << 10).to_string(),
        Some('m') => (kib >> 10).to_string(),
        Some('g') => (kib >> 20).to_string(),
        Some('h') => super::applet::human(kib << 10),
        _ => kib.to_string(),
    };
    let text = format!(
        "              total        used        free      shared  buff/cache   available\n\
         Mem:    {:>11} {:>11} {:>11} {:>11} {:>11} {:>11}\n\
         Swap:   {:>11} {:>11} {:>11}\n",
        show(total),
        show(used),
        show(unused),
        show(0),
        show(cached),
        show(available),
        show(0),
        show(0),
        show(0),
    );
    applet.print(text).await
}

/// The first line of `uptime` and `top`.
pub(super) fn uptime_line(sys: &Sys) -> String {
    let read = |path: &str| {
        sys.read_file(path)
            .map(|it| String::from_utf8_lossy(&it).into_owned())
    };
    let seconds = read("/proc/uptime")
        .ok()
        .and_then(|text| text.split(['.', ' ']).next()?.parse::<u64>().ok())
        .unwrap_or(0);
    let up = match (seconds / 86400, seconds % 86400 / 3600, seconds % 3600 / 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours:2}:{minutes:02}"),
        (days, hours, minutes) => {
            format!(
                "{days} day{}, {hours:2}:{minutes:02}",
                if days == 1 { "" } else { "s" }
            )
        }
    };
    let load = read("/proc/loadavg").unwrap_or_else(|_| "0.00 0.00 0.00".into());
    let load: Vec<_> = load.split_whitespace().take(3).collect();
    let time = super::date::format(sys.now(), "%H:%M:%S");
    format!(
        " {time} up {up},  0 users,  load average: {}",
        load.join(", ")
    )
}

/// `uptime`
pub(super) async fn uptime(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let line = uptime_line(&applet.sys);
    applet.print(format!("{line}\n")).await
}
