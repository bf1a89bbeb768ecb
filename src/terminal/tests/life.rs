//! Beginning, end, floods, full screens.

use std::time::{Duration, Instant};

use super::{SIZE, Session, installed};
use crate::terminal::{ShellCommand, Size, Terminal, TerminalError, TerminalEvent};

/// The state of a process, proc(5): `Z` for one that nobody has waited for.
fn state(pid: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit(") ").next()?.chars().next()
}

fn read_pid(session: &mut Session, name: &str) -> u32 {
    let path = session.home.path().join(name);
    session.wait("a pid", |_| {
        std::fs::read_to_string(&path).is_ok_and(|it| it.ends_with('\n'))
    });
    std::fs::read_to_string(&path)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

#[test]
fn dropping_ends_the_shell_and_what_it_runs() {
    for shell in ["bash", "zsh", "fish", "dash"] {
        if !installed(shell) {
            continue;
        }
        let mut session = Session::start(shell, &[]);
        session.wait_for_prompt();
        let _ = session.run("sh -c 'echo $PPID' > shell.pid");
        assert!(
            session
                .terminal
                .type_command("sh -c 'echo $$ > job.pid; exec sleep 60'", true)
        );
        let ours = read_pid(&mut session, "shell.pid");
        let job = read_pid(&mut session, "job.pid");
        assert!(state(ours).is_some() && state(job).is_some());
        let begun = Instant::now();
        drop(session);
        assert!(begun.elapsed() < Duration::from_secs(2));
        assert_eq!(state(ours), None, "{shell}: not waited for");
        // The job is init's to wait for, which some containers' does not.
        let gone = (0..50).any(|_| {
            std::thread::sleep(Duration::from_millis(20));
            matches!(state(job), None | Some('Z'))
        });
        assert!(gone, "{shell}: {:?}", state(job));
    }
}

#[test]
fn dropping_ends_a_shell_that_will_not() {
    let mut session = Session::start("bash", &[(".bashrc", "trap '' HUP\n")]);
    let _ = session.run("sh -c 'echo $PPID' > shell.pid");
    let pid = read_pid(&mut session, "shell.pid");
    drop(session);
    assert_eq!(state(pid), None);
}

/// What was being typed when the terminal goes away is not run.
#[test]
fn dropping_does_not_run_the_line_being_typed() {
    let mut session = Session::start("dash", &[]);
    session.wait_for_prompt();
    let witness = std::env::temp_dir().join(format!("moussaillon-temoin-{}", std::process::id()));
    session
        .terminal
        .send(format!("touch {}", witness.display()).as_bytes());
    session.wait_for_text("touch ");
    drop(session);
    std::thread::sleep(Duration::from_millis(200));
    assert!(!witness.exists());
}

#[test]
fn a_signal_that_ends_the_shell_is_told() {
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    assert!(session.terminal.type_command("kill -KILL $$", true));
    assert_eq!(session.wait_for_exit(), 137);
}

#[test]
fn the_end_is_told_even_when_a_job_keeps_the_terminal() {
    let mut session = Session::start("bash", &[]);
    let _ = session.run("(trap '' HUP; echo $BASHPID > job.pid; exec sleep 60) & disown");
    let pid = read_pid(&mut session, "job.pid");
    assert!(session.terminal.type_command("exit 4", true));
    assert_eq!(session.wait_for_exit(), 4);
    std::process::Command::new("kill")
        .arg(pid.to_string())
        .status()
        .unwrap();
}

#[test]
fn a_shell_that_does_not_exist_is_an_error() {
    let shell = ShellCommand::new("/nulle/part/sh");
    let error = Terminal::on_pty(&shell, SIZE, || {}).err().unwrap();
    assert!(matches!(error, TerminalError::Shell { .. }), "{error}");
    assert!(error.to_string().contains("/nulle/part/sh"));
}

#[test]
fn the_startup_files_go_away_with_the_terminal() {
    let mut session = Session::start("bash", &[]);
    let _ = session.run("tr '\\0' '\\n' < /proc/$$/cmdline > arguments");
    let arguments = std::fs::read_to_string(session.home.path().join("arguments")).unwrap();
    let file = std::path::PathBuf::from(arguments.lines().nth(2).unwrap());
    let directory = file.parent().unwrap().to_owned();
    assert!(directory.is_dir() && file.is_file());
    drop(session);
    assert!(!directory.exists());
}

#[test]
fn programs_follow_the_size() {
    let mut session = Session::start("bash", &[]);
    for (rows, cols) in [(10, 40), (1, 1), (0, 0), (50, 200), (24, 80)] {
        session.terminal.resize(Size { rows, cols });
        session.events.extend(session.terminal.poll());
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = session.run("stty size");
    session.wait_for_text("24 80");
}

/// Resident memory of this process, KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|it| it.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// 50 MB of output take no memory but the scrollback's, one poll never lasts, and Ctrl-C works.
#[test]
fn a_flood_is_held_back() {
    const NAME: &str = "terminal::tests::life::a_flood_is_held_back";
    // In a process of its own: the memory of other tests is not counted.
    if std::env::var_os("FLOOD_ALONE").is_none() {
        let mut alone = std::process::Command::new(std::env::current_exe().unwrap());
        alone
            .args(["--exact", NAME, "--nocapture"])
            .env("FLOOD_ALONE", "1");
        assert!(alone.status().unwrap().success());
        return;
    }
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    let before = resident();
    let line = "head -c 50000000 /dev/zero | tr '\\0' 'x' | fold -w 1000";
    assert!(session.terminal.type_command(line, true));
    let mut longest = Duration::ZERO;
    let begun = Instant::now();
    while !session
        .events
        .iter()
        .any(|it| matches!(it, TerminalEvent::CommandEnded { .. }))
    {
        let poll = Instant::now();
        let events = session.terminal.poll();
        longest = longest.max(poll.elapsed());
        session
            .events
            .extend(events.into_iter().filter(|it| *it != TerminalEvent::Output));
        let _ = session.woken.recv_timeout(Duration::from_millis(100));
        assert!(begun.elapsed() < Duration::from_secs(300), "still running");
    }
    let grown = resident().saturating_sub(before);
    eprintln!(
        "50 MB in {:?}, longest poll {longest:?}, {grown} KiB more",
        begun.elapsed()
    );
    // Measured: 10 MiB, those of the lines kept; a queue without bound takes 50 more.
    assert!(grown < 30_000, "{grown} KiB");

    session.wait_for_prompt();
    assert!(session.terminal.type_command("yes", true));
    std::thread::sleep(Duration::from_millis(500));
    for _ in 0..20 {
        let _ = session.terminal.poll();
    }
    session.terminal.send(b"\x03");
    session.events.clear();
    session.wait_for_prompt();
}

/// A program that reads nothing does not hold the sender.
#[test]
fn typing_never_blocks() {
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    assert!(session.terminal.type_command("sleep 60", true));
    let begun = Instant::now();
    for _ in 0..5000 {
        session.terminal.send(&[b'x'; 1000]);
    }
    assert!(begun.elapsed() < Duration::from_secs(2));
}

#[test]
fn vi_works_in_the_alternate_screen() {
    if !installed("vi") {
        return;
    }
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    assert!(
        session
            .terminal
            .type_command("vi -u NONE fichier.txt", true)
    );
    session.wait("vi", |it| it.terminal.screen().alternate_screen());
    session.wait_for_text("~");
    assert!(
        !session.terminal.type_command("ls", true),
        "vi is not a prompt"
    );
    session.terminal.send(b"iahoy matelot\x1b");
    session.wait_for_text("ahoy matelot");
    session.terminal.resize(Size { rows: 10, cols: 40 });
    session.terminal.resize(SIZE);
    session.terminal.send(b":wq\r");
    session.wait_for_prompt();
    assert!(!session.terminal.screen().alternate_screen());
    assert_eq!(
        session.commands().pop().unwrap(),
        ("vi -u NONE fichier.txt".to_owned(), Some(0))
    );
    let text = std::fs::read_to_string(session.home.path().join("fichier.txt")).unwrap();
    assert_eq!(text, "ahoy matelot\n");
}

#[test]
fn top_and_less_work() {
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    if installed("top") {
        assert!(session.terminal.type_command("top", true));
        session.wait_for_text("PID");
        session.terminal.send(b"q");
        session.wait_for_prompt();
    }
    if installed("less") {
        assert!(session.terminal.type_command("seq 1 500 | less", true));
        session.wait("less", |it| it.terminal.screen().alternate_screen());
        session.wait_for_text("\n20\n");
        session.terminal.send(b"G");
        session.wait_for_text("500");
        session.terminal.send(b"q");
        session.wait_for_prompt();
    }
}

/// Programs that ask the terminal something are answered.
#[test]
fn questions_are_answered() {
    let mut session = Session::start("bash", &[]);
    session.wait_for_prompt();
    let line = "printf '\\033[6n'; IFS= read -rs -d R reply; printf '%q\\n' \"$reply\"";
    let (_, status) = session.run(line);
    assert_eq!(status, Some(0));
    session.wait("a position", |it| {
        it.terminal.screen().contents().contains("$'\\E[2;1'")
    });
}
