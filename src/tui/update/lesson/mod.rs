//! Reading a lesson: opening it, moving in it, acting on what the cursor is on.

mod goals;
mod items;
mod observing;

pub(super) use goals::{ask_reset, check, containers_to_reread, removals_of, reset, settled};
pub(super) use items::{act_on, command_ended, refused, type_line};
pub(super) use observing::{answer, ask, key as answer_key, reveal as reveal_observation};

use unicode_width::UnicodeWidthStr;

use super::{book, report, tour};
use crate::domain::Kind;
use crate::engine::Origin;
use crate::lesson::progress::Place;
use crate::text::glossary::Glossary;
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::model::{Focus, Link, Model, Notice};
use crate::tui::outline;
use crate::tui::page::{self, Page};
use crate::tui::study::{Item, Study};

/// Lines of the previous page that stay in sight.
const OVERLAP: usize = 2;

/// Opens the lesson under the cursor where it was left, or its part that a short path names.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let Some(row) = outline::rows(model).into_iter().nth(model.cursor) else {
        return Vec::new();
    };
    let seen = model.timeline.steps().len();
    let mut study = Study::open(row.lesson, &model.progress, seen);
    study.section = row.part.unwrap_or(study.section);
    model.study = Some(study);
    model.focus = Focus::Lesson;
    model.zoom = false;
    let mut effects = entered(model);
    if begins_anew(model) {
        let words =
            "Le moteur simulé est neuf\u{a0}: ce que faisaient les parties d’avant n’y est plus.";
        model.notice = Some(words.into());
    }
    tour::offer(model);
    effects.extend(report::look(model));
    effects
}

/// Whether the lesson was left in its middle, in another session: what it made on the simulated engine
/// went with it.
fn begins_anew(model: &Model) -> bool {
    let state = model.timeline.state();
    let empty = [Kind::Container, Kind::Image]
        .iter()
        .all(|kind| state.of_kind(*kind).next().is_none());
    let simulated = model.engine.as_ref().map(|it| &it.origin) == Some(&Origin::Simulator);
    let middle = model.study.as_ref().is_some_and(|it| it.section > 1);
    middle && simulated && empty && model.link == Link::Live
}

/// Goes back to the home screen.
pub(super) fn close(model: &mut Model) -> Vec<Effect> {
    model.study = None;
    model.looked = None;
    model.overlay = None;
    model.queue.clear();
    Vec::new()
}

/// Goes to another section.
pub(super) fn go(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let last = study.lesson.sections.len().saturating_sub(1);
    let there = study.section.saturating_add_signed(by).min(last);
    if there == study.section {
        return Vec::new();
    }
    if there > study.section {
        model
            .progress
            .read_section(&study.lesson.id, study.section_title());
    }
    study.section = there;
    model.focus = Focus::Lesson;
    entered(model)
}

/// Shows a section, without having read those that it passes over.
pub(super) fn enter(model: &mut Model, section: usize) -> Vec<Effect> {
    if let Some(study) = &mut model.study {
        study.section = section;
    }
    entered(model)
}

/// A section is in sight: from its top, and its exercise begins.
fn entered(model: &mut Model) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    study.scroll = 0;
    study.cursor = None;
    study.insisted = None;
    let place = Place {
        section: study.section,
        block: 0,
    };
    model.progress.go_to(&study.lesson.id, place);
    let mut effects = vec![Effect::SaveProgress];
    effects.extend(check(model));
    keep_cursor_in_sight(model);
    effects
}

/// The lessons were edited: the one being read is shown as it is now, where it was.
pub(super) fn edited(model: &mut Model) -> Vec<Effect> {
    let rows = outline::rows(model).len();
    model.cursor = model.cursor.min(rows.saturating_sub(1));
    let Some(before) = model.study.take() else {
        return Vec::new();
    };
    let same = model.lessons().iter().find(|it| it.id == before.lesson.id);
    let Some(lesson) = same.cloned() else {
        return close(model);
    };
    let mut study = Study::open(lesson, &model.progress, before.since);
    let last = study.lesson.sections.len().saturating_sub(1);
    study.section = before.section.min(last);
    model.study = Some(study);
    model.notice = Some(Notice {
        words: "La leçon a changé\u{a0}: la voici.".to_owned(),
        good: true,
    });
    let effects = entered(model);
    if let Some(study) = &mut model.study {
        study.scroll = before.scroll;
        study.cursor = before.cursor;
    }
    keep_cursor_in_sight(model);
    effects
}

