//! The learner's own keys.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::rows::rows;
use super::{Action, Combo, Keymap, Place, Row};
use crate::text::fold;

/// The name of the leader in the file.
pub(crate) const LEADER_NAME: &str = "menu";

/// Why keys cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum KeyError {
    /// There is no such action.
    #[error(
        "aucune action «\u{a0}{0}\u{a0}»\u{a0}; «\u{a0}moussaillon \
         reglages\u{a0}» les liste"
    )]
    Action(String),
    /// That is not a key.
    #[error(
        "touches\u{a0}: «\u{a0}{key}\u{a0}», donnée à «\u{a0}{action}\u{a0}», n’est pas une \
         touche. Une touche s’écrit n, ctrl-g, entrée, échap, espace, haut, page-bas ou f5"
    )]
    Key {
        /// The action.
        action: String,
        /// What was written.
        key: String,
    },
    /// Two actions of the same place have it.
    #[error(
        "touches\u{a0}: «\u{a0}{key}\u{a0}» est donnée à «\u{a0}{one}\u{a0}» et à \
         «\u{a0}{other}\u{a0}», qui s’emploient au même endroit"
    )]
    Twice {
        /// The key.
        key: String,
        /// The first action.
        one: String,
        /// The second one.
        other: String,
    },
    /// That is not a letter for the menu.
    #[error(
        "lettres\u{a0}: «\u{a0}{key}\u{a0}», donnée à «\u{a0}{action}\u{a0}», n’est pas une lettre \
         du menu. Un seul caractère, ou «\u{a0}tab\u{a0}»"
    )]
    Letter {
        /// The action.
        action: String,
        /// What was written.
        key: String,
    },
    /// Two lines of the menu have it.
    #[error(
        "lettres\u{a0}: «\u{a0}{letter}\u{a0}» est donnée à «\u{a0}{one}\u{a0}» et à \
         «\u{a0}{other}\u{a0}», qui sont dans le même menu"
    )]
    SameLetter {
        /// The letter.
        letter: String,
        /// The first action.
        one: String,
        /// The second one.
        other: String,
    },
    /// The leader must leave letters to the shell.
    #[error(
        "touches\u{a0}: «\u{a0}menu\u{a0}» veut une touche avec Ctrl, ou une touche de \
         fonction\u{a0}: une lettre seule irait au shell"
    )]
    Leader,
}

impl Row {
    /// Whether it is the leader's: it has its own name in the file.
    pub(crate) fn leader_is_it(&self) -> bool {
        self.action == super::Action::Leader
    }

    /// Whether it can be in the leader's menu.
    fn may_have_letter(&self) -> bool {
        let at_home = self.place == Place::Home && self.leader.is_none();
        !self.leader_is_it() && !at_home && self.place != Place::Box
    }

    /// Whether both can be in the leader's menu at the same moment: that of a demo, or that of a
    /// lesson.
    fn shares_menu(&self, other: &Self) -> bool {
        let in_demo = |row: &Self| row.place == Place::Demo || super::IN_DEMO.contains(&row.action);
        let in_lesson = |row: &Self| row.place != Place::Demo;
        (in_demo(self) && in_demo(other)) || (in_lesson(self) && in_lesson(other))
    }

    /// The name of its action in the file: `section-suivante`.
    pub(crate) fn name(&self) -> String {
        if self.leader_is_it() {
            return LEADER_NAME.to_owned();
        }
        fold(self.short).replace([' ', '’'], "-")
    }
}

impl Keymap {
    /// The program's keys, but for these actions: name → keys, and name → letter after the leader.
    /// An action given no key keeps its letter.
    pub(crate) fn with(
        wanted: &BTreeMap<String, Vec<String>>,
        letters: &BTreeMap<String, String>,
    ) -> Result<Self, KeyError> {
        let mut keymap = Self::default();
        for (name, keys) in wanted {
            let keys = keys
                .iter()
                .map(|key| {
                    Combo::parse(key).ok_or_else(|| KeyError::Key {
                        action: name.clone(),
                        key: key.clone(),
                    })
                })
                .collect::<Result<Vec<_>, _>>()?;
            keymap.give(name, &keys)?;
        }
        keymap.check(wanted)?;
        for (name, letter) in letters {
            keymap.give_letter(name, letter)?;
        }
        keymap.check_letters(letters)?;
        Ok(keymap)
    }

