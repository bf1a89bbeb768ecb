//! Networks, addresses, names and ports; who can reach whom, and whether that is so when tried.

mod members;
mod nets;
mod pairs;

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{Act, Pane, Row, Rows, Spec, nothing, subject};
use crate::domain::topology::{Stack, Topology};
use crate::domain::{Kind, ObjectRef, Snapshot};
use crate::inside::Need;
use crate::inside::reach::Outcome;
use crate::tui::model::{Link, Model};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{Piece, truncate, wrap};

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Network,
    name: "Réseau",
    short: "Réseau",
    letter: 'r',
    help: "Réseaux, adresses, noms et ports publiés\u{a0}: qui peut joindre qui",
    about: &[Kind::Container],
    tail: false,
    rows: Rows::Kept(rows),
    needs: nothing,
};

/// What the pane draws from.
struct View<'a> {
    model: &'a Model,
    all: Topology,
    width: usize,
}

/// What the lines were made from.
#[derive(Debug, PartialEq)]
pub(crate) struct Made {
    width: usize,
    theme: Theme,
    live: bool,
    objects: Objects,
    subject: Option<ObjectRef>,
    open: BTreeSet<String>,
    asked: Vec<Need>,
    tried: Vec<(Need, Option<Outcome>, Option<String>)>,
}

/// What a state has that the pane shows.
#[derive(Debug)]
struct Objects(Snapshot);

impl PartialEq for Objects {
    fn eq(&self, other: &Self) -> bool {
        [Kind::Container, Kind::Network, Kind::Service]
            .into_iter()
            .all(|kind| {
                let both = self.0.by_name(kind).zip(other.0.by_name(kind));
                self.0.count(kind) == other.0.count(kind)
                    && both.into_iter().all(|(a, b)| std::ptr::eq(a, b) || a == b)
            })
    }
}

impl Made {
    fn from(model: &Model, width: usize) -> Self {
        let asked = model.asked.iter().filter(|need| is_trial(need));
        let known = model.known.iter().filter(|(need, _)| is_trial(need));
        Self {
            width,
            theme: model.theme,
            live: matches!(model.link, Link::Live),
            objects: Objects(model.shown_state().clone()),
            subject: subject(model, SPEC.about),
            open: model.pane_view(Pane::Network).open.clone(),
            asked: asked.cloned().collect(),
            tried: known
                .map(|(need, it)| (need.clone(), it.reach.clone(), it.failure.clone()))
                .collect(),
        }
    }
}

const fn is_trial(need: &Need) -> bool {
    matches!(need, Need::Reach { .. })
}

/// The lines, made again when what they are made from changes: most of what happens leaves them.
fn rows(model: &Model, width: usize) -> Arc<Vec<Row>> {
    let rows = model
        .network
        .get(Made::from(model, width), || made(model, width));
    // The tests, the fuzzing first of all, see whether something was forgotten.
    #[cfg(test)]
    if !model.trusted {
        assert_eq!(*rows, made(model, width), "networks kept for too long");
    }
    rows
}

fn made(model: &Model, width: usize) -> Vec<Row> {
    if model.shown_state().is_empty() && !matches!(model.link, Link::Live) {
        let words = "Le moteur n’a encore rien dit de ses réseaux.";
        return vec![Row::plain(Span::styled(words, model.theme.faint))];
    }
    let view = View {
        model,
        all: Topology::from(model.shown_state()),
        width,
    };
    let mut rows = nets::rows(&view);
    rows.extend(pairs::rows(&view));
    rows
}

impl View<'_> {
    fn is_open(&self, name: &str) -> bool {
        self.model.pane_view(Pane::Network).open.contains(name)
    }

    /// The letter of a network, where it takes less room than its name.
    fn letter(&self, network: &str) -> String {
        let rank = self.all.nets.iter().position(|it| it.name == network);
        rank.and_then(|it| char::from_u32(u32::from('A') + u32::try_from(it).ok()?))
            .filter(char::is_ascii_uppercase)
            .map_or_else(|| "*".to_owned(), String::from)
    }

    /// These pieces on as many lines as it takes, the following ones under the first's text.
    fn wrapped(&self, indent: usize, pieces: &[Piece]) -> Vec<Line<'static>> {
        let margin = Line::from(" ".repeat(indent.min(self.width / 2)));
        wrap(pieces, self.width, &margin, &margin)
    }

    fn faint(&self, indent: usize, words: &str) -> Vec<Row> {
        self.said(indent, words, self.model.theme.faint)
    }

    fn said(&self, indent: usize, words: &str, style: Style) -> Vec<Row> {
        let lines = self.wrapped(indent, &[(words.to_owned(), style)]);
        lines.into_iter().map(Row::plain).collect()
    }
}

/// A part of the pane: its title, which folds it, and its lines.
fn part(view: &View<'_>, title: &str, name: &str, lines: Vec<Row>) -> Vec<Row> {
    let theme = &view.model.theme;
    let name = format!("replié {name}");
    let folded = view.is_open(&name);
    let mark = if folded { "▸ replié" } else { "" };
    let title = truncate(title, view.width.saturating_sub(mark.width() + 2));
    let line = Line::from(vec![
        Span::styled(title, theme.title),
        Span::raw("  "),
        Span::styled(mark, theme.faint),
    ]);
    let mut rows = vec![Row::toggle(line, name)];
    if !folded {
        rows.extend(lines);
    }
    rows
}

fn container(id: &str) -> ObjectRef {
    ObjectRef {
        kind: Kind::Container,
        id: id.to_owned(),
    }
}

/// An address and a port as they are typed; what the engine chooses is `?`.
fn place(ip: &str, port: u16) -> String {
    let port = if port == 0 {
        "?".to_owned()
    } else {
        port.to_string()
    };
    match ip {
        "" => format!("0.0.0.0:{port}"),
        v6 if v6.contains(':') => format!("[{v6}]:{port}"),
        v4 => format!("{v4}:{port}"),
    }
}

#[cfg(test)]
mod tests;
