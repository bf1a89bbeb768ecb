//! The names that a lesson gives to objects: what to look for on an engine before it begins.

use std::collections::{BTreeMap, BTreeSet};

use super::goal::Matcher;
use super::grammar::{Asked, normalise, simple_commands};
use super::model::{Block, Expectation, Lesson};
use crate::domain::Kind;

/// The names of the containers, volumes and networks that a lesson's commands make or its goals
/// name, by kind. Images are not among them: lessons share them.
pub fn names_in(lesson: &Lesson) -> BTreeMap<Kind, BTreeSet<String>> {
    let mut names = Names::default();
    for block in lesson.blocks() {
        match block {
            Block::Command(line) => names.command(line),
            Block::Prediction(it) => {
                names.commands(&it.setup);
                names.command(&it.command);
                names.expectation(&it.expected);
            }
            Block::Exercise(it) => {
                names.commands(&it.setup);
                names.commands(&it.solution);
                it.goals
                    .iter()
                    .for_each(|goal| names.matcher(&goal.matcher));
                for case in &it.cases {
                    names.commands(&case.attempt);
                    case.when.iter().for_each(|matcher| names.matcher(matcher));
                }
            }
            Block::Misconception(it) => {
                names.commands(&it.setup);
                for trial in &it.experiment {
                    names.command(&trial.command);
                    names.expectation(&trial.expected);
                }
            }
            Block::Observation(it) => {
                names.commands(&it.setup);
                names.command(&it.command);
            }
            Block::Prose(_)
            | Block::Quiz(_)
            | Block::File(_)
            | Block::Diagram(_)
            | Block::Recap(_)
            | Block::Note(_) => {}
        }
    }
    names.0
}

/// The names of what these command lines make, by kind.
pub fn names_made_by(commands: &[String]) -> BTreeMap<Kind, BTreeSet<String>> {
    let mut names = Names::default();
    names.commands(commands);
    names.0
}

#[derive(Default)]
struct Names(BTreeMap<Kind, BTreeSet<String>>);

impl Names {
    fn add(&mut self, kind: Kind, name: &str) {
        self.0.entry(kind).or_default().insert(name.to_owned());
    }

    fn commands(&mut self, lines: &[String]) {
        for line in lines {
            self.command(line);
        }
    }

    fn command(&mut self, line: &str) {
        for part in simple_commands(line) {
            let Asked::Docker {
                verb,
                options,
                arguments,
            } = normalise(&part)
            else {
                continue;
            };
            let given = options
                .iter()
                .find(|(name, _)| name == "name")
                .map(|it| &it.1);
            match (verb.as_str(), given, arguments.as_slice()) {
                ("container run" | "container create", Some(name), _)
                | ("container rename", _, [_, name]) => self.add(Kind::Container, name),
                ("volume create", _, [name]) => self.add(Kind::Volume, name),
                ("network create", _, [name]) => self.add(Kind::Network, name),
                _ => {}
            }
        }
    }

    fn expectation(&mut self, expected: &Expectation) {
        expected
            .goals
            .iter()
            .for_each(|goal| self.matcher(&goal.matcher));
    }

    fn matcher(&mut self, matcher: &Matcher) {
        let found = match matcher {
            Matcher::Container(goal) => goal.name.as_ref().map(|name| (Kind::Container, name)),
            Matcher::Change(goal) => Some((Kind::Container, &goal.container)),
            Matcher::Port(goal) => Some((Kind::Container, &goal.container)),
            Matcher::Volume(goal) => goal.name.as_ref().map(|name| (Kind::Volume, name)),
            Matcher::Network(goal) => goal.name.as_ref().map(|name| (Kind::Network, name)),
            Matcher::Inspect(goal) if goal.kind != Kind::Image => Some((goal.kind, &goal.name)),
            Matcher::Image(_)
            | Matcher::Inspect(_)
            | Matcher::Engine(_)
            | Matcher::Event(_)
            | Matcher::Command(_) => None,
        };
        // Every engine has these three networks.
        if let Some((kind, name)) =
            found.filter(|(_, name)| !matches!(name.as_str(), "bridge" | "host" | "none"))
        {
            self.add(kind, name);
        }
    }
}
