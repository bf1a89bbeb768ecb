//! The command line: which part of the program is asked for, and its exit code.
//!
//! `moussaillon docker …`, and the binary called by the name `docker`, never reach clap: their
//! arguments have docker's own grammar.

mod attestation;
mod completions;
mod demo;
mod diagnostic;
mod docker;
mod explain;
mod export;
mod french;
mod glossary;
mod images;
mod lessons;
mod options;
mod print;
mod ranger;
mod reach;
mod replay;
mod sheet;
mod simulator;

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use options::{Command, Options, SimulatorCommand};

use crate::lesson::Course;
use crate::sim::machine::Snapshot;
use crate::tui;

/// Runs the program on this process's arguments.
pub fn main() -> ExitCode {
    let began = Instant::now();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let words = || arguments.iter().map(|it| it.to_string_lossy().into_owned());
    if is_called_docker(&arguments) {
        return docker::run(words().skip(1).collect());
    }
    if arguments.get(1).is_some_and(|it| it == "docker") {
        return docker::run(words().skip(2).collect());
    }
    let parsed = grammar()
        .try_get_matches_from(&arguments)
        .and_then(|matches| Ok((misplaced(&matches), Options::from_arg_matches(&matches)?)));
    match parsed {
        Ok((Some(why), _)) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::from(french::USAGE_ERROR)
        }
        Ok((None, options)) => run(options, began),
        Err(error) => french::report(&error),
    }
}

/// The commands, and `docker`, which never comes here but can be what a misspelt one meant.
fn grammar() -> clap::Command {
    Options::command().subcommand(clap::Command::new("docker").hide(true))
}

/// What is wrong with an option of the tutorial that stands before another command, which would not
/// see it: each has its own, after its name. `--lecons` is for `lecons` too.
fn misplaced(matches: &ArgMatches) -> Option<String> {
    let command = matches.subcommand_name()?;
    let grammar = Options::command();
    let option = grammar.get_arguments().find(|it| {
        let id = it.get_id().as_str();
        let given = matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine);
        given && (id, command) != ("lessons", "lecons")
    })?;
    let option = option.get_long()?;
    Some(format!(
        "l’option «\u{a0}--{option}\u{a0}», avant «\u{a0}{command}\u{a0}», serait sans effet. Ses \
         options viennent après\u{a0}: «\u{a0}moussaillon {command} --help\u{a0}» les liste."
    ))
}

fn run(options: Options, began: Instant) -> ExitCode {
    match options.command {
        None => tutorial(options, began),
        Some(Command::Simulateur {
            command: Some(SimulatorCommand::Limites),
            ..
        }) => simulator::print_limits(),
        Some(Command::Simulateur {
            socket, machine, ..
        }) => simulator::run(&socket.unwrap_or_else(|| "docker.sock".into()), &machine),
        Some(Command::Notes) => replay::ended(tui::show_notes()),
        Some(Command::Rejouer { file }) => replay::run(&file),
        Some(Command::Exporter(asked)) => export::run(&asked),
        Some(Command::Demo(asked)) => demo::run(asked, began),
        Some(Command::Completions { shell }) => completions::print(shell),
        Some(Command::Expliquer { error, words }) if error => explain::error(&words),
        Some(Command::Expliquer { words, .. }) => explain::command(&words),
        Some(Command::Lecons { command }) => lessons::run(command, options.lessons),
        Some(Command::AideMemoire(asked)) => sheet::run(&asked),
        Some(Command::Attestation(asked)) => attestation::run(&asked),
        Some(Command::Glossaire(asked)) => glossary::run(&asked),
        Some(Command::Images(asked)) => images::run(&asked),
        Some(Command::Ranger(asked)) => ranger::run(&asked),
        Some(Command::Diagnostic(asked)) => diagnostic::run(asked),
        Some(Command::Reglages) => print::exit(print::text(&tui::settings::template(), None)),
    }
}

/// The default: the tutorial.
fn tutorial(asked: Options, began: Instant) -> ExitCode {
    let (engine, start) = (asked.engine.engine, asked.start.as_deref());
    // Said before the screen is taken: a wrong path is the command line's, not the lessons'.
    if let Some(Err(error)) = asked.lessons.as_deref().map(Course::open) {
        eprintln!("moussaillon\u{a0}: {error}.");
        return ExitCode::FAILURE;
    }
    open(engine, start, |engine, start| tui::Options {
        engine,
        start,
        lessons: asked.lessons,
        linear: asked.linear,
        read_only: asked.read_only,
        guarded: asked.guarded,
        demo: None,
        record: asked.recorded.record(),
        look: tui::Look {
            theme: asked.theme,
            projector: asked.projector,
        },
        began,
    })
}

/// Opens the screen on an engine; a start state is the simulated one's.
fn open(
    engine: String,
    start: Option<&Path>,
    options: impl FnOnce(String, Option<Snapshot>) -> tui::Options,
) -> ExitCode {
    let opened = simulator::starting_at(start, &engine).and_then(|start| {
        let engine = if start.is_some() {
            "simule".to_owned()
        } else {
            engine
        };
        tui::run(&options(engine, start)).map_err(|error| error.to_string())
    });
    opened.unwrap_or_else(|why| {
        eprintln!("moussaillon\u{a0}: {why}");
        ExitCode::FAILURE
    })
}

/// Whether the binary was called by the name `docker` (a symbolic link to it).
fn is_called_docker(arguments: &[OsString]) -> bool {
    arguments
        .first()
        .map(Path::new)
        .and_then(Path::file_stem)
        .is_some_and(|name| name == "docker")
}
