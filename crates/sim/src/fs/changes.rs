//! `docker diff`: the visible tree against the one below.
//!
//! Docker's overlay2 driver compares the two mounted trees (`archive.ChangesDirs`), not the upper
//! directory: a file that was copied up and not changed is not listed, and a directory's own time
//! and size do not count.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::FileKind;
use super::tree::{Ino, Inode, ROOT, Tree};
use domain::{ChangeKind, FsChange};

/// The changes from `lower` to `tree`, sorted by path.
pub(super) fn changes(tree: &Tree, lower: &Tree) -> Vec<FsChange> {
    let mut found = Vec::new();
    compare(tree, ROOT, lower, Some(ROOT), "", &mut found);
    found.sort();
    found
}

/// Adds the changes inside a directory, and says whether there were any.
fn compare(
    tree: &Tree,
    ino: Ino,
    lower: &Tree,
    below: Option<Ino>,
    path: &str,
    found: &mut Vec<FsChange>,
) {
    let Some(directory) = tree.get(ino) else {
        return;
    };
    let below = below.and_then(|it| lower.get(it)).filter(|it| it.is_dir());
    for (name, child) in &directory.children {
        let Some(inode) = tree.get(*child) else {
            continue;
        };
        let old_ino = below.and_then(|it| it.children.get(name)).copied();
        let old = old_ino.and_then(|it| lower.get(it));
        if old.is_some() && !inode.upper {
            continue;
        }
        let path = format!("{path}/{name}");
        let kind = match old {
            None => Some(ChangeKind::Added),
            Some(old) if differs(old, inode) => Some(ChangeKind::Modified),
            Some(_) => None,
        };
        let count = found.len();
        if inode.is_dir() {
            compare(tree, *child, lower, old_ino, &path, found);
        }
        // What changed inside a directory makes it changed too.
        let kind = kind.or((found.len() > count).then_some(ChangeKind::Modified));
        found.extend(kind.map(|kind| FsChange { path, kind }));
    }
    if let Some(below) = below {
        for name in below
            .children
            .keys()
            .filter(|name| !directory.children.contains_key(*name))
        {
            found.push(FsChange {
                path: format!("{path}/{name}"),
                kind: ChangeKind::Deleted,
            });
        }
    }
}

/// `statDifferent` of Docker's archive package.
fn differs(old: &Inode, new: &Inode) -> bool {
    let sort = |inode: &Inode| match &inode.kind {
        FileKind::Symlink(_) => FileKind::Symlink(String::new()),
        kind => kind.clone(),
    };
    sort(old) != sort(new)
        || old.mode != new.mode
        || old.uid != new.uid
        || old.gid != new.gid
        || (!new.is_dir() && (old.size != new.size || !same_time(old.mtime, new.mtime)))
}

/// Times are equal also when one of them has no fraction of a second: archives lose it.
fn same_time(old: SystemTime, new: SystemTime) -> bool {
    let since = |time: SystemTime| time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let (old, new) = (since(old), since(new));
    old.as_secs() == new.as_secs()
        && (old.subsec_nanos() == new.subsec_nanos()
            || old.subsec_nanos() == 0
            || new.subsec_nanos() == 0)
}
