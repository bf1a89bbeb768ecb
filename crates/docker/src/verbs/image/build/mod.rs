//! `docker build`: the classic builder's client, which is what the real one is without the buildx
//! component.

mod archive;
mod context;
mod flags;
mod paths;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::pull::columns;
use crate::cli::Cli;
use crate::client::{Call, ClientError};
use crate::credentials;
use crate::error::{Failure, Outcome};
use crate::files::go_words;
use crate::grammar::{Arity, Values, Verb};
use crate::progress;
use crate::units::human_size;
use crate::verbs::container::create::config::{pairs, ulimits};
use crate::verbs::login;
use context::Context;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image build", "build", "builder build"],
    usage: "[OPTIONS] PATH | URL | -",
    about: "Build an image from a Dockerfile",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: flags::FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const NO_BUILDX: &str =
    "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            Install the buildx component to build images with BuildKit:
            https://docs.docker.com/go/buildx/
";

const DISABLED: &str =
    "DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.
";

const MISSING: &str = "ERROR: BuildKit is enabled but the buildx component is missing or broken.
       Install the buildx component to build images with BuildKit:
       https://docs.docker.com/go/buildx/";

/// What is said before any command of the builder, whatever comes of it: that there is no BuildKit.
/// The words are those of the command line after its global options.
pub(crate) async fn warn_of_legacy_builder(cli: &mut Cli, words: &[String]) -> Outcome {
    let words: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
    let builds = matches!(
        words.as_slice(),
        ["build" | "builder", ..] | ["image", "build"]
    );
    let wanted = cli.env.get("DOCKER_BUILDKIT").map_or("", String::as_str);
    let enabled = match wanted {
        "" => None,
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        other => {
            return Err(Failure::new(format!(
                "DOCKER_BUILDKIT environment variable expects boolean value: strconv.ParseBool: parsing {other:?}: invalid syntax"
            )));
        }
    };
    match enabled {
        _ if !builds => Ok(()),
        None => cli.complain(NO_BUILDX).await,
        Some(false) => cli.complain(DISABLED).await,
        Some(true) => Err(Failure::new(MISSING)),
    }
}

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if values.changed("squash") {
        return Err(Failure::new(
            "\"--squash\" is only supported on a Docker daemon with experimental features enabled",
        ));
    }
    let place = values.args[0].clone();
    let file = values.text("file").to_owned();
    if place == "-" && file == "-" {
        return Err(Failure::new(
            "invalid argument: can't use stdin for both build context and dockerfile",
        ));
    }
    let id_file = values.text("iidfile");
    if !id_file.is_empty() {
        let path = cli.absolute(id_file);
        if let Err(error) = cli.files.remove(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            let words = go_words(&error);
            return Err(Failure::new(format!(
                "Removing image ID file: remove {id_file}: {words}"
            )));
        }
    }
    let mut sent = String::new();
    let quiet = values.on("quiet");
    let context = gather(cli, &place, &file).await?;
    let answer = send(cli, &values, &context).await;
    if matches!(&answer, Ok(_) | Err(ClientError::Daemon { .. })) && context.remote.is_empty() {
        let size = human_size(i64::try_from(context.size).unwrap_or(i64::MAX), 4);
        sent = format!("Sending build context to Docker daemon {size:>8}\r\r\n");
    }
    if !quiet {
        cli.print(&sent).await?;
    }
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            if quiet {
                cli.err.write_all(sent.as_bytes()).await?;
            }
            return Err(error.into());
        }
    };
    let mut id = String::new();
    let mut note = |message: &Value| {
        if let Some(found) = message["aux"]["ID"].as_str() {
            found.clone_into(&mut id);
        }
    };
    if quiet {
        let (told, done) = progress::collect(answer.into_body(), note).await;
        if let Err(failure) = done {
            cli.err
                .write_all(format!("{sent}{told}").as_bytes())
                .await?;
            return Err(failure);
        }
        cli.print(&told).await?;
        id = told;
    } else {
        let columns = columns(cli);
        progress::show(answer.into_body(), &mut cli.out, columns, &mut note).await?;
    }
    if id_file.is_empty() {
        return Ok(());
    }
    if id.is_empty() {
        return Err(Failure::new(format!(
            "Server did not provide an image ID. Cannot write {id_file}"
        )));
    }
    let path = cli.absolute(id_file);
    let refused = |error: std::io::Error| format!("open {id_file}: {}", go_words(&error));
    let mut file = cli.files.create(&path).map_err(refused)?;
    std::io::Write::write_all(&mut file, id.as_bytes()).map_err(refused)?;
    std::io::Write::flush(&mut file).map_err(refused)?;
    Ok(())
}

