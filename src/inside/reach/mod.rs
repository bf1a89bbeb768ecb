//! Whether a container reaches another, tried for real: its name resolved, a ping, its ports, from
//! the caller and with the tools of its image; or the published ports, from this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::{Fact, InsideError, Place, Tell};
use crate::domain::topology::Topology;
use crate::engine::{CallError, Client};
use crate::text::calendar;

mod conclude;
mod machine;
mod names;
mod ports;
mod tools;
mod trial;

/// In place of the caller's identifier: this machine, towards the published ports.
pub const MACHINE: &str = "";

/// What a fact says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Answer {
    /// It works.
    Yes,
    /// It does not.
    No,
    /// It could not be told.
    #[default]
    Unknown,
}

/// One thing that was tried.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    /// Whether it worked.
    pub answer: Answer,
    /// What happened, in French.
    pub words: String,
    /// The command, as it can be typed again; empty when none was run.
    pub command: String,
}

/// What a trial showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// When, on this machine's clock: `14:03:07`.
    pub at: String,
    /// Whether the one reaches the other.
    pub answer: Answer,
    /// The conclusion, in French.
    pub words: String,
    /// What was tried, in order.
    pub trials: Vec<Trial>,
    /// A command to type where nothing could be tried.
    pub by_hand: Option<String>,
}

impl Outcome {
    fn new(answer: Answer, words: impl Into<String>) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        Self {
            at: calendar::time(now.unwrap_or_default().as_secs()),
            answer,
            words: words.into(),
            ..Self::default()
        }
    }
}

/// Tries.
pub(super) async fn attempt(
    place: &Place,
    from: &str,
    to: &str,
    tell: &Tell,
) -> Result<(), InsideError> {
    let connection = place.connect().await?;
    let client = &connection.client;
    let outcome = match topology(client, &[from, to]).await? {
        None => Outcome::new(Answer::Unknown, "L’un des deux conteneurs n’existe plus."),
        Some(all) if from == MACHINE => machine::attempt(place, &all, to).await,
        Some(all) => trial::attempt(client, &all, from, to).await?,
    };
    tell(Fact::Reach(outcome));
    Ok(())
}

/// What the engine says of these containers, of those whose stack they use, and of the networks;
/// `None` when a container is no more.
async fn topology(client: &Client, ids: &[&str]) -> Result<Option<Topology>, CallError> {
    let networks = client.json("/networks").await?;
    let mut containers: Vec<Value> = Vec::new();
    let mut wanted: Vec<String> = ids
        .iter()
        .filter(|id| **id != MACHINE)
        .map(|id| (*id).to_owned())
        .collect();
    let asked = wanted.len();
    let mut next = 0;
    while let Some(id) = wanted.get(next).cloned() {
        next += 1;
        match client.json(&format!("/containers/{id}/json")).await {
            Ok(document) => {
                let mode = document.pointer("/HostConfig/NetworkMode");
                let owner = mode.and_then(Value::as_str);
                let owner = owner.and_then(|it| it.strip_prefix("container:"));
                wanted.extend(
                    owner
                        .filter(|it| !wanted.iter().any(|id| id == it))
                        .map(str::to_owned),
                );
                containers.push(document);
            }
            // Only those of the pair must be there.
            Err(error) if error.is_not_found() && next > asked => {}
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let networks = networks.as_array().into_iter().flatten();
    Ok(Some(Topology::of(
        networks,
        containers.iter(),
        std::iter::empty(),
    )))
}

#[cfg(test)]
mod tests;
