//! A key with its modifiers: what it matches, how it is written and shown.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::Combo;
use crate::text::fold;

impl Combo {
    /// Whether this event is this combination.
    pub(crate) fn matches(self, event: &KeyEvent) -> bool {
        self.code == event.code
            && self.control == event.modifiers.contains(KeyModifiers::CONTROL)
            && !event.modifiers.contains(KeyModifiers::ALT)
    }

    /// Reads a key as the learner writes it: `n`, `ctrl-g`, `entrée`, `page-bas`.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let mut letters = word.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return Some(Self {
                code: KeyCode::Char(letter),
                control: false,
            });
        }
        let word = fold(word);
        if let Some(rest) = word.strip_prefix("ctrl-") {
            let combo = Self::parse(rest)?;
            return Some(Self {
                control: true,
                ..combo
            });
        }
        let code = match word.as_str() {
            "espace" => KeyCode::Char(' '),
            "entree" => KeyCode::Enter,
            "echap" => KeyCode::Esc,
            "haut" => KeyCode::Up,
            "bas" => KeyCode::Down,
            "gauche" => KeyCode::Left,
            "droite" => KeyCode::Right,
            "tab" => KeyCode::Tab,
            "maj-tab" => KeyCode::BackTab,
            "page-haut" => KeyCode::PageUp,
            "page-bas" => KeyCode::PageDown,
            "debut" => KeyCode::Home,
            "fin" => KeyCode::End,
            "inser" => KeyCode::Insert,
            "suppr" => KeyCode::Delete,
            other => {
                let number = other.strip_prefix('f')?.parse().ok()?;
                KeyCode::F((1..=12).contains(&number).then_some(number)?)
            }
        };
        Some(Self {
            code,
            control: false,
        })
    }

    /// As the learner writes it in the file.
    pub(crate) fn written(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "espace".to_owned(),
            KeyCode::Char(character) => character.to_string(),
            KeyCode::Enter => "entrée".to_owned(),
            KeyCode::Esc => "échap".to_owned(),
            KeyCode::Up => "haut".to_owned(),
            KeyCode::Down => "bas".to_owned(),
            KeyCode::Left => "gauche".to_owned(),
            KeyCode::Right => "droite".to_owned(),
            KeyCode::Tab => "tab".to_owned(),
            KeyCode::BackTab => "maj-tab".to_owned(),
            KeyCode::PageUp => "page-haut".to_owned(),
            KeyCode::PageDown => "page-bas".to_owned(),
            KeyCode::Home => "début".to_owned(),
            KeyCode::End => "fin".to_owned(),
            KeyCode::Insert => "inser".to_owned(),
            KeyCode::Delete => "suppr".to_owned(),
            KeyCode::F(number) => format!("f{number}"),
            other => format!("{other:?}"),
        };
        if self.control {
            format!("ctrl-{name}")
        } else {
            name
        }
    }

    /// The event of its press.
    pub(crate) const fn event(self) -> KeyEvent {
        let modifiers = if self.control {
            KeyModifiers::CONTROL
        } else {
            KeyModifiers::NONE
        };
        KeyEvent::new(self.code, modifiers)
    }

    /// As it is shown to the learner.
    pub(crate) fn label(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Espace".to_owned(),
            KeyCode::Char(character) if self.control => character.to_uppercase().to_string(),
            KeyCode::Char(character) => character.to_string(),
            KeyCode::Enter => "Entrée".to_owned(),
            KeyCode::Esc => "Échap".to_owned(),
            KeyCode::Up => "↑".to_owned(),
            KeyCode::Down => "↓".to_owned(),
            KeyCode::Left => "←".to_owned(),
            KeyCode::Right => "→".to_owned(),
            KeyCode::Tab => "Tab".to_owned(),
            KeyCode::BackTab => "Maj-Tab".to_owned(),
            KeyCode::PageUp => "Page↑".to_owned(),
            KeyCode::PageDown => "Page↓".to_owned(),
            KeyCode::Home => "Début".to_owned(),
            KeyCode::End => "Fin".to_owned(),
            KeyCode::Insert => "Inser".to_owned(),
            KeyCode::Delete => "Suppr".to_owned(),
            KeyCode::F(number) => format!("F{number}"),
            other => format!("{other:?}"),
        };
        if self.control {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}
