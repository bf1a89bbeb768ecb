//! The files of each layer as a tree, against the layers below; and the place that is lost.

use std::collections::{BTreeMap, HashMap};

use super::archive::{Action, Entry, FileKind, Raw};

/// What became of the path, seen from the layers below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// They do not have it.
    Added,
    /// They have it: it is replaced.
    Changed,
    /// They have it: it is hidden.
    Deleted,
    /// A directory on the way to something else.
    Passed,
}

/// A file or a directory of a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in its directory, as it is written.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its bytes; all that a directory has in this layer; what is hidden, for a deleted one.
    pub size: u64,
    /// What became of it.
    pub mark: Mark,
    /// What a directory has, by name: ranks in [`LayerFiles::nodes`].
    pub children: Vec<usize>,
}

/// The files of a layer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LayerFiles {
    /// The root first; every other one after its directory.
    pub nodes: Vec<Node>,
    /// Paths added, changed, deleted.
    pub counts: [usize; 3],
    /// Files that were too many to be shown.
    pub over: u64,
    /// Why it was not read whole, in French.
    pub problem: Option<String>,
}

/// Bytes that are stored, and that nobody sees.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Waste {
    /// Bytes of files that a layer above replaces or deletes.
    pub bytes: u64,
    /// Bytes of all files of all layers.
    pub stored: u64,
    /// Where they are lost, most first.
    pub worst: Vec<(String, u64)>,
}

/// The files of an image.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files {
    /// Layer by layer, lowest first.
    pub layers: Vec<LayerFiles>,
    /// What is lost; `None` when a layer was not read whole.
    pub waste: Option<Waste>,
}

/// Paths of the waste that are kept.
const WORST: usize = 20;

impl Waste {
    /// The share of what is stored that is seen, in percent. dive calls this the efficiency of an
    /// image, but counts a deleted directory as seen, and a file that shrank as its smallest size.
    #[expect(clippy::cast_precision_loss, reason = "one digit of it is shown")]
    pub fn efficiency(&self) -> f64 {
        if self.stored == 0 {
            return 100.0;
        }
        self.stored.saturating_sub(self.bytes) as f64 * 100.0 / self.stored as f64
    }
}

impl Files {
    /// Compares each layer to those below.
    pub(super) fn compare(layers: Vec<Raw>) -> Self {
        let whole = layers.iter().all(|it| it.problem.is_none() && it.over == 0);
        let mut below = Below::default();
        let layers = layers.into_iter().map(|raw| below.add(raw)).collect();
        let mut worst: Vec<(String, u64)> = below.lost.into_iter().filter(|it| it.1 > 0).collect();
        let bytes = worst.iter().map(|it| it.1).sum();
        worst.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        worst.truncate(WORST);
        let waste = Waste {
            bytes,
            stored: below.stored,
            worst,
        };
        Self {
            layers,
            waste: whole.then_some(waste),
        }
    }
}

/// What the layers read so far have together.
#[derive(Default)]
struct Below {
    /// Size of each path, and whether it is a directory.
    seen: BTreeMap<String, (u64, bool)>,
    lost: BTreeMap<String, u64>,
    stored: u64,
}

