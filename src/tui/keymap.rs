//! The keys: one row per action. The help screen, the footer, the leader's menu and the palette are
//! all made from these rows.
//!
//! Every action can be reached without a function key and without a character that an AZERTY
//! keyboard hides behind `AltGr` (`[ ] { } \ | # ~`).
//!
//! The learner may give actions other keys, in a file ([`Keymap::with`]).
//!
//! The leader is Ctrl-G: on every keyboard, free in the usual shells (readline only uses it to give
//! up a search) and in `vi` (where it shows the file's name). Typed twice, it goes to the shell.

mod boxes;
mod combo;
mod learner;
mod rows;

use std::borrow::Cow;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use self::Action as A;
pub(crate) use self::learner::LEADER_NAME;
use self::rows::{LEADER, rows};
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
    Prepare,
    Diagnose,
    Suspend,
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
    Panes,
    NextPane,
    PreviousPane,
    NextObject,
    PreviousObject,
    Search,
    ForgetSearch,
    Tour,
    WidenText,
    NarrowText,
    RaisePane,
    LowerPane,
    NextSection,
    PreviousSection,
    Hint,
    Solution,
    Reset,
    PreviousStep,
    NextStep,
    ShowStep,
    ReturnToStep,
    Details,
    ScrollBack,
    Copy,
    CopyAll,
    RestartShell,
    Explain,
    Hints,
    Undo,
    Redo,
    SendLeader,
    BoxClose,
    BoxConfirm,
    BoxNext,
    BoxPrevious,
    BoxLeft,
    BoxRight,
    BoxPrepare,
    BoxCopy,
    Guard,
    Tidy,
    DemoGo,
    DemoNext,
    DemoPrevious,
    DemoUp,
    DemoDown,
    DemoWide,
    DemoBlack,
    DemoHands,
    DemoResume,
    DemoJump,
    DemoRepeat,
    DemoReset,
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
    /// The pane.
    Pane,
    /// The shell: only after the leader.
    Shell,
    /// What is over the screen: help, palette, glossary, dialogs.
    Box,
    /// A demo. No other row applies there, but for those of the program that a room may see.
    Demo,
}

/// The program's actions that a demo has too.
const IN_DEMO: [Action; 9] = [
    A::Help,
    A::Quit,
    A::Leader,
    A::Palette,
    A::Explain,
    A::ScrollBack,
    A::Copy,
    A::RestartShell,
    A::SendLeader,
];

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Combo {
    /// The key.
    pub(crate) code: KeyCode,
    /// Ctrl or nothing; Shift is in the character itself.
    pub(crate) control: bool,
}

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What it does.
    pub(crate) action: Action,
    /// Where its direct keys work.
    pub(crate) place: Place,
    /// Its direct keys; the first one is shown first.
    pub(crate) keys: Cow<'static, [Combo]>,
    /// Its letter after the leader, from any panel of the lesson screen.
    pub(crate) leader: Option<char>,
    /// One or two words, for the footer.
    pub(crate) short: &'static str,
    /// A sentence, for the help screen and the palette.
    pub(crate) help: &'static str,
    /// Whether it makes sense now.
    pub(crate) when: fn(&Model) -> bool,
}

/// The rows with the learner's keys.
#[derive(Debug, Clone)]
pub(crate) struct Keymap {
    rows: Vec<Row>,
    leader: Combo,
    /// Whether the learner gave keys that boxes have: else theirs are those that they know.
    boxed: bool,
}

impl Default for Keymap {
    fn default() -> Self {
        Self {
            rows: rows().cloned().collect(),
            leader: LEADER,
            boxed: false,
        }
    }
}

impl Keymap {
    /// Every row, in the order of the help screen.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What opens the menu of actions wherever the keys go.
    pub(crate) const fn leader(&self) -> Combo {
        self.leader
    }

    /// What does this from anywhere: the leader and a letter, `Ctrl-G k`.
    pub(crate) fn by_menu(&self, action: Action) -> String {
        let leader = self.leader.label();
        let mut rows = self.rows.iter().filter(|row| row.action == action);
        match rows.find_map(Row::leader_label) {
            Some(letter) => format!("{leader} {letter}"),
            None => leader,
        }
    }

    /// The first key that does this where keys are no text: `n`.
    pub(crate) fn key(&self, action: Action) -> String {
        let mut rows = self.rows.iter().filter(|row| row.action == action);
        let key = rows.find_map(|row| row.keys.first());
        key.map_or_else(String::new, |key| key.label())
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
        self.is_here(model) && self.makes_sense(model)
    }

