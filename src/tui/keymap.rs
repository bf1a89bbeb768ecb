//! The keys: one row per action. The help screen, the footer, the leader's menu and the palette are
//! all made from these rows.
//!
//! Every action can be reached without a function key and without a character that an AZERTY
//! keyboard hides behind `AltGr` (`[ ] { } \ | # ~`).
//!
//! The leader is Ctrl-G: on every keyboard, free in the usual shells (readline only uses it to give
//! up a search) and in `vi` (where it shows the file's name). Typed twice, it goes to the shell.

mod rows;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::Action as A;
pub(crate) use self::rows::{LEADER, ROWS};
use self::rows::{at_home, in_lesson, shell_focused};
use super::model::{Focus, Model};
use crate::text::fold;

/// What a key, a row of the palette or a click can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    Quit,
    BackHome,
    Help,
    Palette,
    Sheet,
    Glossary,
    Answer,
    Attest,
    Leader,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Enter,
    NextPath,
    PreviousPath,
    NextPanel,
    PreviousPanel,
    ShowLesson,
    ShowTerminal,
    ShowState,
    Zoom,
    NextSection,
    PreviousSection,
    Hint,
    Solution,
    Reset,
    PreviousStep,
    NextStep,
    Details,
    ScrollBack,
    Copy,
    RestartShell,
    Explain,
    Hints,
    Undo,
    Redo,
    SendLeader,
}

/// Where the direct keys of a row apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// On every screen, unless the shell has the keys.
    Everywhere,
    /// The home screen.
    Home,
    /// Anywhere in the lesson screen but in the shell.
    Lesson,
    /// The lesson's text.
    Text,
    /// The state panel.
    State,
    /// The shell: only after the leader.
    Shell,
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Combo {
    /// The key.
    pub(crate) code: KeyCode,
    /// Ctrl or nothing; Shift is in the character itself.
    pub(crate) control: bool,
}

/// One row.
pub(crate) struct Row {
    /// What it does.
    pub(crate) action: Action,
    /// Where its direct keys work.
    pub(crate) place: Place,
    /// Its direct keys; the first one is shown first.
    pub(crate) keys: &'static [Combo],
    /// Its letter after the leader, from any panel of the lesson screen.
    pub(crate) leader: Option<char>,
    /// One or two words, for the footer.
    pub(crate) short: &'static str,
    /// A sentence, for the help screen and the palette.
    pub(crate) help: &'static str,
    /// Whether it makes sense now.
    pub(crate) when: fn(&Model) -> bool,
}

impl Combo {
    /// Whether this event is this combination.
    pub(crate) fn matches(self, event: &KeyEvent) -> bool {
        self.code == event.code
            && self.control == event.modifiers.contains(KeyModifiers::CONTROL)
            && !event.modifiers.contains(KeyModifiers::ALT)
    }

    /// As it is written for the user.
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
            other => format!("{other:?}"),
        };
        if self.control {
            format!("Ctrl-{name}")
        } else {
            name
        }
    }
}

impl Row {
    /// Its direct keys, for the help screen.
    pub(crate) fn keys_label(&self) -> String {
        self.keys
            .iter()
            .map(|combo| combo.label())
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Its letter after the leader, for the help screen and the leader's menu.
    pub(crate) fn leader_label(&self) -> Option<String> {
        self.leader.map(|letter| match letter {
            '\t' => "Tab".to_owned(),
            letter => letter.to_string(),
        })
    }

    /// Whether its direct keys work here and now.
    pub(crate) fn applies(&self, model: &Model) -> bool {
        let here = match self.place {
            Place::Everywhere => true,
            Place::Home => at_home(model),
            Place::Lesson => in_lesson(model),
            Place::Text => in_lesson(model) && model.focus == Focus::Lesson,
            Place::State => in_lesson(model) && model.focus == Focus::State,
            Place::Shell => shell_focused(model),
        };
        here && (self.when)(model)
    }
}

/// What a key does, outside of the shell.
pub(crate) fn action(model: &Model, event: &KeyEvent) -> Option<Action> {
    ROWS.iter()
        .find(|row| row.applies(model) && row.keys.iter().any(|combo| combo.matches(event)))
        .map(|row| row.action)
}

/// What a key does after the leader.
pub(crate) fn leader_action(model: &Model, event: &KeyEvent) -> Option<Action> {
    if LEADER.matches(event) {
        return Some(Action::SendLeader);
    }
    let typed = match event.code {
        KeyCode::Char(character) => character,
        KeyCode::Tab => '\t',
        _ => return None,
    };
    leader_rows(model)
        .find(|row| row.leader == Some(typed))
        .map(|row| row.action)
}

/// The rows of the leader's menu.
pub(crate) fn leader_rows(model: &Model) -> impl Iterator<Item = &'static Row> {
    ROWS.iter()
        .filter(|row| row.leader.is_some() && (row.when)(model))
}

/// The rows that the footer shows, most useful first.
pub(crate) fn footer_rows(model: &Model) -> Vec<&'static Row> {
    let wanted: &[Action] = match (model.study.is_some(), model.focus) {
        (false, _) => &[
            A::Enter,
            A::NextPath,
            A::Sheet,
            A::Glossary,
            A::Help,
            A::Quit,
            A::Palette,
        ],
        (true, Focus::Terminal) => &[],
        (true, Focus::Lesson) => &[
            A::Enter,
            A::PageDown,
            A::ShowTerminal,
            A::Hint,
            A::NextSection,
            A::Glossary,
            A::NextPanel,
            A::Help,
            A::BackHome,
        ],
        (true, Focus::State) => &[
            A::Details,
            A::PreviousStep,
            A::ShowLesson,
            A::ShowTerminal,
            A::Help,
            A::BackHome,
        ],
    };
    wanted
        .iter()
        .filter_map(|action| {
            ROWS.iter()
                .find(|row| row.action == *action && row.applies(model))
        })
        .collect()
}

/// The rows of the palette that match a query, best first.
pub(crate) fn palette_rows(model: &Model, query: &str) -> Vec<&'static Row> {
    let mut rows: Vec<(usize, &'static Row)> = ROWS
        .iter()
        .filter(|row| (row.when)(model) && !matches!(row.action, A::Palette | A::Leader))
        .filter_map(|row| Some((score(row.help, query)?, row)))
        .collect();
    rows.sort_by_key(|(score, _)| *score);
    rows.into_iter().map(|(_, row)| row).collect()
}
/// How far a text is from a query typed without accents; `None` when it does not match. The
/// beginning of a word is best, then a part of one, then letters scattered in order.
fn score(text: &str, query: &str) -> Option<usize> {
    const PART: usize = 1_000;
    const SCATTERED: usize = 2_000;
    let (text, query) = (fold(text), fold(query.trim()));
    if let Some(at) = text.find(&query) {
        let starts_word = text[..at]
            .chars()
            .next_back()
            .is_none_or(|it| !it.is_alphanumeric());
        return Some(if starts_word { at } else { PART + at });
    }
    let mut rest = text.chars();
    let mut gaps = 0;
    for wanted in query.chars().filter(|it| !it.is_whitespace()) {
        gaps += rest.by_ref().position(|character| character == wanted)?;
    }
    Some(SCATTERED + gaps)
}

#[cfg(test)]
mod tests;
