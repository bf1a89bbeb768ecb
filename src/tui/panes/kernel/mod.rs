//! Namespaces, cgroup, mounts and rights of a container: what the kernel says, beside the host's
//! and beside what was asked of the engine.

use std::collections::BTreeSet;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use serde_json::Value;

use super::{Pane, Row, Rows, Spec, subject};
use crate::domain::{Container, ContainerState, Kind, Object, ObjectRef};
use crate::inside::kernel::Reading;
use crate::inside::{Known, Need};
use crate::text::states;
use crate::tui::model::Model;
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{truncate, wrap, wrap_text};

pub(super) mod amounts;
mod limits;
mod mounts;
mod namespaces;
mod rights;

/// The pane.
pub(super) const SPEC: Spec = Spec {
    pane: Pane::Kernel,
    name: "Noyau",
    short: "Noyau",
    letter: 'n',
    help: "Ce que le noyau isole et limite\u{a0}: namespaces, cgroup, montages",
    about: &[Kind::Container],
    tail: false,
    rows: Rows::All(rows),
    needs,
};

/// Lines being written, and what they are written with.
pub(super) struct Sheet<'a> {
    pub(super) theme: &'a Theme,
    pub(super) width: usize,
    /// What is open.
    pub(super) open: &'a BTreeSet<String>,
    pub(super) rows: Vec<Row>,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(model: &'a Model, pane: Pane, width: usize) -> Self {
        Self {
            theme: &model.theme,
            width,
            open: &model.pane_view(pane).open,
            rows: Vec::new(),
        }
    }

    /// A line that does nothing.
    pub(super) fn plain(&mut self, text: &str, style: Style) {
        let line = Span::styled(truncate(text, self.width), style);
        self.rows.push(Row::plain(line));
    }

    /// Sentences, on as many lines as it takes.
    pub(super) fn wrapped(&mut self, glyph: &str, text: &str, style: Style) {
        let first = Line::from(Span::styled(glyph.to_owned(), style));
        let rest = Line::from(" ".repeat(glyph.chars().count()));
        let lines = wrap(&[(text.to_owned(), style)], self.width, &first, &rest);
        self.rows.extend(lines.into_iter().map(Row::plain));
    }

    /// A line that opens on more: pieces cut at the width, then the sentences.
    pub(super) fn opens(&mut self, name: &str, pieces: &[(String, Style)], more: &[String]) {
        let mut left = self.width;
        let mut spans = Vec::new();
        for (text, style) in pieces {
            let text = truncate(text, left);
            left -= unicode_width::UnicodeWidthStr::width(text.as_str()).min(left);
            spans.push(Span::styled(text, *style));
        }
        self.rows.push(Row::toggle(Line::from(spans), name));
        if !self.open.contains(name) {
            return;
        }
        for text in more {
            let bar = Line::from(Span::styled("    │ ", self.theme.faint));
            let lines = wrap(&[(text.clone(), self.theme.text)], self.width, &bar, &bar);
            self.rows.extend(lines.into_iter().map(Row::plain));
        }
    }
}

/// The container that this pane and the processes' are about.
pub(super) fn container(model: &Model) -> Option<&Container> {
    let reference: ObjectRef = subject(model, &[Kind::Container])?;
    match model.shown_state().get(&reference)? {
        Object::Container(container) => Some(container),
        _ => None,
    }
}

/// Whether it has processes.
pub(super) const fn is_alive(container: &Container) -> bool {
    matches!(
        container.state,
        ContainerState::Running | ContainerState::Paused
    )
}

fn needs(model: &Model) -> Vec<Need> {
    container(model)
        .filter(|it| is_alive(it))
        .map(|it| Need::Kernel(it.id.clone()))
        .into_iter()
        .collect()
}

