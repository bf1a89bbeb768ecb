//! Which rule a call falls under, from its method and its path alone.

use super::call::Call;
use domain::Kind;

/// How a call is judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// It reads.
    Read,
    /// It waits or listens; nothing of anybody's changes.
    Idle,
    /// It writes, but nothing that exists: a push, a session with the builder.
    Free,
    /// It changes one object that exists; the verb is the one of the docker command.
    Touch(Kind, String, &'static str),
    /// It attaches to a container, with its input or without.
    Attach(String),
    /// It prepares a command in a container.
    Exec(String),
    /// It starts a command that was prepared.
    ExecStart(String),
    /// It makes an object.
    Create(Kind),
    /// It plugs a container into a network, or out of it.
    Plug {
        /// Whether it plugs it in.
        into: bool,
        /// The network.
        network: String,
    },
    /// It makes an image out of a Dockerfile.
    Build,
    /// It pulls or imports an image.
    Pull,
    /// It loads images from an archive.
    Load,
    /// It names an image.
    Tag(String),
    /// It removes an image, or one of its names.
    RemoveImage(String),
    /// It makes an image out of a container.
    Commit,
    /// It removes all that is unused of a kind.
    Prune(Kind),
    /// It puts the engine in a swarm of its own.
    SwarmInit,
    /// It changes the swarm, or leaves it.
    Swarm(&'static str),
    /// It does what the guard cannot look into; why.
    Blind(Blind),
}

/// What the guard cannot look into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blind {
    /// The builder's own channel.
    BuildKit,
    /// The builder's cache, that belongs to all.
    BuildCache,
    /// Plugins: programs with the host's rights.
    Plugin,
    /// Joining somebody's swarm.
    SwarmJoin,
    /// A call that the guard does not know.
    Unknown,
}

/// The rule of a call.
pub(crate) fn rule(call: &Call) -> Rule {
    let path: Vec<&str> = call.path.iter().map(String::as_str).collect();
    match call.method.as_str() {
        // The one read that types: a raw stream to the container.
        "GET" if matches!(path[..], ["containers", _, "attach", "ws"]) => {
            Rule::Attach(path[1].to_owned())
        }
        "GET" | "HEAD" | "OPTIONS" => Rule::Read,
        "POST" => post(&path),
        "PUT" => match path[..] {
            ["containers", id, "archive"] => touch(Kind::Container, id, "cp"),
            _ => Rule::Blind(Blind::Unknown),
        },
        "DELETE" => delete(&path),
        _ => Rule::Blind(Blind::Unknown),
    }
}

fn touch(kind: Kind, id: &str, verb: &'static str) -> Rule {
    Rule::Touch(kind, id.to_owned(), verb)
}

fn post(path: &[&str]) -> Rule {
    match *path {
        ["containers", "create"] => Rule::Create(Kind::Container),
        ["volumes", "create"] => Rule::Create(Kind::Volume),
        ["networks", "create"] => Rule::Create(Kind::Network),
        ["services", "create"] => Rule::Create(Kind::Service),
        ["secrets", "create"] => Rule::Create(Kind::Secret),
        ["configs", "create"] => Rule::Create(Kind::Config),
        ["containers", "prune"] => Rule::Prune(Kind::Container),
        ["images", "prune"] => Rule::Prune(Kind::Image),
        ["networks", "prune"] => Rule::Prune(Kind::Network),
        ["volumes", "prune"] => Rule::Prune(Kind::Volume),
        ["containers", _, "wait" | "resize"] | ["exec", _, "resize"] => Rule::Idle,
        ["containers", id, "attach"] => Rule::Attach(id.to_owned()),
        ["containers", id, "exec"] => Rule::Exec(id.to_owned()),
        ["containers", id, verb] => container_verb(verb)
            .map_or(Rule::Blind(Blind::Unknown), |verb| {
                touch(Kind::Container, id, verb)
            }),
        ["exec", id, "start"] => Rule::ExecStart(id.to_owned()),
        ["networks", network, verb @ ("connect" | "disconnect")] => Rule::Plug {
            into: verb == "connect",
            network: network.to_owned(),
        },
        ["build"] => Rule::Build,
        ["build", "prune"] => Rule::Blind(Blind::BuildCache),
        ["grpc"] => Rule::Blind(Blind::BuildKit),
        ["images", "create"] => Rule::Pull,
        ["images", "load"] => Rule::Load,
        ["images", ref name @ .., "tag"] if !name.is_empty() => Rule::Tag(name.join("/")),
        ["images", .., "push"] | ["session" | "auth"] | ["build", "cancel"] => Rule::Free,
        ["commit"] => Rule::Commit,
        ["swarm", "init"] => Rule::SwarmInit,
        ["swarm", "join"] => Rule::Blind(Blind::SwarmJoin),
        ["swarm", "leave"] => Rule::Swarm("swarm leave"),
        ["swarm", "update"] => Rule::Swarm("swarm update"),
        ["swarm", "unlock"] => Rule::Swarm("swarm unlock"),
        ["services", id, "update"] => touch(Kind::Service, id, "service update"),
        ["nodes", id, "update"] => touch(Kind::Node, id, "node update"),
        ["secrets", id, "update"] => touch(Kind::Secret, id, "secret update"),
        ["configs", id, "update"] => touch(Kind::Config, id, "config update"),
        ["plugins", ..] => Rule::Blind(Blind::Plugin),
        _ => Rule::Blind(Blind::Unknown),
    }
}

