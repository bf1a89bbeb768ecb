//! The commands of a lesson: readable as they are, with pinned images and names of its own.

use std::collections::BTreeSet;

use super::Faults;
use crate::domain::Kind;
use crate::lesson::goal::Matcher;
use crate::lesson::grammar::{Asked, OUTPUT, normalise, simple_commands, split_words};
use crate::lesson::model::{Block, Lesson, Position};
use crate::lesson::names::names_in;

/// Names that a learner's own objects may well have.
const COMMON_NAMES: &[&str] = &[
    "app", "api", "backend", "cache", "db", "data", "front", "frontend", "mysql", "nginx",
    "postgres", "proxy", "redis", "server", "test", "web",
];

/// Looks over every command of a lesson.
pub(super) fn check(faults: &mut Faults<'_>, lesson: &Lesson) {
    let mut images = Images::default();
    for (at, line) in lines(lesson) {
        check_line(faults, at, line, &mut images);
    }
    let goals = lesson.exercises().flat_map(|exercise| {
        let goals = exercise.goals.iter().map(|goal| &goal.matcher);
        goals.chain(exercise.cases.iter().flat_map(|case| &case.when))
    });
    for matcher in goals {
        if let Matcher::Container(goal) = matcher {
            images.used.extend(goal.image.clone());
        }
    }
    for block in lesson.blocks() {
        if let Block::File(file) = block {
            images.used.extend(bases(&file.content));
        }
    }
    check_images(faults, lesson, &images);
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
pub(crate) fn lines(lesson: &Lesson) -> Vec<(Position, &str)> {
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
            Block::Observation(it) => {
                at = it.position;
                lines.extend(it.setup.iter().map(|line| (at, line.as_str())));
                lines.push((at, &it.command));
            }
            Block::Prose(_)
            | Block::Quiz(_)
            | Block::File(_)
            | Block::Diagram(_)
            | Block::Recap(_)
            | Block::Note(_) => {}
        }
    }
    lines
}

fn check_line(faults: &mut Faults<'_>, at: Position, line: &str, images: &mut Images) {
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
    for part in simple_commands(line) {
        match normalise(&part) {
            Asked::Docker {
                verb,
                options,
                arguments,
            } => {
                images.note(&verb, &options, &arguments);
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

/// The images that a lesson's commands name.
#[derive(Default)]
struct Images {
    /// Those that containers are made from, or that are pulled.
    used: BTreeSet<String>,
    /// Those that its own commands make.
    made: BTreeSet<String>,
}

impl Images {
    fn note(&mut self, verb: &str, options: &BTreeSet<(String, String)>, arguments: &[String]) {
        match verb {
            "container run" | "container create" | "service create" | "image pull" => {
                let known = |it: &&String| *it != OUTPUT && !it.starts_with('$');
                self.used.extend(arguments.first().filter(known).cloned());
            }
            "image build" => {
                let tags = options.iter().filter(|(name, _)| name == "tag");
                self.made.extend(tags.map(|(_, tag)| tag.clone()));
            }
            "image tag" | "container commit" | "image import" => {
                self.made.extend(arguments.get(1).cloned());
            }
            _ => {}
        }
    }

    /// Whether the lesson makes this image; docker understands `latest` where no tag is written.
    fn makes(&self, image: &str) -> bool {
        let short = |name: &str| name.strip_suffix(":latest").unwrap_or(name).to_owned();
        self.made.iter().any(|made| short(made) == short(image))
    }
}

/// The images that a Dockerfile begins with, or a Compose file names; none in another file.
fn bases(content: &str) -> Vec<String> {
    let mut stages = vec!["scratch".to_owned()];
    let mut found = Vec::new();
    for line in content.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["FROM", rest @ ..] => {
                let rest: Vec<&&str> = rest.iter().filter(|it| !it.starts_with("--")).collect();
                let named =
                    |it: &&&&str| !stages.iter().any(|stage| stage == **it) && !it.contains('$');
                if let Some(image) = rest.first().filter(named) {
                    found.push((**image).to_owned());
                }
                if let [_, _, name] = rest.as_slice() {
                    stages.push((**name).to_owned());
                }
            }
            ["image:", image] => found.push(image.trim_matches(['"', '\'']).to_owned()),
            _ => {}
        }
    }
    found
}

fn check_images(faults: &mut Faults<'_>, lesson: &Lesson, images: &Images) {
    let start = Position { line: 1, column: 1 };
    for image in &lesson.images {
        let last = image.rsplit('/').next().unwrap_or(image);
        let tag = last.split_once(':').map(|(_, tag)| tag);
        if !image.contains('@') && tag.is_none_or(|tag| tag == "latest") {
            let words =
                format!("« {image} » : une image porte une étiquette précise, pas « latest »");
            faults.near(start, image, words);
        }
        if !images.used.contains(image) {
            faults.near(
                start,
                image,
                format!("« {image} » n’est employée par aucune commande"),
            );
        }
    }
    let foreign = images.used.iter().filter(|image| !images.makes(image));
    for image in foreign.filter(|image| !lesson.images.contains(image)) {
        faults.near(
            start,
            image,
            format!("« {image} » n’est pas dans « images », dans l’en-tête"),
        );
    }
}
