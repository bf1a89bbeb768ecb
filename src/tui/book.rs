//! What can be looked up over any screen: the cheat sheet and the glossary. Both are entries by
//! theme, searched alike.

use ratatui::text::Line;

use super::model::Model;
use super::theme::Theme;
use super::{glossary, sheet};
use crate::text::glossary::{Glossary, Term};
use crate::text::sheet::Sheet;

/// Which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Book {
    /// The commands.
    Sheet,
    /// The words.
    Glossary,
}

/// A book, as it was left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BookView {
    /// What is looked for.
    pub(crate) query: String,
    /// Whether keys go to what is looked for.
    pub(crate) typing: bool,
    /// The rank of the entry under the cursor, among those found.
    pub(crate) cursor: usize,
    /// The first line shown of what is said of it.
    pub(crate) scroll: usize,
    /// The line last sent to the terminal from there.
    pub(crate) sent: Option<String>,
    /// The words of the part being read: they come first.
    pub(crate) here: Vec<&'static Term>,
    /// The word whose neighbours are shown, alone.
    pub(crate) around: Option<&'static Term>,
}

/// Something to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// A command of the sheet.
    Command(&'static crate::text::sheet::Entry),
    /// A word of the glossary.
    Word(&'static Term),
}

impl Entry {
    /// Its name in the list.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Command(entry) => &entry.name,
            Self::Word(term) => &term.name,
        }
    }

    /// All that is said of it.
    pub(crate) fn lines(self, width: usize, theme: &Theme) -> Vec<Line<'static>> {
        match self {
            Self::Command(entry) => sheet::entry(entry, width, theme),
            Self::Word(term) => glossary::term(term, width, theme),
        }
    }
}

/// What a search found.
#[derive(Default)]
pub(crate) struct Found {
    /// The first entry of each theme, its title, and the rank among all of those found.
    pub(crate) themes: Vec<(usize, String)>,
    /// The entries.
    pub(crate) entries: Vec<Entry>,
}

impl Found {
    /// What the reader of a book sees of it now.
    pub(crate) fn of(model: &Model, book: Book) -> Self {
        let view = model.book(book);
        let mut found = Self::default();
        match book {
            Book::Sheet => {
                let all =
                    Sheet::embedded().map_or_else(|_| Vec::new(), |it| it.search(&view.query));
                for (title, entries) in all {
                    found.add(title, entries.into_iter().map(Entry::Command));
                }
            }
            Book::Glossary => found.words(view),
        }
        found
    }

    fn words(&mut self, view: &BookView) {
        let Ok(glossary) = Glossary::embedded() else {
            return;
        };
        if let Some(term) = view.around {
            self.add("Ce mot", [Entry::Word(term)]);
            let related = term.related.iter().filter_map(|it| glossary.resolve(it));
            self.add("Ses voisins", related.map(Entry::Word));
            return;
        }
        let here: &[&Term] = if view.query.is_empty() {
            &view.here
        } else {
            &[]
        };
        self.add("Dans cette partie", here.iter().map(|it| Entry::Word(it)));
        for (title, terms) in glossary.search(&view.query) {
            let others = terms.into_iter().filter(|it| !here.contains(it));
            self.add(title, others.map(Entry::Word));
        }
    }

    fn add(&mut self, title: &str, entries: impl IntoIterator<Item = Entry>) {
        let first = self.entries.len();
        self.entries.extend(entries);
        if self.entries.len() > first {
            self.themes.push((first, title.to_owned()));
        }
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The one of this rank.
    pub(crate) fn entry(&self, rank: usize) -> Option<Entry> {
        self.entries.get(rank).copied()
    }

    /// The first entry of the theme before, or of this one when the cursor is further in it.
    pub(crate) fn theme_before(&self, rank: usize) -> usize {
        let mut firsts = self.themes.iter().rev().map(|(first, _)| *first);
        firsts.find(|first| *first < rank).unwrap_or(0)
    }

    /// The first entry of the theme after.
    pub(crate) fn theme_after(&self, rank: usize) -> usize {
        let mut firsts = self.themes.iter().map(|(first, _)| *first);
        firsts.find(|first| *first > rank).unwrap_or(rank)
    }
}
