//! Files as a script prints them inside the container.
//!
//! What is to be read is not listed beforehand: a reader runs on what is known, each file it misses
//! is noted, one script prints them all, and the reader runs again.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::io;
use std::sync::{Mutex, PoisonError};

use super::Files;
use crate::engine::{CallError, Client};

/// What begins a line before each file.
const HEADER: &str = "\n@@moussaillon ";
/// Scripts run for one reading: `/proc`, then the control group it names, then its children.
const ROUNDS: usize = 4;

/// Something that is wanted of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    Content(String),
    Link(String),
    Names(String),
}

/// What was printed of a container's files.
#[derive(Debug, Default)]
pub(in crate::inside) struct Transcript {
    known: BTreeMap<Wanted, Result<String, io::ErrorKind>>,
    missed: Mutex<BTreeSet<Wanted>>,
}

impl Transcript {
    /// What a script printed once.
    #[cfg(test)]
    pub(in crate::inside) fn recorded(printed: &str) -> Self {
        let mut transcript = Self::default();
        transcript.learn(BTreeSet::new(), printed);
        transcript
    }

    fn get(&self, wanted: Wanted) -> io::Result<String> {
        match self.known.get(&wanted) {
            Some(Ok(text)) => Ok(text.clone()),
            Some(Err(kind)) => Err((*kind).into()),
            None => {
                let mut missed = self.missed.lock().unwrap_or_else(PoisonError::into_inner);
                missed.insert(wanted);
                Err(io::ErrorKind::NotFound.into())
            }
        }
    }

    fn take_missed(&mut self) -> BTreeSet<Wanted> {
        let missed = self
            .missed
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        std::mem::take(missed)
    }

    /// Keeps what a script printed; what it did not print is absent.
    fn learn(&mut self, asked: BTreeSet<Wanted>, printed: &str) {
        for part in printed.split(HEADER).skip(1) {
            let (head, text) = part.split_once('\n').unwrap_or((part, ""));
            let Some((sort, path)) = head.split_once(' ') else {
                continue;
            };
            let path = path.to_owned();
            let (wanted, said) = match sort {
                "r" => (Wanted::Content(path), Ok(text.to_owned())),
                "l" => (Wanted::Link(path), Ok(text.trim_end().to_owned())),
                "d" => (Wanted::Names(path), Ok(text.to_owned())),
                "R" => (Wanted::Content(path), Err(io::ErrorKind::PermissionDenied)),
                "L" => (Wanted::Link(path), Err(io::ErrorKind::PermissionDenied)),
                _ => continue,
            };
            self.known.insert(wanted, said);
        }
        for wanted in asked {
            self.known
                .entry(wanted)
                .or_insert(Err(io::ErrorKind::NotFound));
        }
    }
}

impl Files for Transcript {
    fn read(&self, path: &str) -> io::Result<String> {
        self.get(Wanted::Content(path.to_owned()))
    }

    fn link(&self, path: &str) -> io::Result<String> {
        self.get(Wanted::Link(path.to_owned()))
    }

    fn names(&self, path: &str) -> io::Result<Vec<String>> {
        let text = self.get(Wanted::Names(path.to_owned()))?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

/// Runs a reader on a container's files until it misses none of them.
pub(in crate::inside) async fn read<T>(
    client: &Client,
    container: &str,
    reader: impl Fn(&Transcript) -> T,
) -> Result<T, String> {
    let mut transcript = Transcript::default();
    for _ in 0..ROUNDS {
        let value = reader(&transcript);
        let missed = transcript.take_missed();
        if missed.is_empty() {
            return Ok(value);
        }
        let written = client
            .script(container, &script(&missed))
            .await
            .map_err(|error| refusal(&error))?;
        // A shell that is not there prints nothing, and says it with its status.
        if !written.stdout.contains(HEADER) {
            let said = format!("{} {}", written.stderr, written.stdout);
            return Err(no_shell(said.trim()));
        }
        transcript.learn(missed, &written.stdout);
    }
    Ok(reader(&transcript))
}

fn script(wanted: &BTreeSet<Wanted>) -> String {
    let mut text = "\
p() { printf '\\n@@moussaillon %s %s\\n' \"$1\" \"$2\"; }
r() { if [ -r \"$1\" ]; then p r \"$1\"; cat \"$1\"; elif [ -e \"$1\" ]; then p R \"$1\"; fi; }
l() { t=$(readlink \"$1\") && { p l \"$1\"; echo \"$t\"; } || { [ -e \"$1\" ] && p L \"$1\"; }; }
d() { [ -d \"$1\" ] && { p d \"$1\"; ls \"$1\"; }; }
exec 2>/dev/null
"
    .to_owned();
    for it in wanted {
        let (call, path) = match it {
            Wanted::Content(path) => ('r', path),
            Wanted::Link(path) => ('l', path),
            Wanted::Names(path) => ('d', path),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{call} '{}'", path.replace('\'', r"'\''"));
    }
    text.push_str("p . .\n");
    text
}

/// Why the engine ran nothing, in French.
fn refusal(error: &CallError) -> String {
    let text = error.to_string();
    if text.contains("is paused") {
        return "docker exec\u{a0}: le conteneur est suspendu, rien ne peut y être lancé"
            .to_owned();
    }
    if text.contains("executable file not found") || text.contains("no such file") {
        return no_shell("");
    }
    format!("docker exec\u{a0}: {text}")
}

/// Nothing was printed.
fn no_shell(said: &str) -> String {
    let mut text = "docker exec\u{a0}: l’image n’a pas de shell (sh) à lancer".to_owned();
    if !said.is_empty() && !said.contains("executable file not found") {
        text = format!("docker exec n’a rien lu\u{a0}: {said}");
    }
    text
}

#[cfg(test)]
mod tests;
