//! `chmod`, `chown`, `chgrp`, `stat`.

use super::applet::{Applet, group_name, join, mode_text, number_in, user_name};
use crate::fs::{FileKind, Metadata};
use crate::kernel::{Errno, Sys};

/// Applies a mode such as `755`, `u+x,g-w`, `a=rX` to permission bits; `None` when it is wrong.
pub(super) fn apply_mode(text: &str, old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return u32::from_str_radix(text, 8).ok().filter(|it| *it <= 0o7777);
    }
    let mut mode = old;
    for clause in text.split(',') {
        let operator = clause.find(['+', '-', '='])?;
        let (who, mut rest) = clause.split_at(operator);
        if !who.chars().all(|c| "ugoa".contains(c)) {
            return None;
        }
        let everyone = who.is_empty() || who.contains('a');
        let mut mask = 0;
        for (letter, bits) in [('u', 0o4700), ('g', 0o2070), ('o', 0o1007)] {
            if everyone || who.contains(letter) {
                mask |= bits;
            }
        }
        let allowed = if who.is_empty() { mask & !umask } else { mask };
        while let Some(sign) = rest.chars().next() {
            rest = &rest[1..];
            let end = rest.find(['+', '-', '=']).unwrap_or(rest.len());
            let mut bits = 0;
            for letter in rest[..end].chars() {
                bits |= match letter {
                    'r' => 0o444,
                    'w' => 0o222,
                    'x' => 0o111,
                    'X' if is_directory || mode & 0o111 != 0 => 0o111,
                    'X' => 0,
                    's' => 0o6000,
                    't' => 0o1000,
                    'u' => (mode >> 6 & 7) * 0o111,
                    'g' => (mode >> 3 & 7) * 0o111,
                    'o' => (mode & 7) * 0o111,
                    _ => return None,
                };
            }
            if bits & 0o1000 != 0 {
                mode = if sign == '-' {
                    mode & !0o1000
                } else {
                    mode | 0o1000
                };
            }
            match sign {
                '+' => mode |= bits & allowed,
                '-' => mode &= !(bits & allowed),
                '=' => mode = mode & !(mask & 0o777) | bits & allowed,
                _ => return None,
            }
            rest = &rest[end..];
        }
    }
    Some(mode)
}

/// What is under the paths, themselves first.
fn walk(sys: &Sys, path: &str, recursive: bool) -> Vec<String> {
    let mut all = vec![path.to_owned()];
    let mut at = 0;
    while recursive && at < all.len() {
        if sys
            .lstat(&all[at])
            .is_ok_and(|it| it.kind == FileKind::Directory)
        {
            let inner: Vec<_> = sys
                .read_dir(&all[at])
                .unwrap_or_default()
                .iter()
                .map(|it| join(&all[at], &it.name))
                .collect();
            all.extend(inner);
        }
        at += 1;
    }
    all
}

