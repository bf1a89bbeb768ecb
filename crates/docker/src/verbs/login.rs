//! `docker login`, and the credentials that it keeps.

use std::io::Write;
use std::path::Path;

use serde::Serialize as _;
use serde_json::{Value as Json, json};
use tokio::io::AsyncReadExt;

use crate::cli::Cli;
use crate::client::{Call, Called, ClientError};
use crate::credentials::{self, Credentials, HUB};
use crate::error::{Failure, Outcome};
use crate::files::{self, Files};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::prompt;

pub(crate) const VERB: Verb = Verb {
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

/// Docker's configuration file, in its folder.
const FILE: &str = "config.json";
const REGISTER: &str = "Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com/ to create one.\nYou can log in with your password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/\n";
const TOKEN: &str = "\ni Info → A Personal Access Token (PAT) can be used instead.\n         To create a PAT, visit https://app.docker.com/settings\n         \n         ";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    check(&values)?;
    let user = values.text("username").trim().to_owned();
    let mut password = values.text("password").to_owned();
    if !password.is_empty() {
        cli.complain("WARNING! Using --password via the CLI is insecure. Use --password-stdin.")
            .await?;
    }
    if values.on("password-stdin") {
        if let Some(input) = &mut cli.input {
            input.read_to_string(&mut password).await?;
        }
        password = password.trim_end_matches(['\n', '\r']).to_owned();
    }
    let server = match values.args.first().map(String::as_str) {
        None | Some("docker.io") => HUB,
        Some(server) => server,
    };
    let stored = if user.is_empty() && password.is_empty() {
        stored_credentials(cli, server)
    } else {
        None
    };
    if let Some((user, password)) = &stored {
        cli.complain(&format!(
            "Authenticating with existing credentials... [Username: {user}]\n\n Info -> To login \
             with a different account, run 'docker logout' followed by 'docker login'\n\n"
        ))
        .await?;
        match enter(cli, server, user, password).await {
            Ok(status) => return cli.line(&status).await,
            Err(ClientError::Daemon { status: 401, .. }) => {
                cli.complain("Stored credentials invalid or expired")
                    .await?;
            }
            Err(error) => {
                cli.complain(&format!("Login did not succeed, error: {error}"))
                    .await?;
            }
        }
    }
    if (user.is_empty() || password.is_empty()) && !cli.reads_from_terminal() {
        return Err(Failure::new(
            "Error: Cannot perform an interactive login from a non TTY device",
        ));
    }
    let known = stored.map(|it| it.0).unwrap_or_default();
    let (user, password) = ask(cli, server, user, password, known).await?;
    let status = enter(cli, server, &user, &password).await?;
    cli.line(&status).await
}

fn check(values: &Values) -> Outcome {
    let refuse = |why: &str| Err(Failure::new(why));
    if values.changed("password-stdin") {
        if values.changed("password") {
            return refuse(
                "conflicting options: cannot specify both --password and --password-stdin",
            );
        }
        if !values.changed("username") {
            return refuse("the --password-stdin option requires --username to be set");
        }
    }
    for name in ["username", "password"] {
        if values.changed(name) && values.text(name).is_empty() {
            return refuse(&format!("{name} is empty"));
        }
    }
    Ok(())
}

/// Asks for what is missing, on the terminal.
async fn ask(
    cli: &mut Cli,
    server: &str,
    mut user: String,
    mut password: String,
    known: String,
) -> Outcome<(String, String)> {
    if user.is_empty() {
        if server == HUB {
            cli.line(REGISTER).await?;
        }
        let question = match known.as_str() {
            "" => "Username: ".to_owned(),
            known => format!("Username ({known}): "),
        };
        user = prompt::line(cli, &question).await?;
        if user.is_empty() {
            user = known;
        }
        if user.is_empty() {
            return Err(Failure::new("Error: Non-null Username Required"));
        }
    }
    if password.is_empty() {
        if server == HUB {
            cli.complain(TOKEN).await?;
        }
        password = prompt::secret(cli, "Password: ").await?;
        if password.is_empty() {
            return Err(Failure::new("Error: Password Required"));
        }
    }
    Ok((user, password))
}

