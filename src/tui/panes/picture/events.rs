//! What an event means for the picture.

use super::calls::name;
use super::stages::{Ending, Part, Stage};
use super::streams::is_up_to_date;
use crate::domain::{EngineEvent, Kind, Object, ObjectRef, Step};

use Part::{Containers, Daemon, Images, Kernel, Resources};

/// What an event shows; `None` when the call already says it.
pub(super) fn stage(event: &EngineEvent, step: &Step) -> Option<Stage> {
    match event.kind.as_str() {
        "container" => container(event, step),
        "network" => Some(network(event, step)),
        "volume" => Some(volume(event, step)),
        "image" => image(event, step),
        _ => Some(other(event)),
    }
}

fn container(event: &EngineEvent, step: &Step) -> Option<Stage> {
    let own = format!("«\u{a0}{}\u{a0}»", event.name());
    let code = event.attributes.get("exitCode").map_or("0", String::as_str);
    let both = [Kernel, Containers];
    Some(match event.verb() {
        "create" => Stage::done(
            &[Daemon, Containers],
            format!("Conteneur {own} créé\u{a0}: une couche inscriptible sur l’image."),
        ),
        "start" => {
            let pid = pid(event, step).map(|it| format!(", PID {it} sur l’hôte"));
            let pid = pid.unwrap_or_default();
            Stage::done(
                &both,
                format!("Noyau\u{a0}: processus de {own} démarré{pid}."),
            )
        }
        "kill" => {
            let signal = event.attributes.get("signal").map_or("9", String::as_str);
            let signal = signal_name(signal);
            Stage::done(
                &[Daemon, Kernel],
                format!("Noyau\u{a0}: signal {signal} envoyé à {own}."),
            )
        }
        "die" => Stage {
            parts: both.to_vec(),
            words: format!("Noyau\u{a0}: le processus de {own} est fini, code {code}."),
            ending: if code == "0" {
                Ending::Done
            } else {
                Ending::Refused
            },
        },
        "oom" => Stage {
            parts: both.to_vec(),
            words: format!(
                "Noyau\u{a0}: {own} dépasse sa limite de mémoire, un processus y est tué."
            ),
            ending: Ending::Refused,
        },
        "destroy" => Stage::done(
            &[Daemon, Containers],
            format!("Conteneur {own} supprimé, avec sa couche inscriptible."),
        ),
        "pause" => Stage::done(
            &both,
            format!("Noyau\u{a0}: les processus de {own} sont gelés."),
        ),
        "unpause" => Stage::done(
            &both,
            format!("Noyau\u{a0}: les processus de {own} sont dégelés."),
        ),
        "exec_start" => {
            let words = match said(&event.action) {
                "" => format!("Noyau\u{a0}: un processus de plus dans {own}."),
                said => format!("Noyau\u{a0}: un processus de plus dans {own}\u{a0}: {said}"),
            };
            Stage::done(&both, words)
        }
        "exec_die" => {
            // Podman does not tell how it ended.
            let code = event.attributes.get("exitCode");
            let code = code.map_or_else(String::new, |it| format!(", code {it}"));
            let words = format!("Noyau\u{a0}: ce processus de plus est fini{code}.");
            Stage::done(&[Kernel], words)
        }
        "rename" => Stage::done(&[Containers], format!("Le conteneur s’appelle {own}.")),
        "health_status" => {
            let said = said(&event.action);
            Stage::done(&[Containers], format!("Santé de {own}\u{a0}: {said}."))
        }
        // The call that they come from says as much; Podman tells of the last two around a life.
        "attach" | "resize" | "stop" | "restart" | "top" | "commit" | "exec_create"
        | "exec_detach" | "archive-path" | "extract-to-dir" | "export" | "update" | "detach"
        | "copy" | "init" | "cleanup" => return None,
        _ => other(event),
    })
}

