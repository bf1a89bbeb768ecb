use bytes::Bytes;

use super::super::discipline::Discipline;
use super::*;

const SIZE: WinSize = WinSize { rows: 24, cols: 80 };

fn typed(keys: &str) -> (String, String) {
    let mut discipline = Discipline::default();
    let echo = discipline.input(keys.as_bytes()).echo;
    let mut read = String::new();
    while let Some(bytes) = discipline.take(4096) {
        read.push_str(std::str::from_utf8(&bytes).unwrap());
        if bytes.is_empty() {
            read.push_str("<end>");
        }
    }
    (read, String::from_utf8(echo).unwrap())
}

#[test]
fn lines_are_edited_before_they_are_read() {
    assert_eq!(typed("ls\r"), ("ls\n".into(), "ls\r\n".into()));
    assert_eq!(
        typed("lx\x7fs\n"),
        ("ls\n".into(), "lx\x08 \x08s\r\n".into())
    );
    assert_eq!(typed("lx\x08s\n").0, "ls\n");
    assert_eq!(typed("é\x7fe\n"), ("e\n".into(), "é\x08 \x08e\r\n".into()));
    assert_eq!(typed("one two  \x17three\n").0, "one three\n");
    assert_eq!(typed("one two\x15three\n").0, "three\n");
    assert_eq!(typed("unfinished").0, "");
    assert_eq!(typed("\x7f\x15\x17"), (String::new(), String::new()));
}

#[test]
fn ctrl_d_ends_a_line_or_the_file() {
    assert_eq!(typed("\x04"), ("<end>".into(), String::new()));
    assert_eq!(typed("ab\x04"), ("ab".into(), "ab".into()));
}

#[test]
fn ctrl_c_drops_the_line_and_shows() {
    let mut discipline = Discipline::default();
    let done = discipline.input(b"abc\x03");
    assert_eq!(
        (done.echo, done.signals),
        (b"abc^C".to_vec(), vec![Signal::INT])
    );
    assert_eq!(
        discipline.input(b"\x1a\x1c").signals,
        [Signal::TSTP, Signal::QUIT]
    );
    discipline.input(b"\n");
    assert_eq!(discipline.take(10).unwrap(), "\n");
}

#[test]
fn raw_mode_gives_every_key() {
    let mut discipline = Discipline::default();
    discipline.input(b"half");
    discipline.set(Tty {
        canonical: false,
        echo: false,
        signals: false,
        output_crlf: false,
    });
    assert_eq!(discipline.take(10).unwrap(), "half");
    let done = discipline.input(b"\x03\r\x7f");
    assert!(done.echo.is_empty() && done.signals.is_empty());
    assert_eq!(discipline.take(2).unwrap(), "\x03\r");
    assert_eq!(discipline.take(2).unwrap(), "\x7f");
    let mut shown = Vec::new();
    discipline.output(b"a\n", &mut shown);
    assert_eq!(shown, b"a\n");
}

/// Reads until the output ends so.
async fn until(started: &mut Started, end: &str) -> String {
    let mut text = String::new();
    while !text.ends_with(end) {
        let bytes = started
            .stdio
            .stdout
            .recv()
            .await
            .unwrap_or_else(|| panic!("ended: {text:?}"));
        text.push_str(std::str::from_utf8(&bytes).unwrap());
    }
    text
}

async fn keys(started: &Started, keys: &'static str) {
    started
        .stdio
        .stdin
        .as_ref()
        .unwrap()
        .send(Bytes::from_static(keys.as_bytes()))
        .await
        .unwrap();
}

fn with_terminal(kernel: &Kernel) -> Started {
    kernel
        .start_container(ContainerSpec {
            tty: Some(SIZE),
            stdin: true,
            ..spec(&["main"])
        })
        .unwrap()
}

