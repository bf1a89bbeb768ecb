//! The exercise at hand: when it begins, what is missing, hints, solution, beginning again.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{in_place, observing};
use crate::domain::{Change, Diff, Kind, Object, Snapshot, Timeline};
use crate::engine::SESSION_LABEL;
use crate::lesson::{
    Block, Evidence, Start, check_exercise as judge, containers_to_read, names_made_by, recognise,
};
use crate::tui::effect::Effect;
use crate::tui::keymap::Action;
use crate::tui::model::{Focus, Link, Model, Notice, Overlay, ShellState};
use crate::tui::study::{Attempt, Item, Resetting, Study};
use crate::tui::widgets::markdown;

/// Said where a key asks something of an exercise.
const NO_EXERCISE: &str = "Cette partie n’a pas d’exercice.";

/// Checks the exercise at hand on the timeline; begins it when it was not.
pub(in crate::tui::update) fn check(model: &mut Model) -> Vec<Effect> {
    let live = model.link == Link::Live;
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let section = study.section;
    let Some((block, exercise)) = study.exercise() else {
        study.attempt = None;
        return Vec::new();
    };
    let key = (section, block);
    let begun = study.attempt.as_ref().filter(|attempt| attempt.key == key);
    if begun.is_none() && !live {
        // Nothing is known of where it would begin.
        return Vec::new();
    }
    let preparing = study.prepares(block, &model.timeline);
    let start = match begun {
        // What the lesson has the learner do first is where the exercise begins.
        Some(attempt) if !(preparing && live) => attempt.start.clone(),
        _ => Start::at(&model.timeline),
    };
    let evidence = Evidence {
        start: &start,
        timeline: &model.timeline,
    };
    let verdict = judge(exercise, evidence);
    let case = recognise(exercise, evidence).map(|case| case.say.clone());
    // Goals that the start meets already are no success: they must have been missing since.
    let open = !verdict.is_met() || (!preparing && begun.is_some_and(|attempt| attempt.open));
    let met = open && verdict.is_met() && !study.has_passed(&exercise.id);
    let before = begun.and_then(|attempt| attempt.settling);
    let settling = met.then(|| before.unwrap_or(study.moments + 1));
    let changed = begun.is_none_or(|it| it.verdict != verdict || it.case != case);
    let moved = begun.is_none_or(|it| it.open != open || it.settling != settling);
    if changed || preparing || moved {
        study.attempt = Some(Attempt {
            key,
            start,
            verdict,
            case,
            open,
            settling,
        });
        model.dirty |= changed;
    }
    match settling {
        Some(number) if before.is_none() => {
            study.moments = number;
            vec![Effect::Settle(number)]
        }
        _ => Vec::new(),
    }
}

/// The goals have been met for a moment: a container that ran only for an instant does not count.
pub(in crate::tui::update) fn settled(model: &mut Model, number: u64) -> Vec<Effect> {
    let Some(study) = &model.study else {
        return Vec::new();
    };
    let Some(attempt) = study
        .attempt
        .as_ref()
        .filter(|it| it.settling == Some(number))
    else {
        return Vec::new();
    };
    let (section, block) = attempt.key;
    if section != study.section {
        return Vec::new();
    }
    // Its goals and its hints go from the page.
    let effects = in_place(model, |model| done(model, block));
    let next = model
        .study
        .as_ref()
        .and_then(|study| study.exercise().map(|(block, _)| block));
    let words = if next == Some(block) {
        "Exercice réussi."
    } else {
        "Exercice réussi. Le suivant commence."
    };
    model.notice = Some(Notice {
        words: words.to_owned(),
        good: true,
    });
    // The next one of the section, if there is one, begins at once.
    [effects, check(model)].concat()
}

