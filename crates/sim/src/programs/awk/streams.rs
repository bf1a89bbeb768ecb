//! Files and commands that an `awk` program reads and writes.

use super::super::applet::Applet;
use super::super::regex::Regex;
use super::super::waiting::start;
use super::value::decode;
use crate::kernel::{Errno, Fd, ForkOptions, OpenFlags, Pid};
use crate::shell::stream::{Input, Output};

/// What separates records.
#[derive(Debug, Clone)]
pub(super) enum Separator {
    Char(u8),
    /// `RS=""`: empty lines.
    Paragraph,
    Regex(Box<Regex>),
}

/// Something being read, record by record.
pub(super) struct Reader {
    input: Input,
    kept: Vec<u8>,
    at: usize,
    ended: bool,
    pub(super) fd: Fd,
    pub(super) child: Option<Pid>,
}

impl Reader {
    pub(super) fn new(applet: &Applet, fd: Fd, child: Option<Pid>) -> Self {
        Self {
            input: Input::new(&applet.sys, fd),
            kept: Vec::new(),
            at: 0,
            ended: false,
            fd,
            child,
        }
    }

    async fn fill(&mut self) -> Result<(), Errno> {
        self.kept.drain(..self.at);
        self.at = 0;
        let chunk = self.input.chunk().await?;
        self.ended = chunk.is_empty();
        if self.kept.len() > super::interpret::MOST_BYTES {
            return Err(Errno::ENOMEM);
        }
        self.kept.extend(chunk);
        Ok(())
    }

    /// The next record; `None` at the end.
    pub(super) async fn record(&mut self, separator: &Separator) -> Result<Option<String>, Errno> {
        if matches!(separator, Separator::Paragraph) {
            loop {
                while self.kept.get(self.at) == Some(&b'\n') {
                    self.at += 1;
                }
                if self.at < self.kept.len() || self.ended {
                    break;
                }
                self.fill().await?;
            }
        }
        let mut searched = 0;
        loop {
            let rest = &self.kept[self.at..];
            if let Some((end, next)) = find_end(rest, searched, separator, self.ended) {
                let record = decode(&rest[..end]);
                self.at += next;
                return Ok(Some(record));
            }
            if self.ended {
                let mut end = rest.len();
                if !matches!(separator, Separator::Char(_)) && rest.ends_with(b"\n") {
                    end -= 1;
                }
                let record = (!rest.is_empty()).then(|| decode(&rest[..end]));
                self.at = self.kept.len();
                return Ok(record);
            }
            searched = rest.len();
            self.fill().await?;
        }
    }
}

/// Where a record ends, and where the next one begins.
fn find_end(
    rest: &[u8],
    searched: usize,
    separator: &Separator,
    ended: bool,
) -> Option<(usize, usize)> {
    match separator {
        Separator::Char(byte) => {
            let found = rest[searched..].iter().position(|it| it == byte)?;
            Some((searched + found, searched + found + 1))
        }
        Separator::Paragraph => {
            let end = rest.windows(2).position(|it| it == b"\n\n")?;
            let more = rest[end..].iter().take_while(|it| **it == b'\n').count();
            // More empty lines may come: the next record skips them.
            Some((end, end + more))
        }
        Separator::Regex(regex) => {
            let chars: Vec<char> = rest.iter().map(|it| char::from(*it)).collect();
            let (start, end) = regex.find_at(&chars, 0)?.first().copied().flatten()?;
            // What follows could belong to the separator.
            (end > start && (end < chars.len() || ended)).then_some((start, end))
        }
    }
}

/// Something being written.
pub(super) struct Writer {
    pub(super) out: Output,
    pub(super) fd: Fd,
    pub(super) child: Option<Pid>,
}

/// Opens a file for reading.
pub(super) fn open_input(applet: &Applet, path: &str) -> Result<Reader, Errno> {
    let path = if path == "/dev/stdin" { "-" } else { path };
    let fd = super::super::cat::open(&applet.sys, path)?;
    Ok(Reader::new(applet, fd, None))
}

/// Starts a command whose output is read.
pub(super) fn open_command(applet: &Applet, command: &str) -> Result<Reader, Errno> {
    let (read, write) = applet.sys.pipe()?;
    let child = spawn(applet, command, vec![(0, 0), (1, write), (2, 2)]);
    let _ = applet.sys.close(write);
    Ok(Reader::new(applet, read, Some(child?)))
}

/// Opens what `print` writes to.
pub(super) fn open_output(applet: &Applet, kind: &str, to: &str) -> Result<Writer, Errno> {
    let (fd, child) = match (kind, to) {
        ("|", command) => {
            let (read, write) = applet.sys.pipe()?;
            let child = spawn(applet, command, vec![(0, read), (1, 1), (2, 2)]);
            let _ = applet.sys.close(read);
            (write, Some(child?))
        }
        (_, "/dev/stdout" | "-") => (1, None),
        (_, "/dev/stderr") => (2, None),
        _ => {
            let flags = OpenFlags {
                write: true,
                create: true,
                truncate: kind == ">",
                append: kind == ">>",
                ..OpenFlags::default()
            };
            (applet.sys.open(to, flags, 0o666)?, None)
        }
    };
    Ok(Writer {
        out: Output::new(&applet.sys, fd),
        fd,
        child,
    })
}

fn spawn(applet: &Applet, command: &str, fds: Vec<(Fd, Fd)>) -> Result<Pid, Errno> {
    let options = ForkOptions {
        fds: Some(fds),
        ..ForkOptions::default()
    };
    start(applet, &shell_words(command), options)
}

/// `sh -c COMMAND`
pub(super) fn shell_words(command: &str) -> Vec<String> {
    let bytes = super::value::encode(command);
    let command = String::from_utf8_lossy(&bytes).into_owned();
    vec!["/bin/sh".into(), "-c".into(), command]
}
