//! `docker cp`

mod archive;
mod paths;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::Value as Json;

use crate::base64::unbase64;
use crate::cli::Cli;
use crate::client::{Call, Called};
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::units::human_size;
use crate::verbs::transfer::{Destination, source};
use paths::{Place, Target, base, directory, join};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container cp", "cp"],
    usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n	docker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH",
    about: "Copy files/folders between a container and the local filesystem",
    long: "Copy files/folders between a container and the local filesystem\n\nUse '-' as the source to read a tar archive from stdin\nand extract it to a directory destination in a container.\nUse '-' as the destination to stream a tar archive of a\ncontainer source to stdout.",
    arity: Arity::Exactly(2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "archive",
        Kind::Bool,
        "Archive mode (copy all uid/gid information)",
    ),
    flag(
        'L',
        "follow-link",
        Kind::Bool,
        "Always follow symbol link in SRC_PATH",
    ),
    flag(
        'q',
        "quiet",
        Kind::Bool,
        "Suppress progress output during copy. Progress output is automatically suppressed if no terminal is attached",
    ),
];

/// The bits of Go's `os.FileMode`.
const GO_DIRECTORY: u64 = 1 << 31;
const GO_SYMLINK: u64 = 1 << 27;

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let from = paths::argument(&values.args[0]);
    let to = paths::argument(&values.args[1]);
    match (from, to) {
        ((Some(container), path), (None, local)) => {
            from_container(cli, &values, container, path, local).await
        }
        ((None, local), (Some(container), path)) => {
            to_container(cli, &values, local, container, path).await
        }
        ((Some(_), _), (Some(_), _)) => {
            Err(Failure::new("copying between containers is not supported"))
        }
        ((None, _), (None, _)) => Err(Failure::new("must specify at least one container source")),
    }
}

/// What is at a path of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stat {
    directory: bool,
    symlink: bool,
    link: String,
}

fn stat_of<T>(answer: &hyper::Response<T>) -> Stat {
    let header = answer.headers().get("x-docker-container-path-stat");
    let encoded = header.and_then(|it| it.to_str().ok()).unwrap_or_default();
    let stat: Json = serde_json::from_slice(&unbase64(encoded)).unwrap_or_default();
    let mode = stat["mode"].as_u64().unwrap_or_default();
    Stat {
        directory: mode & GO_DIRECTORY != 0,
        symlink: mode & GO_SYMLINK != 0,
        link: text(&stat["linkTarget"]).to_owned(),
    }
}

fn archive_path(container: &str) -> String {
    format!("/containers/{}/archive", percent::encode_path(container))
}

async fn stat(cli: &mut Cli, container: &str, path: &str) -> Called<Stat> {
    let call = Call::head(archive_path(container)).with("path", path);
    cli.client.send(call).await.map(|answer| stat_of(&answer))
}

/// Tells how much was copied, where somebody watches.
async fn done(cli: &mut Cli, values: &Values, bytes: usize, to: &str) -> Outcome {
    if values.on("quiet") || !cli.complains_to_terminal() {
        return Ok(());
    }
    let size = human_size(i64::try_from(bytes).unwrap_or(i64::MAX), 3);
    cli.complain(&format!("Successfully copied {size} to {to}"))
        .await
}

async fn from_container(
    cli: &mut Cli,
    values: &Values,
    container: &str,
    path: &str,
    local: &str,
) -> Outcome {
    let mut path = path.to_owned();
    let mut renamed = None;
    if values.on("follow-link")
        && let Ok(Stat {
            symlink: true,
            link,
            ..
        }) = stat(cli, container, &path).await
    {
        renamed = Some(base(&path));
        path = if link.starts_with('/') {
            link
        } else {
            join(&directory(&path), &link)
        };
    }
    let target = if local == "-" {
        String::new()
    } else {
        paths::local(cli, local)
    };
    if local != "-" {
        paths::check_output(cli, &target)?;
    }
    let call = Call::get(archive_path(container)).with("path", path.as_str());
    let answer = cli.client.send(call).await?;
    if local == "-" {
        return Destination::standard().fill(cli, answer.into_body()).await;
    }
    let is_directory = stat_of(&answer).directory;
    let bytes = answer.into_body().collect().await;
    let bytes = bytes
        .map_err(|error| Failure::new(error.to_string()))?
        .to_bytes();
    let place = Place::local(cli, &target)?;
    let source = renamed.clone().unwrap_or_else(|| base(&path));
    let placed = place.place(is_directory).map_err(Failure::new)?;
    let bases = renamed
        .is_some()
        .then(|| base(&path))
        .into_iter()
        .chain([source]);
    archive::extract(
        cli.files.as_ref(),
        &bytes,
        &bases.collect::<Vec<_>>(),
        &placed,
    )
    .map_err(Failure::new)?;
    done(cli, values, bytes.len(), &target).await
}

async fn to_container(
    cli: &mut Cli,
    values: &Values,
    local: &str,
    container: &str,
    path: &str,
) -> Outcome {
    let mut place = Place {
        path: path.to_owned(),
        exists: false,
        directory: false,
    };
    let mut found = stat(cli, container, path).await;
    if let Ok(Stat {
        symlink: true,
        link,
        ..
    }) = &found
    {
        let link = link.clone();
        place.path = if link.starts_with('/') {
            link
        } else {
            join(&directory(path), &link)
        };
        found = stat(cli, container, &place.path).await;
    }
    if let Ok(found) = &found {
        (place.exists, place.directory) = (true, found.directory);
    }
    let (target, bytes): (String, Bytes) = if local == "-" {
        if !place.directory {
            return Err(Failure::new(format!(
                "destination \"{container}:{path}\" must be a directory"
            )));
        }
        (place.path.clone(), source(cli, "-").await?)
    } else {
        let from = paths::local(cli, local);
        let follow = values.on("follow-link");
        let (real, name, is_directory) = paths::resolve(cli, &from, follow)?;
        let Target {
            directory,
            name: renamed,
        } = place.place(is_directory).map_err(Failure::new)?;
        let name = renamed.unwrap_or(name);
        let bytes = archive::build(cli.files.as_ref(), &real, &name);
        (directory, bytes.map_err(Failure::new)?.into())
    };
    let mut call = Call::put(archive_path(container))
        .with("noOverwriteDirNonDir", "true")
        .with("path", target);
    if values.on("archive") {
        call = call.with("copyUIDGID", "true");
    }
    let call = call.header("content-type", "text/plain");
    let size = bytes.len();
    cli.client.send_body(call, wire::full(bytes)).await?;
    done(cli, values, size, &format!("{container}:{}", place.path)).await
}
