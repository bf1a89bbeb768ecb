//! `ls`.

use std::time::{Duration, SystemTime};

use unicode_width::UnicodeWidthStr;

use super::applet::{Applet, Options, group_name, human, join, mode_text, user_name};
use crate::fs::{FileKind, Metadata};
use crate::kernel::Sys;
use crate::shell::stream::Output;

/// An entry to show.
struct Entry {
    name: String,
    path: String,
    metadata: Metadata,
}

/// `ls [-1AaCdFhHilLnprRsStx] [FILE]…`
pub(super) async fn main(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[
        ("all", 'a'),
        ("human-readable", 'h'),
        ("color", '!'),
        ("full-time", 'E'),
        ("group-directories-first", 'D'),
    ];
    let options = match applet.options("1AaCdFhHilLnprRsStxXvcuw:!ED", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = applet.sys.clone();
    let lister = Lister {
        now: sys.now(),
        width: width(&sys, &options),
        sys,
        options,
    };
    let mut out = Output::new(&lister.sys, 1);
    let mut status = 0;
    let mut operands = lister.options.operands.clone();
    if operands.is_empty() {
        operands.push(".".into());
    }
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for operand in &operands {
        let long = lister.options.has('l') || lister.options.has('d') || lister.options.has('F');
        let stat = if long && !operand.ends_with('/') && !lister.options.has('L') {
            // A link to a directory is followed unless it is shown in full.
            lister.sys.lstat(operand)
        } else {
            lister
                .sys
                .stat(operand)
                .or_else(|_| lister.sys.lstat(operand))
        };
        match stat {
            Ok(metadata) => {
                let entry = Entry {
                    name: operand.clone(),
                    path: operand.clone(),
                    metadata,
                };
                if entry.metadata.kind == FileKind::Directory && !lister.options.has('d') {
                    directories.push(entry);
                } else {
                    files.push(entry);
                }
            }
            Err(error) => {
                applet.complain(&format!("{operand}: {error}")).await;
                status = 1;
            }
        }
    }
    lister.sort(&mut files);
    lister.sort(&mut directories);
    let mut first = files.is_empty();
    lister.show(&files, &mut out);
    let titled = operands.len() > 1 || lister.options.has('R');
    directories.reverse();
    while let Some(directory) = directories.pop() {
        if titled {
            if !first {
                out.line("");
            }
            out.line(format!("{}:", directory.path));
        }
        first = false;
        let mut entries = match lister.entries(&directory.path) {
            Ok(entries) => entries,
            Err(error) => {
                applet
                    .complain(&format!("can't open '{}': {error}", directory.path))
                    .await;
                status = 1;
                continue;
            }
        };
        lister.sort(&mut entries);
        if lister.options.has('l') || lister.options.has('s') {
            out.line(lister.total(&entries));
        }
        lister.show(&entries, &mut out);
        if lister.options.has('R') {
            let inner = entries.into_iter().rev().filter(|it| {
                it.metadata.kind == FileKind::Directory && it.name != "." && it.name != ".."
            });
            directories.extend(inner);
        }
        if out.flush().await.is_err() {
            return 1;
        }
    }
    out.finish(status).await
}

/// Columns to fill; `None` for one name a line.
fn width(sys: &Sys, options: &Options) -> Option<usize> {
    let terminal = sys
        .win_size(1)
        .ok()
        .map(|size| usize::from(size.cols))
        .filter(|it| *it > 0);
    let asked = options.value('w').and_then(|it| it.parse().ok());
    match options.last_of("1Cxl") {
        Some('C' | 'x') => asked.or(terminal).or(Some(80)),
        Some(_) => None,
        None => asked.or(terminal),
    }
}

struct Lister {
    sys: Sys,
    options: Options,
    now: SystemTime,
    width: Option<usize>,
}

impl Lister {
    fn entries(&self, directory: &str) -> Result<Vec<Entry>, crate::kernel::Errno> {
        let mut entries = Vec::new();
        if self.options.has('a') {
            for name in [".", ".."] {
                let path = join(directory, name);
                if let Ok(metadata) = self.sys.stat(&path) {
                    entries.push(Entry {
                        name: name.into(),
                        path,
                        metadata,
                    });
                }
            }
        }
        let hidden = self.options.has('a') || self.options.has('A');
        for entry in self.sys.read_dir(directory)? {
            if entry.name.starts_with('.') && !hidden {
                continue;
            }
            let path = join(directory, &entry.name);
            let metadata = if self.options.has('L') {
                self.sys.stat(&path).unwrap_or(entry.metadata)
            } else {
                entry.metadata
            };
            entries.push(Entry {
                name: entry.name,
                path,
                metadata,
            });
        }
        Ok(entries)
    }

    fn sort(&self, entries: &mut [Entry]) {
        entries.sort_by(|a, b| {
            let by_name = a.name.cmp(&b.name);
            match self.options.last_of("StX") {
                Some('S') => b.metadata.size.cmp(&a.metadata.size).then(by_name),
                Some('t') => b.metadata.mtime.cmp(&a.metadata.mtime).then(by_name),
                Some(_) => extension(&a.name).cmp(extension(&b.name)).then(by_name),
                None => by_name,
            }
        });
        if self.options.has('r') {
            entries.reverse();
        }
        if self.options.has('D') {
            entries.sort_by_key(|it| it.metadata.kind != FileKind::Directory);
        }
    }

    fn total(&self, entries: &[Entry]) -> String {
        let blocks: u64 = entries.iter().map(|it| blocks(&it.metadata)).sum();
        if self.options.has('h') {
            format!("total {:<7}", human(blocks * 512))
        } else {
            format!("total {}", blocks / 2)
        }
    }

    fn show(&self, entries: &[Entry], out: &mut Output) {
        if self.options.has('l') {
            for entry in entries {
                out.line(self.long_line(entry));
            }
            return;
        }
        let names: Vec<String> = entries.iter().map(|it| self.short(it)).collect();
        match self.width {
            None => names.iter().for_each(|name| out.line(name)),
            Some(width) => columns(&names, width, self.options.last_of("Cx") == Some('x'), out),
        }
    }

    fn short(&self, entry: &Entry) -> String {
        let mut text = String::new();
        if self.options.has('i') {
            text.push_str(&format!("{:7} ", entry.metadata.inode));
        }
        if self.options.has('s') {
            text.push_str(&format!("{:6} ", blocks(&entry.metadata) / 2));
        }
        text.push_str(&entry.name);
        text.push_str(self.indicator(&entry.metadata));
        text
    }

    fn indicator(&self, metadata: &Metadata) -> &'static str {
        match metadata.kind {
            FileKind::Directory if self.options.has('F') || self.options.has('p') => "/",
            _ if !self.options.has('F') => "",
            FileKind::Symlink(_) => "@",
            FileKind::Fifo => "|",
            FileKind::Socket => "=",
            FileKind::File if metadata.mode & 0o111 != 0 => "*",
            _ => "",
        }
    }

    fn long_line(&self, entry: &Entry) -> String {
        let metadata = &entry.metadata;
        let mut text = String::new();
        if self.options.has('i') {
            text.push_str(&format!("{:7} ", metadata.inode));
        }
        if self.options.has('s') {
            text.push_str(&format!("{:6} ", blocks(metadata) / 2));
        }
        let (user, group) = if self.options.has('n') {
            (metadata.uid.to_string(), metadata.gid.to_string())
        } else {
            (
                user_name(&self.sys, metadata.uid),
                group_name(&self.sys, metadata.gid),
            )
        };
        text.push_str(&format!(
            "{} {:4} {user:<8} {group:<8} ",
            mode_text(metadata),
            metadata.links
        ));
        text.push_str(&match metadata.kind {
            FileKind::CharDevice(major, minor) => format!("{major:4}, {minor:3} "),
            _ if self.options.has('h') => format!("{:>9} ", human(metadata.size)),
            _ => format!("{:>9} ", metadata.size),
        });
        text.push_str(&self.date(metadata.mtime));
        text.push(' ');
        text.push_str(&entry.name);
        match &metadata.kind {
            FileKind::Symlink(target) => text.push_str(&format!(" -> {target}")),
            _ => text.push_str(self.indicator(metadata)),
        }
        text
    }

    fn date(&self, time: SystemTime) -> String {
        let format = if self.options.has('E') {
            "%Y-%m-%d %H:%M:%S +0000"
        } else {
            let half_year = Duration::from_secs(60 * 60 * 24 * 365 / 2);
            let recent = match self.now.duration_since(time) {
                Ok(age) => age < half_year,
                Err(ahead) => ahead.duration() < Duration::from_secs(15 * 60),
            };
            if recent { "%b %e %H:%M" } else { "%b %e  %Y" }
        };
        super::date::format(time, format)
    }
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |it| it.1)
}

/// Blocks of 512 bytes that a file takes.
pub(super) fn blocks(metadata: &Metadata) -> u64 {
    match metadata.kind {
        FileKind::File | FileKind::Directory => metadata.size.div_ceil(4096) * 8,
        _ => 0,
    }
}

/// Names in columns: down, or across.
fn columns(names: &[String], width: usize, across: bool, out: &mut Output) {
    let Some(longest) = names.iter().map(|it| it.width()).max() else {
        return;
    };
    let column = longest + 2;
    let count = (width.saturating_sub(1) / column).max(1);
    let rows = names.len().div_ceil(count);
    for row in 0..rows {
        let mut line = String::new();
        for position in 0..count {
            let index = if across {
                row * count + position
            } else {
                position * rows + row
            };
            let Some(name) = names.get(index) else { break };
            let missing = (position * column).saturating_sub(line.width());
            line.push_str(&" ".repeat(missing));
            line.push_str(name);
        }
        out.line(line);
    }
}
