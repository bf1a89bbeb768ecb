//! Words looked for in the lesson's text or in the terminal: typed, then gone through.

use crossterm::event::{KeyCode, KeyEvent};

use super::{keys, lesson, pane};
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::search::{Search, Typed, type_words};

/// Looks for words in the panel that has the keys.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.focus == Focus::Pane {
        return pane::search(model);
    }
    let study = model.study.as_ref();
    model.overlay = Some(Overlay::Search(Search {
        panel: model.focus,
        query: String::new(),
        typing: true,
        at: 0,
        count: 0,
        before: study.map_or((0, None), |it| (it.scroll, it.cursor)),
        scrolled: model.overlay == Some(Overlay::ScrollBack),
    }));
    Vec::new()
}

/// A key of the search.
pub(super) fn key(model: &mut Model, mut search: Search, event: KeyEvent) -> Vec<Effect> {
    if search.typing {
        return match type_words(&mut search.query, event) {
            Typed::Changed => find(model, search, None),
            Typed::GivenUp => end(model, &search, true),
            Typed::Other => match event.code {
                KeyCode::Enter | KeyCode::Up | KeyCode::Down if search.count > 0 => {
                    search.typing = false;
                    model.overlay = Some(Overlay::Search(search));
                    Vec::new()
                }
                KeyCode::Enter if search.query.trim().is_empty() => end(model, &search, true),
                _ => Vec::new(),
            },
        };
    }
    let (at, count) = (search.at, search.count.max(1));
    match event.code {
        KeyCode::Char('n' | 'j') | KeyCode::Down => find(model, search, Some((at + 1) % count)),
        KeyCode::Char('N' | 'k') | KeyCode::Up => {
            find(model, search, Some((at + count - 1) % count))
        }
        KeyCode::Char('/') => {
            search.typing = true;
            model.overlay = Some(Overlay::Search(search));
            Vec::new()
        }
        KeyCode::Enter => end(model, &search, false),
        _ if type_words(&mut search.query.clone(), event) == Typed::GivenUp => {
            end(model, &search, true)
        }
        // Any other key is what it is without a search, from there.
        _ => {
            let mut effects = end(model, &search, false);
            effects.extend(keys::press(model, event));
            effects
        }
    }
}

/// Text was pasted among the words.
pub(super) fn paste(model: &mut Model, mut search: Search, words: &str) -> Vec<Effect> {
    search.query.push_str(words);
    find(model, search, None)
}

/// Looks for the words and shows the match of this rank, else the nearest to where one was.
fn find(model: &mut Model, mut search: Search, rank: Option<usize>) -> Vec<Effect> {
    model.dirty = true;
    if search.panel == Focus::Terminal {
        let words = search.query.clone();
        model.overlay = Some(Overlay::Search(search));
        return vec![Effect::ShellFind { words, rank }];
    }
    let Some(page) = lesson::page(model) else {
        return Vec::new();
    };
    let found = page.laid().find(&search.query);
    let line = |rank: usize| {
        let first = found.get(rank).and_then(|it| it.first());
        first.and_then(|it| usize::try_from(it.line).ok())
    };
    let (scroll, item) = search.before;
    let nearest = || (0..found.len()).find(|rank| line(*rank).is_some_and(|it| it >= scroll));
    search.count = found.len();
    search.at = rank.or_else(nearest).unwrap_or(0);
    let height = layout::text_height(model);
    if let Some(study) = &mut model.study {
        match line(search.at) {
            Some(line) if (study.scroll..study.scroll + height).contains(&line) => {}
            Some(line) => study.scroll = line.saturating_sub(height / 2),
            None => (study.scroll, study.cursor) = (scroll, item),
        }
    }
    lesson::keep_cursor_in_sight(model);
    model.overlay = Some(Overlay::Search(search));
    Vec::new()
}

/// The terminal says what was found in it.
pub(super) fn found(model: &mut Model, at: usize, count: usize) -> Vec<Effect> {
    if let Some(Overlay::Search(search)) = &mut model.overlay
        && search.panel == Focus::Terminal
    {
        (search.at, search.count) = (at, count);
        model.dirty = true;
    }
    Vec::new()
}

/// Ends the search; `back` goes where one was.
fn end(model: &mut Model, search: &Search, back: bool) -> Vec<Effect> {
    model.overlay = None;
    if search.panel == Focus::Terminal {
        if search.scrolled || !back {
            model.overlay = Some(Overlay::ScrollBack);
        }
        return vec![Effect::ShellFindEnd { back }];
    }
    if back {
        if let Some(study) = &mut model.study {
            (study.scroll, study.cursor) = search.before;
        }
        lesson::keep_cursor_in_sight(model);
    }
    Vec::new()
}

#[cfg(test)]
mod tests;
