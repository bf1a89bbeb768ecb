//! The verbs of `docker secret …`.

pub(super) mod create;
pub(super) mod inspect;
pub(super) mod ls;
pub(super) mod rm;
