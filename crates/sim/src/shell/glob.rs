//! Pathname expansion, XCU 2.6.6.

use super::pattern::Pattern;
use crate::fs::FileKind;
use crate::kernel::Sys;

/// The files that a pattern names, sorted; none when it matches nothing.
pub(super) fn expand(sys: &Sys, field: &[(char, bool)]) -> Vec<String> {
    let absolute = field.first().is_some_and(|it| it.0 == '/');
    let mut found = vec![if absolute {
        "/".to_owned()
    } else {
        String::new()
    }];
    let mut components = field
        .split(|it| it.0 == '/')
        .filter(|it| !it.is_empty())
        .peekable();
    let only_directories = field.last().is_some_and(|it| it.0 == '/');
    while let Some(component) = components.next() {
        let more = components.peek().is_some() || only_directories;
        let pattern = Pattern::from_chars(component);
        found = found
            .iter()
            .flat_map(|base| step(sys, base, &pattern, more))
            .collect();
    }
    if only_directories {
        for path in &mut found {
            if !path.ends_with('/') {
                path.push('/');
            }
        }
    }
    found.sort();
    found
}

/// The paths under `base` that one component of a pattern names.
fn step(sys: &Sys, base: &str, pattern: &Pattern, more: bool) -> Vec<String> {
    let join = |name: &str| {
        if base.is_empty() || base.ends_with('/') {
            format!("{base}{name}")
        } else {
            format!("{base}/{name}")
        }
    };
    if !pattern.is_special() {
        let path = join(&pattern.literal());
        return if sys.lstat(&path).is_ok() {
            vec![path]
        } else {
            Vec::new()
        };
    }
    let Ok(entries) = sys.read_dir(if base.is_empty() { "." } else { base }) else {
        return Vec::new();
    };
    entries
        .iter()
        .filter(|entry| !entry.name.starts_with('.') || pattern.begins_with_dot())
        .filter(|entry| pattern.matches(&entry.name))
        .map(|entry| (join(&entry.name), &entry.metadata.kind))
        .filter(|(path, kind)| {
            !more
                || **kind == FileKind::Directory
                || sys
                    .stat(path)
                    .is_ok_and(|it| it.kind == FileKind::Directory)
        })
        .map(|(path, _)| path)
        .collect()
}
