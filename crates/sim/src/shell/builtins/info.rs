//! Builtins about where the shell is and what it knows.

use super::super::state::{Run, Shell, Stop, single_quote};
use super::super::syntax::is_reserved;

pub(super) async fn cd(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut physical = false;
    let mut target = None;
    for word in arguments {
        match word.as_str() {
            "-P" => physical = true,
            "-L" => physical = false,
            "--" => {}
            word => target = target.or(Some(word.to_owned())),
        }
    }
    let mut show = false;
    let target = match target.as_deref() {
        None => shell.variables.get("HOME").unwrap_or_default().to_owned(),
        Some("-") => {
            show = true;
            shell.variables.get("OLDPWD").unwrap_or_default().to_owned()
        }
        Some(path) => path.to_owned(),
    };
    let before = shell
        .variables
        .get("PWD")
        .map_or_else(|| shell.sys.cwd(), str::to_owned);
    let logical = normalize(&if target.starts_with('/') {
        target.clone()
    } else {
        format!("{before}/{target}")
    });
    let goal = if physical {
        target.clone()
    } else {
        logical.clone()
    };
    if let Err(error) = shell.sys.chdir(&goal) {
        let words = shell.dialect.cannot_enter(&target, error);
        shell.complain(words).await;
        return Err(Stop::Error(shell.dialect.cd_status()));
    }
    let now = if physical { shell.sys.cwd() } else { logical };
    shell.assign("OLDPWD", &before).await?;
    shell.assign("PWD", &now).await?;
    for name in ["OLDPWD", "PWD"] {
        shell.variables.edit(name).exported = true;
    }
    if show {
        super::print(shell, &format!("{now}\n")).await
    } else {
        Ok(0)
    }
}

/// An absolute path without `.`, `..` and doubled slashes.
pub(in crate::shell) fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

pub(super) async fn pwd(shell: &mut Shell) -> Run {
    let logical = shell.variables.get("PWD").map(str::to_owned);
    let here = match logical {
        Some(path) if shell.sys.real_path(&path).ok().as_ref() == Some(&shell.sys.cwd()) => path,
        _ => shell.sys.cwd(),
    };
    super::print(shell, &format!("{here}\n")).await
}

pub(super) async fn umask(shell: &mut Shell, arguments: &[String]) -> Run {
    let current = shell.sys.umask(0o022);
    shell.sys.umask(current);
    match arguments.first().map(String::as_str) {
        None => super::print(shell, &format!("{current:04o}\n")).await,
        Some("-S") => {
            let letters = |shift: u32| -> String {
                [(4, 'r'), (2, 'w'), (1, 'x')]
                    .iter()
                    .filter(|(bit, _)| (current >> shift) & bit == 0)
                    .map(|it| it.1)
                    .collect()
            };
            let text = format!("u={},g={},o={}\n", letters(6), letters(3), letters(0));
            super::print(shell, &text).await
        }
        Some(text) => match u32::from_str_radix(text, 8) {
            Ok(mask) if mask <= 0o777 => {
                shell.sys.umask(mask);
                Ok(0)
            }
            _ => shell.fail(format!("Illegal number: {text}")).await,
        },
    }
}

/// `ulimit [-SH] [-a | -LETTER]`: shows the limits of this process.
pub(super) async fn ulimit(shell: &mut Shell, arguments: &[String]) -> Run {
    /// The letter, what it says, docker's name of the limit and the size of a unit.
    const LIMITS: [(char, &str, &str, u64); 15] = [
        ('c', "core file size (blocks)", "core", 512),
        ('d', "data seg size (kb)", "data", 1024),
        ('e', "scheduling priority", "nice", 1),
        ('f', "file size (blocks)", "fsize", 512),
        ('i', "pending signals", "sigpending", 1),
        ('l', "max locked memory (kb)", "memlock", 1024),
        ('m', "max memory size (kb)", "rss", 1024),
        ('n', "open files", "nofile", 1),
        ('q', "POSIX message queues (bytes)", "msgqueue", 1),
        ('r', "real-time priority", "rtprio", 1),
        ('s', "stack size (kb)", "stack", 1024),
        ('t', "cpu time (seconds)", "cpu", 1),
        ('u', "max user processes", "nproc", 1),
        ('v', "virtual memory (kb)", "as", 1024),
        ('x', "file locks", "locks", 1),
    ];
    let letters: String = arguments
        .iter()
        .filter_map(|it| it.strip_prefix('-'))
        .collect();
    let hard = letters.contains('H');
    let sys = shell.sys.clone();
    let value = |name: &str, unit: u64| {
        let limit = sys.resource_limit(name);
        let value = if hard { limit.hard } else { limit.soft };
        value.map_or_else(|| "unlimited".to_owned(), |it| (it / unit).to_string())
    };
    if letters.contains('a') {
        let text: String = LIMITS
            .iter()
            .map(|(letter, words, name, unit)| {
                format!("{words:<32}(-{letter}) {}\n", value(name, *unit))
            })
            .collect();
        return super::print(shell, &text).await;
    }
    let letter = letters
        .chars()
        .find(|it| !"SH".contains(*it))
        .unwrap_or('f');
    match LIMITS.iter().find(|it| it.0 == letter) {
        Some((_, _, name, unit)) => super::print(shell, &(value(name, *unit) + "\n")).await,
        None => shell.fail(format!("bad option -{letter}")).await,
    }
}

