//! The verbs of `docker stack …`: those that only read.

pub(super) mod ls;
