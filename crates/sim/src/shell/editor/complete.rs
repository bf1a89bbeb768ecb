//! Completion of commands and paths.

use std::collections::BTreeSet;

use crate::fs::FileKind;
use crate::shell::builtins;
use crate::shell::state::Shell;

/// What could replace the word before the cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Completions {
    /// The word as typed.
    pub(super) word: String,
    /// Whole words, sorted; a directory ends with `/`.
    pub(super) candidates: Vec<String>,
}

impl Completions {
    /// The longest text that all candidates begin with.
    pub(super) fn common(&self) -> String {
        let Some((first, rest)) = self.candidates.split_first() else {
            return String::new();
        };
        let mut common = first.as_str();
        for candidate in rest {
            let length = common
                .char_indices()
                .zip(candidate.chars())
                .find(|((_, a), b)| a != b)
                .map_or(common.len().min(candidate.len()), |((at, _), _)| at);
            common = &common[..length];
        }
        common.to_owned()
    }
}

/// Finds what could complete the text before the cursor.
pub(super) fn complete(shell: &Shell, before: &str) -> Completions {
    let start = before
        .rfind([' ', '\t', ';', '|', '&', '(', '>', '<', '=', '`'])
        .map_or(0, |it| it + 1);
    let word = &before[start..];
    let head = before[..start].trim_end();
    let is_command = (head.is_empty() || head.ends_with(['|', ';', '&', '(', '`']))
        && !before[..start].ends_with(['>', '<', '=']);
    let mut candidates = BTreeSet::new();
    if let Some(name) = word.strip_prefix('$') {
        candidates.extend(
            shell
                .variables
                .iter()
                .filter(|it| it.0.starts_with(name))
                .map(|it| format!("${}", it.0)),
        );
    } else if is_command && !word.contains('/') {
        commands(shell, word, &mut candidates);
    } else {
        let only_directories = head
            .split([';', '|', '&'])
            .next_back()
            .is_some_and(|it| matches!(it.trim(), "cd" | "rmdir"));
        paths(shell, word, only_directories, &mut candidates);
    }
    Completions {
        word: word.to_owned(),
        candidates: candidates.into_iter().collect(),
    }
}

fn commands(shell: &Shell, word: &str, candidates: &mut BTreeSet<String>) {
    let builtins = builtins::names().into_iter().map(str::to_owned);
    let own = shell.functions.keys().chain(shell.aliases.keys()).cloned();
    candidates.extend(builtins.chain(own).filter(|it| it.starts_with(word)));
    for directory in shell.variables.get("PATH").unwrap_or_default().split(':') {
        let entries = shell.sys.read_dir(directory).unwrap_or_default();
        candidates.extend(
            entries
                .into_iter()
                .map(|it| it.name)
                .filter(|it| it.starts_with(word)),
        );
    }
}

/// Adds the paths that the word begins.
pub(super) fn paths(
    shell: &Shell,
    word: &str,
    only_directories: bool,
    candidates: &mut BTreeSet<String>,
) {
    let (directory, name) = match word.rfind('/') {
        Some(at) => word.split_at(at + 1),
        None => ("", word),
    };
    let looked = match directory.strip_prefix("~/") {
        Some(rest) => format!("{}/{rest}", shell.variables.get("HOME").unwrap_or_default()),
        None if directory.is_empty() => ".".to_owned(),
        None => directory.to_owned(),
    };
    for entry in shell.sys.read_dir(&looked).unwrap_or_default() {
        if !entry.name.starts_with(name) || entry.name.starts_with('.') && !name.starts_with('.') {
            continue;
        }
        let is_directory = match entry.metadata.kind {
            FileKind::Directory => true,
            FileKind::Symlink(_) => shell
                .sys
                .stat(&format!("{looked}/{}", entry.name))
                .is_ok_and(|it| it.kind == FileKind::Directory),
            _ => false,
        };
        if is_directory || !only_directories {
            let end = if is_directory { "/" } else { "" };
            candidates.insert(format!("{directory}{}{end}", entry.name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_common() {
        let completions = Completions {
            word: "e".into(),
            candidates: vec!["été".into(), "étage".into(), "étal".into()],
        };
        assert_eq!(completions.common(), "ét");
        assert_eq!(Completions::default().common(), "");
    }
}
