//! `read`.

use std::time::Duration;

use super::super::state::{Run, Shell, is_name};

/// Options of `read`.
#[derive(Default)]
struct Options {
    raw: bool,
    silent: bool,
    prompt: Option<String>,
    seconds: Option<f64>,
    count: Option<usize>,
    delimiter: Option<char>,
    fd: u32,
}

pub(super) async fn read(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut options = Options::default();
    let mut rest = arguments;
    while let Some((word, after)) = rest.split_first() {
        let Some(letters) = word.strip_prefix('-').filter(|it| !it.is_empty()) else {
            break;
        };
        rest = after;
        if word == "--" {
            break;
        }
        for (at, letter) in letters.char_indices() {
            match letter {
                'r' => options.raw = true,
                's' => options.silent = true,
                'p' | 't' | 'n' | 'd' | 'u' => {
                    let inline = &letters[at + 1..];
                    let value = if inline.is_empty() {
                        let (first, after) = match rest.split_first() {
                            Some((first, after)) => (first.clone(), after),
                            None => {
                                return shell.fail(format!("No arg for -{letter} option")).await;
                            }
                        };
                        rest = after;
                        first
                    } else {
                        inline.to_owned()
                    };
                    match letter {
                        'p' => options.prompt = Some(value),
                        't' => options.seconds = value.parse().ok(),
                        'n' => options.count = value.parse().ok(),
                        'd' => options.delimiter = Some(value.chars().next().unwrap_or('\0')),
                        _ => options.fd = value.parse().unwrap_or(0),
                    }
                    break;
                }
                _ => return shell.fail(format!("illegal option -{letter}")).await,
            }
        }
    }
    if let Some(name) = rest.iter().find(|it| !is_name(it)) {
        shell
            .error_text(&format!(
                "{}: read: '{name}': bad variable name\n",
                shell.arg0
            ))
            .await;
        return Ok(1);
    }
    if let Some(prompt) = options
        .prompt
        .clone()
        .filter(|_| shell.sys.is_tty(options.fd))
    {
        shell.error_text(&prompt).await;
    }
    let before = shell.sys.tty(options.fd).ok();
    if let Some(tty) = before.filter(|_| options.silent || options.count.is_some()) {
        let changed = crate::kernel::Tty {
            echo: tty.echo && !options.silent,
            canonical: tty.canonical && options.count.is_none(),
            ..tty
        };
        // It was a terminal a moment ago.
        let _ = shell.sys.set_tty(options.fd, changed);
    }
    let line = input(shell, &options).await;
    if let Some(tty) = before {
        let _ = shell.sys.set_tty(options.fd, tty);
    }
    let (line, complete) = match line {
        Line::Text(line, complete) => (line, complete),
        Line::Interrupted(signal) => {
            shell.on_signal(signal).await?;
            return Ok(128 + signal.0);
        }
    };
    assign(shell, rest, &line).await?;
    Ok(u8::from(!complete))
}

enum Line {
    /// Characters with whether each was escaped, and whether the delimiter was met.
    Text(Vec<(char, bool)>, bool),
    Interrupted(crate::kernel::Signal),
}

async fn input(shell: &Shell, options: &Options) -> Line {
    let sys = shell.sys.clone();
    let collected = std::sync::Mutex::new(Vec::new());
    let reading = collect(shell, options, &collected);
    tokio::pin!(reading);
    let limit = options.seconds.map(Duration::from_secs_f64);
    let timer = async {
        match limit {
            Some(limit) => sys.sleep(limit).await,
            None => std::future::pending().await,
        }
    };
    let signals = async {
        if shell.traps.is_empty() && !shell.mode.interactive && !shell.mode.interruptible {
            std::future::pending::<()>().await;
        }
        sys.next_signal().await
    };
    let complete = tokio::select! {
        complete = &mut reading => complete,
        () = timer => false,
        signal = signals => return Line::Interrupted(signal),
    };
    let bytes = collected.lock().map(|it| it.clone()).unwrap_or_default();
    Line::Text(decode(&bytes, options.raw), complete)
}

/// Reads byte by byte: what comes after the line belongs to the next command.
async fn collect(shell: &Shell, options: &Options, collected: &std::sync::Mutex<Vec<u8>>) -> bool {
    let delimiter = options
        .delimiter
        .map_or(b'\n', |c| u8::try_from(c).unwrap_or(b'\n'));
    let mut escaped = false;
    let mut count = 0;
    loop {
        if options.count.is_some_and(|most| count >= most) {
            return true;
        }
        let Ok(byte) = shell.sys.read(options.fd, 1).await else {
            return false;
        };
        let Some(&byte) = byte.first() else {
            return false;
        };
        if byte == delimiter && !escaped {
            return true;
        }
        if let Ok(mut bytes) = collected.lock() {
            bytes.push(byte);
        }
        escaped = !options.raw && byte == b'\\' && !escaped;
        count += 1;
    }
}

fn decode(bytes: &[u8], raw: bool) -> Vec<(char, bool)> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mut result = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' && !raw {
            match chars.next() {
                Some('\n') | None => {}
                Some(c) => result.push((c, true)),
            }
        } else {
            result.push((c, false));
        }
    }
    result
}

async fn assign(shell: &mut Shell, names: &[String], line: &[(char, bool)]) -> Run<()> {
    let text = |part: &[(char, bool)]| part.iter().map(|it| it.0).collect::<String>();
    if names.is_empty() {
        return shell.assign("REPLY", &text(line)).await;
    }
    let ifs = shell.variables.get("IFS").unwrap_or(" \t\n").to_owned();
    let separates = |it: &(char, bool)| !it.1 && ifs.contains(it.0);
    let blank = |it: &(char, bool)| separates(it) && it.0.is_ascii_whitespace();
    let mut at = 0;
    let skip = |at: &mut usize| {
        while line.get(*at).is_some_and(blank) {
            *at += 1;
        }
    };
    skip(&mut at);
    for (index, name) in names.iter().enumerate() {
        let rest = &line[at..];
        let value = if index + 1 == names.len() {
            let end = rest
                .iter()
                .rposition(|it| !blank(it))
                .map_or(0, |it| it + 1);
            // One field is left: a single separator after it is not part of it.
            let inner = &rest[..end];
            match inner.split_last() {
                Some((last, before)) if separates(last) && !before.iter().any(separates) => before,
                _ => inner,
            }
        } else {
            let end = rest.iter().position(separates).unwrap_or(rest.len());
            at += end;
            skip(&mut at);
            if line
                .get(at)
                .is_some_and(|it| separates(it) && !it.0.is_ascii_whitespace())
            {
                at += 1;
                skip(&mut at);
            }
            &rest[..end]
        };
        shell.assign(name, &text(value)).await?;
    }
    Ok(())
}
