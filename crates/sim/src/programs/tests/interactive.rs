//! The shell on a terminal.

use std::time::Duration;

use bytes::Bytes;

use super::{SIZE, boot, spec, text};
use crate::kernel::{ContainerSpec, Kernel, Started, WinSize};

/// A shell on a terminal, to type in.
struct Session {
    kernel: Kernel,
    started: Started,
    seen: String,
}

impl Session {
    fn new(env: &[(&str, &str)], size: WinSize) -> Self {
        let kernel = boot();
        let mut spec = ContainerSpec {
            tty: Some(size),
            stdin: true,
            ..spec(&["sh"])
        };
        spec.env
            .extend(env.iter().map(|it| (it.0.to_owned(), it.1.to_owned())));
        spec.cwd = "/".into();
        let started = kernel.start_container(spec).expect("started");
        Self {
            kernel,
            started,
            seen: String::new(),
        }
    }

    async fn type_(&mut self, keys: &str) {
        let stdin = self.started.stdio.stdin.as_ref().expect("a terminal");
        stdin
            .send(Bytes::copy_from_slice(keys.as_bytes()))
            .await
            .expect("sent");
    }

    /// Waits until the output since the last time holds this; returns that output.
    async fn expect(&mut self, wanted: &str) -> String {
        let waiting = async {
            loop {
                if let Some(at) = self.seen.find(wanted) {
                    let rest = self.seen.split_off(at + wanted.len());
                    return std::mem::replace(&mut self.seen, rest);
                }
                match self.started.stdio.stdout.recv().await {
                    Some(chunk) => self.seen.push_str(&text(&chunk)),
                    None => return format!("(ended) {}", self.seen),
                }
            }
        };
        let result = tokio::time::timeout(Duration::from_secs(5), waiting).await;
        let text = result.unwrap_or_else(|_| panic!("{wanted:?} never came: {:?}", self.seen));
        assert!(
            !text.starts_with("(ended)"),
            "{wanted:?} never came: {text:?}"
        );
        text
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prompts_runs_and_ends() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("echo a$((1+1))\r").await;
    session.expect("a2\r\n").await;
    session.expect("/ # ").await;
    session.type_("cd /tmp\r").await;
    session.expect("/tmp # ").await;
    session.type_("for i in 1 2\r").await;
    session.expect("> ").await;
    session.type_("do echo x$i; done\r").await;
    session.expect("x1\r\nx2\r\n").await;
    session.type_("nosuch\r").await;
    session.expect("sh: nosuch: not found\r\n").await;
    session.type_("echo $?\r").await;
    session.expect("127\r\n").await;
    session.expect("/tmp # ").await;
    session.type_("exit 3\r").await;
    let exit = tokio::time::timeout(Duration::from_secs(5), session.started.exit).await;
    assert_eq!(exit.expect("ends").expect("a status").0.code(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn edits_the_line() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("cho un deux\x01e\x05\x17trois\r").await;
    session.expect("un trois\r\n").await;
    session.expect("/ # ").await;
    // History, twice up and back down.
    session.type_("echo b\r").await;
    session.expect("\nb\r\n").await;
    session.type_("\x1b[A\x1b[A\x1b[B\r").await;
    session.expect("\nb\r\n").await;
    // Completion of a path, of a command.
    session.type_("ls /usr/sh\t\r").await;
    session.expect("nginx\r\n").await;
    session.type_("whoa\t\r").await;
    session.expect("root\r\n").await;
    // Ctrl-R finds the line of before.
    session.type_("\x12un\r").await;
    session.expect("un trois\r\n").await;
    // UTF-8, one erased.
    session.type_("echo é漢\x7f!\r").await;
    session.expect("\né!\r\n").await;
    session.expect("/ # ").await;
    session.type_("\x04").await;
    let exit = tokio::time::timeout(Duration::from_secs(5), session.started.exit).await;
    assert_eq!(exit.expect("ends").expect("a status").0.code(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_size_shows_the_prompt_and_the_line_again() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("echo bon").await;
    session.expect("n").await;
    // What a client does that attaches to a terminal whose prompt went by.
    let taller = WinSize {
        rows: SIZE.rows + 1,
        ..SIZE
    };
    session.kernel.resize(session.started.pid, taller);
    let shown = session.expect("/ # ").await;
    assert!(shown.ends_with("\r\x1b[J/ # "), "{shown:?}");
    session.expect("echo bon").await;
    session.type_("jour\r").await;
    session.expect("\nbonjour\r\n").await;
    session.expect("/ # ").await;
    // A command keeps the signal from its shell.
    session.type_("trap 'echo taille' WINCH; echo mis\r").await;
    session.expect("\nmis\r\n").await;
    session.expect("/ # ").await;
    session.kernel.resize(session.started.pid, SIZE);
    session.type_("echo fin\r").await;
    let shown = session.expect("\ntaille\r\nfin\r\n").await;
    assert!(!shown.contains("/ # "), "{shown:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_z_stops_a_job() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("sleep 1000\r").await;
    session.expect("\r\n").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    session.type_("\x1a").await;
    session
        .expect("[1]+  Stopped                    sleep 1000\r\n")
        .await;
    session.expect("/ # ").await;
    session.type_("bg\r").await;
    session.expect("[1] sleep 1000\r\n").await;
    session.type_("jobs\r").await;
    session
        .expect("[1]+  Running                    sleep 1000\r\n")
        .await;
    session.type_("fg\r").await;
    session.expect("\nsleep 1000\r\n").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    session.type_("\x03").await;
    session.expect("/ # ").await;
    session.type_("jobs; echo e$((1))nd\r").await;
    let text = session.expect("e1nd\r\n").await;
    assert!(!text.contains("[1]"), "{text:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn control_c_interrupts() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("half\x03").await;
    session.expect("^C\r\n").await;
    session.expect("/ # ").await;
    session.type_("echo $?\r").await;
    session.expect("130\r\n").await;
    session.expect("/ # ").await;
    session.type_("sleep 1000\r").await;
    session.expect("\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    session.type_("\x03").await;
    session.expect("/ # ").await;
    session.type_("echo $?\r").await;
    session.expect("130\r\n").await;
    // A loop stops as well.
    session.type_("while :; do :; done\r").await;
    session.expect("\r\n").await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    session.type_("\x03").await;
    session.expect("/ # ").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn marks_commands_for_the_terminal() {
    let mut session = Session::new(&[("MOUSSAILLON_OSC133", "1")], SIZE);
    session.expect("\x1b]133;A\x1b\\/ # \x1b]133;B\x1b\\").await;
    session.type_("sh -c 'exit 3'\r").await;
    session
        .expect("\x1b]133;C;cmdline_url=sh%20-c%20%27exit%203%27;began=")
        .await;
    session.expect("\x1b]133;D;3\x1b\\").await;
    session.expect("\x1b]133;A\x1b\\").await;
    // A command that goes on says so, and is one.
    session.type_("echo 'un\r").await;
    let second = "\x1b]133;A;k=s\x1b\\> \x1b]133;B\x1b\\";
    session.expect(second).await;
    session.type_("deux'\r").await;
    session.expect("\x1b]133;C;cmdline_url=").await;
    session.expect("\x1b]133;D;0\x1b\\").await;
    session.expect("\x1b]133;A\x1b\\").await;
    session.type_("echo trois \\\r").await;
    session.expect(second).await;
    session.type_("quatre\r").await;
    session.expect("\x1b]133;C;cmdline_url=").await;
    session.expect("trois quatre").await;
    session.expect("\x1b]133;D;0\x1b\\").await;
    session.expect("\x1b]133;A\x1b\\").await;
    // An empty line is no command.
    session.type_("\r").await;
    let text = session.expect("\x1b]133;B\x1b\\").await;
    let text = text + &session.expect("\x1b]133;B\x1b\\").await;
    assert!(
        !text.contains("133;C") && !text.contains("133;D"),
        "{text:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_lines_wrap() {
    let mut session = Session::new(&[], WinSize { rows: 10, cols: 20 });
    session.expect("/ # ").await;
    let long = "x".repeat(50);
    session.type_(&format!("echo {long}\x01\x1b[C\x05\r")).await;
    session.expect(&format!("\n{long}\r\n")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn vi_edits_a_file() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("vi /tmp/f\r").await;
    session.expect("'/tmp/f' [New file]").await;
    session.type_("iun\rdeux\rtrois\x1b").await;
    tokio::time::sleep(Duration::from_millis(120)).await;
    session.type_("ggddpx:wq\r").await;
    session.expect("\x1b[?1049l").await;
    session.expect("/ # ").await;
    session.type_("cat /tmp/f\r").await;
    session.expect("deux\r\nn\r\ntrois\r\n").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn top_and_less_fill_the_screen_and_leave() {
    let mut session = Session::new(&[], SIZE);
    session.expect("/ # ").await;
    session.type_("top\r").await;
    session.expect("COMMAND").await;
    session.expect("sh").await;
    session.type_("q").await;
    session.expect("/ # ").await;
    session.type_("seq 100 | less\r").await;
    session.expect("\n23").await;
    session.type_("G").await;
    session.expect("(END)").await;
    session.type_("q").await;
    session.expect("/ # ").await;
}
