//! `/volumes`.

use hyper::Method;
use serde_json::{Value, json};

use super::answer::{Routed, bare, document};
use super::ask::Ask;
use crate::daemon::Daemon;

pub(super) async fn route(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    let routed = match (&ask.method, path) {
        (&Method::GET, []) => list(daemon, ask),
        (&Method::POST, ["create"]) => create(daemon, ask).await,
        (&Method::POST, ["prune"]) => prune(daemon, ask),
        (&Method::GET, [name]) => daemon.inspect_volume(name).map(|it| document(200, &it)),
        (&Method::DELETE, [name]) => daemon
            .remove_volume(name, ask.flag("force"))
            .map(|()| bare(204)),
        _ => return None,
    };
    Some(routed)
}

fn list(daemon: &Daemon, ask: &Ask) -> Routed {
    let volumes: Vec<Value> = daemon.list_volumes(&ask.filters()?)?;
    Ok(document(
        200,
        &json!({"Volumes": volumes, "Warnings": null}),
    ))
}

async fn create(daemon: &Daemon, ask: &Ask) -> Routed {
    Ok(document(201, &daemon.create_volume(&ask.json().await?)?))
}

fn prune(daemon: &Daemon, ask: &Ask) -> Routed {
    let mut filters = ask.filters()?;
    // Before API 1.42 the named ones went too.
    if ask.speaks() < (1, 42) && !filters.has("all") {
        filters.add("all", "true");
    }
    let (deleted, reclaimed) = daemon.prune_volumes(&filters)?;
    Ok(document(
        200,
        &json!({"VolumesDeleted": deleted, "SpaceReclaimed": reclaimed}),
    ))
}
