//! The verbs of `docker system …`.

pub(super) mod df;
pub(super) mod events;
pub(super) mod info;
pub(super) mod prune;