/// `chmod [-Rcvf] MODE FILE…`
pub(super) async fn chmod(sys: Sys) -> u8 {
    let mut applet = Applet::new(sys);
    // `-x` is a mode, not an option.
    let mode_at = applet
        .args
        .iter()
        .position(|it| !it.starts_with('-') || it[1..].starts_with(['r', 'w', 'x', 's', 't', 'X']));
    if let Some(at) = mode_at {
        applet.args.insert(at, "--".into());
    }
    let options = match applet.options("Rcvf", &[("recursive", 'R')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [mode, files @ ..] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    if files.is_empty() {
        return applet.usage().await;
    }
    let sys = &applet.sys;
    let umask = sys.umask(0o022);
    sys.umask(umask);
    let mut status = 0;
    for path in files.iter().flat_map(|it| walk(sys, it, options.has('R'))) {
        let metadata = match sys.stat(&path) {
            Ok(metadata) => metadata,
            Err(error) => {
                applet.complain(&format!("{path}: {error}")).await;
                status = 1;
                continue;
            }
        };
        let is_directory = metadata.kind == FileKind::Directory;
        let Some(bits) = apply_mode(mode, metadata.mode, is_directory, umask) else {
            return applet.fail(format!("invalid mode '{mode}'")).await;
        };
        if let Err(error) = sys.chmod(&path, bits) {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// `chown [-Rh] [USER][:[GROUP]] FILE…`, `chgrp [-Rh] GROUP FILE…`
pub(super) async fn chown(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("RhLHPcvf", &[("recursive", 'R')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let [owner, files @ ..] = options.operands.as_slice() else {
        return applet.usage().await;
    };
    if files.is_empty() {
        return applet.usage().await;
    }
    let sys = &applet.sys;
    let (user, group) = match owner.split_once([':', '.']) {
        _ if applet.name == "chgrp" => ("", owner.as_str()),
        Some((user, group)) => (user, group),
        None => (owner.as_str(), ""),
    };
    let (mut uid, mut gid) = (None, None);
    if !user.is_empty() {
        uid = number_in(sys, "/etc/passwd", user);
        if uid.is_none() {
            return applet.fail(format!("unknown user {user}")).await;
        }
    }
    if !group.is_empty() {
        gid = number_in(sys, "/etc/group", group);
        if gid.is_none() {
            return applet.fail(format!("unknown group {group}")).await;
        }
    }
    let mut status = 0;
    for path in files.iter().flat_map(|it| walk(sys, it, options.has('R'))) {
        if let Err(error) = sys.chown(&path, uid, gid) {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// `regular file`, `directory`…
fn kind_name(metadata: &Metadata) -> &'static str {
    match metadata.kind {
        FileKind::File if metadata.size == 0 => "regular empty file",
        FileKind::File => "regular file",
        FileKind::Directory => "directory",
        FileKind::Symlink(_) => "symbolic link",
        FileKind::CharDevice(..) => "character special file",
        FileKind::Fifo => "fifo",
        FileKind::Socket => "socket",
    }
}

/// `stat [-ltfL] [-c FORMAT] FILE…`
pub(super) async fn stat(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("ltfLc:", &[("format", 'c')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let mut status = 0;
    for path in &options.operands {
        let sys = &applet.sys;
        let found: Result<Metadata, Errno> = if options.has('L') {
            sys.stat(path)
        } else {
            sys.lstat(path)
        };
        let text = match found {
            Ok(metadata) => match options.value('c') {
                Some(format) => formatted(sys, path, &metadata, format),
                None => described(sys, path, &metadata),
            },
            Err(error) => {
                applet
                    .complain(&format!("can't stat '{path}': {error}"))
                    .await;
                status = 1;
                continue;
            }
        };
        status = applet.print(text).await.max(status);
    }
    status
}

fn shown_name(path: &str, metadata: &Metadata) -> String {
    match &metadata.kind {
        FileKind::Symlink(target) => format!("'{path}' -> '{target}'"),
        _ => path.to_owned(),
    }
}

fn described(sys: &Sys, path: &str, metadata: &Metadata) -> String {
    let time = super::date::format(metadata.mtime, "%Y-%m-%d %H:%M:%S.%9f +0000");
    format!(
        "  File: {}\n  Size: {:<10}\tBlocks: {:<10} IO Block: 4096   {}\n\
         Device: 2fh/47d\tInode: {:<10}  Links: {}\n\
         Access: ({:04o}/{})  Uid: ({:5}/{:>8})   Gid: ({:5}/{:>8})\n\
         Access: {time}\nModify: {time}\nChange: {time}\n",
        shown_name(path, metadata),
        metadata.size,
        super::ls::blocks(metadata),
        kind_name(metadata),
        metadata.inode,
        metadata.links,
        metadata.mode,
        mode_text(metadata),
        metadata.uid,
        user_name(sys, metadata.uid),
        metadata.gid,
        group_name(sys, metadata.gid),
    )
}

fn formatted(sys: &Sys, path: &str, metadata: &Metadata, format: &str) -> String {
    let seconds = metadata
        .mtime
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs();
    let time = super::date::format(metadata.mtime, "%Y-%m-%d %H:%M:%S.%9f +0000");
    let mut text = String::new();
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        text.push_str(&match chars.next() {
            Some('n') => path.to_owned(),
            Some('N') => shown_name(path, metadata),
            Some('s') => metadata.size.to_string(),
            Some('a') => format!("{:o}", metadata.mode),
            Some('A') => mode_text(metadata),
            Some('F') => kind_name(metadata).to_owned(),
            Some('u') => metadata.uid.to_string(),
            Some('U') => user_name(sys, metadata.uid),
            Some('g') => metadata.gid.to_string(),
            Some('G') => group_name(sys, metadata.gid),
            Some('i') => metadata.inode.to_string(),
            Some('h') => metadata.links.to_string(),
            Some('b') => super::ls::blocks(metadata).to_string(),
            Some('B') => "512".to_owned(),
            Some('o') => "4096".to_owned(),
            Some('d') => "47".to_owned(),
            Some('X' | 'Y' | 'Z') => seconds.to_string(),
            Some('x' | 'y' | 'z') => time.clone(),
            Some('%') | None => "%".to_owned(),
            Some(c) => format!("%{c}"),
        });
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::apply_mode;

    #[test]
    fn applies_modes() {
        assert_eq!(apply_mode("u+x,g-r,o=w", 0o644, false, 0o022), Some(0o702));
        assert_eq!(apply_mode("+x", 0o644, false, 0o022), Some(0o755));
        assert_eq!(apply_mode("a=rX", 0o700, true, 0o022), Some(0o555));
        assert_eq!(apply_mode("+t", 0o777, true, 0o022), Some(0o1777));
        assert_eq!(apply_mode("999", 0, false, 0), None);
        assert_eq!(apply_mode("u+q", 0, false, 0), None);
    }
}
