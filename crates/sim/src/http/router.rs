//! From a request to the route that answers it.

use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{HeaderValue, SERVER};
use hyper::{Method, Request};

use super::answer::{Answer, Routed, refusal};
use super::ask::Ask;
use super::{
    build, containers, events, exec, images, limits, networks, registry, swarm, system, volumes,
};
use crate::daemon::{API_VERSION, Daemon, Fault, MIN_API_VERSION, VERSION};

/// The answer to a request, with the headers that every answer has.
pub(super) async fn answer(daemon: Daemon, request: Request<Incoming>) -> Answer {
    let ask = Arc::new(Ask::new(request));
    // In a task of its own: what a client asked for is done even when the client does not wait.
    let asked = Arc::clone(&ask);
    let done = tokio::spawn(async move {
        asked.read_small_body().await?;
        check_version(&asked)?;
        route(&daemon, &asked).await
    });
    let mut answer = match done.await {
        Ok(routed) => routed.unwrap_or_else(|fault| refusal(&fault)),
        Err(_) => refusal(&Fault::internal("the simulated engine failed")),
    };
    if answer.status().is_client_error() || answer.status().is_server_error() {
        // A body that nobody read would break the connection under a client that still sends it.
        ask.forget_body().await;
    }
    let server = format!("Docker/{VERSION} (linux)");
    let headers = answer.headers_mut();
    headers.insert("Api-Version", HeaderValue::from_static(API_VERSION));
    headers.insert("Docker-Experimental", HeaderValue::from_static("false"));
    headers.insert("Ostype", HeaderValue::from_static("linux"));
    if let Ok(server) = HeaderValue::from_str(&server) {
        headers.insert(SERVER, server);
    }
    answer
}

fn numbers(version: &str) -> (u32, u32) {
    let (major, minor) = version.split_once('.').unwrap_or((version, "0"));
    (major.parse().unwrap_or(1), minor.parse().unwrap_or(0))
}

fn check_version(ask: &Ask) -> Result<(), Fault> {
    let Some((major, minor)) = ask.version else {
        return Ok(());
    };
    if (major, minor) < numbers(MIN_API_VERSION) {
        return Err(Fault::invalid(format!(
            "client version {major}.{minor} is too old. Minimum supported API version is {MIN_API_VERSION}, please upgrade your client to a newer version"
        )));
    }
    if (major, minor) > numbers(API_VERSION) {
        return Err(Fault::invalid(format!(
            "client version {major}.{minor} is too new. Maximum supported API version is {API_VERSION}"
        )));
    }
    Ok(())
}

async fn route(daemon: &Daemon, ask: &Ask) -> Routed {
    let segments: Vec<&str> = ask.segments.iter().map(String::as_str).collect();
    let Some((resource, rest)) = segments.split_first() else {
        return Err(no_page());
    };
    let routed = match *resource {
        "containers" => containers::route(daemon, ask, rest).await,
        "exec" => exec::route(daemon, ask, rest).await,
        "images" | "commit" => images::route(daemon, ask, resource, rest).await,
        "networks" => networks::route(daemon, ask, rest).await,
        "volumes" => volumes::route(daemon, ask, rest).await,
        "auth" | "distribution" => registry::route(daemon, ask, resource, rest).await,
        "build" => build::route(daemon, ask, rest).await,
        "swarm" | "services" | "tasks" | "nodes" | "secrets" | "configs" => {
            swarm::route(daemon, ask, resource, rest).await
        }
        "events" if ask.method == Method::GET => Some(events::stream(daemon, ask)),
        _ => system::route(daemon, ask, resource, rest),
    };
    match routed {
        Some(routed) => routed,
        None => Err(limits::refusal(&ask.method, &segments).unwrap_or_else(no_page)),
    }
}

fn no_page() -> Fault {
    Fault::not_found("page not found")
}
