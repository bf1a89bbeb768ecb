//! `/containers`.

use std::time::Duration;

use hyper::Method;
use serde_json::{Value, json};

use super::answer::{Routed, bare, document, written};
use super::ask::Ask;
use super::containers_io;
use super::versions::adapt;
use crate::daemon::archive::change_number;
use crate::daemon::{CreateRequest, Daemon, Fault, ListOptions, Outcome, WaitCondition};

pub(super) async fn route(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    let method = &ask.method;
    let seconds = match ask.integer("t") {
        Ok(seconds) => seconds,
        Err(fault) => return Some(Err(fault)),
    };
    let routed = match (method, path) {
        (&Method::GET, ["json"]) => list(daemon, ask),
        (&Method::POST, ["create"]) => create(daemon, ask).await,
        (&Method::POST, ["prune"]) => prune(daemon, ask),
        (&Method::GET, [name @ .., "json"]) if !name.is_empty() => daemon
            .inspect_container(&name.join("/"), ask.flag("size"))
            .map(|it| document(200, &adapt(ask, it))),
        (&Method::POST, [id, "start"]) => daemon.start_container(id).await.map(|()| bare(204)),
        (&Method::POST, [id, "stop"]) => daemon
            .stop_container(id, ask.get("signal"), seconds)
            .await
            .map(|()| bare(204)),
        (&Method::POST, [id, "restart"]) => daemon
            .restart_container(id, ask.get("signal"), seconds)
            .await
            .map(|()| bare(204)),
        (&Method::POST, [id, "kill"]) => daemon
            .kill_container(id, ask.get("signal"))
            .await
            .map(|()| bare(204)),
        (&Method::POST, [id, "pause"]) => daemon.freeze_container(id, true).map(|()| bare(204)),
        (&Method::POST, [id, "unpause"]) => daemon.freeze_container(id, false).map(|()| bare(204)),
        (&Method::POST, [id, "rename"]) => daemon
            .rename_container(id, ask.get("name"))
            .map(|()| bare(204)),
        (&Method::POST, [id, "update"]) => update(daemon, ask, id).await,
        (&Method::POST, [id, "wait"]) => wait(daemon, ask, id),
        (&Method::POST, [id, "resize"]) => ask
            .size()
            .and_then(|size| daemon.resize_container(id, size))
            .map(|()| bare(200)),
        // `parent/alias` names a container too.
        (&Method::DELETE, name) if !name.is_empty() => remove(daemon, ask, &name.join("/")).await,
        (&Method::GET, [id, "top"]) => daemon
            .top(id, ask.get("ps_args"))
            .map(|it| document(200, &it)),
        (&Method::GET, [id, "changes"]) => changes(daemon, id),
        (&Method::POST, [id, "exec"]) => exec(daemon, ask, id).await,
        (_, [id, rest @ ..]) => return containers_io::route(daemon, ask, id, rest).await,
        _ => return None,
    };
    Some(routed)
}

fn list(daemon: &Daemon, ask: &Ask) -> Routed {
    let limit = ask
        .integer("limit")?
        .and_then(|it| usize::try_from(it).ok())
        .unwrap_or(0);
    let options = ListOptions {
        all: ask.flag("all"),
        limit,
        size: ask.flag("size"),
        filters: ask.filters()?,
    };
    Ok(written(200, daemon.list_containers(&options)?))
}

async fn create(daemon: &Daemon, ask: &Ask) -> Routed {
    let body = ask.json().await?;
    ask.check_platform()?;
    if body.is_null() {
        return Err(Fault::invalid(
            "invalid JSON: got EOF while reading request body",
        ));
    }
    let request = CreateRequest {
        name: ask.get("name").to_owned(),
        body,
    };
    let (id, warnings) = daemon.create_container(&request)?;
    Ok(document(201, &json!({"Id": id, "Warnings": warnings})))
}

async fn update(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let warnings = daemon.update_container(id, &ask.json().await?)?;
    Ok(document(200, &json!({"Warnings": warnings})))
}

fn prune(daemon: &Daemon, ask: &Ask) -> Routed {
    let (deleted, reclaimed) = daemon.prune_containers(&ask.filters()?)?;
    let deleted = if deleted.is_empty() {
        Value::Null
    } else {
        json!(deleted)
    };
    Ok(document(
        200,
        &json!({"ContainersDeleted": deleted, "SpaceReclaimed": reclaimed}),
    ))
}

async fn remove(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    if ask.flag("link") {
        return daemon.remove_link(id).map(|()| bare(204));
    }
    daemon
        .remove_container(id, ask.flag("force"), ask.flag("v"))
        .await?;
    Ok(bare(204))
}

/// How far an exit code stays behind the end that it tells of: what the container wrote last, which
/// goes another way, is not to be overtaken.
const BEHIND: Duration = Duration::from_millis(25);

/// The head is sent at once, the exit code when there is one: a client starts the container
/// between the two.
fn wait(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let ended = daemon.wait_container(id, WaitCondition::parse(ask.get("condition"))?)?;
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        tokio::select! {
            code = ended => {
                tokio::time::sleep(BEHIND).await;
                let body = format!("{}\n", json!({"StatusCode": code}));
                let _ = sender.send(body.into()).await;
            }
            () = sender.closed() => {}
        }
    });
    Ok(super::answer::with_body(
        200,
        super::answer::JSON,
        super::answer::streamed(receiver),
    ))
}

fn changes(daemon: &Daemon, id: &str) -> Routed {
    let changes = daemon.changes(id)?;
    if changes.is_empty() {
        return Ok(document(200, &Value::Null));
    }
    let list: Vec<Value> = changes
        .iter()
        .map(|it| json!({"Path": it.path, "Kind": change_number(it.kind)}))
        .collect();
    Ok(document(200, &Value::Array(list)))
}

async fn exec(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let body: Outcome<Value> = ask.json().await;
    let request = body?.as_object().cloned().unwrap_or_default();
    let id = daemon.create_exec(id, request)?;
    Ok(document(201, &json!({"Id": id})))
}
