//! Layers applied one on the other, and the writable one taken out again.

use std::collections::HashMap;

use super::Layer;
use super::tree::{Ino, ROOT, Tree};

/// The tree that these layers show together, lowest first.
pub(super) fn merge(layers: &[Layer]) -> Tree {
    let mut layers = layers.iter().filter(|layer| !is_blank(layer)).peekable();
    // The lowest layer is taken as it is when it hides nothing: no cost in its number of files.
    let mut tree = match layers.peek() {
        Some(layer) if !hides(&layer.tree) => {
            let tree = layer.tree.clone();
            layers.next();
            tree
        }
        _ => Tree::default(),
    };
    for layer in layers {
        apply(&mut tree, ROOT, layer, ROOT, &mut Applied::default());
    }
    tree
}

/// What a writable layer that was taken out ([`upper`]) shows on these, marked as writable again.
pub(super) fn put_back(lower: &Tree, layer: &Layer) -> Tree {
    let mut tree = lower.clone();
    if let (Some(root), Ok(target)) = (layer.tree.get(ROOT), tree.inode_mut(ROOT)) {
        target.mode = root.mode;
        target.uid = root.uid;
        target.gid = root.gid;
        target.mtime = root.mtime;
    }
    let mut applied = Applied {
        writable: true,
        ..Applied::default()
    };
    apply(&mut tree, ROOT, layer, ROOT, &mut applied);
    tree
}

fn is_blank(layer: &Layer) -> bool {
    let root = layer.tree.get(ROOT);
    layer.tree.is_empty() && root.is_none_or(|it| it.hidden.is_empty() && !it.opaque)
}

/// Whether any directory of a layer is opaque or holds whiteouts.
fn hides(tree: &Tree) -> bool {
    let mut pending = vec![ROOT];
    while let Some(ino) = pending.pop() {
        let Some(inode) = tree.get(ino) else { continue };
        if inode.opaque || !inode.hidden.is_empty() {
            return true;
        }
        pending.extend(inode.children.values());
    }
    false
}

/// How a layer is being applied.
#[derive(Default)]
struct Applied {
    /// The layer's inodes and ours, so that hard links stay links.
    copied: HashMap<Ino, Ino>,
    /// Whether it is the writable layer.
    writable: bool,
}

/// Applies the directory `from` of a layer on the directory `to`.
fn apply(tree: &mut Tree, to: Ino, layer: &Layer, from: Ino, applied: &mut Applied) {
    let Some(source) = layer.tree.get(from) else {
        return;
    };
    let writable = applied.writable;
    if writable && let Ok(directory) = tree.inode_mut(to) {
        directory.opaque = source.opaque;
    }
    if source.opaque
        && let Some(children) = tree.get(to).map(|it| it.children.clone())
    {
        for name in children.keys() {
            let _ = tree.leave(to, name);
        }
    }
    for name in &source.hidden {
        let _ = tree.leave(to, name);
    }
    for (name, child) in &source.children {
        let Some(inode) = layer.tree.get(*child) else {
            continue;
        };
        let below = tree.child(to, name).ok();
        let merged = below
            .filter(|it| inode.is_dir() && tree.get(*it).is_some_and(super::tree::Inode::is_dir));
        let target = if let Some(target) = merged {
            if !inode.implied
                && let Ok(directory) = tree.inode_mut(target)
            {
                directory.mode = inode.mode;
                directory.uid = inode.uid;
                directory.gid = inode.gid;
                directory.mtime = inode.mtime;
                directory.upper = writable;
            }
            target
        } else {
            if below.is_some() {
                let _ = tree.leave(to, name);
            }
            let target = applied
                .copied
                .get(child)
                .copied()
                .filter(|it| tree.get(*it).is_some());
            let target = if let Some(target) = target {
                if let Ok(file) = tree.inode_mut(target) {
                    file.links += 1;
                }
                target
            } else {
                let mut copy = inode.childless();
                copy.hidden = imbl::OrdSet::new();
                copy.opaque = false;
                copy.upper = writable;
                tree.insert(copy)
            };
            applied.copied.insert(*child, target);
            let _ = tree.enter(to, name, target);
            target
        };
        if inode.is_dir() {
            apply(tree, target, layer, *child, applied);
        }
    }
}

/// The writable part of a merged tree as a layer, whiteouts and opaque directories included.
pub(super) fn upper(tree: &Tree, lower: &Tree) -> Layer {
    let mut layer = Tree::default();
    if let (Some(root), Ok(target)) = (tree.get(ROOT), layer.inode_mut(ROOT)) {
        target.mode = root.mode;
        target.uid = root.uid;
        target.gid = root.gid;
        target.mtime = root.mtime;
    }
    take_upper(
        &mut layer,
        ROOT,
        tree,
        ROOT,
        Some((lower, ROOT)),
        &mut HashMap::new(),
    );
    Layer { tree: layer }
}

fn take_upper(
    layer: &mut Tree,
    to: Ino,
    tree: &Tree,
    from: Ino,
    lower: Option<(&Tree, Ino)>,
    copied: &mut HashMap<Ino, Ino>,
) {
    let Some(source) = tree.get(from) else { return };
    let lower = if source.opaque { None } else { lower };
    let below = lower
        .and_then(|(tree, ino)| tree.get(ino))
        .filter(|it| it.is_dir());
    if let (Some(below), Ok(target)) = (below, layer.inode_mut(to)) {
        let gone = below
            .children
            .keys()
            .filter(|name| !source.children.contains_key(*name));
        target.hidden = gone.cloned().collect();
    }
    for (name, child) in &source.children {
        let Some(inode) = tree.get(*child).filter(|it| it.upper) else {
            continue;
        };
        let target = if let Some(target) = copied.get(child).copied() {
            if let Ok(file) = layer.inode_mut(target) {
                file.links += 1;
            }
            target
        } else {
            let mut copy = inode.childless();
            copy.upper = false;
            copy.implied = false;
            layer.insert(copy)
        };
        copied.insert(*child, target);
        let _ = layer.enter(to, name, target);
        if inode.is_dir() {
            let deeper = below.and_then(|it| it.children.get(name)).copied();
            let deeper = lower.zip(deeper).map(|((tree, _), ino)| (tree, ino));
            take_upper(layer, target, tree, *child, deeper, copied);
        }
    }
}
