//! A container's life: its states, its layers, its networks.

use std::collections::BTreeMap;

use ratatui::text::Line;

use super::pen::{BORDERS, Pen};
use super::sketch::{Align, Sketch};
use crate::domain::{ChangeKind, Container, ContainerState};

/// The containers whose layers are shown.
const BESIDE: usize = 2;
/// The layers of an image that are shown.
const LAYERS: usize = 4;
/// An identifier, as docker shortens it.
const SHORT_ID: usize = 12;

/// States, and the verbs that lead from one to another.
pub(super) fn cycle(pen: &Pen<'_>) -> Sketch {
    let state = |name: &str, width: usize, about: &str, wanted: &[ContainerState]| {
        let mut lines = pen.say(about, width - BORDERS);
        let names = pen.containers(|it| wanted.contains(&it.state), 3);
        lines.extend(names.iter().map(|it| {
            let (glyph, style) = pen.mark(it.state);
            pen.object(glyph, style, &it.name, width - BORDERS)
        }));
        pen.frame(name, width, lines)
    };
    let created = |width| state("created", width, "créé", &[ContainerState::Created]);
    let running = |width| {
        let wanted = [ContainerState::Running, ContainerState::Restarting];
        state("running", width, "en cours", &wanted)
    };
    let paused = |width| state("paused", width, "suspendu", &[ContainerState::Paused]);
    let exited = |width| state("exited", width, "terminé", &[ContainerState::Exited]);
    let gone = "il n’existe plus, sa couche non plus";
    if pen.is_wide() {
        let freeze = [("pause", true), ("unpause", false)];
        return Sketch::stack([
            pen.down("create, depuis une image (`docker run`\u{a0}: create, puis start)"),
            Sketch::beside(
                [
                    created(19),
                    pen.across(&[("start", true)], 9),
                    running(19),
                    pen.across(&freeze, 11),
                    paused(18),
                ],
                Align::Middle,
            ),
            Sketch::beside(
                [
                    pen.down("rm"),
                    Sketch::gap(22),
                    pen.both("start", "stop, kill, ou fin du processus"),
                ],
                Align::Bottom,
            ),
            Sketch::beside(
                [
                    pen.tell("(supprimé)", 19, gone),
                    pen.across(&[("rm", false)], 9),
                    exited(19),
                ],
                Align::Middle,
            ),
        ]);
    }
    let width = pen.width();
    Sketch::stack([
        pen.down("create, depuis une image"),
        created(width),
        pen.down("start (`docker run`\u{a0}: create, puis start)"),
        running(width),
        pen.both("unpause", "pause"),
        paused(width),
        Sketch::of(vec![Line::default()]),
        Sketch::of(vec![Line::raw("De running à exited, et retour\u{a0}:")]),
        pen.both("start", "stop, kill, fin"),
        exited(width),
        pen.down("rm (aussi depuis created)"),
        pen.tell("(supprimé)", width, gone),
    ])
}

/// The read-only layers of an image, and the writable one of each of its containers.
pub(super) fn layers(pen: &Pen<'_>) -> Sketch {
    let width = pen.width();
    let containers = most_used(pen);
    let image = containers
        .first()
        .and_then(|it| pen.state.images().find(|image| image.id == it.image_id))
        .or_else(|| pen.state.images().next());
    let part = (width - 1) / 2;
    let writable = |rank: usize, width: usize| {
        if let Some(it) = containers.get(rank) {
            let (glyph, style) = pen.mark(it.state);
            let mut lines = vec![pen.object(glyph, style, &it.name, width - BORDERS)];
            lines.extend(pen.say(&changes(it), width - BORDERS));
            pen.frame(writable_title(width), width, lines)
        } else {
            let name = if rank == 0 {
                "conteneur A"
            } else {
                "conteneur B"
            };
            pen.tell(
                writable_title(width),
                width,
                &format!("{name}\nses écritures"),
            )
        }
    };
    let above = Sketch::beside(
        [
            writable(0, part),
            Sketch::gap(1),
            writable(1, width - 1 - part),
        ],
        Align::Bottom,
    );
    let inner = width - BORDERS;
    let below = match image {
        Some(image) => {
            let name = image.tags.first().map_or("sans étiquette", String::as_str);
            let mut lines = vec![pen.object("•", pen.theme.key, name, inner)];
            let count = image.layers.len();
            for (rank, id) in image.layers.iter().enumerate().rev().take(LAYERS) {
                let digits = id.strip_prefix("sha256:").unwrap_or(id);
                let short: String = digits.chars().take(SHORT_ID).collect();
                lines.extend(pen.say(&format!("couche {} · `{short}`", rank + 1), inner));
            }
            if count > LAYERS {
                let words = format!("… et {} en dessous", count - LAYERS);
                lines.extend(pen.say(&words, inner));
            }
            pen.frame("Image, en lecture seule, partagée", width, lines)
        }
        None => pen.tell(
            "Image, en lecture seule, partagée",
            width,
            "couche 3\u{a0}: votre application\ncouche 2\u{a0}: une bibliothèque\ncouche 1\u{a0}: le système de base",
        ),
    };
    let legend = "On lit du haut vers le bas\u{a0}: la première couche qui a le fichier l’emporte. \
                  On n’écrit qu’en haut.";
    Sketch::stack([above, below, Sketch::of(pen.say(legend, width))])
}

/// The title of a writable layer, as far as a box of this width can say it.
const fn writable_title(width: usize) -> &'static str {
    if width < 24 {
        "À écrire"
    } else {
        "Couche inscriptible"
    }
}