    /// Gives an action its letter in the leader's menu; one that has none there gets in.
    fn give_letter(&mut self, name: &str, letter: &str) -> Result<(), KeyError> {
        let mut characters = letter.chars();
        let letter = match (characters.next(), characters.next()) {
            (Some(one), None) if !one.is_control() && !one.is_whitespace() => one,
            _ if fold(letter) == "tab" => '\t',
            _ => {
                return Err(KeyError::Letter {
                    action: name.to_owned(),
                    key: letter.to_owned(),
                });
            }
        };
        let folded = fold(name);
        let named = |row: &&mut Row| row.name() == folded && row.may_have_letter();
        let has_one = |row: &Row| row.leader.is_some();
        let rows = || self.rows.iter().filter(|row| row.name() == folded);
        let somewhere = rows().any(has_one);
        let mut found = false;
        for row in self.rows.iter_mut().filter(named) {
            // In a lesson rather than at home, where there is no menu.
            if has_one(row) || !somewhere {
                row.leader = Some(letter);
                found = true;
            }
        }
        found
            .then_some(())
            .ok_or_else(|| KeyError::Action(name.to_owned()))
    }

    /// A letter that the learner gave must not be another's in the same menu.
    fn check_letters(&self, letters: &BTreeMap<String, String>) -> Result<(), KeyError> {
        let given = |row: &Row| letters.keys().any(|name| fold(name) == row.name());
        for row in self.rows.iter().filter(|row| given(row)) {
            for other in &self.rows {
                if row.leader.is_some()
                    && other.leader == row.leader
                    && other.action != row.action
                    && row.shares_menu(other)
                {
                    return Err(KeyError::SameLetter {
                        letter: row.leader_label().unwrap_or_default(),
                        one: row.name(),
                        other: other.name(),
                    });
                }
            }
        }
        Ok(())
    }

    fn give(&mut self, name: &str, keys: &[Combo]) -> Result<(), KeyError> {
        let folded = fold(name);
        if folded == LEADER_NAME {
            let [leader] = keys else {
                return Err(KeyError::Leader);
            };
            if !leader.control && !matches!(leader.code, crossterm::event::KeyCode::F(_)) {
                return Err(KeyError::Leader);
            }
            self.replace(super::Action::Leader, &[*leader]);
            self.leader = *leader;
            return Ok(());
        }
        let named: Vec<&mut Row> = self
            .rows
            .iter_mut()
            .filter(|row| row.name() == folded)
            .collect();
        if named.is_empty() {
            return Err(KeyError::Action(name.to_owned()));
        }
        // Where the program gives it no key, another may need that letter: it stays in the menu,
        // unless it has a key nowhere.
        let somewhere = named.iter().any(|row| !row.keys.is_empty());
        let mut boxed = false;
        for row in named {
            if !row.keys.is_empty() || !somewhere {
                row.keys = Cow::Owned(keys.to_vec());
                boxed |= row.is_in_boxes();
            }
        }
        self.boxed |= boxed;
        Ok(())
    }

    fn replace(&mut self, action: super::Action, keys: &[Combo]) {
        for row in &mut self.rows {
            if row.action == action {
                row.keys = Cow::Owned(keys.to_vec());
            }
        }
    }

    /// A key that the learner gave must not be that of another action of the same place; the
    /// program's own rows are ordered so that the first one wins.
    fn check(&self, wanted: &BTreeMap<String, Vec<String>>) -> Result<(), KeyError> {
        let given = |row: &Row| wanted.keys().any(|name| fold(name) == row.name());
        let own = |action: Action, key: &Combo| {
            rows().any(|row| row.action == action && row.keys.contains(key))
        };
        for row in self.rows.iter().filter(|row| given(row)) {
            for other in &self.rows {
                let shared = row.keys.iter().find(|key| {
                    let ordered = own(row.action, key) && own(other.action, key);
                    other.keys.contains(key) && !ordered
                });
                if let Some(key) = shared
                    && other.action != row.action
                    && row.meets(other)
                {
                    return Err(KeyError::Twice {
                        key: key.written(),
                        one: row.name(),
                        other: other.name(),
                    });
                }
            }
        }
        Ok(())
    }
}

impl Row {
    /// Whether keys of both can be pressed at the same moment.
    fn meets(&self, other: &Self) -> bool {
        let boxed = self.place == Place::Box || other.place == Place::Box;
        if boxed {
            return self.is_in_boxes() && other.is_in_boxes();
        }
        let within = |a: Place, b: Place| match a {
            Place::Everywhere => !matches!(b, Place::Shell | Place::Demo),
            Place::Lesson => matches!(b, Place::Text | Place::Pane),
            _ => false,
        };
        let (one, other) = (self.place, other.place);
        one == other || within(one, other) || within(other, one)
    }
}