#[tokio::test]
async fn a_container_s_terminal() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            let size = sys.win_size(0).unwrap();
            say(
                &sys,
                format!(
                    "{}\n{}x{}\n",
                    sys.tty_name(1).unwrap(),
                    size.cols,
                    size.rows
                ),
            )
            .await;
            let line = sys.read(0, 100).await.unwrap();
            let tty = sys
                .open(
                    "/dev/tty",
                    OpenFlags {
                        write: true,
                        ..OpenFlags::default()
                    },
                    0,
                )
                .unwrap();
            sys.write(tty, &line).await.unwrap();
            sys.catch(Signal::WINCH);
            say(&sys, "ready\n").await;
            sys.next_signal().await;
            say(&sys, format!("{}\n", sys.win_size(0).unwrap().cols)).await;
            u8::from(sys.read(0, 10).await.unwrap().is_empty())
        }),
    );
    let mut started = with_terminal(&kernel);
    assert_eq!(
        until(&mut started, "24\r\n").await,
        "/dev/pts/0\r\n80x24\r\n"
    );
    keys(&started, "bonjour\r").await;
    assert_eq!(
        until(&mut started, "ready\r\n").await,
        "bonjour\r\nbonjour\r\nready\r\n"
    );
    kernel.resize(
        started.pid,
        WinSize {
            rows: 40,
            cols: 120,
        },
    );
    assert_eq!(until(&mut started, "\n").await, "120\r\n");
    keys(&started, "\x04").await;
    assert_eq!(outcome(started).await.status, WaitStatus::Exited(1));
}

#[tokio::test]
async fn ctrl_c_reaches_the_foreground_group_only() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            sys.ignore(Signal::INT);
            let options = ForkOptions {
                group: Some(None),
                ..ForkOptions::default()
            };
            let child = sys
                .fork(
                    options,
                    body(|child| async move {
                        child.default_action(Signal::INT);
                        say(&child, "child\n").await;
                        std::future::pending().await
                    }),
                )
                .unwrap();
            sys.set_foreground(0, child).unwrap();
            assert_eq!(sys.foreground(0), Ok(child));
            let (_, status) = sys.wait(Some(child)).await.unwrap();
            sys.set_foreground(0, sys.group()).unwrap();
            status.code()
        }),
    );
    let mut started = with_terminal(&kernel);
    until(&mut started, "child\r\n").await;
    keys(&started, "\x03").await;
    let done = outcome(started).await;
    assert_eq!(
        (done.status, done.stdout.as_str()),
        (WaitStatus::Exited(130), "^C")
    );
}

#[tokio::test]
async fn ctrl_z_stops_and_the_background_cannot_read() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            let options = ForkOptions {
                group: Some(None),
                ..ForkOptions::default()
            };
            let child = sys
                .fork(
                    options,
                    body(|child| async move {
                        say(&child, "go\n").await;
                        child.read(0, 10).await.unwrap();
                        6
                    }),
                )
                .unwrap();
            // It reads from the background: SIGTTIN.
            let first = sys.wait_state(Some(child)).await.unwrap().1;
            sys.set_foreground(0, child).unwrap();
            sys.kill_group(child, Signal::CONT).unwrap();
            say(&sys, "front\n").await;
            let second = sys.wait_state(Some(child)).await.unwrap().1;
            sys.set_foreground(0, child).unwrap();
            sys.kill_group(child, Signal::CONT).unwrap();
            say(&sys, "again\n").await;
            let third = sys.wait_state(Some(child)).await.unwrap().1;
            say(&sys, format!("{first:?} {second:?} {third:?}")).await;
            0
        }),
    );
    let mut started = with_terminal(&kernel);
    until(&mut started, "front\r\n").await;
    keys(&started, "\x1a").await;
    until(&mut started, "again\r\n").await;
    keys(&started, "x\n").await;
    let text = outcome(started).await.stdout;
    assert!(
        text.ends_with("Stopped(Signal(21)) Stopped(Signal(20)) Ended(Exited(6))"),
        "{text}"
    );
}

#[tokio::test]
async fn the_end_of_a_login_shell_s_window_hangs_it_up() {
    let kernel = boot();
    kernel.install(
        "main",
        program(|sys| async move {
            say(&sys, format!("{}\n", sys.hostname())).await;
            let read = sys.read(0, 10).await;
            u8::try_from(read.unwrap().len()).unwrap()
        }),
    );
    let env = Environment::from([("PATH".to_owned(), "/bin".to_owned())]);
    let mut started = kernel
        .spawn_host(vec!["main".into()], env, "/", Some(SIZE))
        .unwrap();
    assert_eq!(until(&mut started, "\n").await, "hote\r\n");
    assert!(
        kernel
            .processes()
            .iter()
            .any(|it| it.tty.as_deref() == Some("pts/0"))
    );
    let done = outcome(started).await;
    assert_eq!(done.status, WaitStatus::Signaled(Signal::HUP));
}
