//! The verbs of `docker service …`.

mod bars;
mod checks;
mod converge;
pub(super) mod create;
mod edit;
mod files;
mod flags;
mod flags_update;
mod image;
pub(super) mod inspect;
pub(super) mod logs;
pub(super) mod ls;
mod ports;
mod pretty;
pub(super) mod ps;
pub(super) mod rm;
pub(super) mod rollback;
pub(super) mod scale;
mod spec;
pub(super) mod update;
