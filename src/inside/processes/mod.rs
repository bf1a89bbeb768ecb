//! A container's processes, on the host and inside: proc(5), and `docker top` where `/proc` is out
//! of reach.

use std::time::Duration;

use super::ground::{self, Source, Subject};
use super::kernel::{Sort, running};
use super::{Fact, InsideError, Place, Tell};
use crate::engine::Client;

mod host;
mod top;

#[cfg(test)]
pub(super) use host::read as read_host;

/// Between two readings of files.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two questions to the engine, which leave events.
const LONG_PAUSE: Duration = Duration::from_secs(5);

/// The processes of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Table {
    /// Where they were read.
    pub source: Source,
    /// Why not from nearer, and what could not be told, in French.
    pub notes: Vec<String>,
    /// What leads to the container's first process on the host, outermost first.
    pub ancestors: Vec<Process>,
    /// Its processes: each after its parent.
    pub processes: Vec<Process>,
    /// `HostConfig.PidMode`: empty when the container numbers its processes itself, `host`,
    /// `container:…`.
    pub pid_mode: String,
}

/// A process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Process {
    /// Its number where the engine is; 0 when that is not known.
    pub pid: u32,
    /// Its parent's.
    pub parent: u32,
    /// Its number in the container, when it is known.
    pub inner: Option<u32>,
    /// Its user where the engine is: a number, or a name as `docker top` has it.
    pub user: String,
    /// Its user in the container.
    pub inner_user: Option<u32>,
    /// `R`, `S`, `D`, `T`, `Z`…; `None` when it is not told.
    pub state: Option<char>,
    /// The name of its program.
    pub name: String,
    /// Its command line; empty for a zombie.
    pub command: String,
    /// Threads.
    pub threads: Option<u32>,
    /// Resident memory, bytes.
    pub resident: Option<u64>,
    /// Its control group.
    pub cgroup: Option<String>,
    /// The namespaces that it does not share with the container's first process; `None` when that
    /// cannot be read.
    pub apart: Option<Vec<Sort>>,
    /// Whether it is the first process of the container.
    pub first: bool,
    /// How many of the processes listed it descends from.
    pub depth: usize,
}

/// Tells the processes each time they change.
pub(super) async fn follow(place: &Place, id: &str, tell: &Tell) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let mut told = None;
    loop {
        let subject = running(&connection.client, id).await?;
        watch(place, &connection.client, &subject, &mut told, tell).await?;
    }
}

/// Reads until the container's first process is no longer there.
async fn watch(
    place: &Place,
    client: &Client,
    subject: &Subject,
    told: &mut Option<Table>,
    tell: &Tell,
) -> Result<(), InsideError> {
    let mut seen_here = false;
    loop {
        let (at, about) = (place.clone(), subject.clone());
        let found = ground::aside(move || {
            let here = ground::find(&at, &about)?;
            let mut table = host::read(&*here.files, &about);
            table.source = here.source;
            Ok::<_, String>(table)
        });
        let (table, pause) = match found.await? {
            Ok(table) => {
                seen_here = true;
                (table, PAUSE)
            }
            Err(_) if seen_here => return Ok(()),
            Err(reason) => {
                if running(client, &subject.id).await? != *subject {
                    return Ok(());
                }
                (top::read(client, subject, reason).await?, LONG_PAUSE)
            }
        };
        if told.as_ref() != Some(&table) {
            tell(Fact::Processes(Box::new(table.clone())));
            *told = Some(table);
        }
        place.pace.pause(pause).await;
    }
}

/// Puts each process after its parent, brothers by number, and counts its depth.
fn in_tree_order(mut processes: Vec<Process>) -> Vec<Process> {
    processes.sort_by_key(|it| it.pid);
    let pids: std::collections::BTreeSet<u32> = processes.iter().map(|it| it.pid).collect();
    let is_root = |it: &Process| !pids.contains(&it.parent) || it.parent == it.pid;
    // The first process comes before those that docker exec put beside it.
    let (mut roots, mut rest): (Vec<_>, Vec<_>) = processes.into_iter().partition(is_root);
    roots.sort_by_key(|it| (!it.first, it.pid));
    let mut pending: Vec<Process> = roots.into_iter().rev().collect();
    let mut ordered = Vec::new();
    while let Some(next) = pending.pop() {
        let (mut children, others): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|it| it.parent == next.pid);
        rest = others;
        for child in &mut children {
            child.depth = next.depth + 1;
        }
        pending.extend(children.into_iter().rev());
        ordered.push(next);
    }
    ordered
}

#[cfg(test)]
mod tests;
