//! `/proc/PID/status` and `/proc/PID/stat`, proc(5).

use std::fmt::Write;

use super::super::table::{HOST_PIDS, Process, Table};
use super::super::walk::View;

/// Clock ticks in a second, in `/proc/PID/stat`.
const TICKS: u128 = 100;
const PAGE: u64 = 4096;

impl View {
    pub(super) fn status(&self, table: &Table, pids: u64, pid: u32, process: &Process) -> String {
        // Who reads its own is running.
        let state = self.state_of(pid, process);
        let word = match state {
            'Z' => "zombie",
            'T' => "stopped",
            'D' => "disk sleep",
            'R' => "running",
            _ => "sleeping",
        };
        let seen = |pid| table.seen_from(pids, pid);
        let numbers = |host: u32, local: u32| {
            if pids == HOST_PIDS && process.pids != HOST_PIDS {
                format!("{host}\t{local}")
            } else {
                seen(host).to_string()
            }
        };
        let who = &process.credentials;
        let groups: Vec<String> = who.groups.iter().map(u32::to_string).collect();
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "Name:\t{name}\nUmask:\t{umask:04o}\nState:\t{state} ({word})\nTgid:\t{own}\nNgid:\t0\nPid:\t{own}\n\
             PPid:\t{parent}\nTracerPid:\t0\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{gid}\t{gid}\t{gid}\t{gid}\n\
             FDSize:\t64\nGroups:\t{groups} \nNStgid:\t{spids}\nNSpid:\t{spids}\nNSpgid:\t{groups_ns}\nNSsid:\t{session}\n",
            name = process.comm,
            umask = process.umask,
            own = seen(pid),
            parent = seen(process.parent),
            uid = who.uid,
            gid = who.gid,
            groups = groups.join(" "),
            spids = numbers(pid, process.local),
            groups_ns = numbers(process.group, process.group_local),
            session = seen(process.session),
        );
        if process.ended.is_none() {
            memory(&mut text, process.memory >> 10);
        }
        self.tail(&mut text, process);
        text
    }

    fn tail(&self, text: &mut String, process: &Process) {
        let security = &process.security;
        let effective = if process.credentials.uid == 0 {
            security.capabilities
        } else {
            0
        };
        let cpus = self.inner.options.cpus.max(1);
        let allowed = self
            .inner
            .options
            .cpus
            .checked_sub(1)
            .map_or("0".to_owned(), |last| {
                if last == 0 {
                    "0".to_owned()
                } else {
                    format!("0-{last}")
                }
            });
        let mask = (1_u64 << cpus.min(63)) - 1;
        let _ = write!(
            text,
            "Threads:\t1\nSigQ:\t0/15590\nSigPnd:\t0000000000000000\nShdPnd:\t0000000000000000\n\
             SigBlk:\t0000000000000000\nSigIgn:\t{ignored:016x}\nSigCgt:\t{caught:016x}\n\
             CapInh:\t0000000000000000\nCapPrm:\t{effective:016x}\nCapEff:\t{effective:016x}\n\
             CapBnd:\t{bound:016x}\nCapAmb:\t0000000000000000\nNoNewPrivs:\t{quiet}\n\
             Seccomp:\t{seccomp}\nSeccomp_filters:\t{filters}\nSpeculation_Store_Bypass:\tthread vulnerable\n\
             SpeculationIndirectBranch:\tconditional enabled\nCpus_allowed:\t{mask:x}\nCpus_allowed_list:\t{allowed}\n\
             Mems_allowed:\t00000000,00000001\nMems_allowed_list:\t0\nvoluntary_ctxt_switches:\t1\n\
             nonvoluntary_ctxt_switches:\t0\n",
            ignored = process.signals.ignored,
            caught = process.signals.caught,
            bound = security.capabilities,
            quiet = u8::from(security.no_new_privileges),
            seccomp = if security.seccomp { 2 } else { 0 },
            filters = u8::from(security.seccomp),
        );
    }

    fn state_of(&self, pid: u32, process: &Process) -> char {
        match process.state() {
            'S' if pid == self.pid => 'R',
            state => state,
        }
    }

    pub(super) fn stat_line(
        &self,
        table: &Table,
        pids: u64,
        pid: u32,
        process: &Process,
    ) -> String {
        let seen = |pid| table.seen_from(pids, pid);
        let boot = self.inner.clock.now() - self.inner.clock.uptime();
        let since_boot = process.started.duration_since(boot).unwrap_or_default();
        let ticks = |time: std::time::Duration| time.as_millis() * TICKS / 1000;
        let terminal = process
            .terminal
            .as_ref()
            .map_or(0, |it| 136 << 8 | it.index);
        let foreground = process
            .terminal
            .as_ref()
            .map_or(-1, |it| i64::from(seen(it.foreground())));
        let nice = process.nice;
        format!(
            "{own} ({name}) {state} {parent} {group} {session} {terminal} {foreground} 4194304 0 0 0 0 {cpu} 0 0 0 {priority} {nice} 1 0 {start} {size} {pages} \
             18446744073709551615 0 0 0 0 0 0 {ignored} 0 {caught} 0 0 0 17 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n",
            own = seen(pid),
            name = process.comm,
            state = self.state_of(pid, process),
            parent = seen(process.parent),
            group = seen(process.group),
            session = seen(process.session),
            cpu = ticks(process.cpu_time()),
            priority = 20 + i32::from(nice),
            start = ticks(since_boot),
            size = process.memory * 2,
            pages = process.memory / PAGE,
            ignored = process.signals.ignored,
            caught = process.signals.caught,
        )
    }
}

fn memory(text: &mut String, kib: u64) {
    let rows = [
        ("VmPeak", kib * 2),
        ("VmSize", kib * 2),
        ("VmLck", 0),
        ("VmPin", 0),
        ("VmHWM", kib),
        ("VmRSS", kib),
        ("RssAnon", kib / 4),
        ("RssFile", kib - kib / 4),
        ("RssShmem", 0),
        ("VmData", kib / 3),
        ("VmStk", 132),
        ("VmExe", 900),
        ("VmLib", 4),
        ("VmPTE", 40),
        ("VmSwap", 0),
    ];
    for (name, kib) in rows {
        let _ = writeln!(text, "{name}:\t{kib:8} kB");
    }
}
