//! Random operations on an overlay against a naive model: a map of paths.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::kernel::Errno;
use domain::ChangeKind;

/// A file's number (shared by hard links), or nothing for a directory.
type Model = BTreeMap<String, Option<usize>>;

#[derive(Debug, Clone)]
enum Step {
    Create(String, u8),
    MakeDir(String),
    Write(String, u8),
    Remove(String),
    RemoveAll(String),
    Rename(String, String),
    Link(String, String),
    /// Seals the writable layer and starts another one on it.
    Commit,
    /// Writes all layers out and reads them back.
    Archive,
    /// Writes the writable layer out and puts it back.
    PutBack,
}

fn path() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(vec!["a", "b", "c"]), 1..4)
        .prop_map(|names| format!("/{}", names.join("/")))
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (path(), any::<u8>()).prop_map(|(path, byte)| Step::Create(path, byte)),
        4 => path().prop_map(Step::MakeDir),
        3 => (path(), any::<u8>()).prop_map(|(path, byte)| Step::Write(path, byte)),
        3 => path().prop_map(Step::Remove),
        1 => path().prop_map(Step::RemoveAll),
        3 => (path(), path()).prop_map(|(from, to)| Step::Rename(from, to)),
        2 => (path(), path()).prop_map(|(from, to)| Step::Link(from, to)),
        1 => Just(Step::Commit),
        1 => Just(Step::Archive),
        1 => Just(Step::PutBack),
    ]
}

fn again(layer: &Layer) -> Layer {
    let mut archive = Vec::new();
    layer.write_tar(&mut archive).unwrap();
    Layer::from_tar(&archive[..]).unwrap()
}

#[derive(Default)]
struct World {
    layers: Vec<Layer>,
    overlay: Overlay,
    model: Model,
    contents: Vec<Vec<u8>>,
    /// The model as it was when the writable layer was new, contents included.
    below: BTreeMap<String, Option<Vec<u8>>>,
    clock: u64,
}

impl World {
    fn now(&mut self) -> SystemTime {
        self.clock += 1;
        UNIX_EPOCH + Duration::from_secs(self.clock)
    }

    fn flat(&self) -> BTreeMap<String, Option<Vec<u8>>> {
        let flat = |(path, file): (&String, &Option<usize>)| {
            (path.clone(), file.map(|file| self.contents[file].clone()))
        };
        self.model.iter().map(flat).collect()
    }

    fn parent(&self, path: &str) -> Result<(), Errno> {
        let mut at = 1;
        while let Some(slash) = path[at..].find('/') {
            let directory = &path[..at + slash];
            match self.model.get(directory) {
                None => return Err(Errno::ENOENT),
                Some(Some(_)) => return Err(Errno::ENOTDIR),
                Some(None) => at += slash + 1,
            }
        }
        Ok(())
    }

    fn find(&self, path: &str) -> Result<Option<usize>, Errno> {
        self.parent(path)?;
        self.model.get(path).copied().ok_or(Errno::ENOENT)
    }

    fn below_of(&self, path: &str) -> Vec<String> {
        let prefix = format!("{path}/");
        self.model
            .keys()
            .filter(|it| it.starts_with(&prefix))
            .cloned()
            .collect()
    }