/// The containers of the image that most of them come from.
fn most_used<'a>(pen: &Pen<'a>) -> Vec<&'a Container> {
    let mut families: BTreeMap<&str, Vec<&Container>> = BTreeMap::new();
    for it in pen.containers(|_| true, usize::MAX) {
        families.entry(&it.image_id).or_default().push(it);
    }
    let best = families.into_values().max_by_key(Vec::len);
    let mut best = best.unwrap_or_default();
    best.truncate(BESIDE);
    best
}

/// What a writable layer holds, as `docker diff` counts it.
fn changes(container: &Container) -> String {
    let Some(all) = &container.changes else {
        return "ses écritures".to_owned();
    };
    let count = |kind| all.iter().filter(|it| it.kind == kind).count();
    format!(
        "A {} · C {} · D {}",
        count(ChangeKind::Added),
        count(ChangeKind::Modified),
        count(ChangeKind::Deleted)
    )
}

/// One network of the engine, and who is on it.
struct Plugged<'a> {
    name: String,
    containers: Vec<(&'a Container, String)>,
}

/// A bridge, a virtual cable to each container, and the ports of the host that lead inside.
pub(super) fn networks(pen: &Pen<'_>) -> Sketch {
    let width = pen.width();
    let inner = width - BORDERS;
    let mut networks = plugged(pen);
    networks.truncate(2);
    let mut parts = vec![
        Sketch::of(ports(pen, inner)),
        pen.down("traduction d’adresse (NAT)"),
    ];
    if networks.is_empty() {
        parts.push(bridge(pen, "pont bridge (docker0)", &[], inner));
    }
    for network in &networks {
        let title = match network.name.as_str() {
            "bridge" => "pont bridge (docker0)".to_owned(),
            name => format!("pont {name}"),
        };
        parts.push(bridge(pen, &title, &network.containers, inner));
    }
    let host = Sketch::stack(parts);
    let legend = "Un câble virtuel (*veth*) relie chaque conteneur à un pont. D’un pont à l’autre, \
                  rien ne passe directement\u{a0}; de l’hôte au conteneur, si.";
    Sketch::stack([
        pen.frame("Hôte", width, host.into_lines()),
        Sketch::of(pen.say(legend, width)),
    ])
}

fn bridge(pen: &Pen<'_>, title: &str, containers: &[(&Container, String)], width: usize) -> Sketch {
    let half = (width - 1) / 2;
    let one = |rank: usize, width: usize| match containers.get(rank) {
        Some((it, address)) => {
            let (glyph, style) = pen.mark(it.state);
            let mut lines = vec![pen.object(glyph, style, &it.name, width - BORDERS)];
            lines.extend(pen.say(address, width - BORDERS));
            pen.frame("eth0", width, lines)
        }
        None if containers.is_empty() => {
            let (name, address) = if rank == 0 {
                ("conteneur A", "172.17.0.2")
            } else {
                ("conteneur B", "172.17.0.3")
            };
            pen.tell("eth0", width, &format!("{name}\n{address}"))
        }
        None => Sketch::gap(width),
    };
    let cables = format!("  │ veth{}│ veth", " ".repeat(half.saturating_sub(6)));
    let cables = if containers.len() == 1 {
        "  │ veth".to_owned()
    } else {
        cables
    };
    let mut parts = vec![
        Sketch::of(vec![Line::styled(
            title_rule(title, width),
            pen.theme.strong,
        )]),
        Sketch::of(vec![Line::styled(cables, pen.theme.key)]),
        Sketch::beside(
            [one(0, half), Sketch::gap(1), one(1, width - 1 - half)],
            Align::Top,
        ),
    ];
    if containers.len() > 2 {
        let words = format!("… et {} de plus sur ce pont", containers.len() - 2);
        parts.push(Sketch::of(pen.say(&words, width)));
    }
    Sketch::stack(parts)
}

fn title_rule(title: &str, width: usize) -> String {
    let used = title.chars().count() + 4;
    format!("══ {title} {}", "═".repeat(width.saturating_sub(used)))
}

/// The published ports, or an example of one.
fn ports(pen: &Pen<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for it in pen.containers(|it| !it.ports.is_empty(), 3) {
        for port in it.ports.iter().filter(|port| port.host != 0).take(2) {
            let words = format!(
                "{}:{} ▶ {}:{}",
                port.host_ip, port.host, it.name, port.container
            );
            lines.push(pen.object("•", pen.theme.key, &words, width));
        }
    }
    if lines.is_empty() {
        return pen.say("port publié\u{a0}: `-p 127.0.0.1:8080:80`", width);
    }
    lines.insert(0, Line::styled("ports publiés", pen.theme.title));
    lines
}

fn plugged<'a>(pen: &Pen<'a>) -> Vec<Plugged<'a>> {
    let mut networks: BTreeMap<String, Vec<(&Container, String)>> = BTreeMap::new();
    for it in pen.containers(|it| it.state == ContainerState::Running, usize::MAX) {
        let attached = it.document.pointer("/NetworkSettings/Networks");
        let Some(attached) = attached.and_then(serde_json::Value::as_object) else {
            continue;
        };
        for (name, end) in attached {
            let address = end.get("IPAddress").and_then(serde_json::Value::as_str);
            let address = address.filter(|it| !it.is_empty());
            // Neither `host` nor `none` plugs anything in.
            if let Some(address) = address {
                let all = networks.entry(name.clone()).or_default();
                all.push((it, address.to_owned()));
            }
        }
    }
    let networks = networks.into_iter();
    networks
        .map(|(name, containers)| Plugged { name, containers })
        .collect()
}
