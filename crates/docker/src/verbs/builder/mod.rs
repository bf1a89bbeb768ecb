//! The verbs of `docker builder …` that no other group has.

pub(super) mod prune;