/// One more hint of the exercise at hand, which comes into sight.
pub(super) fn hint(model: &mut Model) -> Vec<Effect> {
    by_key(model, |block| Item::Hint { block }, goals::hint)
}

/// The solution of the exercise at hand, which comes into sight.
pub(super) fn solution(model: &mut Model) -> Vec<Effect> {
    by_key(model, |block| Item::Solution { block }, goals::solution)
}

/// Does what an item of the exercise at hand does, wherever the cursor is; without that item on the
/// page, what says why.
fn by_key(
    model: &mut Model,
    item: fn(usize) -> Item,
    without: fn(&mut Model) -> Vec<Effect>,
) -> Vec<Effect> {
    let exercise = model.study.as_ref().and_then(Study::exercise);
    let item = exercise.map(|(block, _)| item(block));
    let on_page = |it: &Item| page(model).is_some_and(|page| page.items.contains(it));
    match item.filter(on_page) {
        Some(item) => act_on(model, item),
        None => without(model),
    }
}

/// Does what moves the text, and keeps what the learner looks at where it is on the screen.
pub(super) fn in_place(
    model: &mut Model,
    act: impl FnOnce(&mut Model) -> Vec<Effect>,
) -> Vec<Effect> {
    let before = Looked::at(model);
    let effects = act(model);
    if let Some(before) = before {
        before.keep(model);
    }
    effects
}

/// What the learner looks at.
struct Looked {
    /// The item under the cursor.
    cursor: Option<Item>,
    /// The items from the first line shown on, and how far below it each is: first the one under the
    /// cursor, when it is in sight.
    items: Vec<(Item, usize)>,
    /// Lines of the text in sight.
    height: usize,
    /// Whether the text is shown from its first line.
    top: bool,
}

impl Looked {
    /// `None` where no text is in sight.
    fn at(model: &Model) -> Option<Self> {
        if layout::too_small(model.size) {
            return None;
        }
        let (page, study) = (page(model)?, model.study.as_ref()?);
        let height = layout::text_height(model);
        let below = |rank: usize| {
            let (first, _) = page.span(rank)?;
            Some((*page.items.get(rank)?, first.checked_sub(study.scroll)?))
        };
        let under = study.cursor.and_then(below);
        let under = under.filter(|(_, down)| *down < height);
        let items = under
            .into_iter()
            .chain((0..page.items.len()).filter_map(below))
            .collect();
        let cursor = study.cursor.and_then(|rank| page.items.get(rank).copied());
        Some(Self {
            cursor,
            items,
            height,
            top: study.scroll == 0,
        })
    }

    /// Brings it back where it was, as far as it is still there.
    fn keep(&self, model: &mut Model) {
        if layout::too_small(model.size) {
            return;
        }
        let Some(page) = page(model) else { return };
        let height = layout::text_height(model);
        let Some(study) = &mut model.study else {
            return;
        };
        let rank = |item: &Item| page.items.iter().position(|it| it == item);
        let held = self
            .items
            .iter()
            .find_map(|(item, down)| Some((page.span(rank(item)?)?, *down)));
        if let Some(((first, end), down)) = held {
            study.scroll = first.saturating_sub(down);
            if self.top && end <= height {
                // The beginning stays the beginning, as long as it is in sight there too.
                study.scroll = 0;
            } else if down < self.height {
                // It was in sight: a panel that has shrunk still shows it.
                study.scroll = study.scroll.max(end.saturating_sub(height)).min(first);
            }
        }
        study.cursor = self.cursor.as_ref().and_then(rank);
        keep_cursor_in_sight(model);
    }
}

