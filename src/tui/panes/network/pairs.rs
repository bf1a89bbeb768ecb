//! Who can reach whom: a table of all while they are few, the subject's row always, and what was
//! tried under each pair.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Act, Row, View, container, part, place};
use crate::domain::Kind;
use crate::domain::topology::{Barrier, Member, Route, Way};
use crate::inside::reach::{Answer, MACHINE, Outcome, Trial};
use crate::inside::{Known, Need};
use crate::text::states;
use crate::tui::panes::subject;
use crate::tui::widgets::wrap::{line_width, truncate};

/// Containers that a table can hold.
const FEW: usize = 8;

pub(super) fn rows(view: &View<'_>) -> Vec<Row> {
    let awake: Vec<&Member> = view
        .all
        .members
        .iter()
        .filter(|it| it.is_running())
        .collect();
    let subject = subject(view.model, &[Kind::Container]);
    let subject = subject.and_then(|it| view.all.member(&it.id));
    let mut rows = Vec::new();
    if (2..=FEW).contains(&awake.len()) {
        let lines = table(view, &awake);
        rows.extend(part(view, "Qui peut joindre qui", "table", lines));
    }
    if let Some(subject) = subject {
        let title = format!("{} peut joindre (Entrée\u{a0}: essayer)", subject.name);
        rows.extend(part(view, &title, "paires", reached(view, subject)));
        from_machine(view, subject, &mut rows);
    }
    rows
}

/// What the subject can reach, and what was tried.
fn reached(view: &View<'_>, from: &Member) -> Vec<Row> {
    if !from.is_awake() {
        let (glyph, word) = (states::glyph(from.state), states::word(from.state));
        let words = format!("{glyph} {} ({word}) ne joint personne.", from.name);
        return view.faint(0, &words);
    }
    let mut rows = Vec::new();
    let mut others: Vec<(&Member, Route)> = view
        .all
        .members
        .iter()
        .filter(|it| it.id != from.id)
        .map(|it| (it, view.all.route(from, it)))
        .collect();
    others.sort_by_key(|(_, route)| matches!(route, Route::Closed(_)));
    if others.is_empty() {
        return view.faint(0, "Aucun autre conteneur à joindre.");
    }
    for (other, route) in others {
        rows.push(pair(view, from, other, &route));
        let need = Need::Reach {
            from: from.id.clone(),
            to: other.id.clone(),
        };
        tried(view, &need, &mut rows);
    }
    rows
}

/// `─▶ client  A  « client » ou 10.77.0.3`
fn pair(view: &View<'_>, from: &Member, to: &Member, route: &Route) -> Row {
    let theme = &view.model.theme;
    let (glyph, style, words) = match route {
        Route::Ways(ways) => {
            let words = ways
                .first()
                .map_or_else(String::new, |way| self::way(view, way));
            let more = match ways.len() {
                0 | 1 => String::new(),
                many => format!(" (+ {})", many - 1),
            };
            ("─▶ ", theme.good, words + &more)
        }
        Route::Closed(barrier) => ("✘  ", theme.faint, barrier_words(*barrier, to)),
    };
    let name = truncate(&to.name, view.width.saturating_sub(3) * 2 / 5);
    let mut line = Line::from(vec![
        Span::styled(glyph, style),
        Span::styled(name, theme.strong),
        Span::raw("  "),
    ]);
    let left = view.width.saturating_sub(line_width(&line));
    line.spans.push(Span::styled(truncate(&words, left), style));
    Row {
        line,
        act: Some(Act::Ask(Need::Reach {
            from: from.id.clone(),
            to: to.id.clone(),
        })),
        object: Some(container(&to.id)),
    }
}

fn way(view: &View<'_>, way: &Way) -> String {
    match way {
        Way::Same => "même pile réseau\u{a0}: localhost".to_owned(),
        Way::Network {
            network,
            address,
            names,
        } => {
            let letter = view.letter(network);
            match names.first() {
                Some(name) => {
                    format!("par {letter} {network}\u{a0}: «\u{a0}{name}\u{a0}» ou {address}")
                }
                None => format!("par {letter} {network}\u{a0}: {address}, pas de nom"),
            }
        }
        Way::FromHost { network, address } => {
            format!("depuis la pile de la machine, par {network}\u{a0}: {address}, pas de nom")
        }
        Way::Gateway { address } => format!("la pile de la machine, par la passerelle {address}"),
        Way::Published { address, port } => {
            format!("aucun réseau commun\u{a0}; par la machine\u{a0}: {address}:{port}")
        }
    }
}

fn barrier_words(barrier: Barrier, to: &Member) -> String {
    match barrier {
        Barrier::CallerAsleep => "depuis un conteneur qui ne tourne pas".to_owned(),
        Barrier::OtherAsleep => states::word(to.state).to_owned(),
        Barrier::CallerAlone => "sans réseau (none)".to_owned(),
        Barrier::OtherAlone => "il n’a pas de réseau (none)".to_owned(),
        Barrier::Forbidden => "leur réseau l’interdit (enable_icc=false)".to_owned(),
        Barrier::NoCommon => "aucun réseau commun".to_owned(),
    }
}

