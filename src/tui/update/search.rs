//! Words looked for in the lesson's text or in the terminal: typed, then gone through.

use crossterm::event::{KeyCode, KeyEvent};

use super::{keys, lesson, pane};
use crate::text::find::Stretch;
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::model::{Focus, Model, Overlay};
use crate::tui::search::{Search, Spot, Typed, type_words};

/// Looks for words in the panel that has the keys.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    if model.focus == Focus::Pane {
        return pane::search(model);
    }
    let here = model.study.as_ref().map(|it| Spot {
        section: it.section,
        scroll: it.scroll,
        cursor: it.cursor,
    });
    model.overlay = Some(Overlay::Search(Search {
        panel: model.focus,
        query: String::new(),
        typing: true,
        at: 0,
        count: 0,
        others: 0,
        before: here.unwrap_or_default(),
        scrolled: model.overlay == Some(Overlay::ScrollBack),
    }));
    Vec::new()
}

/// A key of the search.
pub(super) fn key(model: &mut Model, mut search: Search, event: KeyEvent) -> Vec<Effect> {
    if search.typing {
        return match type_words(&mut search.query, event) {
            Typed::Changed => find(model, search, Wanted::Nearest),
            Typed::GivenUp => end(model, &search, true),
            Typed::Other => match event.code {
                KeyCode::Enter | KeyCode::Up | KeyCode::Down if search.count > 0 => {
                    search.typing = false;
                    model.overlay = Some(Overlay::Search(search));
                    Vec::new()
                }
                KeyCode::Enter | KeyCode::Down if search.is_elsewhere() => {
                    search.typing = false;
                    find(model, search, Wanted::Next)
                }
                KeyCode::Enter if search.query.trim().is_empty() => end(model, &search, true),
                _ => Vec::new(),
            },
        };
    }
    match event.code {
        KeyCode::Char('n' | 'j') | KeyCode::Down => find(model, search, Wanted::Next),
        KeyCode::Char('N' | 'k') | KeyCode::Up => find(model, search, Wanted::Previous),
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
    find(model, search, Wanted::Nearest)
}

/// Which match is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// From where one was on, in the same section.
    Nearest,
    /// The next one, in this section or another.
    Next,
    /// The one before.
    Previous,
}

/// Looks for the words, and shows a match.
fn find(model: &mut Model, mut search: Search, wanted: Wanted) -> Vec<Effect> {
    model.dirty = true;
    if search.panel == Focus::Terminal {
        let (at, count) = (search.at, search.count.max(1));
        let rank = match wanted {
            Wanted::Nearest => None,
            Wanted::Next => Some((at + 1) % count),
            Wanted::Previous => Some((at + count - 1) % count),
        };
        let words = search.query.clone();
        model.overlay = Some(Overlay::Search(search));
        return vec![Effect::ShellFind { words, rank }];
    }
    let mut effects = Vec::new();
    let mut found = places(model, &search.query);
    if let Some(section) = turned(model, &search, &found, wanted) {
        effects = lesson::enter(model, section);
        // What it asks begins: it may say more.
        found = places(model, &search.query);
        search.at = match wanted {
            Wanted::Previous => found
                .get(section)
                .map_or(0, |it| it.len().saturating_sub(1)),
            _ => 0,
        };
    } else {
        search.at = chosen(model, &search, &found, wanted);
    }
    show(model, &mut search, &found);
    model.overlay = Some(Overlay::Search(search));
    effects
}

/// The lines of the matches of each section of the lesson.
fn places(model: &Model, words: &str) -> Vec<Vec<usize>> {
    let line = |it: Vec<Stretch>| usize::try_from(it.first()?.line).ok();
    let pages = lesson::pages(model).into_iter();
    pages
        .map(|page| {
            page.laid()
                .find(words)
                .into_iter()
                .filter_map(line)
                .collect()
        })
        .collect()
}

/// The other section that has the match that is wanted.
fn turned(model: &Model, search: &Search, found: &[Vec<usize>], wanted: Wanted) -> Option<usize> {
    let here = model.study.as_ref()?.section;
    let all = found.len();
    let some = |section: &usize| found.get(*section).is_some_and(|it| !it.is_empty());
    let further = |by: usize| (here + by) % all.max(1);
    let section = match wanted {
        Wanted::Next if search.at + 1 >= search.count => (1..=all).map(further).find(some),
        Wanted::Previous if search.at == 0 => (0..all).rev().map(further).find(some),
        _ => None,
    };
    section.filter(|it| *it != here)
}

/// The rank of the match that is wanted in the section shown.
fn chosen(model: &Model, search: &Search, found: &[Vec<usize>], wanted: Wanted) -> usize {
    let Some(study) = &model.study else { return 0 };
    let lines = found.get(study.section).map_or(&[][..], Vec::as_slice);
    let count = lines.len().max(1);
    match wanted {
        Wanted::Next => (search.at + 1) % count,
        Wanted::Previous => (search.at + count - 1) % count,
        Wanted::Nearest => {
            let from = if study.section == search.before.section {
                search.before.scroll
            } else {
                study.scroll
            };
            let nearest = lines.iter().position(|line| *line >= from);
            nearest.unwrap_or(0)
        }
    }
}

/// Shows the match that is chosen; where one was, if the section has none.
fn show(model: &mut Model, search: &mut Search, found: &[Vec<usize>]) {
    let height = layout::text_height(model);
    let Some(study) = &mut model.study else {
        return;
    };
    let lines = found.get(study.section).map_or(&[][..], Vec::as_slice);
    search.count = lines.len();
    search.others = found.iter().map(Vec::len).sum::<usize>() - lines.len();
    match lines.get(search.at) {
        Some(line) => {
            let in_sight = (study.scroll..study.scroll + height).contains(line);
            study.scroll = if in_sight {
                study.scroll
            } else {
                line.saturating_sub(height / 2)
            };
        }
        None if study.section == search.before.section => {
            (study.scroll, study.cursor) = (search.before.scroll, search.before.cursor);
        }
        None => {}
    }
    lesson::keep_cursor_in_sight(model);
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
    if !back {
        return Vec::new();
    }
    let Spot {
        section,
        scroll,
        cursor,
    } = search.before;
    let left = model.study.as_ref().is_some_and(|it| it.section != section);
    let effects = if left {
        lesson::enter(model, section)
    } else {
        Vec::new()
    };
    if let Some(study) = &mut model.study {
        (study.scroll, study.cursor) = (scroll, cursor);
    }
    lesson::keep_cursor_in_sight(model);
    effects
}

#[cfg(test)]
mod tests;
