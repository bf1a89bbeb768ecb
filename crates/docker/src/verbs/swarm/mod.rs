//! The verbs of `docker swarm …`.

pub(super) mod ca;
mod checks;
mod external;
pub(super) mod init;
pub(super) mod join;
pub(super) mod join_token;
pub(super) mod leave;
mod settings;
pub(super) mod unlock;
pub(super) mod unlock_key;
pub(super) mod update;
