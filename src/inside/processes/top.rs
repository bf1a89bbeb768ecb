//! Processes as the engine lists them, with their numbers inside as a script reads them there.

use serde_json::Value;

use super::{Process, Table, in_tree_order};
use crate::engine::Client;
use crate::inside::InsideError;
use crate::inside::ground::exec;
use crate::inside::ground::{Files, Source, Subject};
use crate::inside::kernel::status::Status;

/// Columns that tell all that is shown; an engine whose `ps` has not got them gives its own.
const COLUMNS: &str = "-eo%20pid,ppid,uid,stat,nlwp,rss,args";

pub(super) async fn read(
    client: &Client,
    subject: &Subject,
    reason: String,
) -> Result<Table, InsideError> {
    let path = format!("/containers/{}/top", subject.id);
    let rich = client.json(&format!("{path}?ps_args={COLUMNS}")).await;
    let document = match rich {
        Ok(document) => document,
        Err(_) => client.json(&path).await?,
    };
    let mut table = Table {
        source: Source::Top,
        notes: vec![reason],
        pid_mode: subject.pid_mode.clone(),
        processes: parse(&document, subject.pid),
        ..Table::default()
    };
    if is_numbered_inside(&table.processes, &subject.pid_mode) {
        table.processes = as_seen_inside(table.processes, subject.pid);
        table.notes.push(
            "ce moteur exécute ps dans le conteneur\u{a0}: les PID sur l’hôte ne sont pas dits, sauf le premier"
                .to_owned(),
        );
        return Ok(table);
    }
    if subject.pid_mode == "host" {
        for process in &mut table.processes {
            process.inner = Some(process.pid);
        }
    } else {
        match exec::read(client, &subject.id, |files| inner(files)).await {
            Ok(inside) => {
                pair(&mut table.processes, &inside, subject.pid_mode.is_empty());
                table.notes.push(
                    "PID dans le conteneur\u{a0}: lus par docker exec, rapprochés par la commande"
                        .to_owned(),
                );
            }
            Err(reason) => table
                .notes
                .push(format!("PID dans le conteneur\u{a0}: {reason}")),
        }
    }
    table.processes = in_tree_order(std::mem::take(&mut table.processes));
    Ok(table)
}

/// Whether the numbers are the container's own: Podman may run its `ps`. The first process is then
/// not there under the number that it has on the host.
pub(super) fn is_numbered_inside(processes: &[Process], pid_mode: &str) -> bool {
    pid_mode.is_empty()
        && processes.iter().all(|it| !it.first)
        && processes.iter().any(|it| it.pid == 1)
}

/// In the order of the tree, with those numbers where they belong; of the host's, only `first` is
/// known.
pub(super) fn as_seen_inside(mut processes: Vec<Process>, first: u32) -> Vec<Process> {
    for process in &mut processes {
        process.first = process.pid == 1;
    }
    let mut processes = in_tree_order(processes);
    for process in &mut processes {
        process.inner = Some(process.pid);
        (process.pid, process.parent) = (if process.first { first } else { 0 }, 0);
        process.inner_user = match process.user.as_str() {
            "root" => Some(0),
            user => user.parse().ok(),
        };
        process.user = String::new();
    }
    processes
}

/// `{"Titles": ["UID", "PID", …], "Processes": [["root", "1234", …], …]}`
pub(super) fn parse(document: &Value, first: u32) -> Vec<Process> {
    let texts = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items
            .map(|it| it.as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let mut titles = document.get("Titles").map(texts).unwrap_or_default();
    // Podman gives what a container's `ps` wrote as it came: a row is one text.
    let columns = match titles.as_slice() {
        [line] if line.trim().contains(' ') => Some(line.split_whitespace().count()),
        _ => None,
    };
    if columns.is_some() {
        titles = titles[0].split_whitespace().map(str::to_owned).collect();
    }
    let column = |names: &[&str]| titles.iter().position(|it| names.contains(&it.as_str()));
    let (pid, parent) = (column(&["PID"]), column(&["PPID"]));
    let (user, state) = (column(&["UID", "USER"]), column(&["STAT", "S"]));
    let (threads, resident) = (column(&["NLWP"]), column(&["RSS"]));
    let command = column(&["CMD", "COMMAND", "ARGS"]);
    let rows = document.get("Processes").and_then(Value::as_array);
    let rows = rows.into_iter().flatten();
    rows.filter_map(|row| {
        let row = match (texts(row), columns) {
            (row, Some(columns)) => cells(row.first().map_or("", String::as_str), columns),
            (row, None) => row,
        };
        let get = |at: Option<usize>| row.get(at?).map(String::as_str);
        let pid = get(pid)?.parse().ok()?;
        let command = get(command).unwrap_or_default().to_owned();
        let name = command.split(' ').next().unwrap_or_default();
        Some(Process {
            pid,
            parent: get(parent).and_then(|it| it.parse().ok()).unwrap_or(0),
            user: get(user).unwrap_or_default().to_owned(),
            state: get(state).and_then(|it| it.chars().next()),
            name: name.rsplit('/').next().unwrap_or(name).to_owned(),
            command,
            threads: get(threads).and_then(|it| it.parse().ok()),
            resident: get(resident)
                .and_then(|it| it.parse::<u64>().ok())
                .map(|it| it << 10),
            first: pid == first,
            ..Process::default()
        })
    })
    .collect()
}

/// The cells of a line: the last one, a command, holds spaces.
fn cells(line: &str, columns: usize) -> Vec<String> {
    let mut cells = Vec::with_capacity(columns);
    let mut rest = line.trim();
    while cells.len() + 1 < columns {
        let Some((cell, next)) = rest.split_once(char::is_whitespace) else {
            break;
        };
        cells.push(cell.to_owned());
        rest = next.trim_start();
    }
    cells.push(rest.to_owned());
    cells
}

/// A process as its container sees it.
struct Inner {
    pid: u32,
    uid: u32,
    command: String,
}

/// What `/proc` shows in the container, the reading script apart.
fn inner(files: &dyn Files) -> Vec<Inner> {
    let names = files.names("/proc").unwrap_or_default();
    let numbers = names.iter().filter_map(|it| it.parse::<u32>().ok());
    numbers
        .filter_map(|pid| {
            let command = files.read(&format!("/proc/{pid}/cmdline"));
            let status = files.read(&format!("/proc/{pid}/status"));
            let (command, status) = (command.ok()?, Status::parse(&status.ok()?)?);
            let command = command.trim_end_matches('\0').replace('\0', " ");
            Some(Inner {
                pid: status.inner().unwrap_or(pid),
                uid: status.uid,
                command,
            })
        })
        .collect()
}

/// Gives each process its number inside: the engine's list and the container's are in the same
/// order for the same command line; the first process of a container with numbers of its `own` is 1.
fn pair(processes: &mut [Process], inside: &[Inner], own: bool) {
    let mut left: Vec<&Inner> = inside.iter().collect();
    left.sort_by_key(|it| it.pid);
    processes.sort_by_key(|it| (!it.first, it.pid));
    for process in processes {
        let same = |it: &&Inner| {
            if own && process.first {
                it.pid == 1
            } else {
                it.command == process.command
            }
        };
        if let Some(at) = left.iter().position(same) {
            let found = left.remove(at);
            process.inner = Some(found.pid);
            process.inner_user = Some(found.uid);
        }
    }
}