pub(super) async fn type_(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut status = 0;
    let mut text = String::new();
    for name in arguments {
        let line = if is_reserved(name) {
            format!("{name} is a shell keyword")
        } else if let Some(value) = shell.aliases.get(name) {
            format!("{name} is an alias for {value}")
        } else if super::is_special(name) {
            format!("{name} is a special shell builtin")
        } else if shell.functions.contains_key(name) {
            format!("{name} is a function")
        } else if super::is_builtin(name) {
            format!("{name} is a shell builtin")
        } else if let Ok(path) = shell.find_program(name, None) {
            format!("{name} is {path}")
        } else {
            status = 127;
            format!("{name}: not found")
        };
        text.push_str(&line);
        text.push('\n');
    }
    super::print(shell, &text).await?;
    Ok(status)
}

/// `command -v`
pub(super) async fn locate(shell: &mut Shell, name: &str) -> Run {
    let found =
        if is_reserved(name) || super::is_builtin(name) || shell.functions.contains_key(name) {
            name.to_owned()
        } else if let Some(value) = shell.aliases.get(name) {
            format!("alias {name}={}", single_quote(value))
        } else if let Ok(path) = shell.find_program(name, None) {
            path
        } else {
            return Ok(127);
        };
    super::print(shell, &format!("{found}\n")).await
}

pub(super) async fn alias(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut status = 0;
    let mut text = String::new();
    if arguments.is_empty() {
        for (name, value) in &shell.aliases {
            text.push_str(&format!("{name}={}\n", single_quote(value)));
        }
    }
    for word in arguments {
        match word.split_once('=') {
            Some((name, value)) => {
                shell.aliases.insert(name.to_owned(), value.to_owned());
            }
            None => {
                if let Some(value) = shell.aliases.get(word) {
                    text.push_str(&format!("{word}={}\n", single_quote(value)));
                } else {
                    shell
                        .error_text(&format!("alias: {word} not found\n"))
                        .await;
                    status = 1;
                }
            }
        }
    }
    super::print(shell, &text).await?;
    Ok(status)
}

pub(super) async fn unalias(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut status = 0;
    for name in arguments {
        if name == "-a" {
            shell.aliases.clear();
        } else if shell.aliases.remove(name).is_none() {
            shell
                .error_text(&format!("unalias: {name} not found\n"))
                .await;
            status = 1;
        }
    }
    Ok(status)
}

pub(super) async fn help(shell: &mut Shell) -> Run {
    let mut text = "Built-in commands:\n------------------\n".to_owned();
    let mut line = String::new();
    for name in super::names() {
        if line.len() + name.len() > 62 {
            text.push_str(&format!("\t{}\n", line.trim_end()));
            line.clear();
        }
        line.push_str(name);
        line.push(' ');
    }
    text.push_str(&format!("\t{}\n\n", line.trim_end()));
    super::print(shell, &text).await
}

pub(super) async fn history(shell: &mut Shell) -> Run {
    let text: String = shell
        .history
        .iter()
        .enumerate()
        .map(|(at, line)| format!("{at:4} {line}\n"))
        .collect();
    super::print(shell, &text).await
}

pub(super) async fn times(shell: &mut Shell) -> Run {
    super::print(shell, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n").await
}
