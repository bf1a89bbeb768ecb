//! What a call means for the picture: which parts it reached, and what they did.

use serde_json::Value;

use super::super::calls::{Body, read_body, shortened};
use super::stages::{Ending, Part, Stage};
use super::streams;
use crate::domain::{ApiCall, CallOutcome, Step};
use crate::text::api::{Target, status_word};
use crate::tui::panes::step::container_name;

use Part::{Api, Client, Containers, Daemon, Images, Kernel, Registry, Resources};

/// Whether the call only asks if the daemon is there.
pub(super) fn is_ping(call: &ApiCall) -> bool {
    Target::of(&call.path).path == "/_ping"
}

/// Whether the engine did as it was asked.
pub(super) fn is_ok(call: &ApiCall) -> bool {
    match call.outcome {
        CallOutcome::Answered(status) => status < 400,
        CallOutcome::Upgraded => true,
        CallOutcome::Pending | CallOutcome::Failed(_) => false,
    }
}

/// The stages of a call: what was asked and answered, then what its stream tells.
pub(super) fn stages(call: &ApiCall, step: &Step) -> Vec<Stage> {
    let target = Target::of(&call.path);
    let segments = target.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let asked = format!("{} {}", call.method, shortened(target.path));
    let refused = |words: String| {
        vec![Stage {
            parts: refusing(&path),
            words,
            ending: Ending::Refused,
        }]
    };
    match &call.outcome {
        CallOutcome::Failed(reason) => {
            return refused(format!("{asked} → pas de réponse\u{a0}: {reason}"));
        }
        CallOutcome::Answered(status) if *status >= 400 => {
            let why = message(call)
                .unwrap_or_else(|| status_word(*status).unwrap_or("refusé").to_owned());
            let lacks = if why.starts_with("No such image") {
                "l’image n’est pas là\u{a0}: "
            } else {
                ""
            };
            return refused(format!("{asked} → {status}\u{a0}: {lacks}{why}"));
        }
        CallOutcome::Pending => {
            return vec![Stage {
                parts: reached(call, &path),
                words: format!("{asked} → le démon n’a pas encore répondu."),
                ending: Ending::Waiting,
            }];
        }
        CallOutcome::Answered(_) | CallOutcome::Upgraded => {}
    }
    let status = match call.outcome {
        CallOutcome::Answered(status) => status,
        _ => 101,
    };
    let what = what(call, &target, &path, step);
    let mut stages = vec![Stage::done(
        &reached(call, &path),
        format!("{asked} → {status}\u{a0}: {what}"),
    )];
    stages.extend(streams::stages(call, &path));
    stages
}

/// What a refusal came through.
fn refusing(path: &[&str]) -> Vec<Part> {
    match path {
        ["images", "create"] | ["images", .., "push"] | ["auth"] | ["distribution", ..] => {
            vec![Api, Daemon, Registry]
        }
        ["images", ..] | ["containers", "create"] => vec![Api, Daemon, Images],
        ["containers" | "exec", ..] => vec![Api, Daemon, Containers],
        ["networks" | "volumes", ..] => vec![Api, Daemon, Resources],
        _ => vec![Api, Daemon],
    }
}

/// What a call that succeeds reaches.
fn reached(call: &ApiCall, path: &[&str]) -> Vec<Part> {
    let mut parts = vec![Client, Api, Daemon];
    parts.extend_from_slice(match path {
        ["images", "create"] => &[Registry, Images] as &[Part],
        ["images", .., "push"] => &[Images, Registry],
        ["images", "search"] | ["auth"] | ["distribution", ..] => &[Registry],
        ["images" | "build" | "session" | "grpc", ..] => &[Images],
        ["commit"] => &[Containers, Images],
        ["containers", "create"] => &[Images, Containers],
        [
            "containers",
            _,
            "top" | "stats" | "kill" | "pause" | "unpause" | "update",
        ]
        | ["exec", _, "start"] => &[Containers, Kernel],
        ["containers" | "exec", ..] => &[Containers],
        ["networks" | "volumes", ..] => &[Resources],
        ["system", "df"] => &[Images, Containers, Resources],
        _ => &[],
    });
    if call.method == "GET" && path == ["events"] {
        return vec![Client, Api, Daemon];
    }
    parts
}

