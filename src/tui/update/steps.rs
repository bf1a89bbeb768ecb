//! Turning the steps, showing one in every pane, and taking the simulated engine back to one.

use super::{demo, engine, pane};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};
use crate::tui::panes::{self, Act, Pane, rank_of};

/// Shows another step; past the last one, follows it again.
pub(super) fn turn(model: &mut Model, by: isize) -> Vec<Effect> {
    let last = model.timeline.steps().len().saturating_sub(1);
    let here = model.step.unwrap_or(last);
    look_at(model, here.saturating_add_signed(by));
    if model.pane == Pane::History {
        reveal(model);
        return Vec::new();
    }
    let view = model.pane_view_mut();
    (view.cursor, view.scroll) = (0, 0);
    Vec::new()
}

/// Shows this step in every pane.
pub(super) fn look_at(model: &mut Model, step: usize) {
    let last = model.timeline.steps().len().saturating_sub(1);
    model.step = (step < last).then_some(step);
    engine::refresh_diff(model);
}

/// Shows the step under the cursor in every pane.
pub(super) fn show(model: &mut Model) -> Vec<Effect> {
    if let Some(step) = under_cursor(model) {
        look_at(model, step);
        let rank = step + 1;
        model.notice = Some(Notice {
            words: match model.step {
                Some(_) => format!(
                    "Tous les panneaux montrent l’état d’après la commande {rank}\u{a0}; → avance vers le présent."
                ),
                None => "Tous les panneaux montrent le présent.".to_owned(),
            },
            good: true,
        });
    }
    Vec::new()
}

/// Takes the simulated engine to the state after the step under the cursor.
pub(super) fn travel(model: &mut Model) -> Vec<Effect> {
    let Some(step) = under_cursor(model) else {
        return Vec::new();
    };
    let steps = model.timeline.steps();
    if model.timeline.is_running() {
        let words = "Une commande est en cours dans le terminal\u{a0}: terminez-la d’abord.";
        model.notice = Some(words.into());
        return Vec::new();
    }
    // The state after a step is the moment before the next one.
    let Some(next) = steps.get(step + 1) else {
        model.notice = Some("Le moteur est déjà dans cet état.".into());
        return Vec::new();
    };
    let Some(moment) = next.moment else {
        model.notice = Some(forgotten(step).into());
        return Vec::new();
    };
    vec![Effect::Travel { step, moment }]
}

/// Says where the engine went.
pub(super) fn travelled(model: &mut Model, step: usize, arrived: bool) -> Vec<Effect> {
    if model.demo.is_some() {
        return demo::travelled(model, arrived);
    }
    let words = if arrived {
        format!(
            "Retour à l’état d’après la commande {}. Vos fichiers n’ont pas bougé.",
            step + 1
        )
    } else {
        forgotten(step)
    };
    model.notice = Some(Notice {
        words,
        good: arrived,
    });
    model.dirty = true;
    Vec::new()
}

fn forgotten(step: usize) -> String {
    format!(
        "L’état d’après la commande {} n’a pas été gardé\u{a0}: impossible d’y revenir.",
        step + 1
    )
}

/// The rank of the step under the cursor of the history; the last one while its end is followed.
fn under_cursor(model: &Model) -> Option<usize> {
    let view = model.pane_view(Pane::History);
    let last = model.timeline.steps().len().checked_sub(1)?;
    if view.following && Pane::History.spec().tail {
        return Some(last);
    }
    pane::here(model, |row| match row.act.as_ref()? {
        Act::Step(step) => Some(*step),
        Act::Toggle(name) => rank_of(name),
        Act::Ask(_) | Act::Peek(_) | Act::Choose(_) => None,
    })
}

/// Puts the cursor of the history on the step shown.
fn reveal(model: &mut Model) {
    let last = model.timeline.steps().len().saturating_sub(1);
    let shown = model.step.unwrap_or(last);
    let (count, height) = pane::size(model);
    let width = usize::from(
        crate::tui::layout::areas(model)
            .pane
            .body
            .width
            .saturating_sub(1),
    );
    let rows = panes::rows(model, Pane::History, width);
    let is_head = |row: &panes::Row| matches!(&row.act, Some(Act::Toggle(name)) if rank_of(name) == Some(shown));
    let Some(at) = rows.iter().position(is_head) else {
        return;
    };
    let view = model.pane_view_mut();
    if view.following {
        view.scroll = count.saturating_sub(height);
    }
    view.cursor = at;
    view.following = false;
    if at < view.scroll {
        view.scroll = at;
    }
    // Its second line must be in sight too.
    let bottom = (at + 2).min(count);
    if bottom > view.scroll + height {
        view.scroll = bottom.saturating_sub(height.max(1));
    }
}
