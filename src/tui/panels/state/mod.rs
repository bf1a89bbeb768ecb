//! The engine's objects as a tree, and what the command changed in each, field by field.

mod fields;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::domain::{Change, ContainerState, Diff, Kind, Object, ObjectRef, Snapshot};
use crate::tui::model::{Focus, Link, Model};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::truncate;

/// A line of the panel, and the object it is about.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// What is shown.
    pub(crate) line: Line<'static>,
    /// The object, on its own line only.
    pub(crate) object: Option<ObjectRef>,
}

/// The lines of the panel, at this width.
pub(crate) fn rows(model: &Model, width: usize) -> Vec<Row> {
    let theme = &model.theme;
    let mut rows: Vec<Row> = command_lines(model, width).into_iter().map(plain).collect();
    let state = match model
        .state
        .step
        .and_then(|index| model.timeline.steps().get(index))
    {
        Some(step) => &step.after,
        None => model.timeline.state(),
    };
    let diff = &model.state.diff;
    let mut groups = [
        (Kind::Service, "Services"),
        (Kind::Container, "Conteneurs"),
        (Kind::Image, "Images"),
        (Kind::Volume, "Volumes"),
        (Kind::Network, "Réseaux"),
    ];
    // What the command changed comes first: under twenty images, it would be out of sight.
    groups.sort_by_key(|(kind, _)| {
        !diff
            .changes
            .iter()
            .any(|change| change.reference().kind == *kind)
    });
    for (kind, title) in groups {
        group(&mut rows, model, state, diff, (kind, title), width);
    }
    if matches!(model.link, Link::Lost(_)) {
        for row in &mut rows {
            let spans = row.line.spans.drain(..).map(|span| span.style(theme.faint));
            row.line = Line::from(spans.collect::<Vec<_>>());
        }
    }
    rows
}

/// Draws the panel.
pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    #[cfg(debug_assertions)]
    super::super::guard::injected("etat");
    let width = usize::from(area.width);
    let rows = rows(model, width.saturating_sub(1));
    let height = usize::from(area.height);
    let scroll = model.state.scroll.min(rows.len().saturating_sub(height));
    for (index, row) in rows.into_iter().enumerate().skip(scroll).take(height) {
        let y = area.y + u16::try_from(index - scroll).unwrap_or(u16::MAX);
        let mut line = row.line;
        if index == model.state.cursor && model.focus == Focus::State {
            line = line.patch_style(model.theme.selected);
        }
        frame.render_widget(
            line,
            Rect {
                x: area.x,
                y,
                width: area.width,
                height: 1,
            },
        );
    }
}

fn plain(line: Line<'static>) -> Row {
    Row { line, object: None }
}

/// The command of the step, its exit status and the number of its calls.
fn command_lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let Some(step) = model.shown_step() else {
        let words = match &model.link {
            Link::Connecting => "Connexion au moteur…",
            Link::None(_) => "Aucun moteur.",
            Link::Live | Link::Lost(_) => "Aucune commande encore.",
        };
        return vec![
            Line::from(Span::styled(words, theme.faint)),
            Line::default(),
        ];
    };
    let calls = match step.calls.len() {
        0 => "aucun appel d’API".to_owned(),
        1 => "1 appel d’API".to_owned(),
        many => format!("{many} appels d’API"),
    };
    let rank = model
        .state
        .step
        .unwrap_or(model.timeline.steps().len().saturating_sub(1))
        + 1;
    let steps = model.timeline.steps().len();
    let Some(command) = &step.command else {
        let words = format!("Hors du terminal · {calls} · {rank}/{steps}");
        return vec![
            Line::from(Span::styled(words, theme.faint)),
            Line::default(),
        ];
    };
    let (status, style) = match (command.took, command.status) {
        (None, _) => ("▸ en cours".to_owned(), theme.changed),
        (Some(_), None) => ("terminée".to_owned(), theme.faint),
        (Some(_), Some(0)) => ("✔ code 0".to_owned(), theme.good),
        (Some(_), Some(code)) => (format!("✘ code {code}"), theme.bad),
    };
    let first = command.line.lines().next().unwrap_or_default();
    vec![
        Line::from(vec![
            Span::styled("$ ", theme.faint),
            Span::styled(truncate(first, width.saturating_sub(2)), theme.code),
        ]),
        Line::from(vec![
            Span::styled(status, style),
            Span::styled(format!(" · {calls} · commande {rank}/{steps}"), theme.faint),
        ]),
        Line::default(),
    ]
}

