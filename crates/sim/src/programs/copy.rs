//! `cp` and `install`.

use super::applet::{Applet, base_name, join};
use crate::fs::FileKind;
use crate::kernel::{Errno, OpenFlags, Sys};

/// How files are copied.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "independent options of cp")]
pub(super) struct Copy {
    /// Directories with what is in them.
    pub(super) recursive: bool,
    /// Mode, owner and time as well.
    pub(super) preserve: bool,
    /// What symbolic links lead to, rather than the links.
    pub(super) follow: bool,
    /// Removes a target that cannot be written.
    pub(super) force: bool,
}

/// `cp [-arPLHpfinuT] SOURCE… DEST`
pub(super) async fn cp(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let long = &[("recursive", 'r'), ("archive", 'a'), ("force", 'f')];
    let options = match applet.options("adrRPLHpfinulsvcTt:", long).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let Some((target, sources)) = options.operands.split_last().filter(|it| !it.1.is_empty())
    else {
        return applet.usage().await;
    };
    let recursive = ['a', 'r', 'R'].iter().any(|it| options.has(*it));
    let how = Copy {
        recursive,
        preserve: options.has('a') || options.has('p'),
        follow: options.has('L') || !recursive && !options.has('d') && !options.has('P'),
        force: options.has('f'),
    };
    let sys = applet.sys.clone();
    let into = sys
        .stat(target)
        .is_ok_and(|it| it.kind == FileKind::Directory)
        && !options.has('T');
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
        if options.has('i')
            && sys.stat(&to).is_ok()
            && !super::files::confirm(&applet, &format!("overwrite '{to}'")).await
        {
            continue;
        }
        if !Box::pin(copy(&applet, source, &to, how)).await {
            status = 1;
        }
    }
    status
}

/// Copies a file or a tree; false when something of it could not be, which was said.
pub(super) async fn copy(applet: &Applet, from: &str, to: &str, how: Copy) -> bool {
    let sys = &applet.sys;
    let metadata = match if how.follow {
        sys.stat(from)
    } else {
        sys.lstat(from)
    } {
        Ok(metadata) => metadata,
        Err(error) => {
            applet
                .complain(&format!("can't stat '{from}': {error}"))
                .await;
            return false;
        }
    };
    let same = sys.stat(to).is_ok_and(|it| {
        it.inode == metadata.inode && sys.real_path(from).ok() == sys.real_path(to).ok()
    });
    if same {
        applet
            .complain(&format!("'{from}' and '{to}' are the same file"))
            .await;
        return false;
    }
    let made = match &metadata.kind {
        FileKind::Directory if !how.recursive => {
            applet
                .complain(&format!("omitting directory '{from}'"))
                .await;
            return false;
        }
        FileKind::Directory => {
            let existed = sys.stat(to).is_ok();
            if !existed && let Err(error) = sys.mkdir(to, metadata.mode) {
                applet
                    .complain(&format!("can't create directory '{to}': {error}"))
                    .await;
                return false;
            }
            let mut whole = true;
            for entry in sys.read_dir(from).unwrap_or_default() {
                let (from, to) = (join(from, &entry.name), join(to, &entry.name));
                whole &= Box::pin(copy(applet, &from, &to, how)).await;
            }
            if !whole {
                return false;
            }
            Ok(())
        }
        FileKind::Symlink(target) => {
            let _ = sys.unlink(to);
            sys.symlink(target, to)
        }
        _ => {
            if let Err((message, error)) =
                copy_content(sys, from, to, metadata.mode, how.force).await
            {
                applet.complain(&format!("{message}: {error}")).await;
                return false;
            }
            Ok(())
        }
    };
    if let Err(error) = made {
        applet
            .complain(&format!("can't create '{to}': {error}"))
            .await;
        return false;
    }
    if how.preserve && !matches!(metadata.kind, FileKind::Symlink(_)) {
        // Only root may give a file away: the copy is kept all the same.
        let _ = sys.chown(to, Some(metadata.uid), Some(metadata.gid));
        let _ = sys.chmod(to, metadata.mode);
        let _ = sys.set_mtime(to, metadata.mtime);
    }
    true
}

async fn copy_content(
    sys: &Sys,
    from: &str,
    to: &str,
    mode: u32,
    force: bool,
) -> Result<(), (String, Errno)> {
    let input = sys
        .open(
            from,
            OpenFlags {
                read: true,
                ..OpenFlags::default()
            },
            0,
        )
        .map_err(|error| (format!("can't open '{from}'"), error))?;
    let flags = OpenFlags {
        write: true,
        create: true,
        truncate: true,
        ..OpenFlags::default()
    };
    let opened = sys.open(to, flags, mode & 0o777).or_else(|error| {
        if !force {
            return Err(error);
        }
        sys.unlink(to)?;
        sys.open(to, flags, mode & 0o777)
    });
    let output = match opened {
        Ok(fd) => fd,
        Err(error) => {
            let _ = sys.close(input);
            return Err((format!("can't create '{to}'"), error));
        }
    };
    let result = loop {
        match sys.read(input, 1 << 16).await {
            Ok(chunk) if chunk.is_empty() => break Ok(()),
            Ok(chunk) => {
                if let Err(error) = sys.write(output, &chunk).await {
                    break Err(("write error".to_owned(), error));
                }
            }
            Err(error) => break Err(("read error".to_owned(), error)),
        }
    };
    let _ = sys.close(input);
    let _ = sys.close(output);
    result
}

/// `install [-d] [-m MODE] SOURCE… DEST`
pub(super) async fn install(sys: Sys) -> u8 {
    let applet = Applet::new(sys);
    let options = match applet.options("dDm:o:g:cps", &[]).await {
        Ok(options) => options,
        Err(status) => return status,
    };
    let mode = options
        .value('m')
        .and_then(|it| u32::from_str_radix(it, 8).ok())
        .unwrap_or(0o755);
    let mut status = 0;
    if options.has('d') {
        for path in &options.operands {
            let made = super::files::make_all(&applet.sys, path)
                .and_then(|()| applet.sys.chmod(path, mode));
            if let Err(error) = made {
                status = applet
                    .fail(format!("can't create directory '{path}': {error}"))
                    .await;
            }
        }
        return status;
    }
    let Some((target, sources)) = options.operands.split_last().filter(|it| !it.1.is_empty())
    else {
        return applet.usage().await;
    };
    let into = applet
        .sys
        .stat(target)
        .is_ok_and(|it| it.kind == FileKind::Directory);
    for source in sources {
        let to = if into {
            join(target, base_name(source))
        } else {
            target.clone()
        };
        let how = Copy {
            follow: true,
            force: true,
            ..Copy::default()
        };
        let copied = Box::pin(copy(&applet, source, &to, how)).await;
        if !copied || applet.sys.chmod(&to, mode).is_err() {
            status = 1;
        }
    }
    status
}
