//! `/swarm`, `/services`, `/tasks`, `/nodes`, `/secrets`, `/configs`.

use hyper::Method;
use serde_json::{Value, json};

use super::answer::{Routed, bare, document, output, stream_type, with_body};
use super::ask::Ask;
use super::containers_io::log_options;
use crate::daemon::swarm::BlobKind;
use crate::daemon::{Daemon, Fault, Outcome};

pub(super) async fn route(
    daemon: &Daemon,
    ask: &Ask,
    resource: &str,
    path: &[&str],
) -> Option<Routed> {
    match resource {
        "swarm" => cluster(daemon, ask, path).await,
        "services" => services(daemon, ask, path).await,
        "tasks" => tasks(daemon, ask, path),
        "nodes" => nodes(daemon, ask, path).await,
        "secrets" => blobs(daemon, ask, BlobKind::Secret, path).await,
        "configs" => blobs(daemon, ask, BlobKind::Config, path).await,
        _ => None,
    }
}

/// The `version` of a change.
fn version(ask: &Ask, what: &str) -> Outcome<u64> {
    let text = ask.get("version");
    text.parse().map_err(|_| {
        Fault::invalid(format!(
            "invalid {what} version '{text}': strconv.ParseUint: parsing \"{text}\": invalid syntax"
        ))
    })
}

fn list(found: Outcome<Vec<Value>>) -> Routed {
    found.map(|it| document(200, &Value::Array(it)))
}

async fn cluster(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    Some(match (&ask.method, path) {
        (&Method::GET, []) => daemon.inspect_swarm().map(|it| document(200, &it)),
        (&Method::POST, ["init"]) => match ask.swarm_json().await {
            Ok(body) => daemon.init_swarm(&body).map(|it| document(200, &json!(it))),
            Err(fault) => Err(fault),
        },
        (&Method::POST, ["join"]) => match ask.swarm_json().await {
            Ok(body) => daemon.join_swarm(&body).await.map(|()| bare(200)),
            Err(fault) => Err(fault),
        },
        (&Method::POST, ["leave"]) => daemon
            .leave_swarm(ask.flag("force"))
            .await
            .map(|()| bare(200)),
        (&Method::POST, ["update"]) => update_cluster(daemon, ask).await,
        (&Method::GET, ["unlockkey"]) => daemon
            .unlock_key()
            .map(|it| document(200, &json!({"UnlockKey": it}))),
        (&Method::POST, ["unlock"]) => daemon.unlock_swarm().map(|()| bare(200)),
        _ => return None,
    })
}

async fn update_cluster(daemon: &Daemon, ask: &Ask) -> Routed {
    let spec = ask.swarm_json().await?;
    daemon.inspect_swarm()?;
    let version = version(ask, "swarm")?;
    let rotate = [
        "rotateWorkerToken",
        "rotateManagerToken",
        "rotateManagerUnlockKey",
    ]
    .map(|it| ask.flag(it));
    daemon.update_swarm(version, &spec, rotate)?;
    Ok(bare(200))
}

async fn services(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    Some(match (&ask.method, path) {
        (&Method::GET, []) => list(
            ask.filters()
                .and_then(|it| daemon.list_services(&it, ask.flag("status"))),
        ),
        (&Method::POST, ["create"]) => create_service(daemon, ask).await,
        (&Method::GET, [id]) => daemon
            .inspect_service(id, ask.flag("insertDefaults"))
            .map(|it| document(200, &it)),
        (&Method::DELETE, [id]) => daemon.remove_service(id).map(|()| bare(200)),
        (&Method::POST, [id, "update"]) => update_service(daemon, ask, id).await,
        (&Method::GET, [id, "logs"]) => log_options(ask)
            .and_then(|it| daemon.service_logs(id, &it))
            .map(|it| logs(ask, it)),
        _ => return None,
    })
}

fn logs(
    ask: &Ask,
    (tty, chunks): (
        bool,
        tokio::sync::mpsc::Receiver<crate::daemon::streams::Chunk>,
    ),
) -> super::answer::Answer {
    with_body(200, stream_type(tty, ask.speaks()), output(tty, chunks))
}

async fn create_service(daemon: &Daemon, ask: &Ask) -> Routed {
    let wish = ask.swarm_json().await?;
    let id = daemon.create_service(&wish)?;
    let mut answer = json!({"ID": id});
    if ask.speaks() >= (1, 44) {
        answer["Warnings"] = Value::Null;
    }
    Ok(document(201, &answer))
}

async fn update_service(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let wish = ask.swarm_json().await?;
    let version = version(ask, "service")?;
    let roll_back = match ask.get("rollback") {
        "" | "none" => false,
        "previous" => true,
        other => {
            return Err(Fault::invalid(format!(
                "unrecognized rollback option {other}"
            )));
        }
    };
    daemon.update_service(id, version, &wish, roll_back)?;
    Ok(document(200, &json!({"Warnings": null})))
}

fn tasks(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    Some(match (&ask.method, path) {
        (&Method::GET, []) => list(ask.filters().and_then(|it| daemon.list_tasks(&it))),
        (&Method::GET, [id]) => daemon.inspect_task(id).map(|it| document(200, &it)),
        (&Method::GET, [id, "logs"]) => log_options(ask)
            .and_then(|it| daemon.task_logs(id, &it))
            .map(|it| logs(ask, it)),
        _ => return None,
    })
}

async fn nodes(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    Some(match (&ask.method, path) {
        (&Method::GET, []) => list(ask.filters().and_then(|it| daemon.list_nodes(&it))),
        (&Method::GET, [id]) => daemon.inspect_node(id).map(|it| document(200, &it)),
        (&Method::DELETE, [id]) => daemon.remove_node(id).map(|()| bare(200)),
        (&Method::POST, [id, "update"]) => match ask.swarm_json().await {
            Ok(spec) => version(ask, "node")
                .and_then(|version| daemon.update_node(id, version, &spec))
                .map(|()| bare(200)),
            Err(fault) => Err(fault),
        },
        _ => return None,
    })
}

async fn blobs(daemon: &Daemon, ask: &Ask, kind: BlobKind, path: &[&str]) -> Option<Routed> {
    let word = if kind == BlobKind::Secret {
        "secret"
    } else {
        "config"
    };
    Some(match (&ask.method, path) {
        (&Method::GET, []) => list(ask.filters().and_then(|it| daemon.list_blobs(kind, &it))),
        (&Method::POST, ["create"]) => match ask.swarm_json().await {
            Ok(spec) => daemon
                .create_blob(kind, &spec)
                .map(|it| document(201, &json!({"ID": it}))),
            Err(fault) => Err(fault),
        },
        (&Method::GET, [id]) => daemon.inspect_blob(kind, id).map(|it| document(200, &it)),
        (&Method::DELETE, [id]) => daemon.remove_blob(kind, id).map(|()| bare(204)),
        (&Method::POST, [id, "update"]) => match ask.swarm_json().await {
            Ok(spec) => version(ask, word)
                .and_then(|version| daemon.update_blob(kind, id, version, &spec))
                .map(|()| bare(200)),
            Err(fault) => Err(fault),
        },
        _ => return None,
    })
}