/// The section, laid out at its size on the screen.
pub(super) fn page(model: &Model) -> Option<Page> {
    let study = model.study.as_ref()?;
    Some(page::render(
        study,
        &model.timeline,
        layout::text_width(model),
        &model.theme,
    ))
}

/// Every section of the lesson, laid out as the one shown is.
pub(super) fn pages(model: &Model) -> Vec<Page> {
    let Some(mut study) = model.study.clone() else {
        return Vec::new();
    };
    let width = layout::text_width(model);
    let sections = 0..study.lesson.sections.len();
    sections
        .map(|section| {
            study.section = section;
            page::render(&study, &model.timeline, width, &model.theme)
        })
        .collect()
}

/// Moves in the text: like a text browser, to the next item when it is in sight, else by a line.
pub(super) fn movement(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(page) = page(model) else {
        return Vec::new();
    };
    let height = layout::text_height(model);
    let last = page.last_scroll(height);
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    study.scroll = study.scroll.min(last);
    match action {
        Action::Enter => return items::activate(model),
        Action::Down => down(study, &page, height),
        Action::Up => up(study, &page, height),
        Action::PageDown if study.scroll >= last => return go(model, 1),
        Action::PageDown => {
            let page = height.saturating_sub(OVERLAP).max(1);
            study.scroll = (study.scroll + page).min(last);
        }
        Action::PageUp if study.scroll == 0 => {
            let effects = go(model, -1);
            if !effects.is_empty() {
                movement(model, Action::Bottom);
            }
            return effects;
        }
        Action::PageUp => {
            let page = height.saturating_sub(OVERLAP).max(1);
            study.scroll = study.scroll.saturating_sub(page);
        }
        Action::Top => study.scroll = 0,
        Action::Bottom => study.scroll = last,
        _ => {}
    }
    keep_cursor_in_sight(model);
    Vec::new()
}

/// Points at a choice of the question under the cursor, or of the first one in sight, by its rank
/// from 1: Enter chooses it.
pub(super) fn point(model: &mut Model, rank: usize) {
    let Some(page) = page(model) else { return };
    let height = layout::text_height(model);
    let Some(study) = &model.study else {
        return;
    };
    let (top, bottom) = (study.scroll, study.scroll + height);
    let in_sight = |item: &usize| {
        page.span(*item)
            .is_some_and(|(first, end)| first < bottom && end > top)
    };
    let question = |item: &usize| match page.items.get(*item) {
        Some(Item::Choice { block, .. }) => Some(*block),
        _ => None,
    };
    let all = || 0..page.items.len();
    let under = study.cursor.as_ref().and_then(question);
    let Some(block) = under.or_else(|| all().filter(in_sight).find_map(|it| question(&it))) else {
        return;
    };
    let index = rank.saturating_sub(1);
    show_item(model, Item::Choice { block, index });
}

/// Puts the cursor on an item of the page, in sight.
fn show_item(model: &mut Model, item: Item) {
    let Some(page) = page(model) else { return };
    let height = layout::text_height(model);
    let Some(rank) = page.items.iter().position(|it| *it == item) else {
        return;
    };
    let Some(study) = &mut model.study else {
        return;
    };
    study.cursor = Some(rank);
    if let Some((first, end)) = page.span(rank) {
        study.scroll = study.scroll.max(end.saturating_sub(height)).min(first);
    }
    model.dirty = true;
}

fn down(study: &mut Study, page: &Page, height: usize) {
    // Without one in sight, the next is the first that is not above.
    let below = |item: &usize| page.span(*item).is_some_and(|(_, end)| end > study.scroll);
    let first = || (0..page.items.len()).find(below);
    let next = study
        .cursor
        .map_or_else(|| first().unwrap_or(usize::MAX), |cursor| cursor + 1);
    match page.span(next) {
        Some((first, end)) if first < study.scroll + height => {
            study.cursor = Some(next);
            study.scroll = study.scroll.max(end.saturating_sub(height));
        }
        _ => study.scroll = (study.scroll + 1).min(page.last_scroll(height)),
    }
}

