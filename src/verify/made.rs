//! What the calls of our own commands made, read off their answers: exact, whatever else happens
//! on the engine.

use serde_json::Value;

use crate::domain::{ApiCall, CallOutcome, Kind, ObjectRef};

/// Something that our commands made. In the order in which it is removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Made {
    /// A service: its containers go with it.
    Service(String),
    /// The engine's being in a swarm.
    Swarm,
    /// A container, a network, a volume, an image, a secret or a configuration, by identifier.
    Object(ObjectRef),
    /// A name on an image.
    Tag(String),
}

/// What a call made.
pub(super) fn made_by(call: &ApiCall) -> Vec<Made> {
    let CallOutcome::Answered(200..=299) = call.outcome else {
        return Vec::new();
    };
    if call.method != "POST" {
        return Vec::new();
    }
    let (path, query) = call.path.split_once('?').unwrap_or((&call.path, ""));
    let asked = |key: &str| -> Vec<String> {
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .filter(|(name, value)| *name == key && !value.is_empty())
            .map(|(_, value)| plain(value))
            .collect()
    };
    let object = |kind: Kind, key: &str| -> Vec<Made> {
        let answer: Option<Value> = serde_json::from_str(&call.response_body).ok();
        let id = answer.as_ref().and_then(|it| it[key].as_str());
        id.map(|id| made_object(kind, id)).into_iter().collect()
    };
    let named = |name: &str, tag: &str| -> Vec<Made> {
        let tag = asked(tag).pop();
        let names = asked(name).into_iter();
        names
            .map(|name| Made::Tag(with_tag(name, tag.as_deref())))
            .collect()
    };
    let end = path.rsplit_once('/').map_or(path, |(_, end)| end);
    let of = |collection: &str| path.contains(&format!("/{collection}/"));
    match end {
        "create" if of("containers") => object(Kind::Container, "Id"),
        "create" if of("networks") => object(Kind::Network, "Id"),
        "create" if of("volumes") => object(Kind::Volume, "Name"),
        "create" if of("services") => object(Kind::Service, "ID"),
        "create" if of("secrets") => object(Kind::Secret, "ID"),
        "create" if of("configs") => object(Kind::Config, "ID"),
        "create" if of("images") => [named("fromImage", "tag"), named("repo", "tag")].concat(),
        "commit" => [object(Kind::Image, "Id"), named("repo", "tag")].concat(),
        "tag" if of("images") => named("repo", "tag"),
        "build" => {
            let tags = asked("t").into_iter();
            let tags = tags.map(|name| Made::Tag(with_tag(name, None)));
            tags.chain(built(&call.response_body)).collect()
        }
        "load" if of("images") => loaded(&call.response_body),
        "init" if of("swarm") => vec![Made::Swarm],
        _ => Vec::new(),
    }
}

fn made_object(kind: Kind, id: &str) -> Made {
    let id = id.to_owned();
    match kind {
        Kind::Service => Made::Service(id),
        _ => Made::Object(ObjectRef { kind, id }),
    }
}

/// The two signs of a reference that a query encodes.
fn plain(value: &str) -> String {
    value
        .replace("%3A", ":")
        .replace("%3a", ":")
        .replace("%2F", "/")
        .replace("%2f", "/")
}

fn with_tag(name: String, tag: Option<&str>) -> String {
    let last = name.rsplit('/').next().unwrap_or(&name);
    if last.contains([':', '@']) {
        return name;
    }
    format!("{name}:{}", tag.unwrap_or("latest"))
}

/// The images that a build's answer names: `{"aux":{"ID":"sha256:…"}}`.
fn built(answer: &str) -> impl Iterator<Item = Made> {
    let documents = serde_json::Deserializer::from_str(answer).into_iter::<Value>();
    documents.map_while(Result::ok).filter_map(|document| {
        let id = document["aux"]["ID"].as_str()?;
        Some(made_object(Kind::Image, id))
    })
}

/// The names that `docker load` tells: `Loaded image: affiche:1`.
fn loaded(answer: &str) -> Vec<Made> {
    let documents = serde_json::Deserializer::from_str(answer).into_iter::<Value>();
    documents
        .map_while(Result::ok)
        .filter_map(|document| {
            let line = document["stream"].as_str()?.trim();
            let name = line.strip_prefix("Loaded image: ")?;
            Some(Made::Tag(name.to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn made(path: &str, answer: &str) -> Vec<Made> {
        made_by(&ApiCall {
            number: 1,
            method: "POST".to_owned(),
            path: path.to_owned(),
            outcome: CallOutcome::Answered(200),
            request_body: String::new(),
            response_body: answer.to_owned(),
            took: Duration::ZERO,
        })
    }

    fn tag(name: &str) -> Made {
        Made::Tag(name.to_owned())
    }

    #[test]
    fn a_call_tells_what_it_made() {
        let object = |kind, id: &str| made_object(kind, id);
        for (path, answer, wanted) in [
            (
                "/v1.41/containers/create?name=a",
                r#"{"Id":"c1"}"#,
                vec![object(Kind::Container, "c1")],
            ),
            (
                "/v1.41/volumes/create",
                r#"{"Name":"v"}"#,
                vec![object(Kind::Volume, "v")],
            ),
            (
                "/v1.41/services/create",
                r#"{"ID":"s"}"#,
                vec![Made::Service("s".to_owned())],
            ),
            (
                "/v1.41/build?t=affiche%3A1&t=tableau",
                "{\"stream\":\"x\"}\r\n{\"aux\":{\"ID\":\"sha256:i\"}}\r\n",
                vec![
                    tag("affiche:1"),
                    tag("tableau:latest"),
                    object(Kind::Image, "sha256:i"),
                ],
            ),
            (
                "/v1.41/images/busybox:1.36/tag?repo=localhost%3A5000%2Fb&tag=2",
                "",
                vec![tag("localhost:5000/b:2")],
            ),
            (
                "/v1.41/images/create?fromImage=alpine&tag=3.20",
                "",
                vec![tag("alpine:3.20")],
            ),
            (
                "/v1.41/images/load?quiet=0",
                r#"{"stream":"Loaded image: affiche:2\n"}"#,
                vec![tag("affiche:2")],
            ),
            ("/v1.41/swarm/init", "\"node\"", vec![Made::Swarm]),
            ("/v1.41/containers/a/start", "", vec![]),
        ] {
            assert_eq!(made(path, answer), wanted, "{path}");
        }
    }
}
