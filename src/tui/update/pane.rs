//! Moving in a pane, choosing another, and what Enter does there.

use std::collections::{BTreeSet, VecDeque};

use crossterm::event::{KeyCode, KeyEvent};

use super::{action, steps};
use crate::inside::{Fact, Known, Need};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::model::{Focus, Link, Model};
use crate::tui::panes::{self, Act, Pane};
use crate::tui::search::{Typed, type_words};

/// Rows that are looked at together, from the cursor up.
const NEAR: usize = 64;

/// Readings that are kept, of what is read once.
const READINGS: usize = 64;
/// Among them, those of all the files of an image, which may be tens of thousands.
const FILES: usize = 2;

/// Shows a pane and gives it the keys.
pub(super) fn show(model: &mut Model, pane: Pane) -> Vec<Effect> {
    model.pane = pane;
    model.asked.clear();
    model.revision += 1;
    action::focus(model, Focus::Pane)
}

/// The lines of the pane shown, and how many fit.
pub(super) fn size(model: &Model) -> (usize, usize) {
    let body = layout::areas(model).pane.body;
    let width = usize::from(body.width.saturating_sub(1));
    let rows = panes::count(model, model.pane, width);
    (rows, usize::from(body.height))
}

/// Moves the cursor.
pub(super) fn movement(model: &mut Model, action: Action) -> Vec<Effect> {
    let (rows, height) = size(model);
    let (last, height) = (rows.saturating_sub(1), height.max(1));
    let page = height.saturating_sub(1).max(1);
    let tail = model.pane.spec().tail;
    let view = model.pane_view_mut();
    if tail && view.following {
        view.cursor = last;
        view.scroll = rows.saturating_sub(height);
    }
    view.cursor = match action {
        Action::Up => view.cursor.saturating_sub(1),
        Action::Down => view.cursor + 1,
        Action::PageUp => view.cursor.saturating_sub(page),
        Action::PageDown => view.cursor + page,
        Action::Top => 0,
        Action::Bottom => last,
        _ => view.cursor,
    }
    .min(last);
    view.following = view.cursor == last;
    if view.cursor < view.scroll {
        view.scroll = view.cursor;
    }
    if view.cursor >= view.scroll + height {
        view.scroll = view.cursor + 1 - height;
    }
    look(model);
    Vec::new()
}

/// Scrolls the pane without moving its cursor out of sight.
pub(super) fn scroll(model: &mut Model, lines: isize) {
    let (rows, height) = size(model);
    let last = rows.saturating_sub(height.max(1));
    let tail = model.pane.spec().tail;
    let view = model.pane_view_mut();
    if tail && view.following {
        view.scroll = last;
    }
    view.scroll = view.scroll.saturating_add_signed(lines).min(last);
    view.following = view.scroll == last;
    view.cursor = view
        .cursor
        .clamp(view.scroll, view.scroll + height.saturating_sub(1));
    model.dirty = true;
}

/// A click on a line of the pane puts the cursor there; on the line of the cursor, it is Enter.
pub(super) fn click(model: &mut Model, line: usize) -> Vec<Effect> {
    let (rows, height) = size(model);
    let first = panes::first_line(model, model.pane, rows, height);
    let there = first + line;
    if there >= rows {
        return Vec::new();
    }
    let view = model.pane_view_mut();
    let again = view.cursor == there;
    view.cursor = there;
    view.scroll = first;
    view.following = false;
    model.dirty = true;
    look(model);
    if again { enter(model) } else { Vec::new() }
}

/// The object under the cursor becomes the subject of the panes.
fn look(model: &mut Model) {
    let object = here(model, |row| row.object.clone());
    if let Some(object) = object
        && model.pane.spec().about.is_empty()
    {
        model.subject = Some(object);
    }
}

/// What the row under the cursor has, or the nearest one above it that has it.
pub(super) fn here<T>(model: &Model, what: impl Fn(&panes::Row) -> Option<T>) -> Option<T> {
    let width = usize::from(layout::areas(model).pane.body.width.saturating_sub(1));
    let mut end = model.pane_view(model.pane).cursor + 1;
    while end > 0 {
        let from = end.saturating_sub(NEAR);
        let rows = panes::window(model, model.pane, width, from..end).into_rows();
        if let Some(found) = rows.iter().rev().find_map(&what) {
            return Some(found);
        }
        end = from;
    }
    None
}

