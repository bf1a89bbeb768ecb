//! `set`.

use super::super::state::{OPTIONS, Run, Shell, single_quote};

pub(super) async fn set(shell: &mut Shell, arguments: &[String]) -> Run {
    if arguments.is_empty() {
        let text: String = shell
            .variables
            .iter()
            .filter_map(|(name, it)| Some(format!("{name}={}\n", single_quote(it.value.as_ref()?))))
            .collect();
        return super::print(shell, &text).await;
    }
    let mut words = arguments.iter();
    while let Some(word) = words.as_slice().first() {
        let on = match word.chars().next() {
            _ if word == "--" => {
                words.next();
                shell.set_parameters(words.cloned().collect()).await?;
                return Ok(0);
            }
            _ if word == "-" => {
                shell.options.set("xtrace", false);
                shell.options.set("verbose", false);
                words.next();
                continue;
            }
            Some('-') => true,
            Some('+') => false,
            _ => {
                shell.set_parameters(words.cloned().collect()).await?;
                return Ok(0);
            }
        };
        words.next();
        for letter in word[1..].chars() {
            if letter == 'o' {
                match words.next() {
                    Some(name) if shell.options.set(name, on) => {}
                    Some(name) => {
                        shell
                            .complain(format!("illegal option {word} {name}"))
                            .await;
                        return Ok(1);
                    }
                    None => return show(shell, on).await,
                }
            } else if !shell.options.set_letter(letter, on) {
                let sign = if on { '-' } else { '+' };
                return shell.fail(format!("illegal option {sign}{letter}")).await;
            }
        }
    }
    Ok(0)
}

async fn show(shell: &Shell, readable: bool) -> Run {
    let text: String = OPTIONS
        .iter()
        .map(|(name, _)| {
            let on = shell.options.is_on(name);
            if readable {
                format!("{name:<15} {}\n", if on { "on" } else { "off" })
            } else {
                format!("set {}o {name}\n", if on { '-' } else { '+' })
            }
        })
        .collect();
    super::print(shell, &text).await
}
