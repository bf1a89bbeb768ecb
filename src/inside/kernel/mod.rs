//! A container's namespaces, cgroup, mounts and rights: namespaces(7), cgroups(7), proc(5).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use super::ground::{self, Ground, Source, Subject};
use super::{Fact, InsideError, Place, Tell};
use crate::engine::Client;

pub mod cgroup;
pub mod limits;
pub mod mounts;
pub mod namespaces;
mod read;
#[cfg(test)]
pub(super) use read::host as read_host;
pub mod status;

pub use cgroup::Cgroup;
pub use mounts::Mount;
pub use namespaces::{Namespace, Sharing, Sort};
pub use status::Status;

/// Between two readings of files.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two readings that run something in the container.
const LONG_PAUSE: Duration = Duration::from_secs(4);
/// Readings between two lists of the other containers.
const TURNS: u32 = 5;

/// What the kernel says of a container.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// Its first process, by the number it has where the engine is.
    pub pid: u32,
    /// Where most of it was read.
    pub source: Source,
    /// Why not from nearer, in French.
    pub notes: Vec<String>,
    /// Its namespaces, in the order of [`Sort::ALL`].
    pub namespaces: Vec<Namespace>,
    /// Its control group, or why it could not be read.
    pub cgroup: Option<Result<Cgroup, String>>,
    /// What is mounted in it, or why it could not be read.
    pub mounts: Option<Result<Vec<Mount>, String>>,
    /// What `/proc/PID/status` says of its first process, or why it could not be read.
    pub status: Option<Result<Status, String>>,
    /// Its `/proc/PID/uid_map`: lines of (first inside, first outside, count).
    pub uid_map: Vec<(u32, u32, u32)>,
}

/// Tells what the kernel says each time it changes.
pub(super) async fn follow(place: &Place, id: &str, tell: &Tell) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let mut following = Following {
        client: &connection.client,
        place,
        id,
        peers: Peers::default(),
        borrowed: None,
        told: None,
    };
    loop {
        let subject = following.subject().await?;
        following.watch(&subject, tell).await?;
    }
}

/// A container that is being read.
struct Following<'a> {
    client: &'a Client,
    place: &'a Place,
    id: &'a str,
    peers: Peers,
    /// Namespaces that only `docker exec` could tell, and of which process: they do not change.
    borrowed: Option<(u32, Result<Vec<Namespace>, String>)>,
    told: Option<Reading>,
}

