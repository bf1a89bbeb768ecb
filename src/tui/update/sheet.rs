//! The cheat sheet over the screen: moving in it, searching, sending its examples to the terminal.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::lesson;
use crate::text::sheet::Entry;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Overlay};
use crate::tui::screens::sheet::{self, Found};

/// Opens the sheet where it was left.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    model.sheet.typing = false;
    model.overlay = Some(Overlay::Sheet);
    Vec::new()
}

/// A key while the sheet is open.
pub(super) fn key(model: &mut Model, event: KeyEvent) -> Vec<Effect> {
    let control = event.modifiers.contains(KeyModifiers::CONTROL);
    if control {
        if event.code == KeyCode::Char('c') {
            model.overlay = None;
        }
        return Vec::new();
    }
    if model.sheet.typing {
        typed(model, event);
        return Vec::new();
    }
    match event.code {
        KeyCode::Esc if !model.sheet.query.is_empty() => search(model, String::new()),
        KeyCode::Esc | KeyCode::Char('q') => model.overlay = None,
        KeyCode::Char('/') => model.sheet.typing = true,
        KeyCode::Enter => return send(model),
        KeyCode::Char('p') => return prepare(model),
        code => moved(model, code),
    }
    Vec::new()
}

/// A key of the search.
fn typed(model: &mut Model, event: KeyEvent) {
    let mut query = model.sheet.query.clone();
    match event.code {
        KeyCode::Esc => {
            model.sheet.typing = false;
            query.clear();
        }
        KeyCode::Enter => model.sheet.typing = false,
        KeyCode::Backspace => {
            query.pop();
        }
        KeyCode::Char(character) => query.push(character),
        code => return moved(model, code),
    }
    search(model, query);
}

/// Looks for these words.
pub(super) fn search(model: &mut Model, query: String) {
    if model.sheet.query != query {
        model.sheet.query = query;
        model.sheet.cursor = 0;
        model.sheet.scroll = 0;
    }
}

fn moved(model: &mut Model, code: KeyCode) {
    let found = Found::of(&model.sheet.query);
    let last = found.count().saturating_sub(1);
    let here = model.sheet.cursor.min(last);
    let page = usize::from(model.size.height / 2).max(1);
    let there = match code {
        KeyCode::Up | KeyCode::Char('k') => here.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => here + 1,
        KeyCode::Home | KeyCode::Char('g') => 0,
        KeyCode::End | KeyCode::Char('G') => last,
        KeyCode::Left => found.theme_before(here),
        KeyCode::Right => found.theme_after(here),
        KeyCode::PageDown | KeyCode::Char(' ') => {
            let lines = sheet::detail(model).len();
            let room = sheet::areas(model.size).detail.height;
            let end = lines.saturating_sub(usize::from(room));
            model.sheet.scroll = (model.sheet.scroll + page).min(end);
            return;
        }
        KeyCode::PageUp | KeyCode::Char('b') => {
            model.sheet.scroll = model.sheet.scroll.saturating_sub(page);
            return;
        }
        _ => return,
    };
    model.sheet.cursor = there.min(last);
    model.sheet.scroll = 0;
}

fn chosen(model: &Model) -> Option<&'static Entry> {
    Found::of(&model.sheet.query).entry(model.sheet.cursor)
}

/// The example goes to the terminal, as the commands of a lesson do.
fn send(model: &mut Model) -> Vec<Effect> {
    let Some(entry) = chosen(model) else {
        return Vec::new();
    };
    let effects = type_line(model, &entry.example);
    if !effects.is_empty() {
        model.sheet.sent = Some(entry.example.clone());
    }
    effects
}

/// The lines that prepare the example go to the terminal, one per prompt.
fn prepare(model: &mut Model) -> Vec<Effect> {
    let Some(entry) = chosen(model) else {
        return Vec::new();
    };
    let Some((first, rest)) = entry.setup.split_first() else {
        model.notice = Some("Cet exemple n’a besoin d’aucune préparation.".into());
        return Vec::new();
    };
    let effects = type_line(model, first);
    if !effects.is_empty() {
        model.sheet.sent = Some(first.clone());
        model.queue = rest.iter().cloned().collect();
    }
    effects
}

fn type_line(model: &mut Model, line: &str) -> Vec<Effect> {
    if model.study.is_none() {
        model.notice = Some(
            "Le terminal est dans les leçons\u{a0}: ouvrez-en une, puis Ctrl-G m ramène ici."
                .into(),
        );
        return Vec::new();
    }
    let effects = lesson::type_line(model, line.to_owned());
    if !effects.is_empty() {
        model.overlay = None;
    }
    effects
}

/// A line of the sheet was not typed: the sheet is shown again, for its reader to insist.
pub(super) fn refused(model: &mut Model, line: &str) {
    if model.sheet.sent.as_deref() == Some(line) {
        model.overlay = Some(Overlay::Sheet);
    }
}
