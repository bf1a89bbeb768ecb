//! What the engine and the commands do to the model.

use std::time::SystemTime;

use super::lesson;
use crate::docker::explain::{Names, concerns, explain};
use crate::domain::{Occurrence, Timeline};
use crate::engine::EngineState;
use crate::text::engine::Explanation;
use crate::text::errors;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::model::{Link, Model};

/// Applies a message about the engine.
pub(super) fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Engine(choice) => {
            model.engine = Some(choice);
            model.dirty = true;
        }
        Message::NoEngine(reason) => set_link(model, Link::None(reason)),
        Message::Info(info) => {
            model.dirty |= model.study.is_none();
            model.info = Some(info);
        }
        Message::State(state) => return link(model, state),
        Message::Occurrence(occurrence) => return occurred(model, occurrence),
        _ => {}
    }
    Vec::new()
}

/// A command began.
pub(super) fn command_began(model: &mut Model, line: &str, at: SystemTime) -> Vec<Effect> {
    let line = line.trim().to_owned();
    model.state.step = None;
    model.state.scroll = 0;
    model.state.cursor = 0;
    model.state.open.clear();
    occurred(model, Occurrence::CommandBegan { line, at })
}

/// It ended.
pub(super) fn command_ended(model: &mut Model, status: Option<i32>, at: SystemTime) -> Vec<Effect> {
    let said = std::mem::take(&mut model.said);
    model.advice = advice(model, status, &said);
    let mut effects = occurred(model, Occurrence::CommandEnded { status, at });
    effects.extend(lesson::command_ended(model));
    effects.extend(reread(model));
    effects
}

/// What the error of the docker command that ends means, when it is known.
fn advice(model: &Model, status: Option<i32>, said: &str) -> Option<Explanation> {
    let status = status.filter(|it| *it != 0)?;
    let line = &model.timeline.last()?.command.as_ref()?.line;
    if !concerns(&explain(line, &Names::default())) {
        return None;
    }
    errors::of_text(said).or_else(|| errors::of_code(status))
}

/// Files that a program writes leave no event: what the exercise looks at is read again.
pub(super) fn reread(model: &Model) -> Option<Effect> {
    let containers = lesson::containers_to_reread(model);
    (!containers.is_empty()).then_some(Effect::Reread(containers))
}

/// Computes again what the step shown changed.
pub(super) fn refresh_diff(model: &mut Model) {
    model.state.diff = model
        .shown_step()
        .map(crate::domain::Step::diff)
        .unwrap_or_default();
}

fn link(model: &mut Model, state: EngineState) -> Vec<Effect> {
    match state {
        EngineState::Connecting => {
            set_link(model, Link::Connecting);
            Vec::new()
        }
        EngineState::Live(snapshot) => {
            set_link(model, Link::Live);
            if model.timeline.steps().is_empty() && model.timeline.state().is_empty() {
                // The first state is where the timeline begins: nothing in it is a change.
                model.timeline = Timeline::starting_at(snapshot);
            }
            lesson::check(model)
        }
        EngineState::Lost { last, reason } => {
            if model.timeline.steps().is_empty() && model.timeline.state().is_empty() {
                model.timeline = Timeline::starting_at(last);
            }
            set_link(model, Link::Lost(reason));
            Vec::new()
        }
    }
}

fn set_link(model: &mut Model, link: Link) {
    if model.link != link {
        model.link = link;
        model.dirty = true;
    }
}

/// Adds something to the timeline; draws only if what is shown changed.
fn occurred(model: &mut Model, occurrence: Occurrence) -> Vec<Effect> {
    let visible = model.study.is_some();
    let is_state = matches!(occurrence, Occurrence::State(_));
    let changed = match &occurrence {
        Occurrence::State(state) => model.timeline.state().changed(state).next().is_some(),
        Occurrence::Event(_) => false,
        // A call is shown by its number only.
        Occurrence::Call(call) => model.timeline.last().is_none_or(|step| {
            step.calls
                .binary_search_by_key(&call.number, |it| it.number)
                .is_err()
        }),
        Occurrence::CommandBegan { .. } | Occurrence::CommandEnded { .. } => true,
    };
    model.timeline.apply(occurrence);
    if changed {
        model.dirty |= visible;
        if is_state || model.state.step.is_none() {
            refresh_diff(model);
        }
    }
    lesson::check(model)
}
