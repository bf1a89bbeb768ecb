//! `wait`, `jobs`, `kill`, `fg`, `bg`, `trap`.

use super::super::jobs::signal_text;
use super::super::state::{Run, Shell, single_quote};
use crate::kernel::{Pid, Signal, WaitStatus};

pub(super) async fn wait(shell: &mut Shell, arguments: &[String]) -> Run {
    if arguments.is_empty() {
        loop {
            shell.reap();
            let running = shell
                .jobs
                .list()
                .iter()
                .any(|job| shell.jobs.outcome(job).is_none());
            if !running {
                return Ok(0);
            }
            match shell.wait_any().await {
                Ok(()) => {}
                Err(Some(signal)) => {
                    if let Some(status) = interrupted(shell, signal).await? {
                        return Ok(status);
                    }
                }
                Err(None) => return Ok(0),
            }
        }
    }
    let mut status = 0;
    for name in arguments {
        let Some(job) = shell.jobs.find(name).cloned() else {
            if !name.starts_with('%') && name.parse::<u32>().is_err() {
                return shell.fail(format!("Illegal number: {name}")).await;
            }
            status = 127;
            continue;
        };
        status = loop {
            shell.reap();
            if let Some(outcome) = shell.jobs.outcome(&job) {
                if let WaitStatus::Signaled(signal) = outcome {
                    shell
                        .error_text(&format!("{}\n", signal_text(signal)))
                        .await;
                }
                shell.jobs.told(job.number);
                break outcome.code();
            }
            match shell.wait_any().await {
                Ok(()) => {}
                Err(Some(signal)) => {
                    if let Some(status) = interrupted(shell, signal).await? {
                        return Ok(status);
                    }
                }
                Err(None) => break 127,
            }
        };
    }
    Ok(status)
}

/// A signal during `wait`: its status when it has a trap, which ends the waiting.
async fn interrupted(shell: &mut Shell, signal: Signal) -> Run<Option<u8>> {
    let trapped = shell.traps.contains_key(&signal.0);
    shell.on_signal(signal).await?;
    Ok(trapped.then_some(128 + signal.0))
}

pub(super) async fn jobs(shell: &mut Shell, arguments: &[String]) -> Run {
    shell.reap();
    let only_pids = arguments.iter().any(|it| it == "-p");
    let mut text = String::new();
    for job in shell.jobs.list().to_vec() {
        if only_pids {
            text.push_str(&format!("{}\n", job.pids.first().map_or(0, |it| it.0)));
        } else {
            text.push_str(&shell.jobs.describe(&job));
            text.push('\n');
        }
        if shell.jobs.outcome(&job).is_some() {
            shell.jobs.remove(job.number);
        }
    }
    super::print(shell, &text).await
}

pub(super) async fn foreground(shell: &mut Shell, arguments: &[String]) -> Run {
    let name = arguments.first().map_or("%+", String::as_str);
    let Some(job) = shell.jobs.find(name).cloned() else {
        return no_job(shell, arguments).await;
    };
    super::print(shell, &format!("{}\n", job.text)).await?;
    shell.give_terminal(&job.pids);
    if let Some(leader) = job.pids.first() {
        // It may have ended already.
        let _ = shell.sys.kill_group(*leader, Signal::CONT);
    }
    shell.jobs.resumed(&job);
    let result = shell.wait_foreground(&job.pids, job.text.clone()).await;
    if !shell.jobs.is_stopped(&job) {
        shell.jobs.remove(job.number);
    }
    result
}

pub(super) async fn background(shell: &mut Shell, arguments: &[String]) -> Run {
    let name = arguments.first().map_or("%+", String::as_str);
    let Some(job) = shell.jobs.find(name).cloned() else {
        return no_job(shell, arguments).await;
    };
    if let Some(leader) = job.pids.first() {
        let _ = shell.sys.kill_group(*leader, Signal::CONT);
    }
    shell.jobs.resumed(&job);
    super::print(shell, &format!("[{}] {}\n", job.number, job.text)).await
}

async fn no_job(shell: &Shell, arguments: &[String]) -> Run {
    match arguments.first() {
        Some(name) => shell.fail(format!("No such job: {name}")).await,
        None => shell.fail("No current job").await,
    }
}

pub(super) async fn kill(shell: &mut Shell, arguments: &[String]) -> Run {
    let resolved: Vec<String> = arguments
        .iter()
        .map(
            |word| match shell.jobs.find(word).filter(|_| word.starts_with('%')) {
                Some(job) => job
                    .pids
                    .first()
                    .map_or_else(|| word.clone(), |pid| pid.0.to_string()),
                None => word.clone(),
            },
        )
        .collect();
    let killed = kill_command(&shell.sys, &resolved);
    for error in &killed.errors {
        shell
            .error_text(&format!("{}: {error}\n", shell.arg0))
            .await;
    }
    if !killed.output.is_empty() {
        super::print(shell, &killed.output).await?;
    }
    shell.check_signals().await?;
    Ok(killed.status)
}