/// What the daemon did, in a sentence.
fn what(call: &ApiCall, target: &Target<'_>, path: &[&str], step: &Step) -> String {
    let method = call.method.as_str();
    let name = |id: &str| name(id, step);
    match (method, path) {
        ("POST", ["containers", "create"]) => {
            let image = field(&call.request_body, "Image");
            match target.get("name") {
                "" => format!("le démon crée un conteneur, d’image {image}, sans le lancer."),
                name => {
                    format!("le démon crée «\u{a0}{name}\u{a0}», d’image {image}, sans le lancer.")
                }
            }
        }
        ("POST", ["containers", id, "start"]) => {
            if call.outcome == CallOutcome::Answered(304) {
                format!("{} tournait déjà.", name(id))
            } else {
                format!("le démon démarre {}.", name(id))
            }
        }
        ("POST", ["containers", id, "stop"]) => {
            if call.outcome == CallOutcome::Answered(304) {
                format!("{} était déjà arrêté.", name(id))
            } else {
                format!("le démon arrête {}.", name(id))
            }
        }
        ("POST", ["containers", id, "attach"]) => {
            format!("le terminal est relié à {} par un flux direct.", name(id))
        }
        ("POST", ["containers", id, "wait"]) => format!("le client attend la fin de {}.", name(id)),
        ("POST", ["containers", id, "exec"]) => {
            format!("le démon prépare un processus de plus pour {}.", name(id))
        }
        ("POST", ["exec", _, "start"]) => {
            "le noyau lance le processus dans les espaces de noms du conteneur.".to_owned()
        }
        ("GET", ["containers", id, "logs"]) => format!(
            "le démon relit ce que {} a écrit\u{a0}; le conteneur n’est pas dérangé.",
            name(id)
        ),
        ("GET", ["containers", id, "stats"]) => {
            format!("le démon mesure {} dans les cgroups du noyau.", name(id))
        }
        ("GET", ["containers", id, "top"]) => {
            format!("le démon lit au noyau les processus de {}.", name(id))
        }
        ("DELETE", ["containers", ..]) => {
            format!(
                "le démon supprime {} et sa couche.",
                name(&path[1..].join("/"))
            )
        }
        ("GET", ["containers", "json"]) => {
            format!("le démon donne sa liste de conteneurs{}.", count(call))
        }
        ("GET", ["images", "json"]) => {
            format!("le démon donne sa liste d’images{}.", count(call))
        }
        ("GET", ["images", "search"]) => "le démon interroge le Docker Hub.".to_owned(),
        ("POST", ["images", "create"]) if !target.get("fromImage").is_empty() => {
            let (image, tag) = (target.get("fromImage"), target.get("tag"));
            let separator = match tag {
                "" => "",
                digest if digest.starts_with("sha256:") => "@",
                _ => ":",
            };
            format!("le démon demande {image}{separator}{tag} au registre.")
        }
        ("POST", ["images", .., "push"]) => {
            let image = path[1..path.len() - 1].join("/");
            format!("le démon propose les couches de {image} au registre.")
        }
        ("POST", ["build"]) => "le client envoie le contexte, le démon construit.".to_owned(),
        ("POST", ["session" | "grpc"]) => {
            "client et BuildKit conversent par un flux direct.".to_owned()
        }
        ("POST", ["auth"]) => "le registre accepte ces identifiants.".to_owned(),
        ("GET", ["events"]) => "le démon écrit les événements à mesure.".to_owned(),
        _ => match crate::text::api::meaning(method, target) {
            Some(sentence) => first_small(sentence),
            None => "le démon a répondu.".to_owned(),
        },
    }
}

/// How many a list has, when all of it was kept.
fn count(call: &ApiCall) -> String {
    match read_body(&call.response_body) {
        (Body::Json(Value::Array(items)), false) => match items.len() {
            0 => "\u{a0}: vide".to_owned(),
            1 => "\u{a0}: 1 élément".to_owned(),
            many => format!("\u{a0}: {many} éléments"),
        },
        _ => String::new(),
    }
}

/// Why a call was refused, in the engine's words.
fn message(call: &ApiCall) -> Option<String> {
    let (Body::Json(body), _) = read_body(&call.response_body) else {
        return None;
    };
    let words = body.get("message")?.as_str()?;
    Some(words.lines().next().unwrap_or_default().to_owned())
}

/// A text field of a body; `…` when it is not there.
fn field(body: &str, name: &str) -> String {
    let (Body::Json(body), _) = read_body(body) else {
        return "…".to_owned();
    };
    let text = body.get(name).and_then(Value::as_str);
    text.unwrap_or("…").to_owned()
}

/// A container as the learner knows it: its name, whatever the call said of it.
pub(super) fn name(id: &str, step: &Step) -> String {
    format!("«\u{a0}{}\u{a0}»", container_name(id, step))
}

/// The sentence as the end of another.
fn first_small(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|it| it.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
