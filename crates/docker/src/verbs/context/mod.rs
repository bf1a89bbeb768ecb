//! The verbs of `docker context …` that read contexts, and the one that chooses: contexts are made
//! and removed with the real client.

pub(super) mod inspect;
pub(super) mod ls;
pub(super) mod show;
mod store;
pub(super) mod switch;

use crate::cli::Cli;
use crate::format::words::text;

/// The names of the contexts.
pub(crate) fn context_names(cli: &Cli) -> Vec<String> {
    let contexts = store::all(cli);
    let names = contexts.iter().map(|it| text(&it["Name"]).to_owned());
    names.collect()
}
