//! What Enter does on each item of the page.

use std::borrow::Cow;

use super::super::book;
use super::{close, go, goals, keep_cursor_in_sight, observing, page};
use crate::lesson::{Block, Prediction, normalise};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::layout;
use crate::tui::model::{Focus, Model, ShellState};
use crate::tui::page::Page;
use crate::tui::study::Item;

/// Acts on the item under the cursor.
pub(super) fn activate(model: &mut Model) -> Vec<Effect> {
    let item = page(model)
        .zip(model.study.as_ref().and_then(|study| study.cursor))
        .and_then(|(page, cursor)| page.items.get(cursor).copied());
    let Some(item) = item else { return Vec::new() };
    model.dirty = true;
    let row = row_of_cursor(model);
    let effects = match item {
        Item::Send { block, index } => send(model, block, index),
        Item::Choice { block, index } => choose(model, block, index),
        Item::Reveal { block } => reveal(model, block),
        Item::Hint { .. } => goals::hint(model),
        Item::Solution { .. } => goals::solution(model),
        Item::Answer { block } => return observing::ask(model, Some(block)),
        Item::Prepare { block } => prepare(model, block),
        Item::Words { block } => return words(model, block),
        Item::Attest => return vec![Effect::Attest],
        Item::Reset { .. } => goals::ask_reset(model),
        Item::NextSection => return go(model, 1),
        Item::Finish => return close(model),
    };
    follow(model, item, row);
    effects
}

/// Acts on this item, wherever the cursor was.
pub(in crate::tui::update) fn act_on(model: &mut Model, item: Item) -> Vec<Effect> {
    let rank = page(model).and_then(|page| page.items.iter().position(|it| *it == item));
    match (&mut model.study, rank) {
        (Some(study), Some(_)) => study.cursor = rank,
        _ => return Vec::new(),
    }
    activate(model)
}

/// The first line of the item under the cursor.
fn row_of_cursor(model: &Model) -> Option<usize> {
    let cursor = model.study.as_ref()?.cursor?;
    Some(page(model)?.span(cursor)?.0)
}

/// Keeps the cursor on the same item, or on what took its place, once the page changed. What came
/// where the item was (the line `row`) is in sight.
fn follow(model: &mut Model, item: Item, row: Option<usize>) {
    let Some(page) = page(model) else { return };
    let Some(study) = &mut model.study else {
        return;
    };
    let same = page.items.iter().position(|it| *it == item);
    let row = row.unwrap_or(study.scroll);
    let below = |rank: &usize| page.span(*rank).is_some_and(|(first, _)| first >= row);
    let of_block =
        |rank: &usize| block_of(item).is_some() && block_of(page.items[*rank]) == block_of(item);
    let all = 0..page.items.len();
    let place = same
        .or_else(|| all.clone().find(|it| of_block(it) && below(it)))
        .or_else(|| all.clone().rfind(of_block))
        .or_else(|| all.clone().find(below));
    study.cursor = place.or(study.cursor);
    match study.cursor.and_then(|cursor| page.span(cursor)) {
        // What replaced the item may be text alone.
        Some((first, _)) if first < row => show_text(model, &page, row),
        Some((first, end)) => show(model, if same.is_some() { first } else { row }, end),
        None => show_text(model, &page, row),
    }
}

/// Brings the text from this line to the next item into sight.
fn show_text(model: &mut Model, page: &Page, row: usize) {
    let mut rows = page.rows.iter().skip(row);
    let length = rows.position(|it| it.item.is_some());
    let end = length.map_or(page.rows.len(), |length| row + length);
    show(model, row, end);
}

/// Brings these lines into sight, the first ones if there is no room for all.
fn show(model: &mut Model, first: usize, end: usize) {
    let height = layout::text_height(model);
    if let Some(study) = &mut model.study {
        study.scroll = study.scroll.max(end.saturating_sub(height)).min(first);
    }
    keep_cursor_in_sight(model);
}

const fn block_of(item: Item) -> Option<usize> {
    match item {
        Item::Send { block, .. }
        | Item::Choice { block, .. }
        | Item::Reveal { block }
        | Item::Answer { block }
        | Item::Prepare { block }
        | Item::Words { block }
        | Item::Hint { block }
        | Item::Solution { block }
        | Item::Reset { block } => Some(block),
        Item::NextSection | Item::Finish | Item::Attest => None,
    }
}

fn send(model: &mut Model, block: usize, index: usize) -> Vec<Effect> {
    let study = model.study.as_ref();
    let line = study.and_then(|study| study.command(block, index).map(Cow::into_owned));
    let Some(line) = line else { return Vec::new() };
    let effects = type_line(model, line);
    if let Some(study) = model.study.as_mut().filter(|_| !effects.is_empty()) {
        study.answer_mut(block).sent.insert(index);
    }
    effects
}

/// Puts the line to complete on the prompt, up to its first gap, and what comes after it behind the
/// cursor.
fn prepare(model: &mut Model, block: usize) -> Vec<Effect> {
    let study = model.study.as_ref();
    let line = study.and_then(|study| study.exercise_at(block)?.gaps.clone());
    let Some(line) = line else { return Vec::new() };
    if let Some(words) = unavailable(model) {
        model.notice = Some(words.into());
        return Vec::new();
    }
    model.focus = Focus::Terminal;
    vec![Effect::ShellPrepare(line)]
}

