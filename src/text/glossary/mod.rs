//! The glossary: the words of the course, read from `assets/glossaire/`.
//!
//! One file is one theme, in the order of the files' names. A word is told by its French form, the
//! English one, what not to say in its place, and a definition; [`Glossary::resolve`] finds it
//! under any of its forms, and [`Glossary::occurring`] finds the words of a text.

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde::Deserialize;

use super::fold;
use super::themes::{self, Unreadable};

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/assets/glossaire");

static EMBEDDED: LazyLock<Result<Glossary, GlossaryError>> = LazyLock::new(read);

/// Why the glossary of the binary cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
#[error("le glossaire ne se lit pas, fichier «\u{a0}{file}\u{a0}»\u{a0}: {reason}")]
pub struct GlossaryError {
    file: String,
    reason: String,
}

/// The words of the course, by theme.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Glossary {
    /// In order.
    pub themes: Vec<Theme>,
}

/// Words that go together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Theme {
    /// Its title.
    #[serde(rename = "titre")]
    pub title: String,
    /// Its words, in order.
    #[serde(rename = "mots")]
    pub terms: Vec<Term>,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The French form, singular or infinitive: `couche inscriptible`.
    #[serde(rename = "mot")]
    pub name: String,
    /// The English one: `writable layer`.
    #[serde(rename = "anglais")]
    pub english: String,
    /// Other forms under which it is found: `démarre`, `PID 1`. Plurals need not be told.
    #[serde(rename = "formes", default)]
    pub forms: Vec<String>,
    /// What not to say, or not to take it for.
    #[serde(rename = "eviter")]
    pub avoid: Option<String>,
    /// What it is, in one to three sentences.
    #[serde(rename = "dit")]
    pub definition: String,
    /// Names of words to read next.
    #[serde(rename = "voir", default)]
    pub related: Vec<String>,
}

impl Glossary {
    /// The glossary that is in the binary.
    pub fn embedded() -> Result<&'static Self, &'static GlossaryError> {
        EMBEDDED.as_ref()
    }

    /// Every word, in order.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.themes.iter().flat_map(|theme| &theme.terms)
    }

    /// The word of this name, in one of its forms, singular or plural, whatever its case and
    /// accents.
    pub fn resolve(&self, word: &str) -> Option<&Term> {
        let wanted = words(word);
        let named = |term: &&Term| words(&term.name) == wanted;
        let formed = |term: &&Term| term.forms.iter().any(|form| words(form) == wanted);
        self.terms()
            .find(named)
            .or_else(|| self.terms().find(formed))
    }

    /// The words about which all of these are said, whatever their case and accents: the title of
    /// each theme, and what it has of them. A word that has one of these for name comes first.
    pub fn search(&self, query: &str) -> Vec<(&str, Vec<&Term>)> {
        let wanted: Vec<String> = query.split_whitespace().map(fold).collect();
        let exact = (!wanted.is_empty()).then(|| self.resolve(query)).flatten();
        let first = exact.map(|term| ("Ce mot", vec![term]));
        let themes = self.themes.iter().filter_map(|theme| {
            let told = |term: &&Term| {
                let text = term.searched(&theme.title);
                Some(*term) != exact && wanted.iter().all(|word| text.contains(word))
            };
            let terms: Vec<&Term> = theme.terms.iter().filter(told).collect();
            (!terms.is_empty()).then_some((theme.title.as_str(), terms))
        });
        first.into_iter().chain(themes).collect()
    }

    /// The words that occur in a text, in the order in which they come.
    pub fn occurring(&self, text: &str) -> Vec<&Term> {
        let text = words(text);
        let mut found: Vec<(usize, usize, &Term)> = self
            .terms()
            .filter_map(|term| {
                let forms = std::iter::once(&term.name).chain(&term.forms);
                let places = forms.filter_map(|form| {
                    let form = words(form);
                    let at = text.windows(form.len().max(1)).position(|it| it == form)?;
                    Some((at, form.len()))
                });
                let (at, length) = places.min()?;
                Some((at, usize::MAX - length, term))
            })
            .collect();
        // Of two words that begin at the same place, the longer one says more.
        found.sort_by_key(|(at, length, _)| (*at, *length));
        found.into_iter().map(|(_, _, term)| term).collect()
    }
}

impl Term {
    /// The text in which words are looked for.
    fn searched(&self, theme: &str) -> String {
        let mut text = vec![theme, &self.name, &self.english, &self.definition];
        text.extend(self.forms.iter().map(String::as_str));
        text.extend(self.avoid.as_deref());
        fold(&text.join("\n"))
    }
}

/// The words of a text as they are compared: folded, singular.
fn words(text: &str) -> Vec<String> {
    let letter = |it: char| it.is_alphanumeric() || it == '-' || it == '+';
    fold(text)
        .split(|it| !letter(it))
        .map(|word| word.trim_matches('-'))
        // `l’image`: the article is no word.
        .filter(|word| !word.is_empty() && !matches!(*word, "l" | "d" | "s" | "qu" | "n" | "c"))
        .map(singular)
        .collect()
}

/// A folded word without the mark of its plural.
fn singular(word: &str) -> String {
    const SHORTEST: usize = 4;
    if word.len() < SHORTEST {
        return word.to_owned();
    }
    let stem = word.strip_suffix('s').or_else(|| word.strip_suffix('x'));
    match stem {
        Some(stem) => stem.to_owned(),
        None => word.to_owned(),
    }
}

fn read() -> Result<Glossary, GlossaryError> {
    match themes::read(&FILES) {
        Ok(themes) => Ok(Glossary { themes }),
        Err(Unreadable { file, reason }) => Err(GlossaryError { file, reason }),
    }
}
