//! Podman's events in docker's words: the same facts, other names.

use domain::EngineEvent;

/// Letters of a full identifier.
const IDENTIFIER: usize = 64;

/// The event as docker would have told it. One of docker's own is left as it is.
pub(super) fn as_docker(mut event: EngineEvent) -> EngineEvent {
    match (event.kind.as_str(), event.action.as_str()) {
        ("container", "exec") => "exec_start".clone_into(&mut event.action),
        ("container", "exec_died") => "exec_die".clone_into(&mut event.action),
        ("container" | "volume", "remove") => "destroy".clone_into(&mut event.action),
        // The actor is the container, under its name: which network is not said.
        ("network", "connect" | "disconnect") if !event.attributes.contains_key("container") => {
            let container = std::mem::take(&mut event.id);
            event.attributes.insert("container".to_owned(), container);
            event.attributes.remove("name");
        }
        // An image that only loses a name is told as deleted too: what is left of it is read.
        ("image", "delete") if is_identifier(&event.id) => {
            "untag".clone_into(&mut event.action);
        }
        _ => {}
    }
    match event.kind.as_str() {
        "image" if is_identifier(&event.id) => event.id.insert_str(0, "sha256:"),
        "volume" if event.id.is_empty() => {
            event.id = event.attributes.get("name").cloned().unwrap_or_default();
        }
        _ => {}
    }
    event
}

/// Whether it is an identifier without its algorithm, which no reference to an image can be.
fn is_identifier(text: &str) -> bool {
    text.len() == IDENTIFIER && text.bytes().all(|it| it.is_ascii_hexdigit())
}