fn container_verb(verb: &str) -> Option<&'static str> {
    [
        "start", "stop", "kill", "restart", "pause", "unpause", "update", "rename",
    ]
    .into_iter()
    .find(|it| *it == verb)
    .or((verb == "checkpoints").then_some("checkpoint create"))
}

fn delete(path: &[&str]) -> Rule {
    match *path {
        ["containers", id] => touch(Kind::Container, id, "rm"),
        ["containers", id, "checkpoints", _] => touch(Kind::Container, id, "checkpoint rm"),
        ["volumes", id] => touch(Kind::Volume, id, "volume rm"),
        ["networks", id] => touch(Kind::Network, id, "network rm"),
        ["services", id] => touch(Kind::Service, id, "service rm"),
        ["nodes", id] => touch(Kind::Node, id, "node rm"),
        ["secrets", id] => touch(Kind::Secret, id, "secret rm"),
        ["configs", id] => touch(Kind::Config, id, "config rm"),
        ["images", ref name @ ..] if !name.is_empty() => Rule::RemoveImage(name.join("/")),
        ["plugins", ..] => Rule::Blind(Blind::Plugin),
        _ => Rule::Blind(Blind::Unknown),
    }
}

/// How a rule needs the body of its call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyNeed {
    /// It goes through as it comes.
    None,
    /// A JSON document, read whole, and forwarded as it was read.
    Document,
    /// An archive, put aside whole before anything is forwarded.
    Archive,
    /// There must be none.
    Empty,
}

impl Rule {
    /// How the body is needed.
    pub(crate) fn body(&self) -> BodyNeed {
        match self {
            Self::Create(_) | Self::Exec(_) | Self::Plug { .. } | Self::SwarmInit => {
                BodyNeed::Document
            }
            Self::Touch(Kind::Service, _, "service update") => BodyNeed::Document,
            // Old clients gave `start` a configuration.
            Self::Touch(Kind::Container, _, "start") => BodyNeed::Empty,
            Self::Load => BodyNeed::Archive,
            _ => BodyNeed::None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: &str, target: &str) -> Rule {
        rule(&Call::read(method, target).unwrap())
    }

    #[test]
    fn what_reads_is_free_but_for_the_stream_that_types() {
        for target in ["/_ping", "/containers/json", "/images/a/b/json", "/events"] {
            assert_eq!(of("GET", target), Rule::Read);
        }
        assert_eq!(of("HEAD", "/_ping"), Rule::Read);
        assert_eq!(
            of("GET", "/containers/a/attach/ws?stdin=1"),
            Rule::Attach("a".to_owned())
        );
    }

    #[test]
    fn what_writes_and_is_not_known_is_not_free() {
        for (method, target) in [
            ("POST", "/containers/a/explode"),
            ("POST", "/Containers/a/stop"),
            ("post", "/containers/a/stop"),
            ("PATCH", "/containers/a"),
            ("DELETE", "/containers"),
            ("PUT", "/images/a"),
            ("CONNECT", "/containers/a/stop"),
            ("POST", "/libpod/containers/a/stop"),
        ] {
            assert_eq!(
                of(method, target),
                Rule::Blind(Blind::Unknown),
                "{method} {target}"
            );
        }
    }

    #[test]
    fn each_verb_names_the_object_that_it_changes() {
        for (method, target, wanted) in [
            (
                "POST",
                "/v1.41/containers/a/stop?t=1",
                touch(Kind::Container, "a", "stop"),
            ),
            (
                "DELETE",
                "/containers/a?force=1",
                touch(Kind::Container, "a", "rm"),
            ),
            (
                "PUT",
                "/containers/a/archive?path=%2F",
                touch(Kind::Container, "a", "cp"),
            ),
            (
                "DELETE",
                "/volumes/v",
                touch(Kind::Volume, "v", "volume rm"),
            ),
            (
                "DELETE",
                "/images/h:5000/a/b",
                Rule::RemoveImage("h:5000/a/b".to_owned()),
            ),
            (
                "POST",
                "/images/a%2Fb/tag?repo=c",
                Rule::Tag("a/b".to_owned()),
            ),
            ("POST", "/exec/e/start", Rule::ExecStart("e".to_owned())),
            ("POST", "/images/prune", Rule::Prune(Kind::Image)),
            ("POST", "/containers/a/wait", Rule::Idle),
            ("POST", "/swarm/leave", Rule::Swarm("swarm leave")),
        ] {
            assert_eq!(of(method, target), wanted, "{method} {target}");
        }
    }
}
