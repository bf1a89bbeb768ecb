//! The keys of what is over the screen: help, palette, glossary, dialogs.
//!
//! Each box knows the program's keys. Those of the learner are put in their place before a box sees
//! them; moving and searching have one name there and elsewhere.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Action, Keymap, Place, Row, rows};
use crate::tui::model::{Model, Overlay};

/// What boxes share with the rest of the screen.
const SHARED: [Action; 7] = [
    Action::Up,
    Action::Down,
    Action::PageUp,
    Action::PageDown,
    Action::Top,
    Action::Bottom,
    Action::Search,
];

/// Whether letters are keys in this box; else they are typed, or choose a line.
fn has_letters(model: &Model, overlay: &Overlay) -> bool {
    match overlay {
        Overlay::Help(_)
        | Overlay::Report(_)
        | Overlay::Explanation(_)
        | Overlay::ScrollBack
        | Overlay::Beats(_)
        | Overlay::Review => true,
        Overlay::Book(book) => !model.book(*book).typing,
        Overlay::Search(search) => !search.typing,
        _ => false,
    }
}

impl Row {
    /// Whether its keys are those of boxes too.
    pub(super) fn is_in_boxes(&self) -> bool {
        self.place == Place::Box || SHARED.contains(&self.action)
    }
}

impl Keymap {
    /// The key that a box knows for the one that was pressed; `None` when the learner gave what it
    /// did to another. Escape and Ctrl-C always leave.
    pub(crate) fn in_box(
        &self,
        model: &Model,
        overlay: &Overlay,
        event: KeyEvent,
    ) -> Option<KeyEvent> {
        let control = event.modifiers.contains(KeyModifiers::CONTROL);
        let leaves = event.code == KeyCode::Esc || (control && event.code == KeyCode::Char('c'));
        let letters = has_letters(model, overlay);
        let typed = matches!(event.code, KeyCode::Char(_)) && !control;
        if !self.boxed || leaves || *overlay == Overlay::Leader || (typed && !letters) {
            return Some(event);
        }
        let usual: Vec<&Row> = rows().filter(|row| row.is_in_boxes()).collect();
        let is = |row: &Row| row.keys.iter().any(|key| key.matches(&event));
        let given = self.rows.iter().find(|row| row.is_in_boxes() && is(row));
        let Some(given) = given else {
            return (!usual.into_iter().any(is)).then_some(event);
        };
        if given.action == Action::BoxClose && !letters {
            return Some(KeyEvent::new(KeyCode::Esc, KeyModifiers::NONE));
        }
        let same = |row: &&&Row| row.action == given.action && row.place == given.place;
        let known = usual.iter().find(same)?;
        known.keys.first().map(|key| key.event())
    }
}
