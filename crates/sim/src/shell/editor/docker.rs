//! Completion of docker's command lines: docker itself is asked, as the completion scripts of real
//! shells do.

use super::complete::{Completions, paths};
use crate::shell::state::Shell;

/// What `docker __complete` says besides its candidates: nothing else may complete the word.
const NOTHING_ELSE: u32 = 4;
/// Folders may.
const FOLDERS: u32 = 16;

/// What could replace the word before the cursor; `None` when the command is not docker.
pub(super) async fn complete(shell: &mut Shell, before: &str) -> Option<Completions> {
    let script = question(before)?;
    let kept = shell.substituted;
    let answer = shell.command_substitution(&script).await;
    shell.substituted = kept;
    let (mut candidates, other) = read(&answer.unwrap_or_default());
    let start = before.rfind([' ', '\t', '=']).map_or(0, |it| it + 1);
    let word = &before[start..];
    candidates.retain(|it| it.starts_with(word));
    let mut found: std::collections::BTreeSet<String> = candidates.into_iter().collect();
    if found.is_empty() && other & NOTHING_ELSE == 0 {
        paths(shell, word, other & FOLDERS != 0, &mut found);
    }
    Some(Completions {
        word: word.to_owned(),
        candidates: found.into_iter().collect(),
    })
}

/// The command that asks docker; `None` when the last command of the line is not docker's, or
/// when its program is still being typed.
fn question(before: &str) -> Option<String> {
    let command = before
        .rsplit([';', '|', '&', '(', '`', '\n'])
        .next()
        .unwrap_or_default();
    let plain = |it: char| !matches!(it, '\'' | '"' | '\\' | '$' | '<' | '>');
    let mut words = command.split_whitespace().peekable();
    words.next_if_eq(&"sudo");
    let is_docker = words.next() == Some("docker");
    let mut words: Vec<&str> = words.collect();
    if command.ends_with(char::is_whitespace) {
        words.push("");
    }
    if !is_docker || words.is_empty() || !command.chars().all(plain) {
        return None;
    }
    let words: Vec<_> = words.iter().map(|it| format!("'{it}'")).collect();
    Some(format!("docker __complete {} 2>/dev/null", words.join(" ")))
}

/// The candidates without their descriptions, and the number at the end.
fn read(answer: &str) -> (Vec<String>, u32) {
    let mut candidates: Vec<String> = answer
        .lines()
        .map(|line| line.split('\t').next().unwrap_or(line).to_owned())
        .collect();
    let other = candidates
        .pop_if(|it| it.starts_with(':'))
        .and_then(|it| it[1..].parse().ok());
    (candidates, other.unwrap_or(NOTHING_ELSE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn docker_is_asked_about_its_own_lines() {
        let asked = |line| question(line).map(|it| it.replace(" 2>/dev/null", ""));
        let some = |it: &str| Some(format!("docker __complete {it}"));
        assert_eq!(asked("docker "), some("''"));
        assert_eq!(asked("ls; sudo docker run --na"), some("'run' '--na'"));
        assert_eq!(asked("docker ps | grep x"), None);
        assert_eq!(asked("docker"), None);
        assert_eq!(asked("docker run 'a b"), None);
        assert_eq!(asked("docker ps > f"), None);
    }

    #[test]
    fn answers_are_read() {
        let answer = "run\tCreate and run\nrm\n:4";
        assert_eq!(read(answer), (vec!["run".to_owned(), "rm".to_owned()], 4));
        assert_eq!(read(":16"), (vec![], 16));
    }
}
