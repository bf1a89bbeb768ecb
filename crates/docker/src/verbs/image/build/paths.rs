//! Paths of contexts and of Dockerfiles, their symbolic links followed.

use std::path::{Component, Path, PathBuf};

use crate::files::{EntryKind, Files, go_words};

/// Symbolic links that are followed before a path is given up.
const LINKS: usize = 255;

/// Whether something is there, links followed.
pub(super) fn exists(files: &dyn Files, path: &Path) -> bool {
    real(files, path).is_ok()
}

/// An absolute path without links; the error is Go's.
pub(super) fn real(files: &dyn Files, path: &Path) -> Result<PathBuf, String> {
    let mut rest: Vec<PathBuf> = parts(path);
    let mut at = PathBuf::from("/");
    let mut links = 0;
    while let Some(part) = rest.pop() {
        if part == Path::new("..") {
            at.pop();
            continue;
        }
        let next = at.join(part);
        let entry = files
            .entry(&next)
            .map_err(|error| format!("lstat {}: {}", next.display(), go_words(&error)))?;
        match entry.kind {
            EntryKind::Symlink(target) => {
                links += 1;
                if links > LINKS {
                    return Err("EvalSymlinks: too many links".to_owned());
                }
                if target.is_absolute() {
                    at = PathBuf::from("/");
                }
                rest.extend(parts(&target));
            }
            _ => at = next,
        }
    }
    Ok(at)
}

/// The names of a path, the last first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let named = |part: Component<'_>| match part {
        Component::Normal(name) => Some(PathBuf::from(name)),
        Component::ParentDir => Some(PathBuf::from("..")),
        _ => None,
    };
    let mut parts: Vec<PathBuf> = path.components().filter_map(named).collect();
    parts.reverse();
    parts
}

/// A path as it is from a folder, both absolute: `../Dockerfile`.
pub(super) fn relative(folder: &Path, path: &Path) -> String {
    let folder: Vec<Component<'_>> = folder.components().collect();
    let path: Vec<Component<'_>> = path.components().collect();
    let same = folder
        .iter()
        .zip(&path)
        .take_while(|(one, other)| one == other);
    let same = same.count();
    let up = std::iter::repeat_n("..".to_owned(), folder.len() - same);
    let down = path[same..]
        .iter()
        .map(|it| it.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Whether an argument names a git repository.
pub(super) fn is_git(text: &str) -> bool {
    let address = text.split('#').next().unwrap_or(text);
    let url = text.starts_with("http://") || text.starts_with("https://");
    (url && address.strip_suffix(".git").is_some())
        || ["git://", "github.com/", "git@"]
            .iter()
            .any(|it| text.starts_with(it))
}