/// A block is done: that is kept, for good.
pub(super) fn done(model: &mut Model, block: usize) -> Vec<Effect> {
    let engine = model.engine_name();
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let Some(item) = study.identifier_at(block) else {
        return Vec::new();
    };
    model.dirty = true;
    let again = study.again.remove(&item);
    if !study.done.insert(item.clone()) && !again {
        return Vec::new();
    }
    let lesson = &study.lesson.id;
    if study.exercise_at(block).is_some() {
        model.progress.finish(lesson, &item, model.clock, engine);
    } else if let Some(Block::Observation(_)) = study.blocks().get(block) {
        let seen = observing::seen(study, block, model.clock, engine);
        model.progress.see(lesson, &item, seen);
    } else {
        // A misconception has no answer of its own: that it was read counts as the first one.
        let first = study.answer(block).first.unwrap_or(0);
        if let Some(Block::Quiz(quiz)) = study.blocks().get(block) {
            let right = quiz.choices.get(first).is_some_and(|it| it.right);
            model.progress.recall(lesson, &item, right, model.today);
        }
        model.progress.choose(lesson, &item, first);
    }
    vec![Effect::SaveProgress]
}

/// Shows one more hint.
pub(super) fn hint(model: &mut Model) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let Some((block, exercise)) = study.exercise() else {
        return say(model, NO_EXERCISE);
    };
    let (all, id) = (exercise.hints.len(), exercise.id.clone());
    let answer = study.answer_mut(block);
    if answer.hints < all {
        answer.hints += 1;
        let shown = answer.hints;
        model.progress.show_hints(&study.lesson.id, &id, shown);
        let text = exercise_hint(model, block, shown - 1);
        // The text may be out of sight: the line of the goal says it too.
        if model.focus != Focus::Lesson {
            model.notice = text.map(|text| format!("Indice {shown}/{all}\u{a0}: {text}").into());
        }
        model.dirty = true;
        return vec![Effect::SaveProgress];
    }
    let none = if all == 0 {
        "Cet exercice n’a pas d’indice"
    } else {
        "Il n’y a plus d’indice"
    };
    // In the terminal, the letter alone is for the shell.
    let key = match model.focus {
        Focus::Terminal => model.keymap.by_menu(Action::Solution),
        _ => model.keymap.key(Action::Solution),
    };
    say(model, format!("{none}\u{a0}: {key} montre la solution."))
}

/// Says why nothing is done.
fn say(model: &mut Model, why: impl Into<Notice>) -> Vec<Effect> {
    model.notice = Some(why.into());
    model.dirty = true;
    Vec::new()
}

fn exercise_hint(model: &Model, block: usize, index: usize) -> Option<String> {
    model
        .study
        .as_ref()?
        .exercise_at(block)?
        .hints
        .get(index)
        .map(|hint| markdown::plain(hint, &model.theme))
}

/// Shows the solution, once every hint was.
pub(super) fn solution(model: &mut Model) -> Vec<Effect> {
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let Some((block, exercise)) = study.exercise() else {
        return say(model, NO_EXERCISE);
    };
    if !study.may_show_solution() {
        let why = if exercise.solution.is_empty() {
            "Cet exercice n’a pas de solution à montrer."
        } else if study.answer(block).solution {
            "La solution est déjà montrée."
        } else {
            "La solution vient après les indices."
        };
        return say(model, why);
    }
    study.answer_mut(block).solution = true;
    model.focus = Focus::Lesson;
    model.dirty = true;
    // Its commands took the place of the items that followed.
    super::show_item(model, Item::Send { block, index: 0 });
    Vec::new()
}

/// Asks before beginning the exercise again, and shows what that takes.
pub(in crate::tui::update) fn ask_reset(model: &mut Model) -> Vec<Effect> {
    let Some(study) = &model.study else {
        return Vec::new();
    };
    if study.exercise().is_none() {
        return say(model, NO_EXERCISE);
    }
    let Some(commands) = reset_commands(model) else {
        return say(model, "L’exercice n’a pas encore commencé.");
    };
    model.overlay = Some(Overlay::Reset {
        commands,
        scroll: 0,
    });
    model.dirty = true;
    Vec::new()
}

