//! The docker command line: equal to the real `docker` 28.2.2 in options, output, exit codes and
//! messages.
//!
//! Reading order: [`run`] (here) finds the verb and gives it its flags; [`grammar`] says what
//! verbs and flags are, parses them and prints the help pages; [`verbs`] has one file per verb
//! (flags, call, output); [`client`] makes the calls; [`mod@format`] and [`template`] print lists.
//!
//! Nothing here knows what kind of process it is: streams, terminal, files and the way to the
//! engine are given ([`Io`], [`Context`]), so that the same client is the real command and a
//! program of the simulated machine.

mod base64;
mod cli;
mod client;
mod complete;
mod credentials;
mod error;
pub mod explain;
mod files;
mod format;
mod grammar;
mod io;
mod json;
mod places;
mod process;
mod progress;
mod reference;
mod schema;
mod signals;
mod stream;
mod template;
mod text;
mod time;
mod units;
mod verbs;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use wire::Dialer;

pub use credentials::{Keepers, header as registry_auth};
pub use files::{Entry, EntryKind, Files, HostFiles};
pub use grammar::{Global, Reading, global_options, read_line};
pub use io::{Input, Io, Notice, Output, Terminal};
pub use process::process_io;

/// The version of docker whose command line this is.
pub const VERSION: &str = "28.2.2";
/// The newest Engine API that it speaks.
pub const API_VERSION: &str = "1.50";

/// What a command is run with.
pub struct Context {
    /// The arguments, without the program's own name.
    pub args: Vec<String>,
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The working directory, absolute.
    pub cwd: PathBuf,
    /// The files of the machine on which the command runs.
    pub files: Arc<dyn Files>,
    /// The programs that keep credentials.
    pub keepers: Keepers,
    /// The way to the engine.
    pub dialer: Dialer,
    /// The engine's address as docker writes it (`unix:///var/run/docker.sock`), for messages.
    pub endpoint: String,
    /// The name of the docker context in use; `default` when there is none.
    pub context: String,
}

/// Runs one docker command and returns its exit code. Every message has been written to
/// [`Io::stderr`] when it returns.
pub async fn run(context: Context, io: Io) -> u8 {
    cli::run(context, io).await
}
