//! What making an object would do to what exists: the volumes it mounts, the containers whose walls
//! it shares, the networks it joins.

use std::collections::BTreeSet;

use serde_json::Value;

use super::danger::{bind_source, dangers};
use super::decide::Asked;
use super::document::{all, at, items, texts};
use super::{Answer, Guard};
use domain::Kind;

/// What the body of a creation names, that may exist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Mentions {
    /// Volumes to mount.
    pub(crate) volumes: BTreeSet<String>,
    /// Containers whose volumes, network, processes or memory are shared.
    pub(crate) containers: BTreeSet<String>,
    /// Networks to join.
    pub(crate) networks: BTreeSet<String>,
}

/// Reads what a creation names.
pub(crate) fn mentions(kind: Kind, body: &Value) -> Mentions {
    let mut found = Mentions::default();
    match kind {
        Kind::Container => {
            for config in all(body, "HostConfig") {
                of_host_config(config, &mut found);
            }
            for ends in at(body, &["NetworkingConfig", "EndpointsConfig"]) {
                let names = ends.as_object().into_iter().flatten();
                found.networks.extend(names.map(|(name, _)| name.clone()));
            }
        }
        Kind::Service => {
            for networks in [&["TaskTemplate", "Networks"][..], &["Networks"]] {
                for network in items(body, networks) {
                    let targets = texts(network, &["Target"]);
                    found
                        .networks
                        .extend(targets.into_iter().map(str::to_owned));
                }
            }
            for mount in items(body, &["TaskTemplate", "ContainerSpec", "Mounts"]) {
                of_mount(mount, &mut found);
            }
        }
        _ => {}
    }
    found.networks.retain(|it| !it.starts_with("container:"));
    found
}

fn of_host_config(config: &Value, found: &mut Mentions) {
    for bind in texts(config, &["Binds"]) {
        if bind_source(bind).is_none()
            && let Some((name, _)) = bind.split_once(':')
        {
            found.volumes.insert(name.to_owned());
        }
    }
    for mount in items(config, &["Mounts"]) {
        of_mount(mount, found);
    }
    for from in texts(config, &["VolumesFrom"]) {
        let name = from.split(':').next().unwrap_or(from);
        found.containers.insert(name.to_owned());
    }
    for key in ["NetworkMode", "PidMode", "IpcMode"] {
        for mode in texts(config, &[key]) {
            match mode.strip_prefix("container:") {
                Some(name) => {
                    found.containers.insert(name.to_owned());
                }
                None if key == "NetworkMode" => {
                    found.networks.insert(mode.to_owned());
                }
                None => {}
            }
        }
    }
}

fn of_mount(mount: &Value, found: &mut Mentions) {
    let kinds = texts(mount, &["Type"]);
    if kinds.is_empty() || kinds.iter().any(|it| matches!(*it, "volume" | "cluster")) {
        let names = texts(mount, &["Source"]);
        found.volumes.extend(names.into_iter().map(str::to_owned));
    }
}

impl Guard {
    /// What this creation would do; and the volumes that exist, for a container.
    pub(super) async fn creation(
        &self,
        kind: Kind,
        body: &Value,
    ) -> Result<(Asked, BTreeSet<String>), Answer> {
        let verb = match kind {
            Kind::Container => "run",
            Kind::Volume => "volume create",
            Kind::Network => "network create",
            Kind::Service => "service create",
            Kind::Secret => "secret create",
            _ => "config create",
        };
        let mut asked = Asked {
            verb: verb.to_owned(),
            dangers: dangers(kind, body, &self.host),
            ..Asked::default()
        };
        let mentions = mentions(kind, body);
        let volumes = match kind {
            Kind::Container | Kind::Service => self.volumes().await?,
            _ => BTreeSet::new(),
        };
        for name in mentions.volumes.intersection(&volumes) {
            asked.touched.push(self.thing(Kind::Volume, name).await?);
        }
        for name in &mentions.containers {
            asked.touched.push(self.thing(Kind::Container, name).await?);
        }
        for name in &mentions.networks {
            asked.touched.extend(self.joined(name).await?);
        }
        Ok((asked, volumes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|it| (*it).to_owned()).collect()
    }

    #[test]
    fn what_a_container_shares_is_found() {
        let body = json!({
            "HostConfig": {
                "Binds": ["donnees:/d", "/tmp:/t", "lecture:/l:ro"],
                "Mounts": [
                    {"Type": "volume", "Source": "autre", "Target": "/a"},
                    {"Type": "bind", "Source": "/srv", "Target": "/s"},
                    {"Type": "volume", "Target": "/anonyme"},
                ],
                "VolumesFrom": ["ancien:ro"],
                "NetworkMode": "container:voisin",
                "PidMode": "container:espion",
                "IpcMode": "private",
            },
            "NetworkingConfig": {"EndpointsConfig": {"reseau": {}}},
        });
        let found = mentions(Kind::Container, &body);
        assert_eq!(found.volumes, set(&["autre", "donnees", "lecture"]));
        assert_eq!(found.containers, set(&["ancien", "espion", "voisin"]));
        assert_eq!(found.networks, set(&["reseau"]));
    }

    #[test]
    fn what_a_service_shares_is_found() {
        let body = json!({"TaskTemplate": {
            "Networks": [{"Target": "essaim"}],
            "ContainerSpec": {"Mounts": [{"Type": "volume", "Source": "v", "Target": "/v"}]},
        }});
        let found = mentions(Kind::Service, &body);
        assert_eq!(found.volumes, set(&["v"]));
        assert_eq!(found.networks, set(&["essaim"]));
    }
}
