//! An image's layers: size, share and instruction of each; its files when it is open.

use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use super::{About, Pane, Row, handle, line, tree};
use crate::domain::Object;
use crate::inside::layers::{Files, Stack, Step, Waste};
use crate::inside::{Known, Need};
use crate::text::quantity::{decimal, percent};
use crate::tui::model::Model;
use crate::tui::panes::told;
use crate::tui::widgets::chart::gauge;
use crate::tui::widgets::wrap::{truncate, wrap};

/// Cells of the gauge of a layer.
const GAUGE: usize = 6;
/// Under this width, the gauges give their place to the instructions.
const GAUGED_WIDTH: usize = 60;
/// The worst files that are shown.
const WORST: usize = 8;

/// The name that a layer has among what is open.
pub(super) fn layer_name(image: &str, rank: &str) -> String {
    format!("couche {image} {rank}")
}

pub(super) fn rows(model: &Model, about: &About<'_>, stack: &Stack, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let shared = shared(model, about, &stack.layers);
    let known = model
        .known
        .get(&Need::LayerFiles(about.image_id.to_owned()));
    let mut rows = Vec::new();
    for (index, step) in stack.steps.iter().enumerate() {
        let Some(rank) = step.layer else {
            let name = format!("réglage {} {index}", about.image_id);
            rows.extend(setting(model, step, name, width));
            continue;
        };
        let name = layer_name(about.image_id, &rank.to_string());
        let open = model.pane_view(Pane::Layers).open.contains(&name);
        rows.push(Row::toggle(
            layer_line(model, stack, step, rank, open, width),
            name,
        ));
        if open {
            rows.extend(details(model, stack, step, rank, width));
            rows.extend(files(model, about, known, (rank, stack.size), width));
        }
        if let Some((_, images)) = shared.iter().find(|(last, _)| *last == rank) {
            let words = format!(
                "    └ jusqu’ici, les mêmes couches que {}",
                images.join(", ")
            );
            rows.push(line(&words, theme.changed, width));
        }
    }
    match known.and_then(|it| it.layer_files.as_deref()) {
        Some(Files {
            waste: Some(waste), ..
        }) => rows.extend(wasted(model, waste, width)),
        Some(_) => {
            let words = "Place perdue\u{a0}: inconnue, une couche n’a pas été lue entière";
            rows.push(line(words, theme.faint, width));
        }
        None if stack.layers.is_empty() => {}
        None => {
            let words = "Entrée ouvre une couche\u{a0}: ses fichiers, et la place perdue";
            rows.push(line(words, theme.faint, width));
        }
    }
    rows
}

/// An instruction that only sets something; whole when it is open.
fn setting(model: &Model, step: &Step, name: String, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let open = model.pane_view(Pane::Layers).open.contains(&name);
    let words = words(step);
    let text = truncate(&format!("   · {words}"), width);
    let mut rows = vec![Row::toggle(Span::styled(text, theme.faint), name)];
    if open {
        let margin = Line::from(Span::styled("  │ ", theme.key));
        let pieces = [
            (words, theme.code),
            (
                "\n(un réglage\u{a0}: il ne fait pas de couche)".to_owned(),
                theme.faint,
            ),
        ];
        let lines = wrap(&pieces, width, &margin, &margin);
        rows.extend(lines.into_iter().map(Row::plain));
    }
    rows
}

/// What made a layer, as far as the history says.
fn words(step: &Step) -> String {
    match (step.instruction.as_str(), step.comment.as_str()) {
        ("", "") => "(l’histoire n’en dit rien)".to_owned(),
        ("", comment) => format!("«\u{a0}{comment}\u{a0}»"),
        (instruction, "") => instruction.to_owned(),
        (instruction, comment) => format!("{instruction} «\u{a0}{comment}\u{a0}»"),
    }
}

