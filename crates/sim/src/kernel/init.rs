//! `docker-init` (tini): a PID 1 that forwards signals and reaps orphans.

use std::sync::Arc;

use super::{Errno, ForkOptions, Program, Signal, Sys, WaitStatus};

/// The program; its arguments are `--` and the command to run.
pub(super) fn program() -> Program {
    Arc::new(|sys| Box::pin(run(sys)))
}

async fn run(sys: Sys) -> u8 {
    let argv: Vec<String> = sys.args().into_iter().skip(2).collect();
    let name = argv.first().cloned().unwrap_or_default();
    for number in 1..=64 {
        let signal = Signal(number);
        if !matches!(signal, Signal::KILL | Signal::STOP | Signal::CHLD) {
            sys.catch(signal);
        }
    }
    let command = {
        let name = name.clone();
        move |child: Sys| -> super::ProgramFuture {
            Box::pin(async move {
                for number in 1..=64 {
                    child.default_action(Signal(number));
                }
                let env = child.env();
                let path = match child.find_program(&name) {
                    Ok(path) => path,
                    Err(error) => return failure(error),
                };
                match child.exec(&path, argv.clone(), env.clone()).await {
                    // execvp(3) gives it to sh, which reads a script.
                    Err(Errno::ENOEXEC) if is_text(&child, &path) => {
                        let head = ["sh".to_owned(), path];
                        let words = head.into_iter().chain(argv.into_iter().skip(1));
                        let shell = child.exec("/bin/sh", words.collect(), env).await;
                        shell.unwrap_or_else(failure)
                    }
                    other => other.unwrap_or_else(failure),
                }
            })
        }
    };
    let Ok(child) = sys.fork(
        ForkOptions {
            group: Some(None),
            ..ForkOptions::default()
        },
        command,
    ) else {
        return 1;
    };
    if sys.is_tty(0) {
        // Without a terminal to give, the child's group just stays in the background.
        let _ = sys.set_foreground(0, child);
    }
    loop {
        tokio::select! {
            ended = sys.wait(None) => match ended {
                Ok((pid, status)) if pid == child => {
                    if status == WaitStatus::Exited(127) {
                        let message = format!("[FATAL tini (1)] exec {name} failed: No such file or directory\n");
                        let _ = sys.write(2, message.as_bytes()).await;
                    }
                    return status.code();
                }
                Ok(_) => {}
                Err(_) => return 1,
            },
            signal = sys.next_signal() => {
                let _ = sys.kill(child, signal);
            }
        }
    }
}

fn failure(error: Errno) -> u8 {
    if error == Errno::ENOENT { 127 } else { 126 }
}

fn is_text(sys: &Sys, path: &str) -> bool {
    sys.read_file(path).is_ok_and(|it| !it.contains(&0))
}
