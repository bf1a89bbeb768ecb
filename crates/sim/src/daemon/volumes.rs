//! `docker volume`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Value, json};

use super::container::string_map;
use super::create_mounts::make_dirs;
use super::time::rfc3339_seconds;
use super::volume::{Volume, validate_name, validate_options};
use super::{Daemon, Fault, Filters, Op, Outcome, lock};
use crate::fs::{FileKind, Overlay};
use crate::kernel::{Errno, RootFs};

/// The body of `POST /volumes/create`.
pub type VolumeRequest = Value;

fn document(volume: &Volume) -> Value {
    json!({
        "CreatedAt": rfc3339_seconds(volume.created),
        "Driver": "local",
        "Labels": volume.labels,
        "Mountpoint": volume.mountpoint(),
        "Name": volume.name,
        "Options": volume.options,
        "Scope": "local",
    })
}

fn missing(name: &str) -> Fault {
    Fault::not_found(format!("get {name}: no such volume"))
}

impl Daemon {
    /// Makes a volume, or finds it; its document.
    pub fn create_volume(&self, request: &VolumeRequest) -> Outcome<Value> {
        let field = |name: &str| {
            request
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let given = |name: &str| {
            let map: BTreeMap<String, String> = string_map(request.get(name));
            (!map.is_empty()).then_some(map)
        };
        let name = field("Name");
        let mut labels = given("Labels");
        let options = given("DriverOpts");
        let name = if name.is_empty() {
            let anonymous = ("com.docker.volume.anonymous".to_owned(), String::new());
            labels.get_or_insert_default().extend([anonymous]);
            self.new_id()
        } else {
            name.to_owned()
        };
        let driver = field("Driver");
        if !matches!(driver, "" | "local") {
            return Err(Fault::not_found(format!(
                "create {name}: error looking up volume plugin {driver}: plugin \"{driver}\" not found"
            )));
        }
        if !lock(&self.inner.state).volumes.contains_key(&name) {
            validate_name(&name)?;
            validate_options(&name, &options.clone().unwrap_or_default())?;
        }
        let volume = self.ensure_volume(&name, labels, options)?;
        Ok(document(&volume))
    }

    /// `GET /volumes`.
    pub fn list_volumes(&self, filters: &Filters) -> Outcome<Vec<Value>> {
        filters.only(&["dangling", "driver", "label", "label!", "name"])?;
        let dangling = filters.flag("dangling")?;
        let state = self.state();
        let passes = |it: &Volume| {
            filters.any("name", |name| it.name.contains(name))
                && filters.any("driver", |driver| driver == "local")
                && filters.labels(&it.labels.clone().unwrap_or_default())
                && dangling
                    .is_none_or(|wanted| wanted == state.users_of_volume(&it.name).is_empty())
        };
        Ok(state
            .volumes
            .values()
            .filter(|it| passes(it))
            .map(|it| document(it))
            .collect())
    }

    /// `GET /volumes/NAME`.
    pub fn inspect_volume(&self, name: &str) -> Outcome<Value> {
        let state = lock(&self.inner.state);
        state
            .volumes
            .get(name)
            .map(|it| document(it))
            .ok_or_else(|| missing(name))
    }

    /// `docker volume rm`.
    pub fn remove_volume(&self, name: &str, force: bool) -> Outcome<()> {
        let state = self.state();
        let Some(volume) = state.volumes.get(name) else {
            return if force { Ok(()) } else { Err(missing(name)) };
        };
        let users = state.users_of_volume(name);
        if !users.is_empty() {
            let ids: Vec<&str> = users.iter().map(|it| it.id.as_str()).collect();
            return Err(Fault::conflict(format!(
                "remove {name}: volume is in use - [{}]",
                ids.join(", ")
            )));
        }
        // Files that cannot be removed do not keep the volume on the list.
        let _ = erase(&self.inner.host, volume, self.now());
        self.apply(Op::RemoveVolume(name.to_owned()))
    }

    /// `docker volume prune`: names, and the bytes given back.
    pub fn prune_volumes(&self, filters: &Filters) -> Outcome<(Vec<String>, u64)> {
        filters.only(&["all", "label", "label!"])?;
        let all = filters.flag("all")?.unwrap_or(false);
        let state = self.state();
        let mut deleted = Vec::new();
        let mut reclaimed = 0;
        for volume in state.volumes.values() {
            let labels = volume.labels.clone().unwrap_or_default();
            let unused = state.users_of_volume(&volume.name).is_empty();
            if unused && (all || volume.anonymous) && filters.labels(&labels) {
                reclaimed += self.volume_size(volume);
                self.remove_volume(&volume.name, false)?;
                deleted.push(volume.name.clone());
            }
        }
        self.tell_pruned("volume", reclaimed);
        Ok((deleted, reclaimed))
    }

    /// Bytes of a volume's files.
    pub(super) fn volume_size(&self, volume: &Arc<Volume>) -> u64 {
        tree_size(&lock(&self.inner.host), &volume.mountpoint())
    }
}

/// Bytes of the files under a folder.
fn tree_size(tree: &Overlay, path: &str) -> u64 {
    let entries = tree.read_dir(path).unwrap_or_default();
    let size = |(name, metadata): (String, crate::fs::Metadata)| match metadata.kind {
        FileKind::Directory => tree_size(tree, &format!("{path}/{name}")),
        _ => metadata.size,
    };
    entries.into_iter().map(size).sum()
}

/// Removes a volume's files from the simulated host.
pub(super) fn erase(host: &RootFs, volume: &Volume, now: SystemTime) -> Result<(), Errno> {
    let mut host = lock(host);
    let mountpoint = volume.mountpoint();
    let folder = mountpoint.trim_end_matches("/_data");
    remove_tree(&mut host, folder, now)
}

/// `rm -r`.
pub(super) fn remove_tree(tree: &mut Overlay, path: &str, now: SystemTime) -> Result<(), Errno> {
    for (name, metadata) in tree.read_dir(path)? {
        let inner = format!("{path}/{name}");
        if metadata.kind == FileKind::Directory {
            remove_tree(tree, &inner, now)?;
        } else {
            tree.remove(&inner, now)?;
        }
    }
    tree.remove(path, now)
}

/// The folder that holds all volumes, for a machine's first boot.
pub fn prepare(tree: &mut Overlay, now: SystemTime) {
    make_dirs(tree, super::volume::VOLUMES, now);
}
