//! Builtins that change what is run next.

use std::sync::Arc;

use super::super::state::{Run, Shell, Stop};

async fn number(shell: &Shell, text: &str) -> Run<u32> {
    match text.parse::<u32>() {
        Ok(value) => Ok(value),
        Err(_) => shell.fail(format!("Illegal number: {text}")).await,
    }
}

/// The low eight bits, as wait(2) gives them.
fn code(value: u32) -> u8 {
    value.to_le_bytes()[0]
}

pub(super) async fn exit(shell: &mut Shell, arguments: &[String]) -> Run {
    let status = match arguments.first() {
        Some(text) => match number(shell, text).await {
            Ok(value) => code(value),
            Err(_) => return Err(Stop::Error(2)),
        },
        None => shell.status,
    };
    Err(Stop::Exit(status))
}

pub(super) async fn return_(shell: &mut Shell, arguments: &[String]) -> Run {
    let status = match arguments.first() {
        Some(text) => code(number(shell, text).await?),
        None => shell.status,
    };
    Err(Stop::Return(status))
}

pub(super) async fn leave(shell: &mut Shell, arguments: &[String], breaks: bool) -> Run {
    let depth = match arguments.first() {
        Some(text) => number(shell, text).await?,
        None => 1,
    };
    if depth == 0 {
        return shell.fail("Illegal number: 0").await;
    }
    let depth = depth.min(shell.loop_depth);
    match (depth, breaks) {
        (0, _) => Ok(0),
        (depth, true) => Err(Stop::Break(depth)),
        (depth, false) => Err(Stop::Continue(depth)),
    }
}

pub(super) async fn shift(shell: &mut Shell, arguments: &[String]) -> Run {
    let count = match arguments.first() {
        Some(text) => usize::try_from(number(shell, text).await?).unwrap_or(usize::MAX),
        None => 1,
    };
    if count > shell.parameters.len() {
        return Ok(1);
    }
    shell.parameters.drain(..count);
    Ok(0)
}

pub(super) async fn eval(shell: &mut Shell, arguments: &[String]) -> Run {
    let text = arguments.join(" ");
    Box::pin(shell.run_text(&text, false)).await
}

pub(super) async fn source(shell: &mut Shell, arguments: &[String]) -> Run {
    let Some((name, rest)) = arguments.split_first() else {
        return Ok(2);
    };
    let path = if name.contains('/') {
        name.clone()
    } else {
        let path = shell.variables.get("PATH").unwrap_or_default().to_owned();
        let mut candidates = path
            .split(':')
            .map(|directory| format!("{directory}/{name}"));
        match candidates.find(|file| shell.sys.stat(file).is_ok()) {
            Some(file) => file,
            None => return shell.fail(format!("{name}: not found")).await,
        }
    };
    let text = match shell.sys.read_file(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return shell.fail(format!("can't open '{name}': {error}")).await,
    };
    let parameters =
        (!rest.is_empty()).then(|| std::mem::replace(&mut shell.parameters, rest.to_vec()));
    let outer = shell.command_name.replace(name.clone());
    let line = (shell.line, std::mem::take(&mut shell.line_base));
    shell.source_depth += 1;
    let result = Box::pin(shell.run_text(&text, false)).await;
    shell.source_depth -= 1;
    (shell.line, shell.line_base) = line;
    shell.command_name = outer;
    if let Some(parameters) = parameters {
        shell.parameters = parameters;
    }
    match result {
        Err(Stop::Return(status)) => Ok(status),
        result => result,
    }
}

pub(super) async fn let_(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut value = 0;
    for text in arguments {
        value = shell.arithmetic(text).await?;
    }
    Ok(u8::from(value == 0))
}

pub(super) async fn command(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut rest = arguments;
    let (mut brief, mut verbose) = (false, false);
    while let [first, after @ ..] = rest {
        match first.as_str() {
            "-v" => brief = true,
            "-V" => verbose = true,
            "-p" => {}
            "--" => {
                rest = after;
                break;
            }
            _ => break,
        }
        rest = after;
    }
    let Some((name, words)) = rest.split_first() else {
        return Ok(0);
    };
    if brief {
        return super::info::locate(shell, name).await;
    }
    if verbose {
        return super::info::type_(shell, std::slice::from_ref(name)).await;
    }
    if super::is_builtin(name) {
        return match super::run(shell, name, words).await {
            Err(Stop::Error(status)) => Ok(status),
            result => result,
        };
    }
    // A program: as a command of its own, functions left out.
    let hidden = shell.functions.remove(name);
    let text: Vec<_> = rest
        .iter()
        .map(|it| super::super::state::single_quote(it))
        .collect();
    let outer = shell.command_name.take();
    let result = shell.run_text(&text.join(" "), false).await;
    shell.command_name = outer;
    if let Some(body) = hidden {
        shell.functions.insert(name.clone(), Arc::clone(&body));
    }
    result
}
