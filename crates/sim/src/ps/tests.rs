use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::*;
use crate::kernel::Pid;

/// 2026-11-22 14:15:00, on a machine of 1 GiB.
struct Desk;

impl Machine for Desk {
    fn file(&self, path: &str) -> Option<String> {
        (path == "/etc/passwd").then(|| "root:x:0:0::/:/bin/sh\nutilisatrice:x:7:7::/:".to_owned())
    }

    fn link(&self, _: &str) -> Option<String> {
        None
    }

    fn memory(&self) -> u64 {
        1 << 30
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_795_356_900)
    }
}

fn process(pid: u32, uid: u32, argv: &[&str]) -> ProcessInfo {
    ProcessInfo {
        pid: Pid(pid),
        ppid: Pid(pid - 1),
        uid,
        gid: uid,
        group: Pid(pid),
        session: Pid(pid),
        foreground: false,
        nice: 0,
        comm: argv[0].to_owned(),
        argv: argv.iter().map(|it| (*it).to_owned()).collect(),
        state: 'S',
        started: Desk.now() - Duration::from_secs(100),
        cpu: Duration::from_secs(75),
        memory: 20 << 20,
        tty: None,
    }
}

fn table(args: &str) -> Result<Vec<String>, String> {
    let args: Vec<String> = args.split_whitespace().map(str::to_owned).collect();
    let asked = Asked::read(&args)?;
    let all = [
        process(41, 0, &["sh", "-c", "while :; do :; done"]),
        process(42, 7, &["sleep", "9"]),
    ];
    let asker = Asker::default();
    let shown = all
        .iter()
        .filter(|it| asked.selects(&Desk, it, &asker, false));
    let text = asked.table(&Desk, shown.collect());
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    Ok(text.lines().map(words).collect())
}

#[test]
fn formats_are_those_of_procps() {
    for (args, title, row) in [
        (
            "aux",
            "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND",
            "root 41 75.0 1.9 40960 20480 ? Ss 14:13 1:15 sh -c while :; do :; done",
        ),
        (
            "-ef",
            "UID PID PPID C STIME TTY TIME CMD",
            "root 41 40 75 14:13 ? 00:01:15 sh -c while :; do :; done",
        ),
        ("-e", "PID TTY TIME CMD", "41 ? 00:01:15 sh"),
        (
            "-el",
            "F S UID PID PPID C PRI NI ADDR SZ WCHAN TTY TIME CMD",
            "4 S 0 41 40 75 80 0 - 10240 - ? 00:01:15 sh",
        ),
        (
            "-ely",
            "S UID PID PPID C PRI NI RSS SZ WCHAN TTY TIME CMD",
            "S 0 41 40 75 80 0 20480 10240 - ? 00:01:15 sh",
        ),
        (
            "-eLf",
            "UID PID PPID LWP C NLWP STIME TTY TIME CMD",
            "root 41 40 41 75 1 14:13 ? 00:01:15 sh -c while :; do :; done",
        ),
        ("-eT", "PID SPID TTY TIME CMD", "41 41 ? 00:01:15 sh"),
        (
            "ax",
            "PID TTY STAT TIME COMMAND",
            "41 ? Ss 1:15 sh -c while :; do :; done",
        ),
        (
            "axj",
            "PPID PID PGID SID TTY TPGID STAT UID TIME COMMAND",
            "40 41 41 41 ? -1 Ss 0 1:15 sh -c while :; do :; done",
        ),
        (
            "-eo pid:10,etime,lstart,tty,s=ETAT",
            "PID ELAPSED STARTED TT ETAT",
            "41 01:40 Sun Nov 22 14:13:20 2026 ? S",
        ),
    ] {
        let lines = table(args).unwrap();
        assert_eq!(lines[..2], [title, row], "{args}");
        assert_eq!(lines.len(), 3, "{args}");
    }
}

#[test]
fn processes_are_chosen_and_sorted() {
    let pids = |args: &str| table(args).unwrap()[1..].join(",");
    assert_eq!(pids("-eo pid --sort=-pid"), "42,41");
    assert_eq!(pids("-C sleep -o pid"), "42");
    assert_eq!(pids("-u utilisatrice -o pid,user"), "42 utilisa+");
    // Those of the asker's user and terminal.
    assert_eq!(pids("-o pid"), "41");
    assert_eq!(
        pids("axo pid,args --forest"),
        "41 sh -c while :; do :; done,42 \\_ sleep 9"
    );
}

#[test]
fn what_is_wrong_is_told() {
    for (args, wanted) in [
        ("zz", "unsupported option (BSD syntax)"),
        ("-eZ", "unsupported SysV option"),
        ("--bidon", "unknown gnu long option"),
        (
            "-o bidon",
            "unknown user-defined format specifier \"bidon\"",
        ),
    ] {
        assert_eq!(table(args), Err(wanted.to_owned()), "{args}");
    }
}
