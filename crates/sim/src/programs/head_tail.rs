//! `head` and `tail`.

use std::time::Duration;

use super::applet::{Applet, parse_size};
use super::cat::{close, open, or_stdin};
use crate::kernel::{Fd, Sys};
use crate::shell::stream::{Input, Output};

/// Turns `-5` into `-n 5`, as both accept.
fn modern(args: &[String]) -> Vec<String> {
    let mut result: Vec<String> = Vec::new();
    for word in args {
        let is_value = result.last().is_some_and(|it| it == "-n" || it == "-c");
        match word.strip_prefix('-') {
            Some(digits)
                if !is_value
                    && !digits.is_empty()
                    && digits.chars().all(|c| c.is_ascii_digit()) =>
            {
                result.extend(["-n".to_owned(), digits.to_owned()]);
            }
            _ => result.push(word.clone()),
        }
    }
    result
}

/// `head [-n N] [-c N] [-qv] [FILE]…`
pub(super) async fn head(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    applet.args = modern(&applet.args);
    let options = match applet
        .options("n:c:qv", &[("lines", 'n'), ("bytes", 'c')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let bytes = options.last_of("nc") == Some('c');
    let text = options.value(if bytes { 'c' } else { 'n' }).unwrap_or("10");
    let (all_but, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some(count) = parse_size(digits) else {
        return applet.fail(format!("invalid number '{text}'")).await;
    };
    let sys = applet.sys.clone();
    let files = or_stdin(&options.operands);
    let titled = (files.len() > 1 || options.has('v')) && !options.has('q');
    let mut status = 0;
    let mut first = true;
    for path in &files {
        let fd = match open(&sys, path) {
            Ok(fd) => fd,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        if titled {
            title(&sys, path, first).await;
        }
        first = false;
        let result = if all_but {
            head_all_but(&sys, fd, count, bytes).await
        } else {
            head_of(&sys, fd, count, bytes).await
        };
        if let Err(error) = result {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
        close(&sys, fd);
    }
    status
}

async fn title(sys: &Sys, path: &str, first: bool) {
    let name = if path == "-" { "standard input" } else { path };
    let before = if first { "" } else { "\n" };
    // The content that follows will tell if nobody reads.
    let _ = sys
        .write(1, format!("{before}==> {name} <==\n").as_bytes())
        .await;
}

async fn head_of(sys: &Sys, fd: Fd, count: u64, bytes: bool) -> Result<(), crate::kernel::Errno> {
    let mut left = count;
    if bytes {
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(usize::MAX).min(1 << 16);
            let chunk = sys.read(fd, most).await?;
            if chunk.is_empty() {
                break;
            }
            left -= u64::try_from(chunk.len()).unwrap_or(left);
            sys.write(1, &chunk).await?;
        }
        return Ok(());
    }
    let mut input = Input::new(sys, fd);
    let mut out = Output::new(sys, 1);
    while left > 0 {
        let Some(line) = input.line().await? else {
            break;
        };
        left -= 1;
        out.write(line).await?;
    }
    out.flush().await
}

async fn head_all_but(
    sys: &Sys,
    fd: Fd,
    count: u64,
    bytes: bool,
) -> Result<(), crate::kernel::Errno> {
    let content = Input::new(sys, fd).rest().await?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let kept = if bytes {
        content.len().saturating_sub(count)
    } else {
        let lines: Vec<_> = content.split_inclusive(|it| *it == b'\n').collect();
        lines[..lines.len().saturating_sub(count)]
            .iter()
            .map(|it| it.len())
            .sum()
    };
    sys.write(1, &content[..kept]).await
}

/// `tail [-n [+]N] [-c [+]N] [-f] [-F] [-s SECONDS] [-q] [FILE]…`
pub(super) async fn tail(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    applet.args = modern(&applet.args);
    let long = &[
        ("lines", 'n'),
        ("bytes", 'c'),
        ("follow", 'f'),
        ("retry", 'F'),
    ];
    let options = match applet.options("n:c:fFs:qv", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let bytes = options.last_of("nc") == Some('c');
    let text = options.value(if bytes { 'c' } else { 'n' }).unwrap_or("10");
    let (from_start, digits) = match text.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('-').unwrap_or(text)),
    };
    let Some(count) = parse_size(digits) else {
        return applet.fail(format!("invalid number '{text}'")).await;
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let sys = applet.sys.clone();
    let files = or_stdin(&options.operands);
    let titled = (files.len() > 1 || options.has('v')) && !options.has('q');
    let mut status = 0;
    let mut followed = Vec::new();
    for path in &files {
        let fd = match open(&sys, path) {
            Ok(fd) => fd,
            Err(error) => {
                applet
                    .complain(&format!("can't open '{path}': {error}"))
                    .await;
                status = 1;
                continue;
            }
        };
        if titled {
            title(&sys, path, followed.is_empty()).await;
        }
        let content = match Input::new(&sys, fd).rest().await {
            Ok(content) => content,
            Err(error) => {
                applet.complain(&format!("read error: {error}")).await;
                status = 1;
                continue;
            }
        };
        if sys
            .write(1, tail_of(&content, count, bytes, from_start))
            .await
            .is_err()
        {
            return 1;
        }
        followed.push((fd, path.clone()));
    }
    if followed.is_empty() {
        applet.complain("no files").await;
        return 1;
    }
    if options.has('f') || options.has('F') {
        let pause = options
            .value('s')
            .and_then(|it| it.parse().ok())
            .unwrap_or(1.0);
        return follow(&sys, &followed, titled, Duration::from_secs_f64(pause)).await;
    }
    status
}

/// Waits for what is added to files. They are looked at again and again, as busybox does: a regular
/// file has no one to wait for.
async fn follow(sys: &Sys, files: &[(Fd, String)], titled: bool, pause: Duration) -> u8 {
    let mut shown = files.len() - 1;
    loop {
        sys.sleep(pause).await;
        for (index, (fd, path)) in files.iter().enumerate() {
            loop {
                match sys.read(*fd, 1 << 16).await {
                    Ok(chunk) if !chunk.is_empty() => {
                        if titled && shown != index {
                            title(sys, path, false).await;
                        }
                        shown = index;
                        if sys.write(1, &chunk).await.is_err() {
                            return 1;
                        }
                    }
                    _ => break,
                }
            }
        }
    }
}

fn tail_of(content: &[u8], count: usize, bytes: bool, from_start: bool) -> &[u8] {
    let total = content.len();
    let skip = match (bytes, from_start) {
        (true, true) => count.saturating_sub(1).min(total),
        (true, false) => total.saturating_sub(count),
        (false, _) => {
            let lines: Vec<_> = content.split_inclusive(|it| *it == b'\n').collect();
            let skipped = if from_start {
                count.saturating_sub(1).min(lines.len())
            } else {
                lines.len().saturating_sub(count)
            };
            lines[..skipped].iter().map(|it| it.len()).sum()
        }
    };
    &content[skip..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_tail() {
        let text = b"1\n2\n3\n";
        assert_eq!(tail_of(text, 2, false, false), b"2\n3\n");
        assert_eq!(tail_of(text, 2, false, true), b"2\n3\n");
        assert_eq!(tail_of(text, 3, true, false), b"\n3\n");
        assert_eq!(tail_of(text, 9, false, false), text);
    }
}
