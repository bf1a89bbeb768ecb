//! `cat`, `tac`, `rev`, `nl`, `tee`.

use super::applet::Applet;
use crate::kernel::{Errno, Fd, OpenFlags, Sys};
use crate::shell::stream::{Input, Output};

/// Opens a file to read; `-` is standard input.
pub(super) fn open(sys: &Sys, path: &str) -> Result<Fd, Errno> {
    if path == "-" {
        return Ok(0);
    }
    sys.open(
        path,
        OpenFlags {
            read: true,
            ..OpenFlags::default()
        },
        0,
    )
}

/// Closes what [`open`] opened.
pub(super) fn close(sys: &Sys, fd: Fd) {
    if fd > 2 {
        // It was opened by us and is closed once.
        let _ = sys.close(fd);
    }
}

/// The operands, or standard input when there is none.
pub(super) fn or_stdin(operands: &[String]) -> Vec<String> {
    if operands.is_empty() {
        vec!["-".into()]
    } else {
        operands.to_vec()
    }
}

/// `cat [-nbvteA] [FILE]…`
pub(super) async fn cat(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("nbvteAETsu", &[("number", 'n')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = applet.sys.clone();
    let shows = |letters: &str| letters.chars().any(|it| options.has(it));
    let plain = !shows("nbvteAET");
    let mut number = 0u64;
    let mut status = 0;
    for path in or_stdin(&options.operands) {
        let fd = match open(&sys, &path) {
            Ok(fd) => fd,
            Err(error) => {
                applet
                    .complain(&format!("can't open '{path}': {error}"))
                    .await;
                status = 1;
                continue;
            }
        };
        let mut input = Input::new(&sys, fd);
        loop {
            let chunk = if plain {
                input.chunk().await
            } else {
                input.line().await.map(Option::unwrap_or_default)
            };
            match chunk {
                Ok(chunk) if chunk.is_empty() => break,
                Ok(chunk) => {
                    let text = if plain {
                        chunk
                    } else {
                        let mut line = String::new();
                        if options.has('n') && !options.has('b')
                            || options.has('b') && chunk != b"\n"
                        {
                            number += 1;
                            line = format!("{number:6}\t");
                        }
                        visible(&chunk, shows("vteA"), shows("tAT"), shows("eAE"), line)
                    };
                    if sys.write(1, &text).await.is_err() {
                        return 1;
                    }
                }
                Err(error) => {
                    applet.complain(&format!("read error: {error}")).await;
                    status = 1;
                    break;
                }
            }
        }
        close(&sys, fd);
    }
    status
}

/// Shows control characters as `^X` and bytes beyond ASCII as `M-x`.
fn visible(line: &[u8], controls: bool, tabs: bool, ends: bool, before: String) -> Vec<u8> {
    let mut out = before.into_bytes();
    for &byte in line {
        match byte {
            b'\n' => {
                if ends {
                    out.push(b'$');
                }
                out.push(b'\n');
            }
            b'\t' if !tabs => out.push(b'\t'),
            byte if !controls && byte != b'\t' => out.push(byte),
            byte => {
                if byte >= 128 {
                    out.extend_from_slice(b"M-");
                }
                match byte & 127 {
                    127 => out.extend_from_slice(b"^?"),
                    low @ 0..32 => out.extend([b'^', low + 64]),
                    low => out.push(low),
                }
            }
        }
    }
    out
}

/// Every line of the operands; the complaint is made for those that cannot be read.
pub(super) async fn all_lines(
    applet: &Applet,
    operands: &[String],
    status: &mut u8,
) -> Vec<String> {
    let mut lines = Vec::new();
    for path in or_stdin(operands) {
        match open(&applet.sys, &path) {
            Ok(fd) => {
                let mut input = Input::new(&applet.sys, fd);
                while let Ok(Some(line)) = input.text_line().await {
                    lines.push(line);
                }
                close(&applet.sys, fd);
            }
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                *status = 1;
            }
        }
    }
    lines
}

/// `tac [FILE]…`
pub(super) async fn tac(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut status = 0;
    let lines = all_lines(&applet, &applet.args, &mut status).await;
    let text: String = lines.iter().rev().map(|line| format!("{line}\n")).collect();
    applet.print(text).await.max(status)
}

/// `rev [FILE]…`
pub(super) async fn rev(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let mut status = 0;
    let lines = all_lines(&applet, &applet.args, &mut status).await;
    let text: String = lines
        .iter()
        .map(|line| line.chars().rev().chain(['\n']).collect::<String>())
        .collect();
    applet.print(text).await.max(status)
}

/// `nl [FILE]…`
pub(super) async fn nl(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("b:i:s:v:w:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mut status = 0;
    let lines = all_lines(&applet, &options.operands, &mut status).await;
    let all = options.value('b') == Some("a");
    let mut number = 0;
    let mut out = Output::new(&applet.sys, 1);
    for line in lines {
        if line.is_empty() && !all {
            out.line(" ".repeat(7));
        } else {
            number += 1;
            out.line(format!("{number:6}\t{line}"));
        }
    }
    out.finish(status).await
}

/// `tee [-ai] [FILE]…`
pub(super) async fn tee(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("ai", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = applet.sys.clone();
    let append = options.has('a');
    let flags = OpenFlags {
        write: true,
        create: true,
        truncate: !append,
        append,
        ..OpenFlags::default()
    };
    let mut status = 0;
    let mut targets = vec![1];
    for path in &options.operands {
        match sys.open(path, flags, 0o666) {
            Ok(fd) => targets.push(fd),
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
            }
        }
    }
    let mut input = Input::new(&sys, 0);
    while let Ok(chunk) = input.chunk().await {
        if chunk.is_empty() {
            break;
        }
        for fd in &targets {
            if sys.write(*fd, &chunk).await.is_err() {
                status = 1;
            }
        }
    }
    status
}