/// Opens the glossary at the words of the summary.
fn words(model: &mut Model, block: usize) -> Vec<Effect> {
    let study = model.study.as_ref();
    let recap = study.and_then(|study| study.blocks().get(block));
    let words = match recap {
        Some(Block::Recap(it)) => it.words.clone(),
        _ => Vec::new(),
    };
    book::open_at(model, &words)
}

/// Why nothing can be typed in the terminal now.
fn unavailable(model: &Model) -> Option<String> {
    match &model.shell {
        ShellState::Open { .. } => None,
        ShellState::Absent | ShellState::Opening => {
            Some("Le terminal s’ouvre\u{a0}: un instant.".to_owned())
        }
        ShellState::Ended(_) | ShellState::Failed(_) => Some(closed(model)),
    }
}

/// That the terminal has no shell, and how to have one.
pub(super) fn closed(model: &Model) -> String {
    let open = model.keymap.by_menu(Action::RestartShell);
    format!("Le terminal est fermé\u{a0}: {open} en ouvre un autre.")
}

/// Types a line in the terminal and runs it; says why when that cannot be.
pub(in crate::tui::update) fn type_line(model: &mut Model, line: String) -> Vec<Effect> {
    if let Some(words) = unavailable(model) {
        model.notice = Some(words.into());
        return Vec::new();
    }
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let force = study.insisted.take().is_some_and(|it| it == line);
    if layout::areas(model).tabs {
        // The learner wants to see what it does.
        model.focus = Focus::Terminal;
    }
    vec![Effect::ShellType { line, force }]
}

/// The shell does not wait for a line: says so, and types it if the learner asks again.
pub(in crate::tui::update) fn refused(model: &mut Model, line: String) -> Vec<Effect> {
    model.notice = Some(
        "Un programme tient le terminal\u{a0}: attendez sa fin (ou Ctrl-C). Entrée encore\u{a0}: \
         lui envoyer la ligne."
            .into(),
    );
    model.queue.clear();
    model.dirty = true;
    book::refused(model, &line);
    if let Some(study) = &mut model.study {
        unsend(study, &line);
        study.insisted = Some(line);
    }
    model.focus = if model.focus == Focus::Terminal && layout::areas(model).tabs {
        Focus::Lesson
    } else {
        model.focus
    };
    Vec::new()
}

/// A line that was not typed was not sent.
fn unsend(study: &mut crate::tui::study::Study, line: &str) {
    for block in 0..study.blocks().len() {
        let sent: Vec<usize> = study.answer(block).sent.into_iter().collect();
        for index in sent {
            if study.command(block, index).as_deref() == Some(line) {
                study.answer_mut(block).sent.remove(&index);
            }
        }
    }
}

fn choose(model: &mut Model, block: usize, index: usize) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let right = study
        .choices(block)
        .get(index)
        .is_some_and(|choice| choice.right);
    let quiz = matches!(study.blocks().get(block), Some(Block::Quiz(_)));
    let answer = study.answer_mut(block);
    answer.chosen = Some(index);
    answer.first.get_or_insert(index);
    if quiz {
        answer.tried.insert(index);
        if right {
            return goals::done(model, block);
        }
    }
    Vec::new()
}

fn reveal(model: &mut Model, block: usize) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    if matches!(study.blocks().get(block), Some(Block::Observation(_))) {
        return observing::reveal(model, block);
    }
    study.answer_mut(block).revealed = true;
    goals::done(model, block)
}

/// A command ended: the predictions about it say why. One that ended otherwise than the lesson says
/// (the file that it reads was not written, the program was stopped) has shown nothing yet.
pub(in crate::tui::update) fn command_ended(model: &mut Model) -> Vec<Effect> {
    let command = model
        .timeline
        .last()
        .and_then(|step| step.command.as_ref())
        .map(|it| (it.line.clone(), it.status));
    let (Some(study), Some((line, status))) = (&model.study, command) else {
        return Vec::new();
    };
    let ran = normalise(&line);
    let shows = |it: &Prediction| {
        normalise(&it.command) == ran && status.is_none_or(|code| code == it.expected.status)
    };
    let revealed: Vec<usize> = study
        .blocks()
        .iter()
        .enumerate()
        .filter(|(block, it)| {
            let answer = study.answer(*block);
            let about = matches!(it, Block::Prediction(it) if shows(it));
            about && answer.chosen.is_some() && !answer.revealed
        })
        .map(|(block, _)| block)
        .collect();
    let cursor = page(model)
        .zip(model.study.as_ref().and_then(|study| study.cursor))
        .and_then(|(page, cursor)| page.items.get(cursor).copied().zip(page.span(cursor)));
    let mut effects = Vec::new();
    for block in revealed {
        effects.extend(reveal(model, block));
        // The learner who has just sent it reads the answer next.
        if let Some((item, (_, end))) = cursor
            && block_of(item) == Some(block)
            && let Some(page) = page(model)
        {
            show_text(model, &page, end);
        }
    }
    effects
}
