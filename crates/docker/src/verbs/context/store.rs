//! Contexts, in the folder of docker's configuration: one folder each, named by the SHA-256 of the
//! context's name.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::cli::Cli;
use crate::files::{self, EntryKind};
use crate::format::words::text;
use crate::verbs::login::config;

/// The context that stands for `DOCKER_HOST`, or for the usual socket.
pub(super) const DEFAULT: &str = "default";
const DEFAULT_SAYS: &str = "Current DOCKER_HOST based configuration";
const USUAL: &str = "unix:///var/run/docker.sock";
const IN_MEMORY: &str = "<IN MEMORY>";

/// The variable that hides the context in use.
pub(super) const HOST: &str = "DOCKER_HOST";

/// The value of a variable; `None` when it is empty too.
pub(super) fn variable<'a>(cli: &'a Cli, name: &str) -> Option<&'a str> {
    let value = cli.env.get(name).map(String::as_str);
    value.filter(|it| !it.is_empty())
}

/// The name of the context in use, whether there is such a context or not.
pub(super) fn current(cli: &Cli) -> String {
    if variable(cli, HOST).is_some() {
        return DEFAULT.to_owned();
    }
    match variable(cli, "DOCKER_CONTEXT") {
        Some(name) => name.to_owned(),
        None => match text(&config(cli)["currentContext"]) {
            "" => DEFAULT.to_owned(),
            name => name.to_owned(),
        },
    }
}

/// Whether a context may have that name.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    let rest = |letter: char| letter.is_ascii_alphanumeric() || "_.+-".contains(letter);
    let first = name.starts_with(|it: char| it.is_ascii_alphanumeric());
    if first && name.len() > 1 && name.chars().all(rest) {
        return Ok(());
    }
    Err(format!(
        "context name {name:?} is invalid, names are validated against regexp \
         \"^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$\""
    ))
}

fn folder(cli: &Cli, kind: &str, name: &str) -> PathBuf {
    let digest = Sha256::digest(name.as_bytes());
    let folder = digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    });
    cli.config.join("contexts").join(kind).join(folder)
}

/// What is known of a context: name, metadata, endpoints.
pub(super) fn read(cli: &Cli, name: &str) -> Result<Json, String> {
    if name == DEFAULT {
        let host = variable(cli, HOST).unwrap_or(USUAL);
        return Ok(json!({
            "Name": DEFAULT,
            "Metadata": {},
            "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": false}},
        }));
    }
    let path = folder(cli, "meta", name).join("meta.json");
    let bytes = files::read(cli.files.as_ref(), &path, &path.to_string_lossy())
        .map_err(|error| format!("context {name:?}: context not found: {error}"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("parsing {}: {error}", path.display()))
}

/// Every context: the default one, and those of the folder.
pub(super) fn all(cli: &Cli) -> Vec<Json> {
    let meta = cli.config.join("contexts").join("meta");
    let names = cli.files.list(&meta).unwrap_or_default();
    let stored = names.iter().filter_map(|name| {
        let path = meta.join(name).join("meta.json");
        let bytes = files::read(cli.files.as_ref(), &path, "meta.json").ok()?;
        serde_json::from_slice(&bytes).ok()
    });
    read(cli, DEFAULT).into_iter().chain(stored).collect()
}

/// The sentence that describes a context.
pub(super) fn description(context: &Json) -> &str {
    match text(&context["Name"]) {
        DEFAULT => DEFAULT_SAYS,
        _ => text(&context["Metadata"]["Description"]),
    }
}

/// A context as `inspect` shows it: with its certificates, and where it is kept.
pub(super) fn whole(cli: &Cli, name: &str) -> Result<Json, String> {
    let mut context = read(cli, name)?;
    let tls = folder(cli, "tls", name);
    let path = |kind: &str| match name {
        DEFAULT => IN_MEMORY.to_owned(),
        _ => folder(cli, kind, name).to_string_lossy().into_owned(),
    };
    let mut material = serde_json::Map::new();
    for endpoint in cli.files.list(&tls).unwrap_or_default() {
        let inside = tls.join(&endpoint);
        let is_folder = |it: files::Entry| it.kind == EntryKind::Directory;
        if cli.files.entry(&inside).is_ok_and(is_folder) {
            let names = cli.files.list(&inside).unwrap_or_default();
            material.insert(endpoint, json!(names));
        }
    }
    context["TLSMaterial"] = Json::Object(material);
    context["Storage"] = json!({"MetadataPath": path("meta"), "TLSPath": path("tls")});
    Ok(context)
}
