//! Processor and memory of a container, against their limits.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::subject::container;
use super::{Pane, Row, Rows, Spec, told};
use crate::domain::{Container, Kind};
use crate::inside::Need;
use crate::inside::stats::{Flow, Sample};
use crate::text::cgroups;
use crate::text::quantity::{decimal, number, percent};
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

mod curves;
mod limits;

use curves::Curves;
use limits::Limits;

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Resources,
    name: "Ressources",
    short: "Ress.",
    letter: 'u',
    help: "Processeur et mémoire, contre leurs limites",
    about: &[Kind::Container],
    tail: false,
    rows: Rows::All(rows),
    needs,
};

/// The column where what is said of each resource begins.
const COLUMN: usize = 12;
const NOT_MEASURED: &str = "non mesuré par ce moteur";

fn needs(model: &Model) -> Vec<Need> {
    let need = container(model).map(|it| Need::Stats(it.id.clone()));
    need.into_iter().collect()
}

fn rows(model: &Model, width: usize) -> Vec<Row> {
    let Some(container) = container(model) else {
        return Vec::new();
    };
    let theme = &model.theme;
    let known = model.known.get(&Need::Stats(container.id.clone()));
    let last = known.and_then(|it| it.samples.back());
    let limits = Limits::of(&container.document);
    let stopped = told::stopped(model, container);
    let mut rows = Vec::new();
    if let Some(reason) = known.and_then(|it| it.failure.as_ref()) {
        rows.extend(told::failure(reason, theme, width));
    }
    if let Some(words) = &stopped {
        let words = match last {
            Some(sample) => format!("{words}\u{a0}: dernières mesures, {} UTC", clock(sample.at)),
            None => format!("{words}\u{a0}: rien à mesurer"),
        };
        rows.push(Row::plain(Span::styled(
            truncate(&words, width),
            theme.strong,
        )));
    }
    if let (Some(sample), Some(known)) = (last, known) {
        let curves = Curves::new(model, &limits, known, width, rows.len());
        rows.extend(curves.processor(sample));
        rows.extend(curves.memory(sample));
        rows.push(curves.axis());
        rows.extend(others(&limits, sample, theme, width));
    } else {
        if stopped.is_none() && known.is_none_or(|it| it.failure.is_none()) {
            let words = Span::styled(truncate("Mesure en cours…", width), theme.faint);
            rows.push(Row::plain(words));
        }
        let without = model.info.as_ref().is_some_and(|it| it.without_cgroups);
        let words = match limits.words() {
            words if without && limits != Limits::default() => cgroups::not_applied(&words),
            words => words,
        };
        rows.push(fact("Limites", &words, theme.text, theme, width));
    }
    rows.push(exhausted(model, container, width));
    rows
}

/// What a sample says without a curve.
fn others(limits: &Limits, sample: &Sample, theme: &Theme, width: usize) -> [Row; 4] {
    let (freeze, style) = throttling(limits, sample, theme);
    let network = sample.network.map_or_else(
        || "le conteneur n’a pas de réseau à lui".to_owned(),
        |flow| both(flow, "reçu", "envoyé"),
    );
    let disk = sample.disk.map_or_else(
        || "rien de compté par ce moteur".to_owned(),
        |flow| both(flow, "lu", "écrit"),
    );
    let said = |name, words: &str, style| fact(name, words, style, theme, width);
    [
        said("Processus", &processes(limits, sample), theme.text),
        said("Freinage", &freeze, style),
        said("Réseau", &network, theme.text),
        said("Disque", &disk, theme.text),
    ]
}

/// A line: what it is about, then what is said of it.
fn fact(name: &str, words: &str, style: Style, theme: &Theme, width: usize) -> Row {
    let name = truncate(&format!("{name:<COLUMN$}"), width);
    let left = width.saturating_sub(COLUMN);
    Row::plain(Line::from(vec![
        Span::styled(name, theme.faint),
        Span::styled(truncate(words, left), style),
    ]))
}

fn processes(limits: &Limits, sample: &Sample) -> String {
    let limit = match limits.pids {
        Some(most) => format!(" sur {most} au plus"),
        None => " (aucune limite)".to_owned(),
    };
    match sample.pids {
        Some(many) => format!("{many}{limit}"),
        None => NOT_MEASURED.to_owned(),
    }
}

/// How often the processor's limit stopped the container.
fn throttling(limits: &Limits, sample: &Sample, theme: &Theme) -> (String, Style) {
    let it = sample.throttling;
    if limits.cpus.is_none() && it.periods == 0 {
        let words = "sans objet\u{a0}: aucune limite de processeur";
        return (words.to_owned(), theme.faint);
    }
    if it.periods == 0 {
        return ("aucune période comptée".to_owned(), theme.text);
    }
    let milliseconds = u32::try_from(it.nanos / 1_000_000).unwrap_or(u32::MAX);
    let words = format!(
        "{} période{} sur {} ({}), arrêté {}\u{a0}s en tout",
        it.throttled,
        if it.throttled > 1 { "s" } else { "" },
        it.periods,
        percent(share(it.throttled, it.periods)),
        number(f64::from(milliseconds) / 1000.0, 1),
    );
    let style = if it.throttled > 0 {
        theme.changed
    } else {
        theme.text
    };
    (words, style)
}

/// A share, in percent.
#[expect(
    clippy::cast_precision_loss,
    reason = "one digit of a percentage is shown"
)]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    part as f64 * 100.0 / whole as f64
}

fn both(flow: Flow, input: &str, output: &str) -> String {
    let rates = flow.rates.map(|(a, b)| (rate(a), rate(b)));
    let (a, b) = rates.unwrap_or_default();
    format!(
        "{input} {}{a} · {output} {}{b}",
        decimal(flow.input),
        decimal(flow.output)
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bytes a second, which are positive, shown with three digits"
)]
fn rate(bytes: f64) -> String {
    format!(" ({}/s)", decimal(bytes as u64))
}

/// Whether the kernel killed something of it for want of memory.
fn exhausted(model: &Model, container: &Container, width: usize) -> Row {
    let theme = &model.theme;
    let events = model.timeline.steps().iter().flat_map(|step| &step.events);
    let seen = events
        .filter(|it| it.kind == "container" && it.action == "oom" && it.id == container.id)
        .count();
    let killed = container.document.pointer("/State/OOMKilled");
    let killed = killed.and_then(serde_json::Value::as_bool) == Some(true);
    let words = match (killed, seen) {
        (false, 0) => {
            return fact("OOM", "jamais à court de mémoire", theme.text, theme, width);
        }
        (true, 0) => "✘ tué faute de mémoire (OOMKilled)".to_owned(),
        (true, 1) => "✘ tué faute de mémoire (OOMKilled), 1 fois vue".to_owned(),
        (true, many) => format!("✘ tué faute de mémoire (OOMKilled), {many} fois vues"),
        (false, 1) => "▲ un de ses processus tué faute de mémoire, 1 fois vue".to_owned(),
        (false, many) => {
            format!("▲ un de ses processus tué faute de mémoire, {many} fois vues")
        }
    };
    fact("OOM", &words, theme.bad, theme, width)
}

/// HH:MM:SS, UTC.
fn clock(milliseconds: i64) -> String {
    let seconds = milliseconds.div_euclid(1000).rem_euclid(24 * 3600);
    format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests;
