//! `export`, `readonly`, `unset`, `local`, `getopts`.

use super::super::state::{Run, Shell, Variable, is_name, single_quote};

pub(super) async fn export(shell: &mut Shell, arguments: &[String]) -> Run {
    mark(
        shell,
        arguments,
        "export",
        |it| it.exported,
        |it, on| it.exported = on,
    )
    .await
}

pub(super) async fn read_only(shell: &mut Shell, arguments: &[String]) -> Run {
    mark(
        shell,
        arguments,
        "readonly",
        |it| it.read_only,
        |it, on| it.read_only = on,
    )
    .await
}

async fn mark(
    shell: &mut Shell,
    arguments: &[String],
    verb: &str,
    is: fn(&Variable) -> bool,
    set: fn(&mut Variable, bool),
) -> Run {
    let negated = arguments.first().is_some_and(|it| it == "-n");
    let names: Vec<_> = arguments.iter().filter(|it| !it.starts_with('-')).collect();
    if names.is_empty() {
        let mut text = String::new();
        for (name, variable) in shell.variables.iter().filter(|(_, it)| is(it)) {
            let value = variable.value.as_deref().map(single_quote);
            text.push_str(&match value {
                Some(value) => format!("{verb} {name}={value}\n"),
                None => format!("{verb} {name}\n"),
            });
        }
        return super::print(shell, &text).await;
    }
    for word in names {
        let (name, value) = split(word);
        if !is_name(name) {
            return shell.fail(format!("{name}: bad variable name")).await;
        }
        if let Some(value) = value {
            shell.assign(name, value).await?;
        }
        set(shell.variables.edit(name), !negated);
    }
    Ok(0)
}

fn split(word: &str) -> (&str, Option<&str>) {
    match word.split_once('=') {
        Some((name, value)) => (name, Some(value)),
        None => (word, None),
    }
}

pub(super) async fn unset(shell: &mut Shell, arguments: &[String]) -> Run {
    let mut functions = false;
    for word in arguments {
        match word.as_str() {
            "-f" => functions = true,
            "-v" => functions = false,
            name if functions => {
                shell.functions.remove(name);
                functions = arguments.last() != Some(word);
            }
            name if !is_name(name) => {
                return shell.fail(format!("{name}: bad variable name")).await;
            }
            name => {
                if let Err(error) = shell.variables.unset(name) {
                    return shell.fail(error).await;
                }
            }
        }
    }
    Ok(0)
}

pub(super) async fn local(shell: &mut Shell, arguments: &[String]) -> Run {
    for word in arguments {
        let (name, value) = split(word);
        if !is_name(name) {
            return shell.fail(format!("{name}: bad variable name")).await;
        }
        if !shell.variables.localize(name) {
            return shell.fail("not in a function").await;
        }
        match value {
            Some(value) => shell.assign(name, value).await?,
            None => shell.variables.edit(name).value = None,
        }
    }
    if shell.function_depth == 0 {
        return shell.fail("not in a function").await;
    }
    Ok(0)
}

/// `getopts OPTSTRING NAME [ARG…]`
pub(super) async fn getopts(shell: &mut Shell, arguments: &[String]) -> Run {
    let [options, name, rest @ ..] = arguments else {
        return shell.fail("usage: getopts optstring var [arg]").await;
    };
    let words = if rest.is_empty() {
        shell.parameters.clone()
    } else {
        rest.to_vec()
    };
    let mut index: usize = shell
        .variables
        .get("OPTIND")
        .and_then(|it| it.parse().ok())
        .unwrap_or(1)
        .max(1);
    if index == 1 && shell.getopts_offset == 0 {
        shell.getopts_offset = 1;
    }
    let silent = options.starts_with(':');
    let mut offset = shell.getopts_offset.max(1);
    let word = words
        .get(index - 1)
        .filter(|it| it.len() > 1 && it.starts_with('-'));
    let finished = match word {
        None => true,
        Some(word) if word == "--" => {
            index += 1;
            true
        }
        Some(_) => false,
    };
    if finished {
        shell.getopts_offset = 0;
        shell.assign("OPTIND", &index.to_string()).await?;
        shell.assign(name, "?").await?;
        return Ok(1);
    }
    let word = word.cloned().unwrap_or_default();
    let letter = word.chars().nth(offset).unwrap_or('?');
    offset += 1;
    let at_end = offset >= word.chars().count();
    let place = options.find(letter).filter(|_| letter != ':');
    let takes_value = place.is_some_and(|at| options[at + letter.len_utf8()..].starts_with(':'));
    let mut found = letter.to_string();
    let mut value = None;
    if place.is_none() {
        found = "?".into();
        if silent {
            value = Some(letter.to_string());
        } else {
            shell
                .error_text(&format!("Illegal option -{letter}\n"))
                .await;
        }
    } else if takes_value {
        value = if at_end {
            words.get(index).cloned()
        } else {
            Some(word.chars().skip(offset).collect())
        };
        if at_end {
            index += 1;
        }
        if value.is_none() {
            found = if silent { ":".into() } else { "?".into() };
            if silent {
                value = Some(letter.to_string());
            } else {
                shell
                    .error_text(&format!("No arg for -{letter} option\n"))
                    .await;
            }
        }
    }
    if at_end || takes_value {
        index += 1;
        offset = 1;
    }
    shell.getopts_offset = offset;
    shell.assign("OPTIND", &index.to_string()).await?;
    match value {
        Some(value) => shell.assign("OPTARG", &value).await?,
        None => shell.variables.edit("OPTARG").value = None,
    }
    shell.assign(name, &found).await?;
    Ok(0)
}