fn rows(model: &Model, width: usize) -> Vec<Row> {
    let Some(container) = container(model) else {
        return Vec::new();
    };
    let mut sheet = Sheet::new(model, Pane::Kernel, width);
    let known = model.known.get(&Need::Kernel(container.id.clone()));
    let reading = known.and_then(|it| it.kernel.as_deref());
    let alive = is_alive(container);
    if alive {
        state_of_reading(&mut sheet, model, known, reading.is_some());
    } else {
        let words = format!(
            "{}\u{a0}: aucun processus, donc ni namespaces ni cgroup. Voici ce qui est demandé au moteur.",
            states::told(container.state, container.exit_code)
        );
        let glyph = format!("{} ", states::glyph(container.state));
        sheet.wrapped(&glyph, &words, sheet.theme.faint);
    }
    let reading = reading.filter(|_| alive);
    let host_config = container.document.get("HostConfig").unwrap_or(&Value::Null);
    if let Some(reading) = reading {
        heading(&mut sheet, reading);
    }
    namespaces::rows(&mut sheet, model, container, reading);
    limits::rows(&mut sheet, host_config, reading);
    if let Some(reading) = reading {
        let image = layers_of(model, container);
        mounts::rows(&mut sheet, container, image, reading);
        rights::rows(&mut sheet, reading);
    }
    sheet.rows
}

/// How many layers the container's image has, when the engine still has it.
fn layers_of(model: &Model, container: &Container) -> Option<usize> {
    let image = ObjectRef {
        kind: Kind::Image,
        id: container.image_id.clone(),
    };
    match model.shown_state().get(&image)? {
        Object::Image(image) => Some(image.layers.len()).filter(|it| *it > 0),
        _ => None,
    }
}

/// Why there is nothing yet, or why what is shown is no longer true.
pub(super) fn state_of_reading(
    sheet: &mut Sheet<'_>,
    model: &Model,
    known: Option<&Known>,
    read: bool,
) {
    let theme = sheet.theme;
    if let Some(reason) = known.and_then(|it| it.failure.as_deref()) {
        sheet.wrapped(
            "✘ ",
            &format!("Lecture impossible\u{a0}: {reason}"),
            theme.bad,
        );
    } else if !read {
        sheet.plain("Lecture…", theme.faint);
    }
    if model.step.is_some() && read {
        let words = "Lu maintenant, et non au moment de l’étape montrée.";
        sheet.wrapped("▲ ", words, theme.changed);
    }
}

/// Where it was read, and what could not be.
pub(super) fn notes(sheet: &mut Sheet<'_>, notes: &[String]) {
    let theme = sheet.theme;
    let Some(first) = notes.first() else { return };
    let pieces = [
        ("▲ ".to_owned(), theme.changed),
        (first.clone(), theme.faint),
    ];
    sheet.opens("lecture", &pieces, notes);
}

fn heading(sheet: &mut Sheet<'_>, reading: &Reading) {
    let theme = sheet.theme;
    let mut pieces = vec![
        ("Lu dans\u{a0}: ".to_owned(), theme.faint),
        (reading.source.french().to_owned(), theme.text),
    ];
    let numbers = reading.status.as_ref().and_then(|it| it.as_ref().ok());
    let inner = numbers.and_then(crate::inside::kernel::Status::inner);
    pieces.push(("   PID ".to_owned(), theme.faint));
    pieces.push((reading.pid.to_string(), theme.strong));
    pieces.push((" sur l’hôte".to_owned(), theme.faint));
    if let Some(inner) = inner {
        pieces.push((" = ".to_owned(), theme.faint));
        pieces.push((inner.to_string(), theme.strong));
        pieces.push((" dedans".to_owned(), theme.faint));
    }
    let more = [
        "Le même processus porte un numéro par namespace PID qui le voit (ligne NSpid de /proc/PID/status).".to_owned(),
    ];
    sheet.opens("source", &pieces, &more);
    notes(sheet, &reading.notes);
}

/// Lines of a text, for who wants them without a glyph.
pub(super) fn lines(text: &str, style: Style, width: usize) -> Vec<Row> {
    let lines = wrap_text(text, style, width);
    lines.into_iter().map(Row::plain).collect()
}

#[cfg(test)]
pub(in crate::tui::panes) mod tests;