impl Below {
    fn add(&mut self, raw: Raw) -> LayerFiles {
        let mut tree = Tree::new();
        // What a layer deletes is of those below, wherever it says so among its own files.
        let (puts, others): (Vec<Entry>, Vec<Entry>) = raw
            .entries
            .into_iter()
            .partition(|it| matches!(it.action, Action::Put(_)));
        for entry in others {
            if entry.action == Action::Hide {
                self.lose_under(&entry.path, &entry.path);
                let node = tree.place(&entry.path);
                tree.nodes[node].mark = Mark::Changed;
                continue;
            }
            let directory = self.seen.get(&entry.path).is_some_and(|it| it.1);
            let size = self.lose(&entry.path);
            let node = tree.place(&entry.path);
            let node = &mut tree.nodes[node];
            (node.mark, node.size) = (Mark::Deleted, size);
            if !directory {
                node.kind = FileKind::File;
            }
        }
        for entry in puts {
            let Action::Put(kind) = entry.action else {
                continue;
            };
            let directory = kind == FileKind::Directory;
            let before = self.seen.get(&entry.path).copied();
            // A directory over a directory: what they have is together.
            if before.is_some_and(|it| !(directory && it.1)) {
                self.lose(&entry.path);
            }
            let node = tree.place(&entry.path);
            let node = &mut tree.nodes[node];
            let deleted = node.mark == Mark::Deleted;
            node.mark = if before.is_some() || deleted {
                Mark::Changed
            } else {
                Mark::Added
            };
            (node.kind, node.size) = (kind, entry.size);
            self.stored += entry.size;
            self.seen.insert(entry.path, (entry.size, directory));
        }
        tree.finish(raw.over, raw.problem)
    }

    /// Forgets a path and all that is under it; the bytes are lost there.
    fn lose(&mut self, path: &str) -> u64 {
        let own = self.seen.remove(path).map_or(0, |it| it.0);
        *self.lost.entry(path.to_owned()).or_default() += own;
        own + self.lose_under(path, path)
    }

    fn lose_under(&mut self, path: &str, at: &str) -> u64 {
        // `0` follows `/`: these are all the paths that begin with the directory's.
        let range = (format!("{path}/"), format!("{path}0"));
        let under: Vec<String> = if path.is_empty() {
            self.seen.keys().cloned().collect()
        } else {
            self.seen
                .range(range.0..range.1)
                .map(|it| it.0.clone())
                .collect()
        };
        let sizes = under.iter().filter_map(|it| self.seen.remove(it));
        let size: u64 = sizes.map(|it| it.0).sum();
        *self.lost.entry(at.to_owned()).or_default() += size;
        size
    }
}

/// A tree under construction.
struct Tree {
    nodes: Vec<Node>,
    parents: Vec<usize>,
    places: HashMap<String, usize>,
}

impl Tree {
    fn new() -> Self {
        Self {
            nodes: vec![passed("")],
            parents: vec![0],
            places: HashMap::new(),
        }
    }

    /// The node of a path, made with its directories if it is not there yet.
    fn place(&mut self, path: &str) -> usize {
        if path.is_empty() {
            return 0;
        }
        if let Some(place) = self.places.get(path) {
            return *place;
        }
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = self.place(parent);
        let place = self.nodes.len();
        self.nodes.push(passed(name));
        self.parents.push(parent);
        self.nodes[parent].children.push(place);
        self.places.insert(path.to_owned(), place);
        place
    }

    fn finish(mut self, over: u64, problem: Option<String>) -> LayerFiles {
        let mut counts = [0; 3];
        // A directory comes before what it has: from the end, sizes add up on the way.
        for place in (1..self.nodes.len()).rev() {
            let node = &self.nodes[place];
            let (mark, size) = (node.mark, node.size);
            match mark {
                Mark::Added => counts[0] += 1,
                Mark::Changed => counts[1] += 1,
                Mark::Deleted => counts[2] += 1,
                Mark::Passed => {}
            }
            if mark != Mark::Deleted {
                self.nodes[self.parents[place]].size += size;
            }
        }
        let names: Vec<String> = self.nodes.iter().map(|it| it.name.clone()).collect();
        for node in &mut self.nodes {
            node.children.sort_by(|a, b| names[*a].cmp(&names[*b]));
        }
        LayerFiles {
            nodes: self.nodes,
            counts,
            over,
            problem,
        }
    }
}

fn passed(name: &str) -> Node {
    Node {
        name: name.to_owned(),
        kind: FileKind::Directory,
        size: 0,
        mark: Mark::Passed,
        children: Vec::new(),
    }
}
