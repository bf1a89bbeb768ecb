//! What docker's commands and options change: one French sentence each.
//!
//! The sentences are in `assets/explications/*.txt`, by family; the first of these files says how
//! they are written.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The sections that are for every command.
const EVERYWHERE: &str = "*";

const SHEETS: &[&str] = &[
    include_str!("../../assets/explications/general.txt"),
    include_str!("../../assets/explications/conteneurs.txt"),
    include_str!("../../assets/explications/images.txt"),
    include_str!("../../assets/explications/swarm.txt"),
];

static SENTENCES: LazyLock<Sentences> = LazyLock::new(|| Sentences::read(SHEETS));

/// The sentence of a command under its first spelling (`container run`), of a group (`container`)
/// or of the program itself (`docker`).
pub(crate) fn of_command(name: &str) -> Option<&'static str> {
    SENTENCES.commands.get(name).copied()
}

/// The sentence of an option (its long name) of a command (its first spelling; `docker` for the
/// options before the command).
pub(crate) fn of_option(command: &str, option: &str) -> Option<&'static str> {
    let find = |command: &'static str| SENTENCES.options.get(&(command, option)).copied();
    SENTENCES
        .options
        .get(&(command, option))
        .copied()
        .or_else(|| find(EVERYWHERE))
}

/// Every command and every (command, option) that has a sentence; `*` is every command.
#[cfg(test)]
pub(crate) fn named() -> (Vec<&'static str>, Vec<(&'static str, &'static str)>) {
    let commands = SENTENCES.commands.keys().copied().collect();
    let options = SENTENCES.options.keys().copied().collect();
    (commands, options)
}

#[derive(Default)]
struct Sentences {
    commands: BTreeMap<&'static str, &'static str>,
    options: BTreeMap<(&'static str, &'static str), &'static str>,
}

impl Sentences {
    fn read(sheets: &[&'static str]) -> Self {
        let mut sentences = Self::default();
        for sheet in sheets {
            let mut heading: Vec<&'static str> = Vec::new();
            for line in sheet.lines() {
                sentences.line(line, &mut heading);
            }
        }
        sentences
    }

    fn line(&mut self, line: &'static str, heading: &mut Vec<&'static str>) {
        if line.is_empty() || line.starts_with('#') {
            return;
        }
        let title = line.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        if let Some(title) = title {
            *heading = title.split(", ").collect();
        } else if let Some(sentence) = line.strip_prefix("= ") {
            self.commands
                .extend(heading.iter().map(|command| (*command, sentence)));
        } else if let Some((option, sentence)) = line.split_once(": ") {
            let rows = heading.iter().map(|command| ((*command, option), sentence));
            self.options.extend(rows);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_sheets_is_read() {
        for sheet in SHEETS {
            for line in sheet.lines() {
                let known = line.is_empty()
                    || line.starts_with(['#', '['])
                    || line.starts_with("= ")
                    || line.split_once(": ").is_some_and(|(name, _)| {
                        name.bytes()
                            .all(|it| it.is_ascii_lowercase() || b"-0123456789".contains(&it))
                    });
                assert!(known, "{line}");
            }
        }
    }

    #[test]
    fn sentences_are_short_and_well_typed() {
        for line in SHEETS.iter().flat_map(|it| it.lines()) {
            let Some(sentence) = line
                .strip_prefix("= ")
                .or_else(|| line.split_once(": ").map(|it| it.1))
                .filter(|_| !line.starts_with('#'))
            else {
                continue;
            };
            assert!(sentence.chars().count() <= 110, "too long: {sentence}");
            assert!(
                sentence.ends_with(['.', '…']) || sentence.ends_with("…)."),
                "{sentence}"
            );
            assert!(!sentence.contains('\''), "{sentence}");
            for mark in [" :", " ;", " !", " ?", " »", "« "] {
                assert!(!sentence.contains(mark), "no-break space: {sentence}");
            }
            // Nothing is elided before a consonant.
            let after = sentence
                .match_indices('’')
                .filter_map(|(at, mark)| sentence[at + mark.len()..].chars().next());
            for letter in after {
                let elides = "aeiouyhàâéèêîôùœ".contains(letter);
                assert!(elides || !letter.is_lowercase(), "{sentence}");
            }
            assert!(
                sentence.starts_with(|it: char| it.is_uppercase()),
                "{sentence}"
            );
        }
    }
}
