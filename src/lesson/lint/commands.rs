//! The commands of a lesson: readable as they are, with pinned images and names of its own.

use std::collections::BTreeSet;

use super::Faults;
use crate::domain::Kind;
use crate::lesson::goal::Matcher;
use crate::lesson::grammar::{Asked, normalise, split_words};
use crate::lesson::model::{Block, Lesson, Position};
use crate::lesson::names::names_in;

/// Names that a learner's own objects may well have.
const COMMON_NAMES: &[&str] = &[
    "app", "api", "backend", "cache", "db", "data", "front", "frontend", "mysql", "nginx",
    "postgres", "proxy", "redis", "server", "test", "web",
];

/// Looks over every command of a lesson.
pub(super) fn check(faults: &mut Faults<'_>, lesson: &Lesson) {
    let mut used = BTreeSet::new();
    for (at, line) in lines(lesson) {
        check_line(faults, at, line, &mut used);
    }
    let goals = lesson.exercises().flat_map(|exercise| {
        let goals = exercise.goals.iter().map(|goal| &goal.matcher);
        goals.chain(exercise.cases.iter().flat_map(|case| &case.when))
    });
    for matcher in goals {
        if let Matcher::Container(goal) = matcher {
            used.extend(goal.image.clone());
        }
    }
    check_images(faults, lesson, &used);
    let start = Position { line: 1, column: 1 };
    for (kind, names) in names_in(lesson) {
        for name in names {
            if COMMON_NAMES.contains(&name.as_str()) {
                let words =
                    format!("« {name} » est un nom trop courant : l’apprenant peut avoir le sien");
                faults.near(start, &name, words);
            }
            if kind == Kind::Container && name.chars().count() < 2 {
                let words = format!("« {name} » : un nom de conteneur a au moins deux caractères");
                faults.near(start, &format!(" {name}"), words);
            }
        }
    }
}

/// Every command of a lesson, with the place of its block.
fn lines(lesson: &Lesson) -> Vec<(Position, &str)> {
    let mut lines: Vec<(Position, &str)> = Vec::new();
    let mut at = Position { line: 1, column: 1 };
    for block in lesson.blocks() {
        match block {
            Block::Command(line) => lines.push((at, line)),
            Block::Prediction(it) => {
                at = it.position;
                lines.extend(it.setup.iter().map(|line| (at, line.as_str())));
                lines.push((at, &it.command));
            }
            Block::Exercise(it) => {
                at = it.position;
                let own = it.setup.iter().chain(&it.solution).chain(&it.cleanup);
                lines.extend(own.map(|line| (at, line.as_str())));
                for case in &it.cases {
                    lines.extend(
                        case.attempt
                            .iter()
                            .map(|line| (case.position, line.as_str())),
                    );
                }
            }
            Block::Misconception(it) => {
                at = it.position;
                lines.extend(it.setup.iter().map(|line| (at, line.as_str())));
                lines.extend(
                    it.experiment
                        .iter()
                        .map(|trial| (at, trial.command.as_str())),
                );
            }
            Block::Prose(_) | Block::Quiz(_) | Block::Note(_) => {}
        }
    }
    lines
}

fn check_line(faults: &mut Faults<'_>, at: Position, line: &str, used: &mut BTreeSet<String>) {
    for letter in line.chars() {
        let what = match letter {
            '\u{a0}' | '\u{202f}' => "une espace insécable",
            '’' | '‘' => "une apostrophe typographique",
            '“' | '”' | '«' | '»' => "des guillemets typographiques",
            '–' | '—' => "un tiret typographique",
            _ => continue,
        };
        faults.near(
            at,
            line,
            format!("« {line} » contient {what} : une commande s’écrit en ASCII"),
        );
        break;
    }
    if split_words(line).is_none() {
        faults.near(
            at,
            line,
            format!("« {line} » : un guillemet n’est pas fermé"),
        );
        return;
    }
    for part in line.split("&&") {
        match normalise(part.trim()) {
            Asked::Docker {
                verb, arguments, ..
            } => {
                if matches!(
                    verb.as_str(),
                    "container run" | "container create" | "image pull"
                ) {
                    used.extend(arguments.first().cloned());
                }
                if verb.ends_with("prune") && !part.contains("--filter") {
                    let words = format!(
                        "« {line} » : « prune » sans « --filter » toucherait ce qui n’est pas à la leçon"
                    );
                    faults.near(at, line, words);
                }
                for danger in ["--privileged", "docker.sock"] {
                    if part.contains(danger) {
                        faults.near(
                            at,
                            line,
                            format!("« {line} » : « {danger} » n’a pas sa place dans une leçon"),
                        );
                    }
                }
            }
            Asked::Wrong(words) => {
                faults.near(at, line, format!("« {line} » : docker répond « {words} »"));
            }
            Asked::Other(_) => {}
        }
    }
}

fn check_images(faults: &mut Faults<'_>, lesson: &Lesson, used: &BTreeSet<String>) {
    let start = Position { line: 1, column: 1 };
    for image in &lesson.images {
        let last = image.rsplit('/').next().unwrap_or(image);
        let tag = last.split_once(':').map(|(_, tag)| tag);
        if !image.contains('@') && tag.is_none_or(|tag| tag == "latest") {
            let words =
                format!("« {image} » : une image porte une étiquette précise, pas « latest »");
            faults.near(start, image, words);
        }
        if !used.contains(image) {
            faults.near(
                start,
                image,
                format!("« {image} » n’est employée par aucune commande"),
            );
        }
    }
    for image in used.iter().filter(|image| !lesson.images.contains(image)) {
        faults.near(
            start,
            image,
            format!("« {image} » n’est pas dans « images », dans l’en-tête"),
        );
    }
}