fn up(study: &mut Study, page: &Page, height: usize) {
    let previous = study.cursor.and_then(|cursor| cursor.checked_sub(1));
    match previous.and_then(|previous| Some((previous, page.span(previous)?))) {
        Some((previous, (first, end))) if end > study.scroll && first < study.scroll + height => {
            study.cursor = Some(previous);
            study.scroll = study.scroll.min(first);
        }
        _ => study.scroll = study.scroll.saturating_sub(1),
    }
}

/// The cursor stays on an item that is in sight, when there is one.
pub(super) fn keep_cursor_in_sight(model: &mut Model) {
    let Some(page) = page(model) else { return };
    let height = layout::text_height(model);
    let Some(study) = &mut model.study else {
        return;
    };
    study.scroll = study.scroll.min(page.last_scroll(height));
    let (top, bottom) = (study.scroll, study.scroll + height);
    let visible = |item: usize| {
        page.span(item)
            .is_some_and(|(first, end)| first < bottom && end > top)
    };
    if study.cursor.is_some_and(visible) {
        return;
    }
    let mut candidates = (0..page.items.len()).filter(|item| visible(*item));
    study.cursor = match study.cursor {
        // It went off the bottom: the last one in sight is the nearest.
        Some(cursor) if page.span(cursor).is_some_and(|(first, _)| first >= bottom) => {
            candidates.next_back()
        }
        _ => candidates.next(),
    };
}

/// Scrolls by lines (the wheel).
pub(super) fn scroll(model: &mut Model, lines: isize) -> Vec<Effect> {
    if let Some(study) = &mut model.study {
        study.scroll = study.scroll.saturating_add_signed(lines);
        model.dirty = true;
    }
    keep_cursor_in_sight(model);
    Vec::new()
}

/// A right click on a word of the text: the glossary says what it means.
pub(super) fn define(model: &mut Model, row: usize, column: usize) -> Vec<Effect> {
    let (Some(page), Some(study)) = (page(model), &model.study) else {
        return Vec::new();
    };
    let Some(line) = page.rows.get(study.scroll + row) else {
        return Vec::new();
    };
    let words = words_at(&line.line.to_string(), column);
    let known = |phrase: &&String| {
        Glossary::embedded().is_ok_and(|glossary| glossary.resolve(phrase).is_some())
    };
    if let Some(phrase) = words.iter().find(known) {
        return book::open_at(model, std::slice::from_ref(phrase));
    }
    if let Some(word) = words.last() {
        let words = format!("«\u{a0}{word}\u{a0}» n’est pas dans le glossaire.");
        model.notice = Some(words.into());
        model.dirty = true;
    }
    Vec::new()
}

/// The phrases of at most three words that hold this column of a line, longest first; the word alone
/// comes last.
fn words_at(line: &str, column: usize) -> Vec<String> {
    const LONGEST: usize = 3;
    let mut at = 0;
    let mut words = Vec::new();
    let mut here = None;
    for piece in line.split_inclusive(char::is_whitespace) {
        let end = at + piece.width();
        let word = piece.trim_matches(|it: char| !it.is_alphanumeric());
        if !word.is_empty() {
            if (at..end).contains(&column) {
                here = Some(words.len());
            }
            words.push(word);
        }
        at = end;
    }
    let Some(here) = here else { return Vec::new() };
    (1..=LONGEST)
        .rev()
        .flat_map(|length| {
            let first = (here + 1).saturating_sub(length);
            (first..=here).map(move |from| from..from + length)
        })
        .filter_map(|range| Some(words.get(range)?.join(" ")))
        .collect()
}

/// A click on a line of the panel: on an item, chooses it and acts on it.
pub(super) fn click(model: &mut Model, row: usize) -> Vec<Effect> {
    let Some(page) = page(model) else {
        return Vec::new();
    };
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let Some(item) = page.rows.get(study.scroll + row).and_then(|row| row.item) else {
        return Vec::new();
    };
    let again = study.cursor == Some(item);
    study.cursor = Some(item);
    model.dirty = true;
    // The first click shows what the second one does.
    if again {
        items::activate(model)
    } else {
        Vec::new()
    }
}