/// What `kill` did.
#[derive(Debug, Default)]
pub struct Killed {
    /// Exit code.
    pub status: u8,
    /// Standard output.
    pub output: String,
    /// Complaints, without the name of who makes them.
    pub errors: Vec<String>,
}

/// `kill [-s SIGNAL | -SIGNAL] PID…`, `kill -l [NUMBER]`, kill(1).
pub fn kill_command(sys: &crate::kernel::Sys, arguments: &[String]) -> Killed {
    let mut killed = Killed::default();
    let mut signal = Signal::TERM;
    let mut rest = arguments;
    if let Some((first, after)) = arguments.split_first() {
        match first.as_str() {
            "-l" => return list(after),
            "-s" | "-n" => match after.split_first() {
                Some((name, after)) => match parse_signal(name) {
                    Some(parsed) => {
                        signal = parsed;
                        rest = after;
                    }
                    None => return bad_signal(name),
                },
                None => return bad_signal(""),
            },
            "--" => rest = after,
            option if option.starts_with('-') && option.len() > 1 => {
                match parse_signal(&option[1..]) {
                    Some(parsed) => {
                        signal = parsed;
                        rest = after;
                        if rest.first().is_some_and(|it| it == "--") {
                            rest = &rest[1..];
                        }
                    }
                    None => return bad_signal(&option[1..]),
                }
            }
            _ => {}
        }
    }
    if rest.is_empty() {
        killed
            .errors
            .push("you need to specify whom to kill".into());
        killed.status = 1;
    }
    for word in rest {
        let Ok(number) = word.parse::<i64>() else {
            killed.errors.push(format!("invalid number '{word}'"));
            killed.status = 1;
            continue;
        };
        let target = Pid(u32::try_from(number.unsigned_abs()).unwrap_or(u32::MAX));
        let result = match number {
            ..0 => sys.kill_group(target, signal),
            _ => sys.kill(target, signal),
        };
        if let Err(error) = result {
            killed
                .errors
                .push(format!("can't kill pid {number}: {error}"));
            killed.status = 1;
        }
    }
    killed
}

/// A signal's number or name; 0 only checks that the process is there.
fn parse_signal(text: &str) -> Option<Signal> {
    if text == "0" || text == "EXIT" {
        Some(Signal(0))
    } else {
        Signal::parse(text)
    }
}

fn bad_signal(name: &str) -> Killed {
    Killed {
        status: 1,
        output: String::new(),
        errors: vec![format!("bad signal name '{name}'")],
    }
}

fn list(names: &[String]) -> Killed {
    let mut killed = Killed::default();
    if names.is_empty() {
        for number in 1..=31 {
            killed
                .output
                .push_str(&format!("{number:2}) {}\n", Signal(number).name()));
        }
    }
    for name in names {
        let number = name.parse::<u8>().ok().map(|it| Signal(it & 0x7f));
        match (number, parse_signal(name)) {
            (Some(signal), _) => killed.output.push_str(&format!("{}\n", signal.name())),
            (None, Some(signal)) => killed.output.push_str(&format!("{}\n", signal.0)),
            (None, None) => {
                killed.errors.push(format!("unknown signal '{name}'"));
                killed.status = 1;
            }
        }
    }
    killed
}

pub(super) async fn trap(shell: &mut Shell, arguments: &[String]) -> Run {
    let arguments = match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        _ => arguments,
    };
    let Some((action, mut names)) = arguments.split_first() else {
        let text: String = shell
            .traps
            .iter()
            .map(|(number, action)| {
                format!("trap -- {} {}\n", single_quote(action), trap_name(*number))
            })
            .collect();
        return super::print(shell, &text).await;
    };
    // `trap 15` and `trap - 15` put the default action back.
    let mut reset = action == "-";
    if names.is_empty() || action.parse::<u8>().is_ok() {
        reset = true;
        names = arguments;
    }
    let mut status = 0;
    for name in names {
        let Some(signal) = parse_signal(name) else {
            shell
                .complain(format!("{name}: invalid signal specification"))
                .await;
            status = 1;
            continue;
        };
        if reset {
            shell.traps.remove(&signal.0);
        } else {
            shell.traps.insert(signal.0, action.clone());
        }
        if signal.0 == 0 {
            continue;
        }
        let kept = shell.mode.interactive && !shell.subshell;
        match (reset, action.is_empty()) {
            (true, _) if shell.mode.interruptible && signal == Signal::INT => {
                shell.sys.catch(signal);
            }
            (true, _) if kept && signal == Signal::INT => shell.sys.catch(signal),
            (true, _) if kept && signal == Signal::TERM => shell.sys.ignore(signal),
            (true, _) => shell.sys.default_action(signal),
            (false, true) => shell.sys.ignore(signal),
            (false, false) => shell.sys.catch(signal),
        }
    }
    Ok(status)
}

fn trap_name(number: u8) -> String {
    match number {
        0 => "EXIT".into(),
        number => Signal(number).name().into(),
    }
}
