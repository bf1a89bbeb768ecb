//! Who is on a network: addresses, names, and ports.

use ratatui::text::{Line, Span};

use super::{Act, Row, Stack, View, container, place};
use crate::domain::ContainerState;
use crate::domain::topology::{Attachment, Member, Net, Port, Quality, Served};
use crate::text::states;
use crate::tui::widgets::wrap::{line_width, truncate};

/// What hangs under a network.
pub(super) enum Branch<'a> {
    /// A container, with its place there.
    Placed(&'a Member, &'a Attachment),
    /// A container of `host` or `none`, which has no place of its own.
    Special(&'a Member),
    /// A service, its virtual address.
    Service(&'a Served, &'a str, &'a Net),
    /// Something that is no container of this engine.
    Stranger(&'a str, &'a str),
}

pub(super) fn rows(view: &View<'_>, branches: &[Branch<'_>], rows: &mut Vec<Row>) {
    for (index, branch) in branches.iter().enumerate() {
        let last = index + 1 == branches.len();
        let (knot, stem) = if last {
            ("└ ", "  ")
        } else {
            ("├ ", "│ ")
        };
        match branch {
            Branch::Placed(member, place) => {
                placed(view, member, place, (knot, stem), rows);
            }
            Branch::Special(member) => {
                rows.push(line(view, member, knot, ""));
                if member.stack == Stack::Host && !member.ports.is_empty() {
                    let words = "ses ports sont ceux de la machine\u{a0}: -p n’y fait rien";
                    rows.push(under(view, stem, words));
                }
                borrowers(view, member, stem, rows);
            }
            Branch::Service(service, address, net) => {
                served(view, service, address, net, (knot, stem), rows);
            }
            Branch::Stranger(name, address) => {
                let words = format!("{name}  {address}  (hors des conteneurs de ce moteur)");
                let words = truncate(&words, view.width.saturating_sub(2));
                rows.push(Row::plain(Line::from(vec![
                    Span::styled(knot, view.model.theme.faint),
                    Span::styled(words, view.model.theme.faint),
                ])));
            }
        }
    }
}

/// `├ ▶ vitrine  10.77.0.2  « vitrine », « web »`: the state is told when it is not that of the sign.
fn line(view: &View<'_>, member: &Member, knot: &str, facts: &str) -> Row {
    let theme = &view.model.theme;
    let style = match member.state {
        ContainerState::Running => theme.good,
        ContainerState::Paused => theme.changed,
        _ => theme.faint,
    };
    let glyph = format!("{} ", states::glyph(member.state));
    let name = truncate(&member.name, view.width.saturating_sub(4) * 2 / 5);
    let mut line = Line::from(vec![
        Span::styled(knot.to_owned(), theme.faint),
        Span::styled(glyph, style),
        Span::styled(name, theme.strong),
        Span::raw("  "),
    ]);
    let words = match (member.state, facts) {
        (ContainerState::Running, facts) => facts.to_owned(),
        (state, "") => states::word(state).to_owned(),
        (state, facts) => format!("{} · {facts}", states::word(state)),
    };
    let left = view.width.saturating_sub(line_width(&line));
    line.spans
        .push(Span::styled(truncate(&words, left), theme.text));
    Row {
        line,
        act: Some(Act::Toggle(format!("conteneur {}", member.id))),
        object: Some(container(&member.id)),
    }
}

fn under(view: &View<'_>, stem: &str, words: &str) -> Row {
    let theme = &view.model.theme;
    let words = truncate(words, view.width.saturating_sub(4));
    Row::plain(Line::from(vec![
        Span::styled(format!("{stem}  "), theme.faint),
        Span::styled(words, theme.faint),
    ]))
}

