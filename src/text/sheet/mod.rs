//! The cheat sheet: every command of the course by theme, read from `assets/aide-memoire/`.
//!
//! One file is one theme, in the order of the files' names. `verify` runs every example, so that
//! what the sheet says of a command comes true.

mod html;
mod markdown;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use indexmap::IndexMap;
use serde::Deserialize;

use super::fold;
use super::themes::{self, Unreadable};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/aide-memoire");

static EMBEDDED: LazyLock<Result<Sheet, SheetError>> = LazyLock::new(read);

/// Why the sheet of the binary cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("l’aide-mémoire ne se lit pas, fichier «\u{a0}{file}\u{a0}»\u{a0}: {reason}")]
pub struct SheetError {
    file: String,
    reason: String,
}

/// The commands, by theme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// In order.
    pub themes: Vec<Theme>,
}

/// Commands that go together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its title.
    #[serde(rename = "titre")]
    pub title: String,
    /// Its commands, in order.
    #[serde(rename = "commandes")]
    pub entries: Vec<Entry>,
}

/// One command.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// As the course spells it: `docker ps`.
    #[serde(rename = "commande")]
    pub name: String,
    /// Its other spellings: `docker container ls`.
    #[serde(rename = "autres", default)]
    pub other_names: Vec<String>,
    /// The whole form.
    #[serde(rename = "syntaxe")]
    pub syntax: String,
    /// What it does, in one sentence.
    #[serde(rename = "dit")]
    pub about: String,
    /// Its most useful options, and what each one does.
    #[serde(default)]
    pub options: IndexMap<String, String>,
    /// Lines that prepare the example on a fresh machine.
    #[serde(rename = "preparation", default)]
    pub setup: Vec<String>,
    /// A line that works.
    #[serde(rename = "exemple")]
    pub example: String,
    /// What is typed to the program that the example opens on the terminal.
    #[serde(rename = "clavier", default)]
    pub typed: Vec<String>,
    /// What it changes in the engine: objects, fields.
    #[serde(rename = "change")]
    pub changes: String,
    /// What is often believed of it and is wrong, or what it must not be used for.
    #[serde(rename = "attention")]
    pub caution: Option<String>,
    /// The events that the example causes: `container create`.
    #[serde(rename = "evenements")]
    pub events: Vec<String>,
    /// Events that may come too, depending on the engine.
    #[serde(rename = "tolere", default)]
    pub tolerated: Vec<String>,
    /// What the example's output contains.
    #[serde(rename = "montre")]
    pub shows: Option<String>,
    /// What the example needs of a real engine.
    #[serde(rename = "besoin", default)]
    pub needs: Vec<Need>,
}

/// What an example needs of a real engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Need {
    /// A registry that answers.
    #[serde(rename = "internet")]
    Internet,
    /// An engine of its own: it enters a swarm and leaves it.
    #[serde(rename = "grappe")]
    Swarm,
}

impl Sheet {
    /// The sheet that is in the binary.
    pub fn embedded() -> Result<&'static Self, &'static SheetError> {
        EMBEDDED.as_ref()
    }

    /// The commands about which all these words are said, whatever their case, accents and ending
    /// (« supprimer » finds « Supprime un volume »): the
    /// title of each theme, and what it has of them.
    pub fn search(&self, words: &str) -> Vec<(&str, Vec<&Entry>)> {
        let words: Vec<String> = words.split_whitespace().map(fold).collect();
        let themes = self.themes.iter().filter_map(|theme| {
            let told = |entry: &&Entry| {
                let text = entry.searched(&theme.title);
                words
                    .iter()
                    .all(|word| text.contains(word) || text.contains(stem(word)))
            };
            let entries: Vec<&Entry> = theme.entries.iter().filter(told).collect();
            (!entries.is_empty()).then_some((theme.title.as_str(), entries))
        });
        themes.collect()
    }

    /// A sheet of those commands only.
    #[must_use]
    pub fn matching(&self, words: &str) -> Self {
        let found = self.search(words).into_iter();
        let themes = found.map(|(title, entries)| Theme {
            title: title.to_owned(),
            entries: entries.into_iter().cloned().collect(),
        });
        Self {
            themes: themes.collect(),
        }
    }

    /// Every command, in order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.themes.iter().flat_map(|theme| &theme.entries)
    }

    /// A Markdown document.
    pub fn markdown(&self) -> String {
        markdown::document(self)
    }

    /// One HTML page, to be read or printed: nothing but this text is needed.
    pub fn html(&self) -> String {
        html::page(self)
    }
}

impl Entry {
    /// The text in which words are looked for.
    fn searched(&self, theme: &str) -> String {
        let options = self.options.iter().flat_map(|(name, about)| [name, about]);
        let mut text = vec![theme, &self.name, &self.syntax, &self.about, &self.changes];
        text.extend(self.other_names.iter().map(String::as_str));
        text.extend(options.map(String::as_str));
        text.extend(self.caution.as_deref());
        fold(&text.join("\n"))
    }

    /// The lines to type, in order: those that prepare the example, then the example.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let all = self.setup.iter().chain([&self.example]);
        all.map(String::as_str)
    }
}

/// A text cut where what is between backquotes begins and ends: prose and code, in turn.
pub fn pieces(text: &str) -> impl Iterator<Item = (bool, &str)> {
    let parts = text.split('`').enumerate();
    parts
        .map(|(rank, part)| (rank % 2 == 1, part))
        .filter(|(_, part)| !part.is_empty())
}

/// A word without what an infinitive or a plural adds; short words are left as they are.
fn stem(word: &str) -> &str {
    const SHORT: usize = 5;
    let cut = |ending| word.strip_suffix(ending).filter(|it| it.len() >= SHORT - 1);
    cut("re")
        .or_else(|| cut("r"))
        .or_else(|| cut("s"))
        .unwrap_or(word)
}

fn read() -> Result<Sheet, SheetError> {
    match themes::read(&FILES) {
        Ok(themes) => Ok(Sheet { themes }),
        Err(Unreadable { file, reason }) => Err(SheetError { file, reason }),
    }
}
