//! From lines to instructions, with what each refuses.

use super::flags::{Flags, Takes};
use super::go::{parse_duration, quoted};
use super::heredoc::heredoc;
use super::instruction::{Command, CommandLine, Health, Instruction, Pair, Sources, Stage};
use super::lines::{Line, Lines};
use super::suggest::suggestion;
use super::words::Arguments;
use super::{ArgNames, Dockerfile};

const NAMES: [&str; 18] = [
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// Those that change a configuration outside of a build too, as dockerd 28 has them.
const CHANGES: [&str; 11] = [
    "cmd",
    "entrypoint",
    "env",
    "expose",
    "healthcheck",
    "label",
    "onbuild",
    "stopsignal",
    "user",
    "volume",
    "workdir",
];

/// The stages that lines make.
pub(super) fn stages(lines: Lines) -> Result<Dockerfile, String> {
    let mut arguments = Vec::new();
    let mut stages: Vec<Stage> = Vec::new();
    for line in &lines.all {
        let located =
            |error: String| format!("dockerfile parse error on line {}: {error}", line.number);
        if line.command.eq_ignore_ascii_case("from") {
            stages.push(from(line).map_err(located)?);
            continue;
        }
        let instruction = instruction(line).map_err(located)?;
        let source = line.original.trim().to_owned();
        match (stages.last_mut(), instruction) {
            (None, Instruction::Arg(names)) => arguments.push((source, names)),
            (None, _) => return Err("no build stage in current context".to_owned()),
            (Some(stage), instruction) => stage.commands.push(Command {
                source,
                instruction,
            }),
        }
    }
    Ok(Dockerfile {
        arguments,
        stages,
        escape: lines.escape,
        warnings: lines.warnings,
    })
}

/// The instruction that an image keeps for the builds that begin with it.
pub(in crate::daemon::build) fn trigger(text: &str) -> Result<Command, String> {
    let lines = Lines::read(text)?;
    let [line] = lines.all.as_slice() else {
        return Err("onbuild trigger should be a single expression".to_owned());
    };
    if line.command.eq_ignore_ascii_case("from") {
        return Err("*instructions.Stage is not a command type".to_owned());
    }
    Ok(Command {
        source: line.original.trim().to_owned(),
        instruction: instruction(line)?,
    })
}

/// The escape character, and the instructions that may change a configuration outside of a build.
pub(in crate::daemon::build) fn changes(text: &str) -> Result<(char, Vec<Instruction>), String> {
    let lines = Lines::read(text)?;
    for line in &lines.all {
        let name = line.command.to_lowercase();
        if !CHANGES.contains(&name.as_str()) {
            let name = &line.command;
            return Err(format!("{name} is not a valid change command"));
        }
    }
    let instructions = lines
        .all
        .iter()
        .map(instruction)
        .collect::<Result<_, _>>()?;
    Ok((lines.escape, instructions))
}

fn at_least_one(line: &Line) -> Result<(), String> {
    if line.arguments.words.is_empty() {
        let name = line.command.to_uppercase();
        return Err(format!("{name} requires at least one argument"));
    }
    Ok(())
}

fn exactly_one(line: &Line) -> Result<String, String> {
    if let [word] = line.arguments.words.as_slice() {
        return Ok(word.clone());
    }
    let name = line.command.to_uppercase();
    Err(format!("{name} requires exactly one argument"))
}

fn no_flags(line: &Line) -> Result<(), String> {
    Flags::read(&[], &line.flags).map(drop)
}

fn instruction(line: &Line) -> Result<Instruction, String> {
    let words = &line.arguments.words;
    Ok(match line.command.to_lowercase().as_str() {
        "add" => Instruction::Add(sources(line, false)?),
        "arg" => Instruction::Arg(arg(line)?),
        "cmd" => {
            no_flags(line)?;
            Instruction::Cmd(command_line(line, false))
        }
        "copy" => Instruction::Copy(sources(line, true)?),
        "entrypoint" => {
            no_flags(line)?;
            Instruction::Entrypoint(command_line(line, true))
        }
        "env" => Instruction::Env(pairs(line)?),
        "expose" => {
            at_least_one(line)?;
            no_flags(line)?;
            let mut ports = words.clone();
            ports.sort();
            Instruction::Expose(ports)
        }
        "healthcheck" => Instruction::Healthcheck(health(line)?),
        "label" => Instruction::Label(pairs(line)?, true),
        "maintainer" => {
            let who = exactly_one(line)?;
            no_flags(line)?;
            Instruction::Maintainer(who)
        }
        "onbuild" => Instruction::Onbuild(onbuild(line)?),
        "run" => run(line)?,
        "shell" => {
            no_flags(line)?;
            at_least_one(line)?;
            if !line.arguments.json {
                return Err("SHELL requires the arguments to be in JSON form".to_owned());
            }
            Instruction::Shell(words.clone())
        }
        "stopsignal" => Instruction::StopSignal(exactly_one(line)?),
        "user" => {
            let user = exactly_one(line)?;
            no_flags(line)?;
            Instruction::User(user)
        }
        "volume" => {
            at_least_one(line)?;
            no_flags(line)?;
            let volumes: Vec<String> = words.iter().map(|it| it.trim().to_owned()).collect();
            if volumes.iter().any(String::is_empty) {
                return Err("VOLUME specified can not be an empty string".to_owned());
            }
            Instruction::Volume(volumes)
        }
        "workdir" => {
            let path = exactly_one(line)?;
            no_flags(line)?;
            Instruction::Workdir(path)
        }
        _ => {
            let hint = suggestion(&line.command, &NAMES, false);
            return Err(format!("unknown instruction: {}{hint}", line.command));
        }
    })
}

fn from(line: &Line) -> Result<Stage, String> {
    let words = &line.arguments.words;
    let name = match words.as_slice() {
        [_] => String::new(),
        [_, keyword, name] if keyword.eq_ignore_ascii_case("as") => {
            let lower = name.to_lowercase();
            let rest =
                |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "-_.".contains(it);
            if !lower.starts_with(|it: char| it.is_ascii_lowercase()) || !lower.chars().all(rest) {
                return Err(format!(
                    "invalid name for build stage: {}, name can't start with a number or contain symbols",
                    quoted(name)
                ));
            }
            lower
        }
        _ => return Err("FROM requires either one or three arguments".to_owned()),
    };
    let flags = Flags::read(&[("platform", Takes::Text)], &line.flags)?;
    Ok(Stage {
        name,
        base: words[0].clone(),
        platform: flags.text("platform").to_owned(),
        source: line.original.trim().to_owned(),
        commands: Vec::new(),
    })
}

fn pairs(line: &Line) -> Result<Vec<Pair>, String> {
    no_flags(line)?;
    at_least_one(line)?;
    let mut pairs = Vec::new();
    for three in line.arguments.words.chunks(3) {
        let [name, value, _] = three else { break };
        if name.is_empty() {
            let command = line.command.to_uppercase();
            return Err(format!("{command} names can not be blank"));
        }
        pairs.push(Pair {
            name: name.clone(),
            value: value.clone(),
        });
    }
    Ok(pairs)
}

fn arg(line: &Line) -> Result<ArgNames, String> {
    at_least_one(line)?;
    let mut names = Vec::new();
    for word in &line.arguments.words {
        names.push(match word.split_once('=') {
            Some(("", _)) => return Err("ARG names can not be blank".to_owned()),
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (word.clone(), None),
        });
    }
    Ok(names)
}

fn sources(line: &Line, copy: bool) -> Result<Sources, String> {
    let command = if copy { "COPY" } else { "ADD" };
    let words = &line.arguments.words;
    let Some((destination, sources)) = words.split_last().filter(|it| !it.1.is_empty()) else {
        return Err(format!(
            "{command} requires at least two arguments, but only one was provided. Destination could not be determined"
        ));
    };
    let known: &[(&str, Takes)] = if copy {
        &[
            ("chmod", Takes::Text),
            ("chown", Takes::Text),
            ("exclude", Takes::Texts),
            ("from", Takes::Text),
            ("link", Takes::Bool),
        ]
    } else {
        &[
            ("checksum", Takes::Text),
            ("chmod", Takes::Text),
            ("chown", Takes::Text),
            ("exclude", Takes::Texts),
            ("keep-git-dir", Takes::Bool),
            ("link", Takes::Bool),
            ("unpack", Takes::Bool),
        ]
    };
    let flags = Flags::read(known, &line.flags)?;
    let is_heredoc = |word: &&String| matches!(heredoc(word), Ok(Some(_)));
    if is_heredoc(&destination) {
        return Err(format!(
            "{command} cannot accept a heredoc as a destination"
        ));
    }
    Ok(Sources {
        // The classic builder knows nothing of files written in the Dockerfile.
        paths: sources
            .iter()
            .filter(|it| !is_heredoc(it))
            .cloned()
            .collect(),
        destination: destination.clone(),
        from: flags.text("from").to_owned(),
        chown: flags.text("chown").to_owned(),
        chmod: flags.text("chmod").to_owned(),
    })
}

fn command_line(line: &Line, empty_is_none: bool) -> CommandLine {
    let Arguments { words, json } = line.arguments.clone();
    let words = if json || words.is_empty() {
        words
    } else {
        vec![words.join(" ")]
    };
    CommandLine {
        words: (!empty_is_none || !words.is_empty()).then_some(words),
        shell: !json,
    }
}

fn run(line: &Line) -> Result<Instruction, String> {
    let known = [
        ("device", Takes::Texts),
        ("mount", Takes::Texts),
        ("network", Takes::Text),
        ("security", Takes::Text),
    ];
    let flags = Flags::read(&known, &line.flags)?;
    match flags.text("network") {
        "" | "default" | "none" | "host" => {}
        other => return Err(format!("invalid network mode {}", quoted(other))),
    }
    match flags.text("security") {
        "" | "insecure" | "sandbox" => {}
        other => return Err(format!("security {} is not valid", quoted(other))),
    }
    for mount in flags.all("mount") {
        let from = mount.split(',').find_map(|it| it.strip_prefix("from="));
        let variable = from.and_then(|it| it.find('$').filter(|at| at + 1 < it.len()));
        if variable.is_some() {
            return Err(
                "'from' doesn't support variable expansion, define alias stage instead".to_owned(),
            );
        }
    }
    Ok(Instruction::Run(command_line(line, false), flags.used))
}

fn onbuild(line: &Line) -> Result<String, String> {
    at_least_one(line)?;
    no_flags(line)?;
    let inner = line.arguments.words[0].trim().to_uppercase();
    match inner.as_str() {
        "ONBUILD" => {
            return Err("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned());
        }
        "MAINTAINER" | "FROM" => {
            return Err(format!("{inner} isn't allowed as an ONBUILD trigger"));
        }
        _ => {}
    }
    let rest = line.original.trim_start().get("ONBUILD".len()..);
    let mut text = rest.unwrap_or_default().trim_start().to_owned();
    for heredoc in &line.heredocs {
        text.push('\n');
        text.push_str(&heredoc.content);
        text.push_str(&heredoc.name);
    }
    Ok(text)
}

fn interval(flags: &Flags, name: &str) -> Result<i64, String> {
    let text = flags.text(name);
    if text.is_empty() {
        return Ok(0);
    }
    let nanos = parse_duration(text)?;
    if nanos != 0 && nanos < 1_000_000 {
        return Err(format!("Interval {} cannot be less than 1ms", quoted(name)));
    }
    Ok(nanos)
}

fn health(line: &Line) -> Result<Health, String> {
    at_least_one(line)?;
    let (kind, rest) = line
        .arguments
        .words
        .split_first()
        .map(|(kind, rest)| (kind.to_uppercase(), rest))
        .unwrap_or_default();
    if kind == "NONE" {
        if !rest.is_empty() {
            return Err("HEALTHCHECK NONE takes no arguments".to_owned());
        }
        return Ok(Health {
            test: vec![kind],
            ..Health::default()
        });
    }
    let known = [
        ("interval", Takes::Text),
        ("retries", Takes::Text),
        ("start-interval", Takes::Text),
        ("start-period", Takes::Text),
        ("timeout", Takes::Text),
    ];
    let flags = Flags::read(&known, &line.flags)?;
    if kind != "CMD" {
        return Err(format!(
            "Unknown type {} in HEALTHCHECK (try CMD)",
            quoted(&kind)
        ));
    }
    if rest.is_empty() {
        return Err("Missing command after HEALTHCHECK CMD".to_owned());
    }
    let mut test = vec![
        if line.arguments.json {
            "CMD"
        } else {
            "CMD-SHELL"
        }
        .to_owned(),
    ];
    if line.arguments.json {
        test.extend(rest.iter().cloned());
    } else {
        test.push(rest.join(" "));
    }
    let retries = match flags.text("retries") {
        "" => 0,
        text => {
            let number: i64 = text.parse().map_err(|_| {
                format!("strconv.ParseInt: parsing {}: invalid syntax", quoted(text))
            })?;
            if number < 0 {
                return Err(format!("--retries cannot be negative ({number})"));
            }
            number
        }
    };
    Ok(Health {
        test,
        interval: interval(&flags, "interval")?,
        timeout: interval(&flags, "timeout")?,
        start_period: interval(&flags, "start-period")?,
        start_interval: interval(&flags, "start-interval")?,
        retries,
    })
}