fn placed(
    view: &View<'_>,
    member: &Member,
    place: &Attachment,
    (knot, stem): (&str, &str),
    rows: &mut Vec<Row>,
) {
    let names = || {
        let names: Vec<String> = place
            .names
            .iter()
            .map(|it| format!("«\u{a0}{it}\u{a0}»"))
            .collect();
        names.join(", ")
    };
    let facts = match &place.address {
        Some(address) if place.names.is_empty() => address.clone(),
        Some(address) => format!("{address}  {}", names()),
        None if member.is_running() => "sans adresse".to_owned(),
        None => "ni adresse ni nom".to_owned(),
    };
    rows.push(line(view, member, knot, &facts));
    if view.is_open(&format!("conteneur {}", member.id)) {
        let mut details = Vec::new();
        details.extend(place.mac.iter().map(|it| format!("MAC {it}")));
        details.extend(place.address6.iter().map(|it| format!("IPv6 {it}")));
        details.extend(place.gateway.iter().map(|it| format!("passerelle {it}")));
        details.push(format!(
            "identifiant {}",
            member.id.get(..12).unwrap_or(&member.id)
        ));
        rows.push(under(view, stem, &details.join(" · ")));
        if place.names.len() > 1 {
            rows.push(under(view, stem, &format!("noms\u{a0}: {}", names())));
        }
    }
    // A container has its ports once, whatever the number of its networks.
    if member.places().first() == Some(place) {
        for port in &member.ports {
            ports(view, member, port, stem, rows);
        }
        borrowers(view, member, stem, rows);
    }
}

fn ports(view: &View<'_>, member: &Member, port: &Port, stem: &str, rows: &mut Vec<Row>) {
    let (theme, inside) = (
        &view.model.theme,
        format!("{}/{}", port.number, port.protocol),
    );
    if port.published.is_empty() {
        rows.push(under(
            view,
            stem,
            &format!("{inside} déclaré (EXPOSE), non publié"),
        ));
    }
    for (ip, number) in &port.published {
        let later = if member.is_running() {
            ""
        } else {
            " (au démarrage)"
        };
        let arrow = format!("{} ─▶ {}:{inside}{later}", place(ip, *number), member.name);
        let style = if member.is_running() {
            theme.code
        } else {
            theme.faint
        };
        rows.push(Row::plain(Line::from(vec![
            Span::styled(format!("{stem}  "), theme.faint),
            Span::styled(truncate(&arrow, view.width.saturating_sub(4)), style),
        ])));
    }
}

/// The containers that use the stack of this one.
fn borrowers(view: &View<'_>, owner: &Member, stem: &str, rows: &mut Vec<Row>) {
    let borrows = |it: &&Member| {
        it.id != owner.id && view.all.owner(it).is_some_and(|found| found.id == owner.id)
    };
    for member in view.all.members.iter().filter(borrows) {
        let facts = format!("= la pile de {} (--network container:…)", owner.name);
        rows.push(line(view, member, &format!("{stem}└ "), &facts));
    }
}

fn served(
    view: &View<'_>,
    service: &Served,
    address: &str,
    net: &Net,
    (knot, stem): (&str, &str),
    rows: &mut Vec<Row>,
) {
    let theme = &view.model.theme;
    let known = if net.is(Quality::Named) {
        format!("  «\u{a0}{}\u{a0}»", service.name)
    } else {
        String::new()
    };
    let words = format!("service  {address} (adresse virtuelle){known}");
    let name = truncate(&service.name, view.width.saturating_sub(4) * 2 / 5);
    let mut line = Line::from(vec![
        Span::styled(format!("{knot}· "), theme.faint),
        Span::styled(name, theme.strong),
        Span::raw("  "),
    ]);
    let left = view.width.saturating_sub(line_width(&line));
    line.spans
        .push(Span::styled(truncate(&words, left), theme.text));
    rows.push(Row::plain(line));
    if net.is(Quality::Ingress) {
        for (published, target, protocol) in &service.ports {
            let words = format!(
                "*:{published} ─▶ {}:{target}/{protocol}  (sur chaque nœud)",
                service.name
            );
            rows.push(Row::plain(Line::from(vec![
                Span::styled(format!("{stem}  "), theme.faint),
                Span::styled(truncate(&words, view.width.saturating_sub(4)), theme.code),
            ])));
        }
    }
}
