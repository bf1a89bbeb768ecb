//! Words looked for in a panel: what is typed, and where one is among what was found.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::model::Focus;

/// A place in the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    /// The section.
    pub(crate) section: usize,
    /// The first line shown.
    pub(crate) scroll: usize,
    /// The item under the cursor.
    pub(crate) cursor: Option<usize>,
}

/// A search in the lesson's text or in the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Search {
    /// The panel: the lesson or the terminal.
    pub(crate) panel: Focus,
    /// The words.
    pub(crate) query: String,
    /// Whether they are being typed.
    pub(crate) typing: bool,
    /// The rank of the match that is shown, among those of the section shown.
    pub(crate) at: usize,
    /// How many there are in it.
    pub(crate) count: usize,
    /// How many there are in the other sections of the lesson.
    pub(crate) others: usize,
    /// Where one was in the lesson.
    pub(crate) before: Spot,
    /// Whether the terminal was scrolled by keys.
    pub(crate) scrolled: bool,
}

impl Search {
    /// Whether only other sections have matches: they are not gone to while words are typed.
    pub(crate) const fn is_elsewhere(&self) -> bool {
        self.count == 0 && self.others > 0
    }

    /// Which match of how many, in French; nothing without words.
    pub(crate) fn tally(&self) -> String {
        match (self.count, self.others) {
            _ if self.query.trim().is_empty() => String::new(),
            (0, 0) => "introuvable ici".to_owned(),
            (0, others) => format!("ailleurs\u{a0}: {others}"),
            (count, 0) => format!("{}/{count}", self.at + 1),
            (count, others) => format!("{}/{count}, {others} ailleurs", self.at + 1),
        }
    }
}

/// What a key does to words that are typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Typed {
    /// They changed.
    Changed,
    /// They are given up.
    GivenUp,
    /// Nothing: it has another meaning.
    Other,
}

/// Applies a key to words that are typed.
pub(crate) fn type_words(words: &mut String, event: KeyEvent) -> Typed {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    match event.code {
        KeyCode::Esc => return Typed::GivenUp,
        KeyCode::Char('c') if control => return Typed::GivenUp,
        KeyCode::Backspace => {
            words.pop();
        }
        KeyCode::Char(letter) if !control => words.push(letter),
        _ => return Typed::Other,
    }
    Typed::Changed
}