/// Enter.
pub(super) fn enter(model: &mut Model) -> Vec<Effect> {
    let act = here(model, |row| row.act.clone());
    model.revision += 1;
    match act {
        Some(Act::Toggle(name)) => {
            let open = &mut model.pane_view_mut().open;
            if !open.remove(&name) {
                open.insert(name);
            }
        }
        Some(Act::Step(step)) => steps::look_at(model, step),
        Some(Act::Choose(object)) => model.subject = Some(object),
        Some(Act::Ask(need)) => {
            // What is asked may itself change an object: the pane stays on the one it was about.
            if let Some(subject) = panes::subject(model, model.pane.spec().about) {
                model.subject = Some(subject);
            }
            model.known.remove(&need);
            model.asked.insert(need);
        }
        Some(Act::Peek(need)) => {
            let known = model.known.remove(&need).is_some();
            let asked = model.asked.remove(&need);
            if !known && !asked {
                model.asked.insert(need);
            }
        }
        None => {}
    }
    Vec::new()
}

/// Chooses another object.
pub(super) fn turn_subject(model: &mut Model, by: isize) -> Vec<Effect> {
    panes::turn(model, model.pane.spec().about, by);
    let view = model.pane_view_mut();
    (view.cursor, view.scroll, view.following) = (0, 0, true);
    Vec::new()
}

/// Gives the keys to the search.
pub(super) fn search(model: &mut Model) -> Vec<Effect> {
    model.pane_view_mut().begin_search();
    Vec::new()
}

/// Shows all lines again.
pub(super) fn forget_search(model: &mut Model) -> Vec<Effect> {
    model.pane_view_mut().forget_search();
    Vec::new()
}

/// A key of the search.
pub(super) fn search_key(model: &mut Model, event: KeyEvent) {
    model.dirty = true;
    let view = model.pane_view_mut();
    match type_words(&mut view.query, event) {
        Typed::Changed => (view.cursor, view.scroll) = (0, 0),
        Typed::GivenUp => view.forget_search(),
        Typed::Other => {
            if let KeyCode::Enter | KeyCode::Up | KeyCode::Down = event.code {
                view.typing = false;
            }
        }
    }
    if !view.typing && view.query.is_empty() {
        view.forget_search();
    }
}

/// A new command begins: what the panes show of the last step is over.
pub(super) fn command_began(model: &mut Model) {
    model.step = None;
    model.panes[Pane::History as usize].following = true;
    for pane in [Pane::State, Pane::Calls, Pane::Picture] {
        let view = &mut model.panes[pane as usize];
        (view.scroll, view.cursor) = (0, 0);
        view.open.clear();
    }
    // The command may change the files that were looked at.
    model
        .known
        .retain(|need, _| !matches!(need, Need::File { .. }));
}

/// Keeps the runtime following what the panes on the screen need, and nothing else.
pub(super) fn fit(model: &mut Model) -> Option<Effect> {
    let wanted = wanted(model);
    if wanted == model.followed {
        return None;
    }
    // What is read once and has not changed is kept; what follows something starts over.
    model
        .known
        .retain(|need, _| need.is_fixed() || wanted.contains(need));
    model.revision += 1;
    model.followed.clone_from(&wanted);
    Some(Effect::Follow(wanted))
}

fn wanted(model: &Model) -> BTreeSet<Need> {
    let areas = layout::areas(model);
    let visible = model.study.is_some()
        && areas.pane.visible
        && !layout::too_small(model.size)
        && model.link == Link::Live;
    if !visible {
        return BTreeSet::new();
    }
    let needs = (model.pane.spec().needs)(model);
    let answered = |need: &Need| {
        let known = model.known.get(need);
        let whole = |it: &Known| it.failure.is_none() && it.progress.is_none();
        need.is_fixed() && known.is_some_and(whole)
    };
    needs
        .into_iter()
        .chain(model.asked.iter().cloned())
        .filter(|need| !answered(need))
        .collect()
}

/// Keeps what was learnt, if it is still wanted.
pub(super) fn learnt(model: &mut Model, need: Need, fact: Fact) -> Vec<Effect> {
    if !model.followed.contains(&need) {
        return Vec::new();
    }
    if !matches!(fact, Fact::Failed(_) | Fact::Progress(_)) {
        model.asked.remove(&need);
    }
    if need.is_fixed() {
        remember(model, &need);
    }
    let known = model.known.entry(need).or_default();
    // What goes on failing is told again and again: nothing to draw.
    let told = matches!(&fact, Fact::Failed(why) if known.failure.as_ref() == Some(why));
    known.learn(fact);
    model.dirty |= !told;
    Vec::new()
}

/// Something that is read once was read: the oldest of such readings are forgotten.
fn remember(model: &mut Model, need: &Need) {
    model.read.retain(|it| it != need);
    model.read.push_back(need.clone());
    let is_files = |it: &Need| matches!(it, Need::LayerFiles(_));
    let oldest_files = |read: &VecDeque<Need>| {
        let many = read.iter().filter(|it| is_files(it)).count() > FILES;
        many.then(|| read.iter().position(is_files)).flatten()
    };
    while let Some(place) =
        oldest_files(&model.read).or_else(|| (model.read.len() > READINGS).then_some(0))
    {
        if let Some(need) = model.read.remove(place) {
            model.known.remove(&need);
        }
    }
}
