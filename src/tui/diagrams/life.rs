//! A container's life: its states, its layers, its networks.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use ratatui::text::Line;

use super::pen::{BORDERS, Pen};
use super::sketch::{Align, Sketch};
use crate::domain::{ChangeKind, Container, ContainerState, Kind, Object};
use crate::text::states;

/// The containers whose layers are shown.
const BESIDE: usize = 2;
/// The containers that are named in a state.
const NAMES: usize = 3;
/// The networks that are drawn.
const BRIDGES: usize = 2;
/// The published ports that are listed.
const PORTS: usize = 4;
/// The layers of an image that are shown.
const LAYERS: usize = 4;
/// An identifier, as docker shortens it.
const SHORT_ID: usize = 12;

/// States, and the verbs that lead from one to another.
pub(super) fn cycle(pen: &Pen<'_>) -> Sketch {
    let state = |width: usize, wanted: &[ContainerState]| {
        let first = wanted.first().copied().unwrap_or(ContainerState::Created);
        let mut lines = pen.say(states::word(first), width - BORDERS);
        let all = pen.containers(|it| wanted.contains(&it.state));
        lines.extend(all.iter().take(NAMES).map(|it| {
            let (glyph, style) = pen.mark(it.state);
            pen.object(glyph, style, &it.name, width - BORDERS)
        }));
        lines.extend(pen.others(all.len().saturating_sub(NAMES), width - BORDERS));
        pen.frame(first.as_str(), width, lines)
    };
    let created = |width| state(width, &[ContainerState::Created]);
    let running = |width| {
        state(
            width,
            &[ContainerState::Running, ContainerState::Restarting],
        )
    };
    let paused = |width| state(width, &[ContainerState::Paused]);
    let exited = |width| state(width, &[ContainerState::Exited]);
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
    let image_of = |it: &&Container| {
        let mut images = pen.scene.state.images();
        images.find(|image| image.id == it.image_id)
    };
    let image = containers.first().and_then(image_of).or_else(|| {
        let ordered = pen.ordered(Kind::Image);
        ordered.into_iter().find_map(|it| match it {
            Object::Image(image) => Some(image),
            _ => None,
        })
    });
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
    let others = match containers.len().saturating_sub(BESIDE) {
        0 => Vec::new(),
        1 => pen.say("… et un autre conteneur de cette image", width),
        many => pen.say(
            &format!("… et {many} autres conteneurs de cette image"),
            width,
        ),
    };
    Sketch::stack([
        above,
        Sketch::of(others),
        below,
        Sketch::of(pen.say(legend, width)),
    ])
}

/// The title of a writable layer, as far as a box of this width can say it.
const fn writable_title(width: usize) -> &'static str {
    if width < 24 {
        "À écrire"
    } else {
        "Couche inscriptible"
    }
}

/// The containers of one image: of the one whose containers are the nearest to what the learner is
/// doing, else of the one that most of them come from.
fn most_used<'a>(pen: &Pen<'a>) -> Vec<&'a Container> {
    let mut families: BTreeMap<&str, Vec<&Container>> = BTreeMap::new();
    for it in pen.containers(|_| true) {
        families.entry(&it.image_id).or_default().push(it);
    }
    // The first of a family is its nearest.
    let nearness = |family: &[&Container]| family.first().map(|it| pen.nearness(it));
    let best = families
        .into_values()
        .max_by_key(|it| (Reverse(nearness(it)), it.len()));
    best.unwrap_or_default()
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
    let others = networks.len().saturating_sub(BRIDGES);
    networks.truncate(BRIDGES);
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
    match others {
        0 => {}
        1 => parts.push(Sketch::of(pen.say("… et un autre réseau", inner))),
        many => parts.push(Sketch::of(
            pen.say(&format!("… et {many} autres réseaux"), inner),
        )),
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
    let published = pen.containers(|it| !it.ports.is_empty());
    let published: Vec<String> = published
        .into_iter()
        .flat_map(|it| it.ports.iter().map(move |port| (it, port)))
        .filter(|(_, port)| port.host != 0)
        .map(|(it, port)| {
            let (ip, host, inside) = (&port.host_ip, port.host, port.container);
            format!("{ip}:{host} ▶ {}:{inside}", it.name)
        })
        .collect();
    if published.is_empty() {
        return pen.say("port publié\u{a0}: `-p 127.0.0.1:8080:80`", width);
    }
    let shown = published.iter().take(PORTS);
    let mut lines: Vec<_> = shown
        .map(|words| pen.object("•", pen.theme.key, words, width))
        .collect();
    lines.extend(pen.others(published.len().saturating_sub(PORTS), width));
    lines.insert(0, Line::styled("ports publiés", pen.theme.title));
    lines
}

fn plugged<'a>(pen: &Pen<'a>) -> Vec<Plugged<'a>> {
    let mut networks: BTreeMap<String, Vec<(&Container, String)>> = BTreeMap::new();
    for it in pen.containers(|it| it.state == ContainerState::Running) {
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
    let mut plugged: Vec<Plugged<'_>> = networks
        .map(|(name, containers)| Plugged { name, containers })
        .collect();
    // By name, but for what is nearest to what the learner is doing.
    plugged.sort_by_key(|it| {
        let first = it.containers.first();
        first.map(|(container, _)| pen.nearness(container))
    });
    plugged
}