/// Tries the credentials, and keeps them; the engine's word for it.
async fn enter(cli: &mut Cli, server: &str, user: &str, password: &str) -> Called<String> {
    let document = json!({"username": user, "password": password, "serveraddress": server});
    let answer = cli
        .client
        .document(Call::post("/auth").json(&document))
        .await?;
    let token = text(&answer["IdentityToken"]).to_owned();
    let password = if token.is_empty() { password } else { "" };
    let credentials = Credentials {
        user: user.to_owned(),
        password: password.to_owned(),
        token,
    };
    let before = config(cli);
    let mut config = before.clone();
    credentials::keep(&mut config, server, &credentials, &cli.keepers)
        .map_err(|error| ClientError::Other(format!("Error saving credentials: {error}")))?;
    if config != before {
        save(cli, &config).map_err(|error| ClientError::Other(error.to_string()))?;
        if credentials::is_in_the_open(&config, server) {
            let file = cli.config.join(FILE);
            let warning = in_the_open(&file);
            cli.complain(&warning)
                .await
                .map_err(|error| ClientError::Other(error.to_string()))?;
        }
    }
    Ok(text(&answer["Status"]).to_owned())
}

/// What docker says of a password that it has just written in its file.
fn in_the_open(file: &Path) -> String {
    format!(
        "\nWARNING! Your credentials are stored unencrypted in '{}'.\nConfigure a credential helper \
         to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n",
        file.display()
    )
}

/// The name and the password kept for a registry, if there are both. A program that fails keeps
/// nobody from logging in.
fn stored_credentials(cli: &Cli, server: &str) -> Option<(String, String)> {
    let kept = credentials::kept(&config(cli), server, &cli.keepers).ok()??;
    (!kept.user.is_empty() && !kept.password.is_empty()).then_some((kept.user, kept.password))
}

/// Docker's configuration file; empty when there is none.
pub(super) fn config(cli: &Cli) -> Json {
    let path = cli.config.join(FILE);
    let bytes = files::read(cli.files.as_ref(), &path, FILE).unwrap_or_default();
    serde_json::from_slice(&bytes)
        .ok()
        .filter(Json::is_object)
        .unwrap_or_else(|| json!({}))
}

/// Writes docker's configuration file: whole or not at all, for its owner alone unless it was already
/// for others. One that is a symbolic link stays one.
pub(super) fn save(cli: &Cli, config: &Json) -> Outcome {
    let files = cli.files.as_ref();
    if files.entry(&cli.config).is_err() {
        files.make_directory(&cli.config)?;
        files.set_mode(&cli.config, 0o700)?;
    }
    let path = files::followed(files, cli.config.join(FILE));
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let partial = path.with_file_name(name);
    let written = write(files, &partial, config).and_then(|()| {
        if let Ok(before) = files.entry(&path) {
            files.set_mode(&partial, before.mode & 0o777)?;
        }
        files.rename(&partial, &path)
    });
    if written.is_err() {
        // Its passwords with it. It may not be there at all.
        let _ = files.remove(&partial);
    }
    Ok(written?)
}

fn write(files: &dyn Files, path: &Path, config: &Json) -> std::io::Result<()> {
    let mut file = files.create_private(path)?;
    let mut config = config.clone();
    if config["auths"].is_null() {
        config["auths"] = json!({});
    }
    let layout = serde_json::ser::PrettyFormatter::with_indent(b"\t");
    let mut writer = serde_json::Serializer::with_formatter(&mut file, layout);
    config.serialize(&mut writer)?;
    file.flush()
}

/// What `X-Registry-Auth` says for a registry.
pub(crate) fn credentials(cli: &Cli, registry: &str) -> String {
    let header = credentials::header(&config(cli), registry, &cli.keepers);
    header.unwrap_or_else(|| credentials::encoded(&json!({})))
}
