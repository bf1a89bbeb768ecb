//! What a lesson's preparation looks at, on the engine and on this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use super::stock::held;
use super::{ReadyError, disk};
use crate::domain::Kind;
use crate::engine::{Client, Origin, SESSION_LABEL, Target};
use crate::lesson::{Lesson, Uses, names_in, uses_of};
use crate::wire::Dialer;

/// An object of the engine whose name or port matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// Whether a session of this program made it.
    pub ours: bool,
    /// The host's TCP ports that it holds.
    pub ports: BTreeSet<u16>,
}

/// What a lesson needs and what there is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    /// Whether the engine is the simulated one: it gets images without a network.
    pub simulated: bool,
    /// Its images that are missing.
    pub missing: Vec<String>,
    /// How many images it needs.
    pub images: usize,
    /// What its commands use of the machine.
    pub uses: Uses,
    /// Objects that have a name or a port of the lesson.
    pub taken: Vec<Taken>,
    /// Ports of the lesson that a program of this machine listens on, outside of the engine.
    pub busy: BTreeSet<u16>,
    /// `docker info`.
    pub info: Value,
    /// Bytes left where the engine keeps its data; `None` when it is not on this machine.
    pub free: Option<u64>,
}

/// Looks at all that a lesson needs. Nothing is changed.
pub async fn facts(client: &Client, target: &Target, lesson: &Lesson) -> Result<Facts, ReadyError> {
    let failed = || ReadyError::engine("regarder ce que contient le moteur");
    let simulated = target.origin == Origin::Simulator;
    let uses = uses_of(lesson);
    let mut missing = Vec::new();
    for image in &lesson.images {
        if held(client, image).await?.is_none() {
            missing.push(image.clone());
        }
    }
    let info = client.json("/info").await.map_err(failed())?;
    let containers: Option<Vec<Listed>> = client
        .read("/containers/json?all=1")
        .await
        .map_err(failed())?;
    let volumes: Volumes = client.read("/volumes").await.map_err(failed())?;
    let networks: Option<Vec<Listed>> = client.read("/networks").await.map_err(failed())?;
    let names = names_in(lesson);
    let wanted = |kind: Kind, name: &str| names.get(&kind).is_some_and(|it| it.contains(name));
    let of = |kind: Kind, listed: Option<Vec<Listed>>| {
        let listed = listed.into_iter().flatten();
        listed.map(move |it| it.taken(kind))
    };
    let mut taken: Vec<Taken> = of(Kind::Container, containers)
        .chain(of(Kind::Volume, volumes.volumes))
        .chain(of(Kind::Network, networks))
        .collect();
    for it in &mut taken {
        it.ports.retain(|port| uses.ports.contains(port));
    }
    taken.retain(|it| wanted(it.kind, &it.name) || !it.ports.is_empty());
    let held: BTreeSet<u16> = taken
        .iter()
        .flat_map(|it| it.ports.iter().copied())
        .collect();
    let here = !simulated && matches!(target.dialer, Dialer::Unix(_));
    let busy = uses.ports.difference(&held).copied();
    let busy = busy.filter(|it| here && listened(*it)).collect();
    let folder = info["DockerRootDir"].as_str().filter(|_| here);
    Ok(Facts {
        simulated,
        missing,
        images: lesson.images.len(),
        uses,
        taken,
        busy,
        free: folder.and_then(|it| disk::free(Path::new(it))),
        info,
    })
}

/// What is read of an object in a list.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Listed {
    /// A container's, each with a `/` before it.
    names: Option<Vec<String>>,
    /// A volume's or a network's.
    name: String,
    labels: Option<BTreeMap<String, String>>,
    ports: Option<Vec<Published>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Published {
    public_port: Option<u16>,
}

#[derive(Deserialize)]
struct Volumes {
    #[serde(rename = "Volumes")]
    volumes: Option<Vec<Listed>>,
}

impl Listed {
    fn taken(self, kind: Kind) -> Taken {
        let first = self.names.into_iter().flatten().next();
        let name = first.unwrap_or(self.name);
        Taken {
            kind,
            name: name.trim_start_matches('/').to_owned(),
            ours: self.labels.is_some_and(|it| it.contains_key(SESSION_LABEL)),
            ports: (self.ports.into_iter().flatten())
                .filter_map(|it| it.public_port)
                .collect(),
        }
    }
}

/// Whether a program of this machine has this port.
fn listened(port: u16) -> bool {
    let bound = std::net::TcpListener::bind(("127.0.0.1", port));
    bound.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}