/// The context, wherever it is.
async fn gather(cli: &mut Cli, place: &str, file: &str) -> Outcome<Context> {
    let prepare = |error: String| Failure::new(format!("unable to prepare context: {error}"));
    if place == "-" {
        let input = read_input(cli).await?;
        return context::from_reader(input, file).map_err(prepare);
    }
    let path = cli.absolute(place);
    if paths::exists(cli.files.as_ref(), &path) {
        let given = match file {
            "-" => Some(read_input(cli).await?),
            _ => None,
        };
        let place = context::Place {
            files: cli.files.as_ref(),
            folder: path,
            dockerfile: match file {
                "" | "-" => None,
                name => Some((cli.absolute(name), name.to_owned())),
            },
            given,
        };
        return place.gather();
    }
    if paths::is_git(place) {
        return Err(prepare(
            "unable to find 'git': exec: \"git\": executable file not found in $PATH".to_owned(),
        ));
    }
    if place.starts_with("http://") || place.starts_with("https://") {
        // The engine downloads it: this client speaks to nobody else.
        return Ok(Context {
            remote: place.to_owned(),
            dockerfile: file.to_owned(),
            ..Context::default()
        });
    }
    Err(prepare(format!("path {place:?} not found")))
}

async fn read_input(cli: &mut Cli) -> Outcome<Bytes> {
    let mut bytes = Vec::new();
    if let Some(input) = &mut cli.input {
        input.read_to_end(&mut bytes).await?;
    }
    Ok(bytes.into())
}

async fn send(
    cli: &mut Cli,
    values: &Values,
    context: &Context,
) -> Result<hyper::Response<hyper::body::Incoming>, ClientError> {
    let body = if values.on("compress") {
        context::compressed(&context.archive).map_err(ClientError::Other)?
    } else {
        context.archive.clone()
    };
    let call = call(cli, values, context)
        .header("content-type", "application/x-tar")
        .header("x-registry-config", registries(cli));
    cli.client.send_body(call, wire::full(body)).await
}

fn call(cli: &Cli, values: &Values, context: &Context) -> Call {
    let mut call = Call::post("/build").with("version", "1");
    for (parameter, flag) in [
        ("t", "tag"),
        ("securityopt", "security-opt"),
        ("extrahosts", "add-host"),
    ] {
        for value in values.list(flag) {
            call = call.with(parameter, value);
        }
    }
    for (parameter, flag) in [
        ("cpuperiod", "cpu-period"),
        ("cpuquota", "cpu-quota"),
        ("cpushares", "cpu-shares"),
        ("memory", "memory"),
        ("memswap", "memory-swap"),
        ("shmsize", "shm-size"),
    ] {
        let number = values.number(flag);
        if number != 0 {
            call = call.with(parameter, number.to_string());
        }
    }
    for (parameter, flag) in [
        ("cgroupparent", "cgroup-parent"),
        ("cpusetcpus", "cpuset-cpus"),
        ("cpusetmems", "cpuset-mems"),
        ("target", "target"),
    ] {
        call = call.with_some(parameter, values.text(flag));
    }
    let network = Some(values.text("network")).filter(|it| *it != "default");
    let isolation = Some(values.text("isolation")).filter(|it| *it != "default");
    let default = cli
        .env
        .get("DOCKER_DEFAULT_PLATFORM")
        .map_or("", String::as_str);
    let platform = values.text_or("platform", default).to_lowercase();
    call = call
        .with_flag("q", values.on("quiet"))
        .with_flag("nocache", values.on("no-cache"))
        .with_flag("forcerm", values.on("force-rm"))
        .with_flag("pull", values.on("pull"))
        .with_some("networkmode", network.unwrap_or_default())
        .with_some("isolation", isolation.unwrap_or_default())
        .with_some("dockerfile", &context.dockerfile)
        .with_some("remote", &context.remote)
        .with_some("platform", &platform);
    if !values.on_or("rm", true) {
        call = call.with("rm", "0");
    }
    let arguments: serde_json::Map<String, Value> = values
        .list("build-arg")
        .into_iter()
        .map(|it| match it.split_once('=') {
            Some((name, value)) => (name.to_owned(), json!(value)),
            None => (it.to_owned(), json!(cli.env.get(it))),
        })
        .collect();
    let documents = [
        ("buildargs", Value::Object(arguments)),
        ("labels", pairs(&values.list("label"))),
        ("cachefrom", json!(values.list("cache-from"))),
        ("ulimits", ulimits(&values.list("ulimit"))),
    ];
    for (parameter, document) in documents {
        let empty = document.as_object().is_some_and(serde_json::Map::is_empty)
            || document.as_array().is_some_and(Vec::is_empty);
        if !empty {
            call = call.with(parameter, document.to_string());
        }
    }
    call
}

/// Every registry's credentials, for the images that the build begins with.
fn registries(cli: &Cli) -> String {
    credentials::all(&login::config(cli), &cli.keepers)
}
