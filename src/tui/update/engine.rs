//! What the engine and the commands do to the model.

use std::time::SystemTime;

use super::{foresee, lesson, pane, report};
use crate::docker::explain::{Names, Role, concerns, explain};
use crate::domain::{Occurrence, Timeline};
use crate::engine::Explanation;
use crate::engine::{EngineInfo, EngineState};
use crate::text::errors;
use crate::tui::effect::Effect;
use crate::tui::layout;
use crate::tui::message::Message;
use crate::tui::model::{Link, Model};
use crate::tui::panes::Pane;

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
        Message::Occurrence(occurrence) => {
            let foreseen = match &occurrence {
                Occurrence::Call(call) => foresee::called(model, call),
                _ => None,
            };
            let mut effects = occurred(model, occurrence);
            effects.extend(foreseen);
            return effects;
        }
        _ => {}
    }
    Vec::new()
}

/// A command began.
pub(super) fn command_began(model: &mut Model, line: &str, at: SystemTime) -> Vec<Effect> {
    let line = line.trim().to_owned();
    pane::command_began(model);
    occurred(model, Occurrence::CommandBegan { line, at })
}

/// It ended.
pub(super) fn command_ended(model: &mut Model, status: Option<i32>, at: SystemTime) -> Vec<Effect> {
    model.foreseeing.clear();
    let said = std::mem::take(&mut model.said);
    model.advice = advice(model, status, &said);
    let mut effects = occurred(model, Occurrence::CommandEnded { status, at });
    effects.extend(lesson::command_ended(model));
    effects.extend(reread(model));
    effects
}

/// The shell found no program of that name.
fn no_program(line: &str, status: i32, said: &str) -> Option<Explanation> {
    const NOT_FOUND: i32 = 127;
    // The first word of each command of the line. bash and busybox say « NAME: not found », zsh
    // « not found: NAME ».
    let commands = line.split(['|', '&', ';', '\n', '(']);
    let mut names = commands.filter_map(|it| it.split_whitespace().next());
    let is_missing = |name: &&str| {
        let forms = [
            format!(": {name}: not found"),
            format!(": {name}: command not found"),
            format!("not found: {name}"),
            format!("Unknown command: {name}"),
        ];
        said.lines()
            .any(|it| forms.iter().any(|form| it.ends_with(form.as_str())))
    };
    let name = names.find(is_missing)?;
    (status == NOT_FOUND).then(|| Explanation {
        what: format!("Aucun programme ne s’appelle «\u{a0}{name}\u{a0}» ici."),
        why:
            "Le shell cherche le premier mot de la ligne parmi les programmes de la machine\u{a0}: \
              celui-ci est mal écrit, ou n’y est pas installé."
                .to_owned(),
        remedies: match name {
            "nano" | "vim" | "emacs" | "pico" | "gedit" => vec![format!(
                "Essayez l’éditeur vi, à la place de {name}\u{a0}: i pour écrire, Échap puis :wq \
                 pour enregistrer et sortir."
            )],
            _ => vec!["Vérifiez l’orthographe, majuscules comprises.".to_owned()],
        },
    })
}

/// What the error of the command that ends means, when it is known.
fn advice(model: &Model, status: Option<i32>, said: &str) -> Option<Explanation> {
    let status = status.filter(|it| *it != 0)?;
    let line = &model.timeline.last()?.command.as_ref()?.line;
    let pieces = explain(line, &Names::default());
    let mut advice = match no_program(line, status, said) {
        Some(advice) => advice,
        None if concerns(&pieces) => errors::of_text(said).or_else(|| errors::of_code(status))?,
        None => return None,
    };
    // A word that docker does not know, and the one that is meant: nothing else helps more.
    let unknown = pieces.iter().find(|it| it.role == Role::Unknown);
    if let Some((piece, near)) = unknown.and_then(|it| Some((it, it.instead.first()?))) {
        let right = line.replacen(piece.text.as_str(), near, 1);
        let remedy = format!("Vouliez-vous dire\u{a0}: {right}\u{a0}?");
        advice.remedies.insert(0, remedy);
    }
    Some(advice)
}