    fn add(&mut self, path: &str, file: Option<usize>) -> Result<(), Errno> {
        self.parent(path)?;
        if self.model.contains_key(path) {
            return Err(Errno::EEXIST);
        }
        self.model.insert(path.to_owned(), file);
        Ok(())
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Errno> {
        let source = self.find(from)?;
        if source.is_none() && to.starts_with(&format!("{from}/")) {
            return Err(Errno::EINVAL);
        }
        self.parent(to)?;
        if let Some(target) = self.model.get(to).copied() {
            if from == to || (source.is_some() && source == target) {
                return Ok(());
            }
            match (source, target) {
                (None, Some(_)) => return Err(Errno::ENOTDIR),
                (Some(_), None) => return Err(Errno::EISDIR),
                (None, None) if !self.below_of(to).is_empty() => return Err(Errno::ENOTEMPTY),
                _ => {}
            }
        }
        self.model.remove(to);
        for path in self.below_of(from) {
            let file = self.model.remove(&path).unwrap();
            self.model
                .insert(format!("{to}{}", &path[from.len()..]), file);
        }
        self.model.remove(from);
        self.model.insert(to.to_owned(), source);
        Ok(())
    }

    /// A write breaks the link between names that a lower layer holds, unless the file was copied
    /// up under this name: the model knows it by comparing inode numbers before.
    fn split_links(&mut self) {
        let mut files: BTreeMap<u64, usize> = BTreeMap::new();
        let paths: Vec<String> = self.model.keys().cloned().collect();
        for path in paths {
            let Some(Some(old)) = self.model.get(&path).copied() else {
                continue;
            };
            let inode = self.overlay.stat(&path).unwrap().inode;
            let number = *files.entry(inode).or_insert_with(|| {
                self.contents.push(self.contents[old].clone());
                self.contents.len() - 1
            });
            self.model.insert(path, Some(number));
        }
    }

    fn apply(&mut self, step: &Step) {
        let now = self.now();
        match step {
            Step::Create(path, byte) => {
                self.contents.push(vec![*byte; 3]);
                let expected = self.add(path, Some(self.contents.len() - 1));
                let metadata = Metadata::new(FileKind::File, 0o644, 0, 0, now);
                let done = self
                    .overlay
                    .create(path, metadata, Bytes::from(vec![*byte; 3]));
                assert_eq!(done, expected);
            }
            Step::MakeDir(path) => {
                let expected = self.add(path, None);
                let metadata = Metadata::new(FileKind::Directory, 0o755, 0, 0, now);
                assert_eq!(self.overlay.create(path, metadata, Bytes::new()), expected);
            }
            Step::Write(path, byte) => {
                let expected = self.find(path);
                if let Ok(Some(_)) = expected {
                    // The copy comes first: it decides which names stay linked.
                    self.overlay.copy_up(path).unwrap();
                    self.split_links();
                    let file = self.find(path).unwrap().unwrap();
                    let content = &mut self.contents[file];
                    content.resize(content.len().max(6), 0);
                    content[5] = *byte;
                }
                let expected = expected.and_then(|it| it.map(|_| ()).ok_or(Errno::EISDIR));
                assert_eq!(self.overlay.write(path, 5, &[*byte], now), expected);
            }
            Step::Remove(path) => {
                let mut expected = self.find(path).map(|_| ());
                if expected.is_ok() && !self.below_of(path).is_empty() {
                    expected = Err(Errno::ENOTEMPTY);
                }
                if expected.is_ok() {
                    self.model.remove(path);
                }
                assert_eq!(self.overlay.remove(path, now), expected);
            }
            Step::RemoveAll(path) => {
                let expected = self.find(path).map(|_| ());
                if expected.is_ok() {
                    for below in self.below_of(path) {
                        self.model.remove(&below);
                    }
                    self.model.remove(path);
                }
                assert_eq!(self.overlay.remove_all(path, now), expected);
            }
            Step::Rename(from, to) => {
                let expected = self.rename(from, to);
                assert_eq!(self.overlay.rename(from, to, now), expected);
                self.split_links();
            }
            Step::Link(from, to) => {
                let found = self.find(from);
                let mut expected = match found {
                    Ok(None) => Err(Errno::EPERM),
                    Ok(Some(_)) => Ok(()),
                    Err(error) => Err(error),
                };
                if expected.is_ok() {
                    expected = self.add(to, found.unwrap());
                }
                assert_eq!(self.overlay.link(from, to, now), expected);
                self.split_links();
            }
            Step::Commit => {
                self.layers.push(self.overlay.to_layer());
                self.overlay = Overlay::new(&self.layers);
                self.below = self.flat();
                self.split_links();
            }
            Step::PutBack => {
                let changes = self.overlay.changes();
                let upper = again(&self.overlay.to_layer());
                self.overlay = Overlay::put_back(&self.layers, &upper);
                assert_eq!(self.overlay.changes(), changes);
            }
            Step::Archive => {
                self.layers = self.layers.iter().map(again).collect();
                // Read back, the layers below and the one above still show the same.
                let mut all = self.layers.clone();
                all.push(again(&self.overlay.to_layer()));
                assert_eq!(shown(&Overlay::new(&all)), self.flat());
            }
        }
    }

    fn check(&self) {
        assert_eq!(shown(&self.overlay), self.flat());
        let mut links: BTreeMap<u64, u32> = BTreeMap::new();
        for path in self
            .model
            .iter()
            .filter(|(_, file)| file.is_some())
            .map(|(path, _)| path)
        {
            *links
                .entry(self.overlay.stat(path).unwrap().inode)
                .or_default() += 1;
        }
        for path in self
            .model
            .iter()
            .filter(|(_, file)| file.is_some())
            .map(|(path, _)| path)
        {
            let stat = self.overlay.stat(path).unwrap();
            assert_eq!(stat.links, links[&stat.inode], "{path}");
        }
        let folders = self.model.iter().filter(|(_, file)| file.is_none());
        for path in folders.map(|(path, _)| path) {
            let entries = self.overlay.read_dir(path).unwrap();
            let inside = entries.iter().filter(|it| it.1.is_dir()).count();
            let links = self.overlay.stat(path).unwrap().links;
            assert_eq!(links as usize, 2 + inside, "{path}");
        }
        // Every path is below or above; what is on one side only was deleted or added.
        let flat = self.flat();
        let changes = self.overlay.changes();
        for change in &changes {
            let (old, new) = (self.below.get(&change.path), flat.get(&change.path));
            match change.kind {
                ChangeKind::Added => assert!(old.is_none() && new.is_some(), "{change:?}"),
                ChangeKind::Deleted => assert!(old.is_some() && new.is_none(), "{change:?}"),
                ChangeKind::Modified => assert!(old.is_some() && new.is_some(), "{change:?}"),
            }
        }
        let listed = |path: &str| changes.iter().find(|it| it.path == path);
        for (path, content) in &flat {
            let changed = match self.below.get(path) {
                None => true,
                Some(old) => {
                    old.is_some() != content.is_some() || (content.is_some() && old != content)
                }
            };
            assert!(!changed || listed(path).is_some(), "{path} is not listed");
            if listed(path).is_some()
                && let Some((parent, _)) = path.rsplit_once('/')
                && !parent.is_empty()
            {
                assert!(listed(parent).is_some(), "{parent} holds a change");
            }
        }
        for path in self.below.keys().filter(|path| !flat.contains_key(*path)) {
            // Only the topmost of what went is listed.
            let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
            let gone_above = !parent.is_empty() && flat.get(parent).is_none_or(Option::is_some);
            assert_eq!(listed(path).is_none(), gone_above, "{path}");
        }
    }
}

fn shown(overlay: &Overlay) -> BTreeMap<String, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut pending = vec![String::new()];
    while let Some(directory) = pending.pop() {
        for (name, metadata) in overlay.read_dir(&directory).unwrap() {
            let path = format!("{directory}/{name}");
            if metadata.is_dir() {
                found.insert(path.clone(), None);
                pending.push(path);
            } else {
                found.insert(path.clone(), Some(overlay.read(&path).unwrap().to_vec()));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_overlay_behaves_as_a_map_of_paths(steps in prop::collection::vec(step(), 1..40)) {
        let mut world = World::default();
        for step in &steps {
            world.apply(step);
            world.check();
        }
    }
}
