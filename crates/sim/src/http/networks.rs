//! `/networks`.

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
        (&Method::GET, [id]) => daemon
            .inspect_network(id, ask.flag("verbose"), ask.get("scope"))
            .map(|it| document(200, &it)),
        (&Method::DELETE, [id]) => daemon.remove_network(id).map(|()| bare(204)),
        (&Method::POST, [id, "connect"]) => connect(daemon, ask, id).await,
        (&Method::POST, [id, "disconnect"]) => disconnect(daemon, ask, id).await,
        _ => return None,
    };
    Some(routed)
}

fn list(daemon: &Daemon, ask: &Ask) -> Routed {
    Ok(document(
        200,
        &Value::Array(daemon.list_networks(&ask.filters()?)?),
    ))
}

async fn create(daemon: &Daemon, ask: &Ask) -> Routed {
    let id = daemon.create_network(&ask.json().await?)?;
    Ok(document(201, &json!({"Id": id, "Warning": ""})))
}

fn prune(daemon: &Daemon, ask: &Ask) -> Routed {
    let deleted = daemon.prune_networks(&ask.filters()?)?;
    let deleted = if deleted.is_empty() {
        Value::Null
    } else {
        json!(deleted)
    };
    Ok(document(200, &json!({"NetworksDeleted": deleted})))
}

async fn connect(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let body = ask.json().await?;
    let container = body
        .get("Container")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let settings = body.get("EndpointConfig").cloned().unwrap_or_default();
    daemon.connect_network(id, container, &settings)?;
    Ok(bare(200))
}

async fn disconnect(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let body = ask.json().await?;
    let container = body
        .get("Container")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let force = body.get("Force").and_then(Value::as_bool).unwrap_or(false);
    daemon.disconnect_network(id, container, force)?;
    Ok(bare(200))
}
