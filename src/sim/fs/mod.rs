//! File systems: read-only layers, the overlay that stacks them under a writable one, tar.

mod layer;
mod overlay;

pub use layer::{FileKind, Layer, LayerBuilder, Metadata};
pub use overlay::Overlay;
