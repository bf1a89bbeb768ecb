//! File systems: read-only layers, the overlay that stacks them under a writable one, tar.
//!
//! A [`tree::Tree`] is a table of inodes in a persistent map: cloning one costs a few pointers. A
//! [`Layer`] is such a tree with whiteouts; an [`Overlay`] is the merged tree of its layers, where
//! each inode knows whether the writable layer holds it.

mod changes;
mod content;
mod graft;
mod layer;
mod merge;
mod overlay;
mod tar;
mod tree;

pub(crate) use graft::Owner;
pub use layer::{FileKind, Layer, LayerBuilder, Metadata};
pub use overlay::{Overlay, Pin};

#[cfg(test)]
mod model_tests;
#[cfg(test)]
mod tests;