    /// Whether its keys are for what has them now.
    fn is_here(&self, model: &Model) -> bool {
        match self.place {
            Place::Everywhere | Place::Demo => true,
            Place::Home => at_home(model),
            Place::Lesson => in_lesson(model),
            Place::Text => in_lesson(model) && model.focus == Focus::Lesson,
            Place::Pane => in_lesson(model) && model.focus == Focus::Pane,
            Place::Shell => shell_focused(model),
            // What is over the screen has the keys before any row: see `boxes`.
            Place::Box => false,
        }
    }

    /// Whether it does nothing now, and its action says why to who asks all the same.
    fn says_why(&self, model: &Model) -> bool {
        SAY_WHY.contains(&self.action) && in_lesson(model) && self.belongs(model)
    }

    /// Whether it is one of a demo's, in a demo, or one of the others.
    pub(crate) fn belongs(&self, model: &Model) -> bool {
        match model.demo {
            Some(_) => {
                matches!(self.place, Place::Demo | Place::Box) || IN_DEMO.contains(&self.action)
            }
            None => self.place != Place::Demo,
        }
    }

    /// Whether it makes sense now.
    pub(crate) fn makes_sense(&self, model: &Model) -> bool {
        self.belongs(model) && (self.when)(model)
    }
}

/// The digit that a key types; or that it types with Shift on a French keyboard (`&` is 1, `é` is 2),
/// where nothing but a digit is expected.
pub(crate) fn digit(event: &KeyEvent) -> Option<u32> {
    let typed = event.code.as_char()?;
    let plain = !event
        .modifiers
        .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    let digit = match typed {
        'à' => Some(0),
        '&' => Some(1),
        'é' => Some(2),
        '"' => Some(3),
        '\'' => Some(4),
        '(' => Some(5),
        // That of macOS, and of Belgium, differs.
        '-' | '§' => Some(6),
        'è' => Some(7),
        '_' | '!' => Some(8),
        'ç' => Some(9),
        typed => typed.to_digit(10),
    };
    digit.filter(|_| plain)
}

/// Actions of an exercise, which say themselves why there is nothing for them to do.
const SAY_WHY: [Action; 3] = [Action::Hint, Action::Solution, Action::Reset];

/// What a key does, outside of the shell.
pub(crate) fn action(model: &Model, event: &KeyEvent) -> Option<Action> {
    let rows = model.keymap.rows();
    let mut asked = rows
        .iter()
        .filter(|row| row.keys.iter().any(|combo| combo.matches(event)));
    asked
        .clone()
        .find(|row| row.applies(model))
        .or_else(|| asked.find(|row| row.is_here(model) && row.says_why(model)))
        .map(|row| row.action)
}

/// What a key does after the leader.
pub(crate) fn leader_action(model: &Model, event: &KeyEvent) -> Option<Action> {
    if model.keymap.leader().matches(event) {
        return Some(Action::SendLeader);
    }
    let typed = match event.code {
        KeyCode::Char(character) => character,
        KeyCode::Tab => '\t',
        _ => return None,
    };
    let rows = model.keymap.rows().iter();
    leader_rows(model)
        .chain(rows.filter(|row| row.says_why(model)))
        .find(|row| row.leader == Some(typed))
        .map(|row| row.action)
}

/// The rows of the leader's menu.
pub(crate) fn leader_rows(model: &Model) -> impl Iterator<Item = &Row> {
    model
        .keymap
        .rows()
        .iter()
        .filter(|row| row.leader.is_some() && row.makes_sense(model))
}

/// The rows that the footer shows, most useful first.
pub(crate) fn footer_rows(model: &Model) -> Vec<&Row> {
    let wanted: &[Action] = match (model.study.is_some(), model.focus) {
        _ if model.demo.is_some() => &[
            A::DemoGo,
            A::DemoNext,
            A::DemoPrevious,
            A::DemoWide,
            A::Help,
        ],
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
            A::Search,
        ],
        (true, Focus::Pane) if rows::is_searched(model) => &[
            A::ForgetSearch,
            A::Search,
            A::Details,
            A::Panes,
            A::ShowTerminal,
            A::Help,
        ],
        (true, Focus::Pane) => &[
            A::Details,
            A::Panes,
            A::ReturnToStep,
            A::ShowStep,
            A::NextObject,
            A::ShowLesson,
            A::Help,
            A::PreviousStep,
            A::Search,
            A::ShowTerminal,
            A::BackHome,
        ],
    };
    wanted
        .iter()
        .filter_map(|action| {
            model
                .keymap
                .rows()
                .iter()
                .find(|row| row.action == *action && row.applies(model))
        })
        .collect()
}

/// The rows of the palette that match a query, best first.
pub(crate) fn palette_rows<'m>(model: &'m Model, query: &str) -> Vec<&'m Row> {
    let mut rows: Vec<(usize, &Row)> = model
        .keymap
        .rows()
        .iter()
        .filter(|row| {
            row.makes_sense(model)
                && row.place != Place::Box
                && !matches!(row.action, A::Palette | A::Leader)
        })
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
