//! Going back to the state of a beat: by the simulated machine's moments, or by playing the lines
//! before it again.

use super::enter;
use crate::domain::{Diff, Kind};
use crate::engine::Origin;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Notice};
use crate::tui::update::lesson;

/// Goes to a beat, and brings the engine to the state that comes before it.
pub(in crate::tui::update) fn went_back_to(model: &mut Model, beat: usize) -> Vec<Effect> {
    if model.timeline.is_running() {
        let words = "Une commande est en cours dans le terminal\u{a0}: terminez-la d’abord.";
        model.notice = Some(words.into());
        model.dirty = true;
        return Vec::new();
    }
    let mut effects = enter(model, beat);
    let simulated = model
        .engine
        .as_ref()
        .is_some_and(|it| it.origin == Origin::Simulator);
    let Some(demo) = &mut model.demo else {
        return effects;
    };
    let steps = model.timeline.steps();
    // The first command run at this beat or after it: the state is the one just before.
    let mut later: Vec<usize> = demo.runs.range(beat..).filter_map(|it| it.1.step).collect();
    later.sort_unstable();
    let Some(first) = later.first().copied() else {
        effects.extend(replay(model, beat, Vec::new()));
        return effects;
    };
    let moment = steps.get(first).and_then(|step| step.moment);
    match moment.filter(|_| simulated) {
        Some(moment) => {
            demo.runs.split_off(&beat);
            demo.travelling = Some(beat);
            let step = first.saturating_sub(1);
            effects.push(Effect::Travel { step, moment });
        }
        None => effects.extend(from_scratch(model, beat)),
    }
    effects
}

/// The simulated engine went back, or could not.
pub(in crate::tui::update) fn travelled(model: &mut Model, arrived: bool) -> Vec<Effect> {
    let Some(beat) = model.demo.as_mut().and_then(|it| it.travelling.take()) else {
        return Vec::new();
    };
    if arrived {
        replay(model, beat, Vec::new())
    } else {
        from_scratch(model, beat)
    }
}

/// Removes what this session made, then plays every line before this beat again.
fn from_scratch(model: &mut Model, beat: usize) -> Vec<Effect> {
    let session = model.engine.as_ref().map(|it| it.session.clone());
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    demo.runs.clear();
    let start = demo.start.clone().unwrap_or_default();
    let diff = Diff::between(&start, model.timeline.state());
    let mut lines = lesson::removals_of(&diff, &session.unwrap_or_default());
    let nodes = |state: &crate::domain::Snapshot| state.of_kind(Kind::Node).count();
    if nodes(model.timeline.state()) > nodes(&start) {
        lines.push("docker swarm leave -f".to_owned());
    }
    replay(model, beat, lines)
}

/// Plays these lines, then those before this beat that were not run.
fn replay(model: &mut Model, beat: usize, first: Vec<String>) -> Vec<Effect> {
    let Some(demo) = &mut model.demo else {
        return Vec::new();
    };
    let mut lines: Vec<(Option<usize>, String)> =
        first.into_iter().map(|line| (None, line)).collect();
    for (rank, line) in demo.script.lines().filter(|(rank, _)| *rank < beat) {
        if !demo.runs.contains_key(&rank) {
            lines.push((Some(rank), line.to_owned()));
        }
    }
    model.dirty = true;
    model.notice = Some(Notice {
        words: match lines.len() {
            0 => "L’état d’avant cette étape est là.".to_owned(),
            1 => "Une commande refait l’état d’avant cette étape.".to_owned(),
            many => format!("{many} commandes refont l’état d’avant cette étape."),
        },
        good: true,
    });
    demo.replay = lines.iter().map(|(rank, _)| *rank).collect();
    model.queue = lines.into_iter().map(|(_, line)| line).collect();
    match model.queue.pop_front() {
        Some(line) => vec![Effect::ShellType { line, force: false }],
        None => Vec::new(),
    }
}
