//! `docker login`, and the credentials that it keeps.

use std::io::Write;

use serde_json::{Value as Json, json};
use tokio::io::AsyncReadExt;

use crate::docker::base64::{base64, unbase64};
use crate::docker::cli::Cli;
use crate::docker::client::Call;
use crate::docker::error::{Failure, Outcome};
use crate::docker::files;
use crate::docker::format::words::text;
use crate::docker::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(in crate::docker) const VERB: Verb = Verb {
    spellings: &["login"],
    usage: "[OPTIONS] [SERVER]",
    about: "Authenticate to a registry",
    long: "Authenticate to a registry.\nDefaults to Docker Hub if no server is specified.",
    arity: Arity::AtMost(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'p',
        "password",
        Kind::Text,
        "Password or Personal Access Token (PAT)",
    ),
    flag(
        ' ',
        "password-stdin",
        Kind::Bool,
        "Take the Password or Personal Access Token (PAT) from stdin",
    ),
    flag('u', "username", Kind::Text, "Username"),
];

/// The address under which the Hub's credentials are kept.
pub(super) const HUB: &str = "https://index.docker.io/v1/";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let user = values.text("username").to_owned();
    let mut password = values.text("password").to_owned();
    if values.changed("password") {
        cli.complain("WARNING! Using --password via the CLI is insecure. Use --password-stdin.")
            .await?;
        if values.on("password-stdin") {
            return Err(Failure::new(
                "conflicting options: cannot specify both --password and --password-stdin",
            ));
        }
    }
    if values.on("password-stdin") {
        if user.is_empty() {
            return Err(Failure::new(
                "Must provide --username with --password-stdin",
            ));
        }
        if let Some(input) = &mut cli.input {
            input.read_to_string(&mut password).await?;
        }
        password = password.trim_end_matches(['\n', '\r']).to_owned();
    }
    let server = match values.args.first().map(String::as_str) {
        None | Some("docker.io") => HUB,
        Some(server) => server,
    };
    if user.is_empty() || password.is_empty() {
        return Err(Failure::new(
            "Error: Cannot perform an interactive login from a non TTY device",
        ));
    }
    let document = json!({"username": user, "password": password, "serveraddress": server});
    let answer = cli
        .client
        .document(Call::post("/auth").json(&document))
        .await?;
    let token = text(&answer["IdentityToken"]);
    let entry = if token.is_empty() {
        json!({"auth": base64(format!("{user}:{password}").as_bytes())})
    } else {
        json!({"auth": base64(format!("{user}:").as_bytes()), "identitytoken": token})
    };
    let mut config = config(cli);
    config["auths"][server] = entry;
    save(cli, &config)?;
    cli.line(text(&answer["Status"])).await
}

/// Docker's configuration file; empty when there is none.
pub(super) fn config(cli: &Cli) -> Json {
    let path = cli.config.join("config.json");
    let bytes = files::read(cli.files.as_ref(), &path, "config.json").unwrap_or_default();
    serde_json::from_slice(&bytes)
        .ok()
        .filter(Json::is_object)
        .unwrap_or_else(|| json!({}))
}

/// Writes docker's configuration file: whole or not at all, for its owner alone.
pub(super) fn save(cli: &Cli, config: &Json) -> Outcome {
    if cli.files.entry(&cli.config).is_err() {
        cli.files.make_directory(&cli.config)?;
        cli.files.set_mode(&cli.config, 0o700)?;
    }
    let partial = cli.config.join("config.json.tmp");
    let mut file = cli.files.create(&partial)?;
    cli.files.set_mode(&partial, 0o600)?;
    file.write_all(crate::docker::json::indent(&config.to_string()).as_bytes())?;
    file.flush()?;
    drop(file);
    Ok(cli
        .files
        .rename(&partial, &cli.config.join("config.json"))?)
}

/// What `X-Registry-Auth` says for a registry.
pub(super) fn credentials(cli: &Cli, registry: &str) -> String {
    let config = config(cli);
    let server = if registry == "docker.io" {
        HUB
    } else {
        registry
    };
    let entry = &config["auths"][server];
    let decoded = unbase64(text(&entry["auth"]));
    let decoded = String::from_utf8_lossy(&decoded);
    let document = match decoded.split_once(':') {
        Some((user, password)) => {
            json!({"username": user, "password": password, "serveraddress": server})
        }
        None => json!({}),
    };
    base64(document.to_string().as_bytes())
        .replace('+', "-")
        .replace('/', "_")
}
