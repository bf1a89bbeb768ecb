//! `docker create`, and what `docker run` shares with it.

pub(crate) mod checks;
pub(crate) mod config;
pub(crate) mod csv;
pub(crate) mod flags;
mod gpus;
pub(crate) mod health;
pub(crate) mod kv;
pub(crate) mod mount;
mod network;
pub(in crate::verbs) mod platform;
pub(crate) mod ports;
mod volumes;

use std::io::Write;

use serde_json::{Value, json};

use crate::cli::Cli;
use crate::client::{Call, Called};
use crate::error::{Failure, Outcome};
use crate::format::words::{strings, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::progress;
use crate::reference::Reference;
use crate::verbs::login::credentials;
use config::Config;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container create", "create"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create a new container",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: false,
    flags: FLAGS,
    more_flags: flags::FLAGS,
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    ' ',
    "pull",
    Kind::Text,
    "Pull image before creating (\"always\", \"|missing\", \"never\") (default \"missing\")",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let config = prepare(cli, &values, "create")?;
    let id = create(cli, &values, config).await?;
    cli.line(&id).await
}

/// A failure with the words that `run` and `create` add.
pub(super) fn with_help(error: &str, verb: &str) -> Failure {
    Failure::new(format!(
        "docker: {error}\n\nRun 'docker {verb} --help' for more information"
    ))
    .with_status(125)
}

/// Reads the flags into a document.
pub(super) fn prepare(cli: &Cli, values: &Values, verb: &str) -> Outcome<Config> {
    let pull = values.text_or("pull", "missing");
    if !matches!(pull, "always" | "missing" | "never" | "") {
        let error = format!(
            "invalid pull option: '{pull}': must be one of \"always\", \"missing\" or \"never\""
        );
        return Err(with_help(&error, verb));
    }
    config::config(cli, values).map_err(|error| with_help(&error, verb))
}

/// Creates the container, pulling its image if that is needed; its identifier.
pub(super) async fn create(cli: &mut Cli, values: &Values, config: Config) -> Outcome<String> {
    let id_file = values.text("cidfile");
    if !id_file.is_empty() {
        let path = cli.absolute(id_file);
        if cli.files.entry(&path).is_ok() {
            return Err(Failure::new(format!(
                "container ID file found, make sure the other container isn't running or delete \
                 {id_file}"
            )));
        }
        cli.files.create(&path).map_err(|error| {
            let words = crate::files::go_words(&error);
            let error = format!("open {id_file}: {words}");
            Failure::new(format!("failed to create the container ID file: {error}"))
        })?;
    }
    let created = create_and_warn(cli, values, config).await;
    if !id_file.is_empty() {
        let path = cli.absolute(id_file);
        match &created {
            Ok(id) => cli.files.create(&path)?.write_all(id.as_bytes())?,
            Err(_) => cli.files.remove(&path)?,
        }
    }
    created
}

async fn create_and_warn(cli: &mut Cli, values: &Values, config: Config) -> Outcome<String> {
    let image = config.image().to_owned();
    let reference = match Reference::parse(&image) {
        Ok(reference) => Some(reference.with_default_tag()),
        // An identifier is not a name.
        Err(_) if image.len() == 64 || image.starts_with("sha256:") => None,
        Err(error) => return Err(Failure::new(error)),
    };
    let platform = values.text("platform");
    if !platform.is_empty() {
        platform::check(platform)
            .map_err(|error| Failure::new(format!("error parsing specified platform: {error}")))?;
    }
    let pull_policy = values.text_or("pull", "missing").to_owned();
    if pull_policy == "always" {
        pull(cli, values, &image).await?;
    }
    let call = create_call(cli, values, &config).await;
    let answer = match (send(cli, &call).await, &reference) {
        (Err(error), Some(reference)) if error.is_not_found() && pull_policy == "missing" => {
            if !values.on("quiet") {
                let name = reference.familiar();
                cli.complain(&format!("Unable to find image '{name}' locally"))
                    .await?;
            }
            pull(cli, values, &image).await?;
            send(cli, &call).await?
        }
        (result, _) => result?,
    };
    for warning in strings(&answer["Warnings"]) {
        cli.complain(&format!("WARNING: {warning}")).await?;
    }
    for server in values.list("dns") {
        if server
            .parse::<std::net::IpAddr>()
            .is_ok_and(|it| it.is_loopback())
        {
            cli.complain(&format!(
                "WARNING: Localhost DNS ({server}) may fail in containers."
            ))
            .await?;
        }
    }
    Ok(text(&answer["Id"]).to_owned())
}

async fn send(cli: &mut Cli, call: &Call) -> Called<Value> {
    cli.client.document(call.clone()).await
}

async fn create_call(cli: &mut Cli, values: &Values, config: &Config) -> Call {
    let mut document = config.document.clone();
    // Fields that older engines do not know are not sent to them, as the real client does.
    if cli.client.is_before("1.44").await {
        if let Some(check) = document
            .get_mut("Healthcheck")
            .and_then(Value::as_object_mut)
        {
            check.remove("StartInterval");
        }
    } else if let Some(document) = document.as_object_mut() {
        document.shift_remove("MacAddress");
    }
    if cli.client.is_before("1.42").await {
        document["HostConfig"]["ConsoleSize"] = json!([0, 0]);
    } else if let Some(host) = document["HostConfig"].as_object_mut() {
        host.shift_remove("KernelMemory");
    }
    let call = Call::post("/containers/create").with_some("name", values.text("name"));
    call.with_some("platform", values.text("platform"))
        .json(&document)
}

/// Pulls an image, progress on standard error.
async fn pull(cli: &mut Cli, values: &Values, image: &str) -> Outcome {
    let reference = Reference::parse(image).map_err(Failure::new)?;
    let auth = credentials(cli, &reference.domain);
    let call =
        pull_call(&reference, values.text("platform"), false).header("x-registry-auth", auth);
    let answer = cli.client.send(call).await?;
    let columns = terminal_columns(cli);
    if values.on("quiet") {
        let mut nowhere: crate::Output = Box::new(tokio::io::sink());
        return progress::show(answer.into_body(), &mut nowhere, None, |_| {}).await;
    }
    progress::show(answer.into_body(), &mut cli.err, columns, |_| {}).await
}

fn terminal_columns(cli: &Cli) -> Option<u16> {
    let terminal = cli
        .terminal
        .as_ref()
        .filter(|_| cli.complains_to_terminal())?;
    Some(terminal.size().map_or(80, |size| size.0))
}

/// The call that pulls an image, or every tag of a repository.
pub(crate) fn pull_call(reference: &Reference, platform: &str, all: bool) -> Call {
    let named = reference.clone();
    let reference = if all { named } else { named.with_default_tag() };
    let tag = reference
        .digest
        .as_deref()
        .or(reference.tag.as_deref())
        .unwrap_or_default();
    let name = format!("{}/{}", reference.domain, reference.path);
    Call::post("/images/create")
        .with("fromImage", name)
        .with_some("platform", &platform.to_lowercase())
        .with_some("tag", tag)
}