/// The subject's published ports, as the machine reaches them.
fn from_machine(view: &View<'_>, to: &Member, rows: &mut Vec<Row>) {
    let published = to.ports.iter().filter(|it| it.protocol == "tcp");
    let published: Vec<String> = published
        .flat_map(|port| {
            port.published
                .iter()
                .map(move |(ip, at)| (ip, *at, port.number))
        })
        .map(|(ip, at, inside)| format!("{} ─▶ {inside}", place(ip, at)))
        .collect();
    if published.is_empty() || !to.is_running() {
        return;
    }
    let theme = &view.model.theme;
    let need = Need::Reach {
        from: MACHINE.to_owned(),
        to: to.id.clone(),
    };
    let words = format!("{} (Entrée\u{a0}: essayer)", published.join(", "));
    let left = view.width.saturating_sub("Depuis la machine : ".width());
    rows.push(Row {
        line: Line::from(vec![
            Span::styled("Depuis la machine\u{a0}: ", theme.title),
            Span::styled(truncate(&words, left), theme.code),
        ]),
        act: Some(Act::Ask(need.clone())),
        object: None,
    });
    tried(view, &need, rows);
}

/// What a trial showed, under its pair.
fn tried(view: &View<'_>, need: &Need, rows: &mut Vec<Row>) {
    let model = view.model;
    match model.known.get(need) {
        Some(Known {
            failure: Some(reason),
            ..
        }) => rows.extend(view.said(
            3,
            &format!("✘ essai impossible\u{a0}: {reason}"),
            model.theme.bad,
        )),
        Some(Known {
            reach: Some(outcome),
            ..
        }) => told(view, outcome, rows),
        _ if model.asked.contains(need) => rows.extend(view.faint(3, "▸ essai en cours…")),
        _ => {}
    }
}

fn told(view: &View<'_>, outcome: &Outcome, rows: &mut Vec<Row>) {
    let theme = &view.model.theme;
    let (glyph, style) = mark(view, outcome.answer);
    let words = format!("{glyph} {}  {}", outcome.at, outcome.words);
    rows.extend(view.said(3, &words, style));
    for trial in &outcome.trials {
        let Trial {
            answer,
            words,
            command,
        } = trial;
        let (glyph, style) = mark(view, *answer);
        rows.extend(view.said(5, &format!("{glyph} {words}"), style));
        if !command.is_empty() {
            rows.extend(view.said(7, &format!("$ {command}"), theme.code));
        }
    }
    if let Some(command) = &outcome.by_hand {
        rows.extend(view.said(7, &format!("$ {command}"), theme.code));
    }
}

const fn mark(view: &View<'_>, answer: Answer) -> (&'static str, Style) {
    let theme = &view.model.theme;
    match answer {
        Answer::Yes => ("✔", theme.good),
        Answer::No => ("✘", theme.bad),
        Answer::Unknown => ("·", theme.faint),
    }
}

/// Rows call, columns are called; a cell is the network's letter.
fn table(view: &View<'_>, awake: &[&Member]) -> Vec<Row> {
    let theme = &view.model.theme;
    let mut rows = Vec::new();
    let letters: Vec<char> = ('a'..='z').take(awake.len()).collect();
    let name_width = awake.iter().map(|it| it.name.width()).max().unwrap_or(0);
    let name_width = name_width.min(view.width.saturating_sub(2 + 2 * awake.len() + 2));
    let mut head = format!("{:1$}", "", 2 + name_width + 1);
    for letter in &letters {
        head.extend([' ', *letter]);
    }
    rows.push(Row::plain(Span::styled(head, theme.key)));
    let mut legend: Vec<(String, &str)> = Vec::new();
    for (from, letter) in awake.iter().zip(&letters) {
        let name = truncate(&from.name, name_width);
        let gap = name_width.saturating_sub(name.width()) + 1;
        let mut line = Line::from(vec![
            Span::styled(format!("{letter} "), theme.key),
            Span::styled(name, theme.strong),
            Span::raw(" ".repeat(gap)),
        ]);
        for to in awake {
            let (cell, meaning, style) = self::cell(view, from, to);
            if let Some(meaning) = meaning
                && !legend.iter().any(|(known, _)| *known == cell)
            {
                legend.push((cell.clone(), meaning));
            }
            line.spans.push(Span::styled(format!(" {cell}"), style));
        }
        rows.push(Row {
            line,
            act: Some(Act::Choose(container(&from.id))),
            object: Some(container(&from.id)),
        });
    }
    if !legend.is_empty() {
        let words: Vec<String> = legend
            .iter()
            .map(|(cell, it)| format!("{cell}\u{a0}{it}"))
            .collect();
        rows.extend(view.faint(2, &words.join("\u{a0}\u{a0} ")));
    }
    rows
}

/// A cell of the table, what it means, and how it looks.
fn cell<'a>(view: &'a View<'_>, from: &Member, to: &Member) -> (String, Option<&'a str>, Style) {
    let theme = &view.model.theme;
    if from.id == to.id {
        return ("─".to_owned(), None, theme.faint);
    }
    let ways = match view.all.route(from, to) {
        Route::Ways(ways) => ways,
        Route::Closed(_) => return ("·".to_owned(), Some("pas de chemin"), theme.faint),
    };
    let (cell, meaning) = match ways.into_iter().next() {
        Some(Way::Network { network, .. }) => {
            let known = view.all.net(&network).map(|it| it.name.as_str());
            (view.letter(&network), known)
        }
        Some(Way::Same) => ("=".to_owned(), Some("même pile")),
        Some(Way::Published { .. }) => ("p".to_owned(), Some("port publié")),
        Some(Way::FromHost { .. } | Way::Gateway { .. }) => {
            ("h".to_owned(), Some("par la machine"))
        }
        None => ("·".to_owned(), Some("pas de chemin")),
    };
    (cell, meaning, theme.good)
}
