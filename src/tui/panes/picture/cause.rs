//! Which call an event comes from: events have dates, calls only have an order.

use super::calls::is_ok;
use crate::domain::{ApiCall, CallOutcome, EngineEvent};
use crate::text::api::Target;

/// Whether this event is what the call did, as far as its words tell.
pub(super) fn is_caused_by(event: &EngineEvent, call: &ApiCall) -> bool {
    if !is_ok(call) && call.outcome != CallOutcome::Pending {
        return false;
    }
    let target = Target::of(&call.path);
    let segments = target.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (kind, verb) = (event.kind.as_str(), event.verb());
    let about = |id: &str| {
        let container = event.attributes.get("container").unwrap_or(&event.id);
        container.starts_with(id) || event.name() == id
    };
    match (call.method.as_str(), path.as_slice()) {
        ("POST", ["containers", "create"]) => {
            let wanted = target.get("name");
            (kind == "container"
                && verb == "create"
                && (wanted.is_empty() || event.name() == wanted))
                || (kind == "volume" && verb == "create")
        }
        ("POST", ["containers", id, "start" | "restart"]) => match (kind, verb) {
            ("network", "connect") | ("volume", "mount") | ("container", "start" | "restart") => {
                about(id)
            }
            ("container", "kill" | "die" | "stop") => about(id) && path[2] == "restart",
            _ => false,
        },
        ("POST", ["containers", id, "stop" | "kill"]) => match (kind, verb) {
            ("container", "kill" | "die" | "stop")
            | ("network", "disconnect")
            | ("volume", "unmount") => about(id),
            _ => false,
        },
        ("POST", ["containers", id, "pause"]) => verb == "pause" && about(id),
        ("POST", ["containers", id, "unpause"]) => verb == "unpause" && about(id),
        ("POST", ["containers", id, "attach"]) => verb == "attach" && about(id),
        ("POST", ["containers", id, "rename" | "update" | "resize"]) => {
            verb == path[2] && about(id)
        }
        ("POST", ["containers", id, "exec"]) => verb == "exec_create" && about(id),
        ("POST", ["exec", _, "start"]) => kind == "container" && verb == "exec_start",
        ("DELETE", ["containers", ..]) => match (kind, verb) {
            ("container", "kill" | "die" | "stop" | "destroy") => about(&path[1..].join("/")),
            ("network", "disconnect") | ("volume", "unmount" | "destroy") => true,
            _ => false,
        },
        ("POST", ["images", "create"]) => kind == "image" && matches!(verb, "pull" | "import"),
        ("POST", ["images", .., "push" | "tag"]) => kind == "image" && Some(&verb) == path.last(),
        ("POST", ["images", "load" | "prune"]) | ("DELETE", ["images", ..]) => kind == "image",
        ("POST", ["build"]) => matches!(kind, "image" | "builder" | "container" | "network"),
        ("POST", ["commit"]) => verb == "commit" || kind == "image",
        ("POST", ["networks", _, "connect" | "disconnect"]) => {
            kind == "network" && Some(&verb) == path.last()
        }
        ("POST" | "DELETE", ["networks", ..]) => {
            kind == "network" && matches!(verb, "create" | "destroy" | "remove" | "prune")
        }
        ("POST" | "DELETE", ["volumes", ..]) => {
            kind == "volume" && matches!(verb, "create" | "destroy" | "prune")
        }
        ("POST", ["containers", "prune"]) => kind == "container" && verb == "destroy",
        _ => false,
    }
}

/// Whether the stage of the call says what this event would.
pub(super) fn is_told_by(event: &EngineEvent, call: &ApiCall) -> bool {
    let path = Target::of(&call.path).path;
    let about_one = path.starts_with("/containers/");
    match (event.kind.as_str(), event.verb(), call.method.as_str()) {
        ("container", "create", "POST") => path == "/containers/create",
        ("container", "destroy", "DELETE") => about_one,
        _ => false,
    }
}