/// The command lines that bring the start back: what the exercise made goes, and what the lesson
/// says it starts from is made again. They pass through the terminal, where the learner sees them.
fn reset_commands(model: &Model) -> Option<Vec<String>> {
    let study = model.study.as_ref()?;
    let (block, exercise) = study.exercise()?;
    let attempt = study
        .attempt
        .as_ref()
        .filter(|it| it.key == (study.section, block))?;
    let state = model.timeline.state();
    let session = model.engine.as_ref().map(|engine| engine.session.as_str());
    let mut commands = removals(
        &Diff::between(&attempt.start.state, state),
        session.unwrap_or_default(),
        &remade(&exercise.setup, &exercise.solution, state),
        &volumes_named(&model.timeline),
    );
    let said: Vec<String> = exercise.cleanup.clone();
    commands.retain(|line| !said.contains(line));
    commands.extend(said);
    let start = exercise.start_lines().into_iter();
    let needed = start.filter(|line| !stands(line, &commands, state));
    let start: Vec<String> = needed.collect();
    commands.extend(start);
    Some(commands)
}

/// Whether a line makes nothing but networks that are there and that none of these commands removes:
/// it would fail.
fn stands(line: &String, commands: &[String], state: &Snapshot) -> bool {
    let made = names_made_by(std::slice::from_ref(line));
    let Some(networks) = made.get(&Kind::Network).filter(|_| made.len() == 1) else {
        return false;
    };
    networks.iter().all(|name| {
        let removes = |it: &String| {
            it.starts_with("docker network rm ") && it.split(' ').any(|word| word == name)
        };
        state.by_name(Kind::Network).any(|it| it.name() == name) && !commands.iter().any(removes)
    })
}

/// The containers that the start is made of, or that the solution makes, and that are there: they
/// may have been changed since, or their names would be taken. One that no session of this program
/// made is left alone.
fn remade(setup: &[String], solution: &[String], state: &Snapshot) -> BTreeSet<String> {
    let lines = [setup, solution].concat();
    let names = names_made_by(&lines)
        .remove(&Kind::Container)
        .unwrap_or_default();
    let ours = |name: &String| {
        state
            .container(name)
            .is_some_and(|it| it.labels.contains_key(SESSION_LABEL))
    };
    names.into_iter().filter(ours).collect()
}

/// The volumes that the containers of this session named (`-v name:/path`): the engine makes those
/// that are not there, and no label says for whom.
fn volumes_named(timeline: &Timeline) -> BTreeSet<String> {
    timeline
        .steps()
        .iter()
        .flat_map(|step| &step.calls)
        .filter(|call| call.method == "POST" && call.path.contains("/containers/create"))
        .filter_map(|call| serde_json::from_str::<Json>(&call.request_body).ok())
        .flat_map(|body| volumes_of(&body["HostConfig"]))
        .collect()
}

/// The volumes that a `HostConfig` names, in `Binds` and in `Mounts`.
fn volumes_of(host: &Json) -> Vec<String> {
    let list = |field: &str| host[field].as_array().into_iter().flatten();
    let binds = list("Binds").filter_map(|it| it.as_str()?.split_once(':'));
    let binds = binds
        .map(|(source, _)| source)
        .filter(|it| !it.starts_with('/'));
    let mounts = list("Mounts").filter(|it| it["Type"] == "volume");
    let mounts = mounts.filter_map(|it| it["Source"].as_str());
    binds.chain(mounts).map(str::to_owned).collect()
}

/// The session that made this object, if one did: the tap labels what its clients create.
fn maker(object: &Object) -> Option<&str> {
    let labels = match object {
        Object::Container(it) => return it.labels.get(SESSION_LABEL).map(String::as_str),
        Object::Service(_) | Object::Node(_) | Object::Secret(_) | Object::Config(_) => {
            object.document().get("Spec")?.get("Labels")
        }
        Object::Image(_) => object.document().get("Config")?.get("Labels"),
        Object::Volume(_) | Object::Network(_) => object.document().get("Labels"),
    };
    labels?.get(SESSION_LABEL)?.as_str()
}

