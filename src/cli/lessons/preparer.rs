//! `moussaillon lecons preparer`: whether a lesson can begin.

use std::process::ExitCode;

use super::failed;
use crate::cli::reach::{Reached, block_on, reach};
use crate::engine::{Connection, Target, connect};
use crate::lesson::{Course, Entry, Lesson};
use crate::ready::facts::facts;
use crate::ready::preflight::{Level, findings, worst};
use crate::sim::machine::{Machine, MachineOptions};
use crate::text::harmless::harmless;

/// Prints what was found; a failure when something of the lesson may not work.
pub(super) fn run(course: &Course, name: &str, engine: &str) -> ExitCode {
    let Some(entry) = course.find(name) else {
        let known: Vec<_> = course.entries().iter().map(Entry::id).collect();
        let known = known.join(", ");
        return failed(format!(
            "aucune leçon ne s’appelle « {name} » ; il y a : {known}"
        ));
    };
    let lesson = match entry.load() {
        Ok(lesson) => lesson,
        Err(errors) => return failed(errors),
    };
    match block_on(look(&lesson, engine)).and_then(|it| it) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => failed(why.trim_end_matches('.')),
    }
}

async fn look(lesson: &Lesson, engine: &str) -> Result<bool, String> {
    match reach(engine).await? {
        Reached::Engine(found) => {
            let (target, connection) = *found;
            tell(lesson, &target, &connection).await
        }
        Reached::Simulator(reason) => {
            println!("{reason}");
            let machine = Machine::boot(&MachineOptions::default());
            let machine = machine.map_err(|error| error.to_string())?;
            let target = Target::simulator(machine.dialer());
            let connection = connect(&target).await;
            let connection = connection.map_err(|error| error.explain().to_string())?;
            tell(lesson, &target, &connection).await
        }
    }
}

async fn tell(lesson: &Lesson, target: &Target, connection: &Connection) -> Result<bool, String> {
    let facts = facts(&connection.client, target, lesson).await;
    let facts = facts.map_err(|error| error.to_string())?;
    let findings = findings(&facts, &connection.info);
    println!("{} ({})", lesson.title, lesson.id);
    for finding in &findings {
        for line in finding.to_string().lines() {
            println!("{}", harmless(line));
        }
    }
    Ok(worst(&findings) < Level::Trouble)
}