/// Files that a program writes leave no event: what the exercise looks at is read again. So are
/// Podman's networks, which come and go without a word.
pub(super) fn reread(model: &Model) -> Option<Effect> {
    let containers = lesson::containers_to_reread(model);
    let silent = model.info.as_ref().is_some_and(EngineInfo::is_podman);
    (silent || !containers.is_empty()).then_some(Effect::Reread(containers))
}

/// Computes again what the step shown changed.
pub(super) fn refresh_diff(model: &mut Model) {
    model.diff = model
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
            let mut effects = lesson::check(model);
            effects.extend(report::look(model));
            effects
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
        Occurrence::State(read) => model.timeline.state().changed(&read.state).next().is_some(),
        Occurrence::Event(..) => shows_steps(model),
        Occurrence::Call(_) if shows_steps(model) => true,
        // Elsewhere, a call is shown by its number only.
        Occurrence::Call(call) => model.timeline.last().is_none_or(|step| {
            step.calls
                .binary_search_by_key(&call.number, |it| it.number)
                .is_err()
        }),
        Occurrence::Moment(_) => false,
        Occurrence::CommandBegan { .. }
        | Occurrence::CommandEnded { .. }
        | Occurrence::Travel { .. } => true,
    };
    if matches!(occurrence, Occurrence::Travel { .. }) {
        pane::command_began(model);
        // What failed was before: the engine is at another moment.
        model.advice = None;
    }
    let begins = matches!(
        occurrence,
        Occurrence::CommandBegan { .. } | Occurrence::Travel { .. }
    );
    let last = is_state.then(|| model.timeline.state().clone());
    let late = match &occurrence {
        Occurrence::State(read) => read
            .since
            .values()
            .any(|at| model.timeline.begun_after(*at) > 0),
        _ => false,
    };
    model.timeline.apply(occurrence);
    model.dirty |= changed && visible;
    if begins || (late && model.step.is_some()) {
        refresh_diff(model);
    } else if let Some(last) = last
        && model.step.is_none()
        && let Some(step) = model.timeline.last()
    {
        // A step may change a thousand objects, one after the other.
        model.diff.follow(&step.before, &last, &step.after);
    }
    lesson::check(model)
}

/// Whether the pane on the screen tells the calls and events of a step.
fn shows_steps(model: &Model) -> bool {
    matches!(model.pane, Pane::History | Pane::Calls | Pane::Picture)
        && layout::areas(model).pane.visible
}

#[cfg(test)]
mod tests {
    use crate::tui::message::Message;
    use crate::tui::update::fixtures::{Play, image, snapshot};

    #[test]
    fn a_program_that_does_not_exist_is_explained() {
        for (line, remedy) in [
            ("dokcer ps -a", "docker ps -a"),
            ("DOCKER ps", "docker ps"),
            ("nano notes.txt", "vi"),
            ("docker-compose up", "orthographe"),
            ("docker images | grpe x", "orthographe"),
            ("ls; docekr ps", "docker ps"),
        ] {
            let mut play = Play::lesson(120, 40);
            let last = line.split(['|', ';']).next_back().unwrap();
            let name = last.split_whitespace().next().unwrap();
            play.say(Message::CommandSaid(format!("sh: {name}: not found")));
            play.run(line, 127, snapshot([image()]));
            let advice = play.model.advice.as_ref().unwrap();
            assert!(advice.what.contains(name), "{line}: {}", advice.what);
            assert!(
                advice.remedies[0].contains(remedy),
                "{line}: {:?}",
                advice.remedies
            );
        }
        // A program that ran, and gave this code itself.
        let mut play = Play::lesson(120, 40);
        play.say(Message::CommandSaid("rien".to_owned()));
        play.run("./essai", 127, snapshot([image()]));
        assert_eq!(play.model.advice, None);
    }
}
