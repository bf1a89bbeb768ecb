//! Tests on a simulated machine whose shell is a few lines.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::HostShell;
use crate::sim::fs::{LayerBuilder, Overlay};
use crate::sim::kernel::{Kernel, KernelOptions, Program, Sys};
use crate::terminal::{Size, Terminal, TerminalError, TerminalEvent};

/// Says its marks, its user, its size, and ends when asked.
async fn shell(sys: Sys) -> u8 {
    let marked = sys.var("MOUSSAILLON_OSC133").is_some();
    loop {
        let prompt = if marked {
            "\x1b]133;A\x07$ \x1b]133;B\x07"
        } else {
            "sans marques"
        };
        if sys.write(1, prompt.as_bytes()).await.is_err() {
            return 1;
        }
        let Ok(line) = sys.read(0, 1000).await else {
            return 1;
        };
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        let _ = sys
            .write(1, format!("\x1b]133;C;cmdline_url={line}\x07").as_bytes())
            .await;
        match line.as_str() {
            "" => return 7,
            "taille" => {
                let size = sys.win_size(0).unwrap();
                let _ = sys
                    .write(1, format!("{}x{}\n", size.cols, size.rows).as_bytes())
                    .await;
            }
            "deluge" => {
                for _ in 0..5000 {
                    let _ = sys.write(1, "x".repeat(1000).as_bytes()).await;
                }
            }
            _ => {}
        }
        let _ = sys.write(1, b"\x1b]133;D;0\x07").await;
    }
}

fn boot() -> Kernel {
    let mut layer = LayerBuilder::default();
    layer.file("/bin/sh", 0o755, "\x7fELF");
    layer.file(
        "/etc/passwd",
        0o644,
        "moussaillon:x:1000:1000::/home/moussaillon:/bin/sh\n",
    );
    layer.dir("/home/moussaillon", 0o755);
    let kernel = Kernel::boot(KernelOptions {
        hostname: "moussaillon".to_owned(),
        cpus: 1,
        memory: 1 << 30,
        release: "6.1.0".to_owned(),
        date: None,
        root: Arc::new(Mutex::new(Overlay::new(&[layer.build()]))),
    });
    let program: Program = Arc::new(|sys| Box::pin(shell(sys)));
    kernel.install("sh", program);
    kernel
}

const SIZE: Size = Size { rows: 24, cols: 80 };

fn open(kernel: &Kernel) -> Terminal {
    Terminal::on_machine(kernel, HostShell::default(), SIZE, || {}).unwrap()
}

async fn wait(
    terminal: &mut Terminal,
    what: &str,
    done: impl Fn(&Terminal, &[TerminalEvent]) -> bool,
) -> Vec<TerminalEvent> {
    let begun = Instant::now();
    let mut events = Vec::new();
    loop {
        events.extend(terminal.poll());
        if done(terminal, &events) {
            return events;
        }
        let shown = terminal.screen().contents();
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "never {what}: {events:?}\n{shown}"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_shell_of_the_machine_says_its_commands() {
    let kernel = boot();
    let mut terminal = open(&kernel);
    wait(&mut terminal, "a prompt", |it, _| it.at_prompt()).await;
    terminal.resize(Size { rows: 10, cols: 40 });
    assert!(terminal.type_command("taille", true));
    let ended = TerminalEvent::CommandEnded { status: Some(0) };
    let events = wait(&mut terminal, "an end", |_, events| events.contains(&ended)).await;
    assert!(events.contains(&TerminalEvent::CommandBegan {
        line: "taille".to_owned(),
        at: None,
    }));
    assert!(terminal.screen().contents().contains("40x10"));
    wait(&mut terminal, "a prompt", |it, _| it.at_prompt()).await;
    // Ctrl-D.
    terminal.send(b"\x04");
    let exited = TerminalEvent::Exited { status: 7 };
    wait(&mut terminal, "an exit", |_, events| {
        events.contains(&exited)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_machine_is_held_back_too() {
    let kernel = boot();
    let mut terminal = open(&kernel);
    wait(&mut terminal, "a prompt", |it, _| it.at_prompt()).await;
    assert!(terminal.type_command("deluge", true));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let ended = TerminalEvent::CommandEnded { status: Some(0) };
    assert!(
        !terminal.poll().contains(&ended),
        "5 MB were kept while nobody looked"
    );
    wait(&mut terminal, "an end", |_, events| events.contains(&ended)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_ends_the_shell_of_the_machine() {
    let kernel = boot();
    let mut terminal = open(&kernel);
    wait(&mut terminal, "a prompt", |it, _| it.at_prompt()).await;
    let shells = |kernel: &Kernel| {
        let all = kernel.processes();
        all.into_iter().filter(|it| it.comm == "sh").count()
    };
    let before = shells(&kernel);
    drop(terminal);
    for _ in 0..200 {
        if shells(&kernel) == 0 {
            assert_eq!(before, 1);
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it still runs");
}

#[test]
fn a_machine_without_a_runtime_is_an_error() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let kernel = runtime.block_on(async { boot() });
    let opened = Terminal::on_machine(&kernel, HostShell::default(), SIZE, || {});
    assert!(matches!(opened.err(), Some(TerminalError::NoRuntime)));
}

#[tokio::test]
async fn a_shell_that_is_not_there_is_an_error() {
    let shell = HostShell {
        argv: vec!["bash".to_owned()],
        ..HostShell::default()
    };
    let opened = Terminal::on_machine(&boot(), shell, SIZE, || {});
    assert!(matches!(opened.err(), Some(TerminalError::Machine(_))));
}
