//! The verbs of `docker node …`.

pub(super) mod demote;
pub(super) mod inspect;
pub(crate) mod ls;
pub(super) mod promote;
pub(super) mod ps;
pub(super) mod rm;
mod role;
pub(super) mod update;