#[expect(clippy::cast_precision_loss, reason = "bytes, shown with three digits")]
fn layer_line(
    model: &Model,
    stack: &Stack,
    step: &Step,
    rank: usize,
    open: bool,
    width: usize,
) -> Line<'static> {
    let theme = &model.theme;
    let total: u64 = stack.steps.iter().map(|it| it.size).sum();
    let mut spans = vec![
        Span::styled(handle(open), theme.key),
        Span::styled(format!("{:>2} ", rank + 1), theme.strong),
    ];
    if width >= GAUGED_WIDTH {
        let (part, whole) = (step.size as f64, total.max(1) as f64);
        let bar = gauge(part, whole, GAUGE);
        spans.push(Span::styled(format!("{bar} "), theme.code));
        let share = format!("{:>7} ", percent(part * 100.0 / whole));
        spans.push(Span::styled(share, theme.faint));
    }
    spans.push(Span::styled(
        format!("{:>8}  ", decimal(step.size)),
        theme.text,
    ));
    let used: usize = spans.iter().map(|it| it.content.width()).sum();
    let text = truncate(&words(step), width.saturating_sub(used));
    spans.push(Span::styled(text, theme.code));
    Line::from(spans)
}

/// The instruction with nothing left out, and the digest of the content.
fn details(model: &Model, stack: &Stack, step: &Step, rank: usize, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let margin = Line::from(Span::styled("  │ ", theme.key));
    let mut pieces = vec![(words(step), theme.code)];
    if let Some(digest) = stack.layers.get(rank) {
        pieces.push((format!("\n{digest}"), theme.faint));
    }
    let lines = wrap(&pieces, width, &margin, &margin);
    lines.into_iter().map(Row::plain).collect()
}

fn files(
    model: &Model,
    about: &About<'_>,
    known: Option<&Known>,
    (rank, size): (usize, u64),
    width: usize,
) -> Vec<Row> {
    let theme = &model.theme;
    if let Some(files) = known.and_then(|it| it.layer_files.as_deref()) {
        return match files.layers.get(rank) {
            Some(layer) => tree::rows(model, about.image_id, rank, layer, width),
            None => vec![line(
                "    cette couche n’est pas dans l’archive",
                theme.bad,
                width,
            )],
        };
    }
    if let Some(reason) = known.and_then(|it| it.failure.as_ref()) {
        return told::failure(reason, theme, width);
    }
    let words = match known.and_then(|it| it.progress) {
        None | Some(0) => "    Le moteur écrit l’image (docker save)…".to_owned(),
        Some(bytes) => format!(
            "    Lecture de l’image (docker save)\u{a0}: {} sur {} environ…",
            decimal(bytes),
            decimal(size)
        ),
    };
    vec![line(&words, theme.faint, width)]
}

/// Where each other image parts from this one: the rank of the last layer they share, and which.
fn shared(model: &Model, about: &About<'_>, layers: &[String]) -> Vec<(usize, Vec<String>)> {
    let mut found: Vec<(usize, Vec<String>)> = Vec::new();
    for image in model.shown_state().images() {
        if image.id == about.image_id {
            continue;
        }
        let pairs = image.layers.iter().zip(layers);
        let same = pairs.take_while(|(one, other)| one == other).count();
        let Some(last) = same.checked_sub(1) else {
            continue;
        };
        let name = Object::Image(image.clone()).name().to_owned();
        match found.iter_mut().find(|it| it.0 == last) {
            Some((_, images)) => images.push(name),
            None => found.push((last, vec![name])),
        }
    }
    for (_, images) in &mut found {
        images.sort();
    }
    found
}

/// The bytes that are stored, and that nobody sees.
fn wasted(model: &Model, waste: &Waste, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let efficiency = percent(waste.efficiency());
    if waste.bytes == 0 {
        let words = format!("✔ Aucune place perdue (efficacité {efficiency})");
        return vec![line(&words, theme.good, width)];
    }
    let words = format!(
        "▲ Place perdue\u{a0}: {} (efficacité {efficiency}), remplacés ou supprimés plus haut",
        decimal(waste.bytes)
    );
    let mut rows = vec![line(&words, theme.changed, width)];
    rows.extend(waste.worst.iter().take(WORST).map(|(path, bytes)| {
        let words = format!(
            "{:>12}  /{}",
            decimal(*bytes),
            crate::text::harmless::harmless(path)
        );
        line(&words, theme.text, width)
    }));
    let more = waste.worst.len().saturating_sub(WORST);
    if more > 0 {
        rows.push(line(
            "              … et d’autres, plus petits",
            theme.faint,
            width,
        ));
    }
    rows
}
