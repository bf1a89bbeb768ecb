//! `/_ping`, `/version`, `/info`, `/system/df`, and what has no object behind it.

use hyper::Method;
use hyper::header::{CACHE_CONTROL, CONTENT_LENGTH, HeaderValue, PRAGMA};
use serde_json::json;

use super::answer::{Answer, Routed, document, with_body};
use super::ask::Ask;
use super::versions::adapt;
use crate::daemon::{Daemon, Fault};
use wire::{empty, full};

pub(super) fn route(daemon: &Daemon, ask: &Ask, resource: &str, path: &[&str]) -> Option<Routed> {
    let routed = match (&ask.method, resource, path) {
        (&Method::GET | &Method::HEAD, "_ping", []) => Ok(ping(daemon, ask.method == Method::HEAD)),
        (&Method::GET, "version", []) => Ok(document(200, &daemon.version())),
        (&Method::GET, "info", []) => Ok(document(200, &adapt(ask, daemon.info()))),
        (&Method::GET, "system", ["df"]) => {
            daemon.disk_usage().map(|it| document(200, &adapt(ask, it)))
        }
        (&Method::GET, "plugins", []) => Ok(document(200, &json!([]))),
        (&Method::GET, "plugins", [name @ .., "json"]) => {
            let name = name.join("/");
            Err(Fault::not_found(format!("plugin \"{name}\" not found")))
        }
        _ => return None,
    };
    Some(routed)
}

fn ping(daemon: &Daemon, head: bool) -> Answer {
    let body = if head { empty() } else { full("OK") };
    let mut answer = with_body(200, "text/plain; charset=utf-8", body);
    let headers = answer.headers_mut();
    if head {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    headers.insert("Builder-Version", HeaderValue::from_static("1"));
    let swarm = match daemon.state().swarm {
        Some(_) => "active/manager",
        None => "inactive",
    };
    headers.insert("Swarm", HeaderValue::from_static(swarm));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
    let never = HeaderValue::from_static("no-cache, no-store, must-revalidate");
    headers.insert(CACHE_CONTROL, never);
    answer
}
