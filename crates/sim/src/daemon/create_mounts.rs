//! What `-v`, `--mount`, `--tmpfs`, `--volumes-from` and an image's volumes become.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::{Map, Value};

use super::config::{flag, text, texts};
use super::container::MountPoint;
use super::image::Image;
use super::state::is_restricted_name;
use super::volume::Volume;
use super::{Daemon, Fault, Op, Outcome, lock};
use crate::fs::{FileKind, Metadata, Overlay};
use crate::kernel::RootFs;

impl Daemon {
    /// The mounts of a container to be, their volumes made.
    pub(super) fn resolve_mounts(
        &self,
        config: &Map<String, Value>,
        host: &Map<String, Value>,
        image: &Image,
    ) -> Outcome<Vec<MountPoint>> {
        let mut mounts: BTreeMap<String, MountPoint> = BTreeMap::new();
        for from in texts(host, "VolumesFrom") {
            let (key, mode) = from.split_once(':').unwrap_or((&from, ""));
            for mount in &self.container(key)?.mounts {
                let writable = mount.writable && mode != "ro";
                let inherited = MountPoint {
                    writable,
                    anonymous: false,
                    ..mount.clone()
                };
                mounts.insert(mount.destination.clone(), inherited);
            }
        }
        let mut explicit: Vec<MountPoint> = Vec::new();
        for bind in texts(host, "Binds") {
            explicit.push(parse_bind(&bind)?);
        }
        for mount in host
            .get("Mounts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            if let Some(fields) = mount.as_object() {
                explicit.push(self.parse_mount(fields)?);
            }
        }
        for tmpfs in host
            .get("Tmpfs")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            explicit.push(MountPoint {
                kind: "tmpfs".into(),
                destination: tmpfs.0.clone(),
                mode: tmpfs.1.as_str().unwrap_or_default().to_owned(),
                ..blank()
            });
        }
        for (index, mount) in explicit.iter().enumerate() {
            if explicit
                .iter()
                .skip(index + 1)
                .any(|other| other.destination == mount.destination)
            {
                return Err(Fault::invalid(format!(
                    "Duplicate mount point: {}",
                    mount.destination
                )));
            }
        }
        mounts.extend(
            explicit
                .into_iter()
                .map(|mount| (mount.destination.clone(), mount)),
        );
        let declared = |document: &Map<String, Value>| -> Vec<String> {
            let volumes = document.get("Volumes").and_then(Value::as_object);
            volumes
                .into_iter()
                .flatten()
                .map(|(path, _)| path.clone())
                .collect()
        };
        for path in declared(config).into_iter().chain(declared(&image.config)) {
            let path = clean(&path);
            mounts.entry(path.clone()).or_insert_with(|| MountPoint {
                kind: "volume".into(),
                destination: path,
                ..blank()
            });
        }
        let mut mounts: Vec<MountPoint> = mounts.into_values().collect();
        for mount in &mut mounts {
            self.make_source(mount)?;
        }
        Ok(mounts)
    }

    /// Makes the volume or the folder that a mount shows.
    fn make_source(&self, mount: &mut MountPoint) -> Outcome<()> {
        match mount.kind.as_str() {
            "volume" if mount.source.is_empty() => {
                let mut labels = None;
                if mount.name.is_empty() {
                    mount.name = self.new_id();
                    mount.anonymous = true;
                    labels = Some(BTreeMap::from([(
                        "com.docker.volume.anonymous".to_owned(),
                        String::new(),
                    )]));
                }
                let volume = self.ensure_volume(&mount.name, labels, None)?;
                mount.source = volume.mountpoint();
            }
            "bind" => {
                let mut host = lock(&self.inner.host);
                if host.stat(&mount.source).is_err() {
                    make_dirs(&mut host, &mount.source, self.now());
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn parse_mount(&self, fields: &Map<String, Value>) -> Outcome<MountPoint> {
        let kind = text(fields, "Type");
        let target = text(fields, "Target");
        let bad = |why: String| {
            Fault::invalid(format!("invalid mount config for type \"{kind}\": {why}"))
        };
        if target.is_empty() {
            return Err(bad("field Target must not be empty".to_owned()));
        }
        if !target.starts_with('/') {
            return Err(bad(format!(
                "invalid mount path: '{target}' mount path must be absolute"
            )));
        }
        let source = text(fields, "Source").to_owned();
        let mut mount = MountPoint {
            kind: kind.to_owned(),
            destination: clean(target),
            writable: !flag(fields, "ReadOnly"),
            ..blank()
        };
        match kind {
            "bind" => {
                if source.is_empty() {
                    return Err(bad("field Source must not be empty".to_owned()));
                }
                let makes = fields
                    .get("BindOptions")
                    .and_then(Value::as_object)
                    .is_some_and(|it| flag(it, "CreateMountpoint"));
                if !makes && lock(&self.inner.host).stat(&source).is_err() {
                    return Err(bad(format!("bind source path does not exist: {source}")));
                }
                mount.source = clean(&source);
                let options = fields.get("BindOptions").and_then(Value::as_object);
                mount.propagation = match options.map_or("", |it| text(it, "Propagation")) {
                    "" => "rprivate".to_owned(),
                    word if is_propagation(word) => word.to_owned(),
                    word => return Err(bad(format!("invalid propagation mode: {word}"))),
                };
            }
            "volume" => {
                mount.mode = "z".into();
                mount.name = source;
                let options = fields.get("VolumeOptions").and_then(Value::as_object);
                mount.copy_up = !options.is_some_and(|it| flag(it, "NoCopy"));
            }
            "tmpfs" => {}
            other => {
                return Err(Fault::invalid(format!(
                    "invalid mount config for type \"{other}\": mount type unknown"
                )));
            }
        }
        Ok(mount)
    }

    /// Fills empty volumes with what the image has at their place.
    pub(super) fn fill_volumes(&self, root: &RootFs, mounts: &[MountPoint]) {
        let root = lock(root);
        let mut host = lock(&self.inner.host);
        for mount in mounts.iter().filter(|it| it.kind == "volume" && it.copy_up) {
            let is_empty = host.read_dir(&mount.source).is_ok_and(|it| it.is_empty());
            let is_directory = root
                .stat(&mount.destination)
                .is_ok_and(|it| it.kind == FileKind::Directory);
            if is_empty && is_directory {
                copy_tree(&root, &mount.destination, &mut host, &mount.source);
            }
        }
    }

    /// A volume by name, made if there is none.
    pub(super) fn ensure_volume(
        &self,
        name: &str,
        labels: Option<BTreeMap<String, String>>,
        options: Option<BTreeMap<String, String>>,
    ) -> Outcome<Volume> {
        if let Some(volume) = lock(&self.inner.state).volumes.get(name) {
            return Ok((**volume).clone());
        }
        super::volume::validate_name(name)?;
        let anonymous = labels
            .as_ref()
            .is_some_and(|it| it.contains_key("com.docker.volume.anonymous"));
        let volume = Volume {
            name: name.to_owned(),
            created: self.now(),
            labels,
            options,
            anonymous,
        };
        make_dirs(
            &mut lock(&self.inner.host),
            &volume.mountpoint(),
            self.now(),
        );
        self.apply(Op::AddVolume(volume.clone()))?;
        Ok(volume)
    }
}

fn blank() -> MountPoint {
    MountPoint {
        kind: String::new(),
        name: String::new(),
        source: String::new(),
        destination: String::new(),
        mode: String::new(),
        propagation: String::new(),
        writable: true,
        anonymous: false,
        copy_up: true,
    }
}

/// `[source:]destination[:mode]`.
fn parse_bind(spec: &str) -> Outcome<MountPoint> {
    let bad = |why: &str| Fault::invalid(format!("invalid volume specification: '{spec}'{why}"));
    let parts: Vec<&str> = spec.split(':').collect();
    let (source, destination, mode) = match parts.as_slice() {
        [destination] => ("", *destination, ""),
        [source, mode] if is_mode(mode) && !mode.starts_with('/') => ("", *source, *mode),
        [source, destination] => (*source, *destination, ""),
        [source, destination, mode] => (*source, *destination, *mode),
        _ => return Err(bad("")),
    };
    if !destination.starts_with('/') {
        return Err(bad(&format!(
            ": invalid mount config for type \"volume\": invalid mount path: '{destination}' mount path must be absolute"
        )));
    }
    if clean(destination) == "/" {
        return Err(bad(": destination can't be '/'"));
    }
    if !mode.is_empty() && !is_mode(mode) {
        return Err(Fault::invalid(format!("invalid mode: {mode}")));
    }
    let mut mount = MountPoint {
        destination: clean(destination),
        writable: !mode.split(',').any(|it| it == "ro"),
        copy_up: !mode.split(',').any(|it| it == "nocopy"),
        ..blank()
    };
    if source.starts_with('/') {
        mount.kind = "bind".into();
        mount.source = clean(source);
        let words = mode.split(',').find(|word| is_propagation(word));
        words
            .unwrap_or("rprivate")
            .clone_into(&mut mount.propagation);
        mode.clone_into(&mut mount.mode);
    } else {
        if !source.is_empty() && !is_restricted_name(source) {
            return Err(Fault::invalid(format!(
                "create {source}: \"{source}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
            )));
        }
        mount.kind = "volume".into();
        source.clone_into(&mut mount.name);
        mount.mode = if mode.is_empty() {
            "z".into()
        } else {
            mode.into()
        };
    }
    Ok(mount)
}

fn is_propagation(word: &str) -> bool {
    matches!(
        word,
        "shared" | "slave" | "private" | "rshared" | "rslave" | "rprivate"
    )
}

fn is_mode(mode: &str) -> bool {
    !mode.is_empty()
        && mode.split(',').all(|word| {
            is_propagation(word)
                || matches!(
                    word,
                    "ro" | "rw" | "z" | "Z" | "nocopy" | "cached" | "delegated" | "consistent"
                )
        })
}

/// The shortest absolute path that says the same.
pub(super) fn clean(path: &str) -> String {
    domain::paths::clean(&format!("/{path}"))
}

/// A folder of root's.
pub(super) fn directory(mode: u32, now: SystemTime) -> Metadata {
    Metadata {
        kind: FileKind::Directory,
        mode,
        uid: 0,
        gid: 0,
        size: 4096,
        mtime: now,
        links: 2,
        inode: 0,
    }
}

/// `mkdir -p`; what cannot be made is left, and found missing by who uses it.
pub(super) fn make_dirs(tree: &mut Overlay, path: &str, now: SystemTime) {
    let mut at = String::new();
    for part in path.split('/').filter(|it| !it.is_empty()) {
        at.push('/');
        at.push_str(part);
        if tree.stat(&at).is_err() {
            let _ = tree.create(&at, directory(0o755, now), bytes::Bytes::new());
        }
    }
}

/// Copies a folder's content and attributes from one tree to a folder of another.
pub(super) fn copy_tree(from: &Overlay, source: &str, to: &mut Overlay, target: &str) {
    if let Ok(metadata) = from.stat(source) {
        let _ = to.set_metadata(target, |it| {
            it.mode = metadata.mode;
            it.uid = metadata.uid;
            it.gid = metadata.gid;
        });
    }
    for (name, metadata) in from.read_dir(source).unwrap_or_default() {
        let inner = format!("{}/{name}", source.trim_end_matches('/'));
        let outer = format!("{}/{name}", target.trim_end_matches('/'));
        let is_directory = metadata.kind == FileKind::Directory;
        let content = from
            .read(&inner)
            .ok()
            .filter(|_| metadata.kind == FileKind::File);
        if to
            .create(&outer, metadata, content.unwrap_or_default())
            .is_ok()
            && is_directory
        {
            copy_tree(from, &inner, to, &outer);
        }
    }
}