fn group(
    rows: &mut Vec<Row>,
    model: &Model,
    state: &Snapshot,
    diff: &Diff,
    (kind, title): (Kind, &str),
    width: usize,
) {
    let changes: Vec<&Change> = diff
        .changes
        .iter()
        .filter(|change| change.reference().kind == kind)
        .collect();
    let mut others: Vec<&Object> = state
        .of_kind(kind)
        .filter(|object| {
            !changes
                .iter()
                .any(|it| it.reference() == object.reference())
        })
        .collect();
    if changes.is_empty() && others.is_empty() {
        return;
    }
    others.sort_by(|a, b| a.name().cmp(b.name()));
    let theme = &model.theme;
    let count = state.of_kind(kind).count();
    rows.push(plain(Line::from(Span::styled(
        format!("{title} ({count})"),
        theme.title,
    ))));
    for change in changes {
        let reference = change.reference();
        let style = glyph_style(change, theme);
        let line = object_line(change.object(), change.glyph(), style, theme, width);
        let all = model.state.open.contains(&reference);
        rows.push(Row {
            line,
            object: Some(reference),
        });
        rows.extend(
            fields::lines(change, all, theme, width)
                .into_iter()
                .map(plain),
        );
    }
    for object in others {
        let line = object_line(object, ' ', theme.text, theme, width);
        let reference = object.reference();
        let open = model.state.open.contains(&reference);
        rows.push(Row {
            line,
            object: Some(reference),
        });
        if open {
            rows.extend(
                fields::document(object, theme, width)
                    .into_iter()
                    .map(plain),
            );
        }
    }
}

const fn glyph_style(change: &Change, theme: &Theme) -> Style {
    match change {
        Change::Added(_) => theme.good,
        Change::Removed(_) => theme.bad,
        Change::Modified { .. } => theme.changed,
    }
}

fn object_line(
    object: &Object,
    glyph: char,
    style: Style,
    theme: &Theme,
    width: usize,
) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("{glyph} "), style)];
    let (facts, facts_style) = match object {
        Object::Container(it) => {
            let state = match it.state {
                ContainerState::Exited => format!("exited ({})", it.exit_code),
                state => state.as_str().to_owned(),
            };
            let running = it.state == ContainerState::Running;
            let glyph = if running { '▶' } else { '■' };
            let style = if running { theme.good } else { theme.faint };
            (format!("{glyph} {state}  {}", it.image), style)
        }
        Object::Image(it) => (megabytes(it.size), theme.faint),
        Object::Network(it) => (it.driver.clone(), theme.faint),
        Object::Volume(_) => (String::new(), theme.faint),
        Object::Service(it) => (service_facts(&it.document), theme.faint),
    };
    let name = truncate(object.name(), width.saturating_sub(4) * 2 / 3);
    let left = width.saturating_sub(4 + name.width());
    spans.push(Span::styled(name, style.patch(theme.strong)));
    spans.push(Span::raw("  "));
    spans.push(Span::styled(truncate(&facts, left), facts_style));
    Line::from(spans)
}

/// How many tasks a service asks for, and of which image: `3 répliques  nginx:latest`.
fn service_facts(document: &serde_json::Value) -> String {
    let replicas = document.pointer("/Spec/Mode/Replicated/Replicas");
    let mode = match replicas.and_then(serde_json::Value::as_u64) {
        Some(many) if many > 1 => format!("{many} répliques"),
        Some(few) => format!("{few} réplique"),
        None if document.pointer("/Spec/Mode/Global").is_some() => "global".to_owned(),
        None => String::new(),
    };
    let image = document.pointer("/Spec/TaskTemplate/ContainerSpec/Image");
    let image = image
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    format!("{mode}  {}", image.split('@').next().unwrap_or_default())
}

/// Docker counts in powers of ten.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    if tenths == 0 {
        return format!("{},{} ko", bytes / 1000, bytes % 1000 / 100);
    }
    format!("{},{} Mo", tenths / 10, tenths % 10)
}
