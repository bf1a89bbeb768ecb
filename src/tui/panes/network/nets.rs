//! Each network and who is on it.

use ratatui::text::Line;

use super::members::{self, Branch};
use super::{Row, Stack, View, part};
use crate::domain::topology::{Member, Net, Quality};
use crate::tui::widgets::wrap::Piece;

/// What every engine makes by itself: shown in full only when someone is there.
const MADE_BY_ENGINE: [&str; 5] = ["bridge", "host", "none", "docker_gwbridge", "ingress"];

pub(super) fn rows(view: &View<'_>) -> Vec<Row> {
    let nets = &view.all.nets;
    let mut rows = Vec::new();
    let (full, idle): (Vec<&Net>, Vec<&Net>) = nets
        .iter()
        .partition(|net| !MADE_BY_ENGINE.contains(&net.name.as_str()) || is_used(view, net));
    for net in full {
        network(view, net, &mut rows);
    }
    if !idle.is_empty() {
        let names = idle.iter().map(|net| {
            if net.name == "bridge" {
                format!("bridge (par défaut, {})", net.subnets.join(", "))
            } else {
                net.name.clone()
            }
        });
        let names: Vec<String> = names.collect();
        rows.extend(view.faint(0, &format!("Sans conteneur\u{a0}: {}", names.join(", "))));
    }
    let lost =
        |member: &&Member| matches!(member.stack, Stack::Of(_)) && view.all.owner(member).is_none();
    for member in view.all.members.iter().filter(lost) {
        let words = format!(
            "✘ {} empruntait la pile d’un conteneur qui n’est plus là",
            member.name
        );
        rows.extend(view.said(0, &words, view.model.theme.bad));
    }
    let detached = |member: &&Member| matches!(&member.stack, Stack::Own(it) if it.is_empty());
    for member in view.all.members.iter().filter(detached) {
        let words = format!("■ {} n’est sur aucun réseau", member.name);
        rows.extend(view.faint(0, &words));
    }
    part(view, &format!("Réseaux ({})", nets.len()), "réseaux", rows)
}

fn is_used(view: &View<'_>, net: &Net) -> bool {
    let special = |member: &Member| match net.name.as_str() {
        "host" => member.stack == Stack::Host,
        "none" => member.stack == Stack::Alone,
        _ => false,
    };
    view.all.on(net).next().is_some()
        || view.all.members.iter().any(special)
        || !net.strangers.is_empty()
        || view
            .all
            .services
            .iter()
            .any(|it| it.addresses.iter().any(|(id, _)| *id == net.id))
}

fn network(view: &View<'_>, net: &Net, rows: &mut Vec<Row>) {
    let theme = &view.model.theme;
    let name = format!("réseau {}", net.id);
    let facts = facts(view, net).join(" · ");
    let pieces: [Piece; 4] = [
        (view.letter(&net.name), theme.key),
        (" ".to_owned(), theme.text),
        (net.name.clone(), theme.strong),
        (format!(" · {facts}"), theme.faint),
    ];
    let lines =
        crate::tui::widgets::wrap::wrap(&pieces, view.width, &Line::default(), &Line::from("  "));
    rows.extend(
        lines
            .into_iter()
            .map(|line| Row::toggle(line, name.clone())),
    );
    if view.is_open(&name) {
        for words in details(net) {
            rows.extend(view.faint(4, &words));
        }
    }
    if net.name == "bridge" && !net.is(Quality::Named) {
        rows.extend(view.faint(2, "pas de nom\u{a0}: réseau bridge par défaut"));
    }
    let mut branches: Vec<Branch<'_>> = Vec::new();
    for service in &view.all.services {
        for (_, address) in service.addresses.iter().filter(|(id, _)| *id == net.id) {
            branches.push(Branch::Service(service, address, net));
        }
    }
    branches.extend(
        view.all
            .on(net)
            .map(|(member, place)| Branch::Placed(member, place)),
    );
    let special = view
        .all
        .members
        .iter()
        .filter(|member| match net.name.as_str() {
            "host" => member.stack == Stack::Host,
            "none" => member.stack == Stack::Alone,
            _ => false,
        });
    branches.extend(special.map(Branch::Special));
    branches.extend(
        net.strangers
            .iter()
            .map(|(name, address)| Branch::Stranger(name, address)),
    );
    members::rows(view, &branches, rows);
}

fn facts(view: &View<'_>, net: &Net) -> Vec<String> {
    match net.name.as_str() {
        "host" => return vec!["la pile réseau de la machine, ports compris".to_owned()],
        "none" => return vec!["aucun réseau\u{a0}: la boucle locale seule".to_owned()],
        _ => {}
    }
    let mut facts = vec![net.driver.clone()];
    if net.is(Quality::Internal) {
        facts.push("interne".to_owned());
    }
    if net.is(Quality::Ingress) {
        facts.push("ingress".to_owned());
    }
    if net.scope == "swarm" {
        facts.push("portée swarm".to_owned());
    }
    if net.is(Quality::Attachable) {
        facts.push("attachable".to_owned());
    }
    facts.extend(net.subnets.iter().cloned());
    // Some engines tell the gateway to the containers only.
    let told = net.gateways.first().cloned();
    let gateway = told.or_else(|| {
        view.all
            .on(net)
            .find_map(|(_, place)| place.gateway.clone())
    });
    if let Some(gateway) = gateway {
        facts.push(format!("passerelle {gateway}"));
    }
    if view.all.on(net).next().is_none() && net.strangers.is_empty() {
        facts.push("aucun conteneur".to_owned());
    }
    facts
}

/// What Enter adds: what these words mean.
fn details(net: &Net) -> Vec<String> {
    let mut details = vec![format!(
        "identifiant {}",
        net.id.get(..12).unwrap_or(&net.id)
    )];
    if net.is(Quality::Internal) {
        details.push("interne\u{a0}: aucune sortie vers l’extérieur de ce réseau".to_owned());
    }
    if net.is(Quality::Ingress) {
        let words = "ingress\u{a0}: porte les ports publiés des services, sur chaque nœud";
        details.push(words.to_owned());
    } else if net.scope == "swarm" {
        let words = "portée swarm\u{a0}: s’étend sur tous les nœuds qui en ont besoin";
        details.push(words.to_owned());
    }
    if net.is(Quality::Attachable) {
        let words =
            "attachable\u{a0}: docker run --network peut le rejoindre, pas seulement les services";
        details.push(words.to_owned());
    }
    if net.is(Quality::Mute) {
        let words = "enable_icc=false\u{a0}: ses conteneurs ne se parlent pas";
        details.push(words.to_owned());
    }
    if net.is(Quality::Named) {
        let words = "noms\u{a0}: le DNS de Docker (127.0.0.11) y donne ceux des conteneurs";
        details.push(words.to_owned());
    }
    details
}