/// What a command removes an object by: all its tags, when it is an image that has some.
fn names(object: &Object) -> Vec<String> {
    match object {
        Object::Image(image) if !image.tags.is_empty() => image.tags.clone(),
        other => vec![other.name().to_owned()],
    }
}

/// The lines that remove what is new and that this session made.
pub(in crate::tui::update) fn removals_of(diff: &Diff, session: &str) -> Vec<String> {
    removals(diff, session, &BTreeSet::new(), &BTreeSet::new())
}

/// The lines that remove what is new and that this session made, these containers, and those of
/// these volumes that are new. What came from elsewhere meanwhile is not ours to remove, nor are images
/// that were pulled: pulling them again would teach nothing.
fn removals(
    diff: &Diff,
    session: &str,
    containers: &BTreeSet<String>,
    volumes: &BTreeSet<String>,
) -> Vec<String> {
    let added = |kind: Kind| -> BTreeSet<String> {
        diff.changes
            .iter()
            .filter_map(|change| match change {
                Change::Added(object) if object.reference().kind == kind => Some(object),
                _ => None,
            })
            .filter(|object| {
                let named = kind == Kind::Volume && volumes.contains(object.name());
                named || maker(object) == Some(session)
            })
            .flat_map(names)
            .collect()
    };
    [
        (Kind::Service, "docker service rm"),
        (Kind::Container, "docker rm -f"),
        (Kind::Image, "docker rmi -f"),
        (Kind::Network, "docker network rm"),
        (Kind::Volume, "docker volume rm"),
    ]
    .into_iter()
    .filter_map(|(kind, command)| {
        let mut names = added(kind);
        if kind == Kind::Container {
            names.extend(containers.iter().cloned());
        }
        let names: Vec<String> = names.into_iter().collect();
        (!names.is_empty()).then(|| format!("{command} {}", names.join(" ")))
    })
    .collect()
}

/// Begins the exercise again: sends those lines, forgets hints and answers, and judges it afresh. That
/// it was passed once stays.
pub(in crate::tui::update) fn reset(model: &mut Model, commands: Vec<String>) -> Vec<Effect> {
    if !matches!(model.shell, ShellState::Open { .. }) {
        model.notice = Some(super::items::closed(model).into());
        return Vec::new();
    }
    let Some(study) = &mut model.study else {
        return Vec::new();
    };
    let Some((block, exercise)) = study.exercise() else {
        return Vec::new();
    };
    let id = exercise.id.clone();
    study.answers.remove(&(study.section, block));
    if study.done.contains(&id) {
        study.again.insert(id);
    }
    if let Some(attempt) = &mut study.attempt {
        // What it left is still there: that is no success.
        (attempt.open, attempt.settling) = (false, None);
    }
    study.resetting = Some(Resetting::of(&commands, model.timeline.steps().len()));
    // Where the lines go, and where the learner goes on.
    model.focus = Focus::Terminal;
    model.dirty = true;
    model.queue = commands.into();
    if let Some(line) = model.queue.pop_front() {
        return vec![Effect::ShellType { line, force: false }];
    }
    // There is nothing to undo: it begins where the engine is.
    study.attempt = None;
    check(model)
}

/// The containers (identifiers) whose writable layer the exercise at hand looks at.
pub(in crate::tui::update) fn containers_to_reread(model: &Model) -> Vec<String> {
    let exercise = model.study.as_ref().and_then(Study::exercise);
    let names = exercise
        .map(|(_, exercise)| containers_to_read(exercise))
        .unwrap_or_default();
    let state = model.timeline.state();
    names
        .into_iter()
        .filter_map(|name| Some(state.container(name)?.id.clone()))
        .collect()
}

#[cfg(test)]
#[path = "goals_tests.rs"]
mod tests;