fn network(event: &EngineEvent, step: &Step) -> Stage {
    let own = match event.name() {
        "" => "(le moteur ne dit pas lequel)".to_owned(),
        name => format!("«\u{a0}{name}\u{a0}»"),
    };
    let whose = whose(event, step);
    let is_bridge = event
        .attributes
        .get("type")
        .is_some_and(|it| it == "bridge");
    match event.verb() {
        "connect" => Stage::done(
            &[Daemon, Resources, Kernel],
            format!("Réseau {own}\u{a0}: {whose} y est branché."),
        ),
        "disconnect" => Stage::done(
            &[Daemon, Resources, Kernel],
            format!("Réseau {own}\u{a0}: {whose} en est débranché."),
        ),
        "create" if is_bridge => Stage::done(
            &[Daemon, Resources, Kernel],
            format!("Réseau {own} créé\u{a0}: le noyau a un pont (bridge) de plus."),
        ),
        "create" => Stage::done(&[Daemon, Resources], format!("Réseau {own} créé.")),
        "destroy" | "remove" => {
            Stage::done(&[Daemon, Resources], format!("Réseau {own} supprimé."))
        }
        _ => other(event),
    }
}

fn volume(event: &EngineEvent, step: &Step) -> Stage {
    let own = short(event);
    let whose = whose(event, step);
    match event.verb() {
        "create" => Stage::done(
            &[Daemon, Resources],
            format!("Volume {own} créé\u{a0}: un dossier de l’hôte."),
        ),
        "destroy" => Stage::done(&[Daemon, Resources], format!("Volume {own} supprimé.")),
        "mount" => Stage::done(
            &[Resources, Kernel],
            format!("Noyau\u{a0}: volume {own} monté dans {whose}."),
        ),
        "unmount" => Stage::done(
            &[Resources, Kernel],
            format!("Noyau\u{a0}: volume {own} démonté de {whose}."),
        ),
        _ => other(event),
    }
}

fn image(event: &EngineEvent, step: &Step) -> Option<Stage> {
    let own = short(event);
    let words = match event.verb() {
        "pull" if step.calls.iter().any(is_up_to_date) => return None,
        "pull" => format!("Le démon range les couches\u{a0}: l’image {own} est là."),
        // Its stream says more.
        "push" => return None,
        "create" => format!("Image {own} créée."),
        "tag" => format!("Étiquette {own} posée."),
        "untag" => format!("Étiquette enlevée\u{a0}: {own}."),
        "delete" => format!("Image {own} supprimée."),
        _ => return Some(other(event)),
    };
    Some(Stage::done(&[Daemon, Images], words))
}

fn other(event: &EngineEvent) -> Stage {
    let (kind, verb, own) = (&event.kind, event.verb(), short(event));
    let words = format!("Événement\u{a0}: {kind} {verb} {own}.");
    Stage::done(&[Daemon], words)
}

/// The container that an event of a network or a volume is about.
fn whose(event: &EngineEvent, step: &Step) -> String {
    let id = event.attributes.get("container");
    id.map_or_else(|| "un conteneur".to_owned(), |it| name(it, step))
}

/// What follows the colon of an action.
fn said(action: &str) -> &str {
    action.split_once(':').map_or("", |(_, rest)| rest).trim()
}

/// A name that may be an identifier: shortened then.
fn short(event: &EngineEvent) -> String {
    let name = event.name();
    let digits = name.strip_prefix("sha256:").unwrap_or(name);
    let hex = digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    let name = if hex {
        digits.get(..12).unwrap_or(digits)
    } else {
        name
    };
    format!("«\u{a0}{name}\u{a0}»")
}

/// The process of a container that started, as the host numbers it, if it still runs.
fn pid(event: &EngineEvent, step: &Step) -> Option<u64> {
    let reference = ObjectRef {
        kind: Kind::Container,
        id: event.id.clone(),
    };
    let Object::Container(container) = step.after.get(&reference)? else {
        return None;
    };
    let pid = container.document.pointer("/State/Pid")?.as_u64()?;
    (pid > 0).then_some(pid)
}

/// The name of a signal that the engine tells by its number, signal(7).
fn signal_name(signal: &str) -> String {
    let name = match signal.trim_start_matches("SIG") {
        "1" | "HUP" => "SIGHUP",
        "2" | "INT" => "SIGINT",
        "3" | "QUIT" => "SIGQUIT",
        "9" | "KILL" => "SIGKILL",
        "10" | "USR1" => "SIGUSR1",
        "12" | "USR2" => "SIGUSR2",
        "15" | "TERM" => "SIGTERM",
        "28" | "WINCH" => "SIGWINCH",
        _ => return signal.to_owned(),
    };
    name.to_owned()
}