impl Following<'_> {
    async fn subject(&self) -> Result<Subject, InsideError> {
        running(self.client, self.id).await
    }

    /// Reads one process until it is no longer there.
    async fn watch(&mut self, subject: &Subject, tell: &Tell) -> Result<(), InsideError> {
        let mut seen_here = false;
        for turn in 0_u32.. {
            let (place, about) = (self.place.clone(), subject.clone());
            let found = ground::aside(move || ground::find(&place, &about)).await?;
            let (reading, pause) = match found {
                Ok(here) => {
                    seen_here = true;
                    if turn % TURNS == 0 {
                        self.peers.refresh(self.client, self.id).await?;
                    }
                    (self.read_here(&here, subject).await?, PAUSE)
                }
                // The process has ended: another may have taken its place.
                Err(_) if seen_here => return Ok(()),
                Err(reason) => {
                    if turn > 0 && self.subject().await? != *subject {
                        return Ok(());
                    }
                    (self.read_inside(subject, reason).await, LONG_PAUSE)
                }
            };
            if self.told.as_ref() != Some(&reading) {
                tell(Fact::Kernel(Box::new(reading.clone())));
                self.told = Some(reading);
            }
            self.place.pace.pause(pause).await;
        }
        Ok(())
    }

    async fn read_here(
        &mut self,
        here: &Ground,
        subject: &Subject,
    ) -> Result<Reading, InsideError> {
        let (ground, pid) = (here.clone(), subject.pid);
        let (id, peers) = (subject.id.clone(), self.peers.known.clone());
        let mut reading = ground::aside(move || {
            let mut reading = read::host(&*ground.files, pid, &id, ground.witness);
            reading.source = ground.source;
            namespaces::compare(&mut reading.namespaces, &*ground.files, &peers);
            reading
        })
        .await?;
        if reading.namespaces.iter().any(|it| it.inode.is_err()) {
            self.borrow(subject, &mut reading).await;
        }
        Ok(reading)
    }

    /// Asks the container itself for the inodes that are refused to this user.
    async fn borrow(&mut self, subject: &Subject, reading: &mut Reading) {
        if self.borrowed.as_ref().is_none_or(|it| it.0 != subject.pid) {
            let told = ground::exec::read(self.client, self.id, read::namespaces_inside).await;
            self.borrowed = Some((subject.pid, told));
        }
        match &self.borrowed {
            Some((_, Ok(inside))) => {
                for (mine, theirs) in reading.namespaces.iter_mut().zip(inside) {
                    if mine.inode.is_err() {
                        mine.inode.clone_from(&theirs.inode);
                    }
                }
                reading.notes.push(
                    "numéros d’inode\u{a0}: réservés à root ou au propriétaire\u{a0}; lus par docker exec"
                        .to_owned(),
                );
            }
            Some((_, Err(reason))) => {
                reading.notes.push(format!(
                    "numéros d’inode\u{a0}: réservés à root ou au propriétaire\u{a0}; {reason}"
                ));
            }
            None => {}
        }
    }

    async fn read_inside(&self, subject: &Subject, reason: String) -> Reading {
        let own = subject.pid_mode.is_empty();
        let told = ground::exec::read(self.client, self.id, |files| read::inside(files, own)).await;
        let mut reading = told.unwrap_or_else(|refusal| Reading {
            notes: vec![
                refusal,
                "un conteneur d’appoint le pourrait\u{a0}: docker run --rm --pid container:NOM busybox ls -l /proc/1/ns"
                    .to_owned(),
            ],
            namespaces: namespaces::unread("ni /proc ni docker exec ne les donnent"),
            ..Reading::default()
        });
        reading.pid = subject.pid;
        reading.notes.insert(0, reason);
        reading
    }
}

/// A container that runs, or the reason why it cannot be read.
pub(super) async fn running(client: &Client, id: &str) -> Result<Subject, InsideError> {
    let document = client.json(&format!("/containers/{id}/json")).await;
    let document = document.map_err(|error| match error {
        error if error.is_not_found() => {
            InsideError::Other("ce conteneur n’existe plus.".to_owned())
        }
        error => error.into(),
    })?;
    let subject = Subject::of(&document);
    if subject.pid == 0 {
        return Err(InsideError::Other(
            "ce conteneur ne tourne pas\u{a0}: il n’a aucun processus, donc ni namespaces ni cgroup."
                .to_owned(),
        ));
    }
    Ok(subject)
}

/// The other containers that run: their names and first processes.
#[derive(Debug, Default)]
struct Peers {
    known: BTreeMap<String, (String, u32)>,
}

impl Peers {
    async fn refresh(&mut self, client: &Client, own: &str) -> Result<(), InsideError> {
        let list = client.json("/containers/json").await?;
        let ids = list.as_array().into_iter().flatten();
        let ids: BTreeSet<&str> = ids
            .filter_map(|it| it.get("Id").and_then(Value::as_str))
            .filter(|id| *id != own)
            .collect();
        self.known.retain(|id, _| ids.contains(id.as_str()));
        for id in ids {
            if self.known.contains_key(id) {
                continue;
            }
            // It may have ended since the list.
            let Ok(document) = client.json(&format!("/containers/{id}/json")).await else {
                continue;
            };
            let name = document.get("Name").and_then(Value::as_str);
            let name = name.unwrap_or(id).trim_start_matches('/').to_owned();
            let pid = Subject::of(&document).pid;
            self.known.insert(id.to_owned(), (name, pid));
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
