//! `/auth` and `/distribution`.

use hyper::Method;

use super::answer::{Routed, document};
use super::ask::Ask;
use crate::daemon::Daemon;

pub(super) async fn route(
    daemon: &Daemon,
    ask: &Ask,
    resource: &str,
    path: &[&str],
) -> Option<Routed> {
    match (&ask.method, resource, path) {
        (&Method::POST, "auth", []) => Some(login(daemon, ask).await),
        (&Method::GET, "distribution", [name @ .., "json"]) if !name.is_empty() => Some(
            daemon
                .distribution(&name.join("/"))
                .await
                .map(|it| document(200, &it)),
        ),
        _ => None,
    }
}

async fn login(daemon: &Daemon, ask: &Ask) -> Routed {
    let request = ask.json().await?;
    Ok(document(200, &daemon.login(&request).await?))
}
