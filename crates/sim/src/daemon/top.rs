//! `docker top`: what the host's `ps` says of a container's processes.

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::exec::not_running;
use super::{Daemon, Fault, Outcome};
use crate::kernel::ProcessInfo;
use crate::ps::{Asked, Asker, Machine};

/// What `ps` is asked when the client says nothing.
const DEFAULT: &str = "-ef";

impl Machine for Daemon {
    fn file(&self, path: &str) -> Option<String> {
        let text = self.kernel().host_file(path).ok()?;
        Some(String::from_utf8_lossy(&text).into_owned())
    }

    fn link(&self, path: &str) -> Option<String> {
        self.kernel().host_link(path).ok()
    }

    fn memory(&self) -> u64 {
        self.kernel().options().memory
    }

    fn now(&self) -> SystemTime {
        self.kernel().now()
    }
}

impl Daemon {
    /// Titles and rows, with these arguments of `ps`.
    pub fn top(&self, key: &str, arguments: &str) -> Outcome<Value> {
        let arguments = if arguments.is_empty() {
            DEFAULT
        } else {
            arguments
        };
        check(arguments)?;
        let container = self.container(key)?;
        let Some(pid) = container.pid else {
            return Err(not_running(&container));
        };
        let words: Vec<String> = arguments.split_whitespace().map(str::to_owned).collect();
        let asked = Asked::read(&words)
            .map_err(|message| Fault::internal(format!("ps: error: {message}")))?;
        let processes = self.kernel().processes_of(pid);
        // Its own are named by number, unless that does not go with the rest; the daemon has no
        // terminal.
        let (quick, daemon) = (asked.may_be_quick(), Asker::default());
        let shown: Vec<&ProcessInfo> = processes
            .iter()
            .filter(|it| asked.selects(self, it, &daemon, quick))
            .collect();
        let own = processes.iter().map(|it| it.pid.0).collect();
        let answer = parse(&asked.table(self, shown), &own)?;
        self.note(&container, "top", &[]);
        Ok(answer)
    }
}

/// `-o comm=PID` would have the daemon look for processes by their names.
fn check(arguments: &str) -> Outcome<()> {
    for word in arguments.split_whitespace().skip(1) {
        if let Some((name, title)) = word.split_once('=')
            && title.starts_with("PID")
            && name != "pid"
        {
            return Err(Fault::internal(format!(
                "specifying \"{name}={title}\" is not allowed"
            )));
        }
    }
    Ok(())
}

/// Titles are words; what a row has more goes to its last field.
fn parse(text: &str, own: &BTreeSet<u32>) -> Outcome<Value> {
    let mut lines = text.lines();
    let titles: Vec<&str> = lines
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let Some(at) = titles.iter().position(|it| *it == "PID") else {
        return Err(Fault::internal("Couldn't find PID field in ps output"));
    };
    let row = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let pid = fields.get(at)?.parse::<u32>().ok()?;
        let (head, rest) = fields.split_at_checked(titles.len() - 1)?;
        let mut row: Vec<String> = head.iter().map(|it| (*it).to_owned()).collect();
        row.push(rest.join(" "));
        own.contains(&pid).then_some(row)
    };
    let rows: Vec<Vec<String>> = lines.filter_map(row).collect();
    Ok(json!({"Processes": rows, "Titles": titles}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_as_many_fields_as_titles() {
        let text = "  PID CMD\n   41 sh -c exit\n   42 sleep 9\n";
        let answer = parse(text, &BTreeSet::from([41])).unwrap();
        let wanted = json!({"Processes": [["41", "sh -c exit"]], "Titles": ["PID", "CMD"]});
        assert_eq!(answer, wanted);
        let fault = parse("CMD\nsh\n", &BTreeSet::new()).unwrap_err();
        assert_eq!(fault.message, "Couldn't find PID field in ps output");
        assert!(check("-o comm=PID").is_err());
        assert!(check("-o pid=PID,comm=NOM").is_ok());
    }
}
