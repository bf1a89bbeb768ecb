//! `touch`, `mkdir`, `rmdir`, `rm`, `mv`, `ln`, `readlink`, `realpath`, `truncate`, `mktemp`,
//! `mkfifo`, `unlink`.

use super::applet::{Applet, base_name, join};
use super::copy::{Copy, copy};
use crate::fs::FileKind;
use crate::kernel::{Errno, OpenFlags, Sys};
use crate::shell::stream::Input;

fn is_directory(sys: &Sys, path: &str) -> bool {
    sys.stat(path)
        .is_ok_and(|it| it.kind == FileKind::Directory)
}

/// `touch [-c] [-d TIME] [-r FILE] FILE…`
pub(super) async fn touch(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options(
            "camhd:t:r:",
            &[("no-create", 'c'), ("date", 'd'), ("reference", 'r')],
        )
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let sys = &applet.sys;
    let mut time = sys.now();
    if let Some(text) = options.value('d') {
        match super::date::parse(text) {
            Some(parsed) => time = parsed,
            None => return applet.fail(format!("invalid date '{text}'")).await,
        }
    }
    if let Some(file) = options.value('r') {
        match sys.stat(file) {
            Ok(metadata) => time = metadata.mtime,
            Err(error) => return applet.fail(format!("{file}: {error}")).await,
        }
    }
    let mut status = 0;
    for path in &options.operands {
        let touched = match sys.set_mtime(path, time) {
            Err(Errno::ENOENT) if options.has('c') => Ok(()),
            Err(Errno::ENOENT) => {
                let flags = OpenFlags {
                    write: true,
                    create: true,
                    ..OpenFlags::default()
                };
                sys.open(path, flags, 0o666).and_then(|fd| sys.close(fd))
            }
            other => other,
        };
        if let Err(error) = touched {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// `mkdir [-p] [-m MODE] DIRECTORY…`
pub(super) async fn mkdir(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("pvm:", &[("parents", 'p'), ("mode", 'm')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let sys = &applet.sys;
    let mode = options
        .value('m')
        .and_then(|it| u32::from_str_radix(it, 8).ok());
    let mut status = 0;
    for path in &options.operands {
        let made = if options.has('p') {
            make_all(sys, path)
        } else {
            sys.mkdir(path, 0o777)
        };
        let made = made.and_then(|()| mode.map_or(Ok(()), |mode| sys.chmod(path, mode)));
        if let Err(error) = made {
            applet
                .complain(&format!("can't create directory '{path}': {error}"))
                .await;
            status = 1;
        }
    }
    status
}

/// Makes a directory and those that lead to it.
pub(super) fn make_all(sys: &Sys, path: &str) -> Result<(), Errno> {
    let mut made = if path.starts_with('/') {
        "/".to_owned()
    } else {
        String::new()
    };
    for part in path.split('/').filter(|it| !it.is_empty()) {
        if !made.is_empty() && !made.ends_with('/') {
            made.push('/');
        }
        made.push_str(part);
        match sys.mkdir(&made, 0o777) {
            Ok(()) => {}
            Err(_) if is_directory(sys, &made) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// `rmdir [-p] DIRECTORY…`
pub(super) async fn rmdir(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("p", &[("parents", 'p')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() {
        return applet.usage().await;
    }
    let mut status = 0;
    for operand in &options.operands {
        let mut path = operand.as_str();
        loop {
            if let Err(error) = applet.sys.rmdir(path) {
                applet.complain(&format!("'{path}': {error}")).await;
                status = 1;
                break;
            }
            match path.trim_end_matches('/').rsplit_once('/') {
                Some((parent, _)) if options.has('p') && !parent.is_empty() => path = parent,
                _ => break,
            }
        }
    }
    status
}

/// Asks on the error output; yes when the answer begins with `y`.
pub(super) async fn confirm(applet: &Applet, question: &str) -> bool {
    // Without an answer it is no.
    let _ = applet
        .sys
        .write(2, format!("{}: {question}? ", applet.name).as_bytes())
        .await;
    let answer = Input::new(&applet.sys, 0).text_line().await;
    matches!(answer, Ok(Some(text)) if text.starts_with(['y', 'Y']))
}

/// `rm [-irf] FILE…`
pub(super) async fn rm(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("irRfv", &[("recursive", 'r'), ("force", 'f')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    if options.operands.is_empty() && !options.has('f') {
        return applet.usage().await;
    }
    let recursive = options.has('r') || options.has('R');
    let force = options.last_of("if") == Some('f');
    let ask = options.last_of("if") == Some('i');
    let mut status = 0;
    for path in &options.operands {
        let name = base_name(path);
        if name == "." || name == ".." {
            applet.complain(&format!("can't remove '{path}'")).await;
            status = 1;
        } else if !Box::pin(remove(&applet, path, recursive, force, ask)).await {
            status = 1;
        }
    }
    status
}

/// Removes a file or a tree; false when something of it stays.
async fn remove(applet: &Applet, path: &str, recursive: bool, force: bool, ask: bool) -> bool {
    let sys = &applet.sys;
    let metadata = match sys.lstat(path) {
        Ok(metadata) => metadata,
        Err(Errno::ENOENT) if force => return true,
        Err(error) => {
            applet
                .complain(&format!("can't remove '{path}': {error}"))
                .await;
            return false;
        }
    };
    if metadata.kind == FileKind::Directory {
        if !recursive {
            applet.complain(&format!("'{path}' is a directory")).await;
            return false;
        }
        if ask && !confirm(applet, &format!("descend into directory '{path}'")).await {
            return true;
        }
        let mut whole = true;
        for entry in sys.read_dir(path).unwrap_or_default() {
            whole &= Box::pin(remove(applet, &join(path, &entry.name), true, force, ask)).await;
        }
        if ask && !confirm(applet, &format!("remove directory '{path}'")).await {
            return true;
        }
        return match sys.rmdir(path) {
            Ok(()) => whole,
            Err(error) => {
                applet
                    .complain(&format!("can't remove '{path}': {error}"))
                    .await;
                false
            }
        };
    }
    if ask && !confirm(applet, &format!("remove '{path}'")).await {
        return true;
    }
    match sys.unlink(path) {
        Ok(()) => true,
        Err(error) => {
            applet
                .complain(&format!("can't remove '{path}': {error}"))
                .await;
            false
        }
    }
}

/// `mv [-finv] SOURCE… DEST`
pub(super) async fn mv(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("finvt:T", &[("force", 'f'), ("interactive", 'i')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some((target, sources)) = options.operands.split_last().filter(|it| !it.1.is_empty())
    else {
        return applet.usage().await;
    };
    let sys = applet.sys.clone();
    let into = is_directory(&sys, target) && !options.has('T');
    if sources.len() > 1 && !into {
        return applet
            .fail(format!("target '{target}' is not a directory"))
            .await;
    }
    let mut status = 0;
    for source in sources {
        let to = if into {
            join(target, base_name(source))
        } else {
            target.clone()
        };
        if sys.lstat(&to).is_ok() {
            let skip = options.has('n')
                || options.last_of("fi") == Some('i')
                    && !confirm(&applet, &format!("overwrite '{to}'")).await;
            if skip {
                continue;
            }
        }
        let moved = match sys.rename(source, &to) {
            Err(Errno::EXDEV) => {
                // Another file system: copied, then removed.
                let how = Copy {
                    recursive: true,
                    preserve: true,
                    ..Copy::default()
                };
                if Box::pin(copy(&applet, source, &to, how)).await {
                    Box::pin(remove(&applet, source, true, true, false)).await;
                    Ok(())
                } else {
                    status = 1;
                    continue;
                }
            }
            other => other,
        };
        if let Err(error) = moved {
            applet
                .complain(&format!("can't rename '{source}': {error}"))
                .await;
            status = 1;
        }
    }
    status
}

/// `ln [-sfn] TARGET… LINK|DIRECTORY`
pub(super) async fn ln(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet
        .options("sfnbvTS:", &[("symbolic", 's'), ("force", 'f')])
        .await
    {
        Ok(options) => options,
        Err(status) => return status,
    };
    let sys = &applet.sys;
    let (targets, link) = match options.operands.as_slice() {
        [] => return applet.usage().await,
        [one] => (std::slice::from_ref(one), base_name(one).to_owned()),
        [targets @ .., last] => (targets, last.clone()),
    };
    let follows = !options.has('n') && !options.has('T');
    let into = follows && is_directory(sys, &link)
        || sys
            .lstat(&link)
            .is_ok_and(|it| it.kind == FileKind::Directory)
            && !options.has('T');
    let mut status = 0;
    for target in targets {
        let path = if into {
            join(&link, base_name(target))
        } else {
            link.clone()
        };
        if options.has('f') {
            // What is not there needs no removal.
            let _ = sys.unlink(&path);
        }
        let made = if options.has('s') {
            sys.symlink(target, &path)
        } else {
            sys.link(target, &path)
        };
        if let Err(error) = made {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// `readlink [-fenv] FILE`
pub(super) async fn readlink(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("fenvq", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(path) = options.operands.first() else {
        return applet.usage().await;
    };
    let target = if options.has('f') || options.has('e') {
        applet.sys.real_path(path)
    } else {
        applet.sys.read_link(path)
    };
    match target {
        Ok(target) => {
            let end = if options.has('n') { "" } else { "\n" };
            applet.print(format!("{target}{end}")).await
        }
        Err(error) if options.has('v') => applet.fail(format!("{path}: {error}")).await,
        Err(_) => 1,
    }
}

/// `realpath FILE…`
pub(super) async fn realpath(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    if applet.args.is_empty() {
        return applet.usage().await;
    }
    let mut status = 0;
    for path in &applet.args {
        match applet.sys.real_path(path) {
            Ok(real) => status = applet.print(format!("{real}\n")).await.max(status),
            Err(error) => status = applet.fail(format!("{path}: {error}")).await,
        }
    }
    status
}

/// `truncate -s SIZE FILE…`
pub(super) async fn truncate(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("cs:", &[("size", 's')]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some(size) = options.value('s').and_then(super::applet::parse_size) else {
        return applet.usage().await;
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX).min(1 << 30);
    let mut status = 0;
    for path in &options.operands {
        let mut content = applet.sys.read_file(path).unwrap_or_default().to_vec();
        content.resize(size, 0);
        if let Err(error) = applet.sys.write_file(path, &content) {
            applet.complain(&format!("{path}: {error}")).await;
            status = 1;
        }
    }
    status
}

/// `mktemp [-d] [TEMPLATE]`
pub(super) async fn mktemp(sys: Sys) -> u8 {
    use std::hash::{BuildHasher, Hasher};
    let applet = Applet::new(sys);
    let options = match applet.options("dqutp:", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let template = options
        .operands
        .first()
        .map_or("/tmp/tmp.XXXXXX", String::as_str);
    let Some(stem) = template.strip_suffix("XXXXXX") else {
        return applet.fail(format!("{template}: Invalid argument")).await;
    };
    for _ in 0..100 {
        let mut number = std::hash::RandomState::new().build_hasher().finish();
        let mut path = stem.to_owned();
        for _ in 0..6 {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            let index = usize::try_from(number % 52).unwrap_or(0);
            path.push(char::from(letters[index]));
            number /= 52;
        }
        let made = if options.has('d') {
            applet.sys.mkdir(&path, 0o700)
        } else {
            let flags = OpenFlags {
                write: true,
                create: true,
                exclusive: true,
                ..OpenFlags::default()
            };
            applet
                .sys
                .open(&path, flags, 0o600)
                .and_then(|fd| applet.sys.close(fd))
        };
        match made {
            Ok(()) => return applet.print(format!("{path}\n")).await,
            Err(Errno::EEXIST) => {}
            Err(error) => return applet.fail(format!("(null): {error}")).await,
        }
    }
    applet.fail("(null): File exists").await
}

/// `unlink FILE`
pub(super) async fn unlink(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let [path] = applet.args.as_slice() else {
        return applet.usage().await;
    };
    match applet.sys.unlink(path) {
        Ok(()) => 0,
        Err(error) => {
            applet
                .fail(format!("can't remove file '{path}': {error}"))
                .await
        }
    }
}
