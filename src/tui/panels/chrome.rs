//! What surrounds the panels: header, tabs, titles, banner, footer.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};

use crate::tui::book::Book;
use crate::tui::keymap::{self, LEADER, Row};
use crate::tui::layout::{Areas, Panel, banner_text};
use crate::tui::model::{Focus, Link, Model, Overlay};
use crate::tui::widgets::wrap::{line_width, truncate, wrap_text};

/// The panels, in the order of the Tab key.
pub(crate) const PANELS: [(Focus, &str); 3] = [
    (Focus::Lesson, "Leçon"),
    (Focus::Terminal, "Terminal"),
    (Focus::State, "État"),
];

/// Draws the header: tabs, or where the learner is; and the engine on the right.
pub(crate) fn header(frame: &mut Frame<'_>, areas: &Areas, model: &Model) {
    let theme = &model.theme;
    let width = usize::from(areas.header.width);
    let mut line = Line::default();
    if areas.tabs {
        for (focus, name) in PANELS {
            let here = model.focus == focus;
            let words = if here {
                format!(" ▸{name} ")
            } else {
                format!("  {name} ")
            };
            let style = if here {
                theme.selected.patch(theme.strong)
            } else {
                theme.text
            };
            line.push_span(Span::styled(words, style));
        }
    }
    let engine = engine_line(model);
    let left = width.saturating_sub(line_width(&line) + line_width(&engine) + 2);
    let place = model.study.as_ref().map_or_else(
        || " moussaillon".to_owned(),
        |study| {
            let (at, all) = (study.section + 1, study.lesson.sections.len());
            let title = study.section_title();
            if areas.tabs {
                format!(" {at}/{all} {title}")
            } else if title == study.lesson.title {
                format!(" {title} · {at}/{all}")
            } else {
                format!(" {} · {at}/{all} · {title}", study.lesson.title)
            }
        },
    );
    line.push_span(Span::styled(truncate(&place, left), theme.bar));
    let gap = width.saturating_sub(line_width(&line) + line_width(&engine) + 1);
    line.push_span(Span::raw(" ".repeat(gap)));
    line.spans.extend(engine.spans);
    frame.render_widget(line, areas.header);
}

/// Which engine, and how it is doing, in a few words.
pub(crate) fn engine_line(model: &Model) -> Line<'static> {
    let theme = &model.theme;
    let name = match &model.engine {
        Some(choice) if choice.origin == crate::engine::Origin::Simulator => "moteur simulé",
        Some(_) => "moteur réel",
        None => "moteur",
    };
    let (glyph, words, style) = match &model.link {
        Link::Connecting => ("…", format!("{name}\u{a0}: connexion"), theme.faint),
        Link::Live => ("●", name.to_owned(), theme.good),
        Link::Lost(_) => ("✘", format!("{name} perdu"), theme.alert),
        Link::None(_) => ("✘", "aucun moteur".to_owned(), theme.alert),
    };
    Line::from(Span::styled(format!("{glyph} {words}"), style))
}

/// Draws the title of a panel that is beside others.
pub(crate) fn title(frame: &mut Frame<'_>, panel: &Panel, focus: Focus, model: &Model) {
    let name = PANELS
        .iter()
        .find(|(it, _)| *it == focus)
        .map_or("", |(_, name)| name);
    let theme = &model.theme;
    let here = model.focus == focus;
    let (mark, style) = if here {
        ("▸ ", theme.focused)
    } else {
        ("  ", theme.faint)
    };
    let words = format!("─{mark}{name} ");
    let rule = usize::from(panel.title.width).saturating_sub(words.chars().count());
    let rule_style = if here { theme.key } else { theme.faint };
    let line = Line::from(vec![
        Span::styled(words, style),
        Span::styled("─".repeat(rule), rule_style),
    ]);
    frame.render_widget(line, panel.title);
}

/// Draws the line between the text and the other panels.
pub(crate) fn separator(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    for y in area.y..area.bottom() {
        let cell = Rect {
            y,
            height: 1,
            ..area
        };
        frame.render_widget(Span::styled("│", model.theme.faint), cell);
    }
}

/// Draws the banner.
pub(crate) fn banner(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    let Some(words) = banner_text(model) else {
        return;
    };
    let width = usize::from(area.width);
    let lines = wrap_text(&format!("✘ {words}"), model.theme.alert, width);
    frame.render_widget(Text::from(lines), area);
}

/// Draws the keys that are useful here.
pub(crate) fn footer(frame: &mut Frame<'_>, area: Rect, model: &Model) {
    frame.render_widget(footer_line(model, usize::from(area.width)), area);
}

fn footer_line(model: &Model, width: usize) -> Line<'static> {
    let keys: Vec<(String, &str)> = match &model.overlay {
        Some(Overlay::ScrollBack) => vec![
            ("↑ ↓ Page↑ Page↓".to_owned(), "remonter, descendre"),
            ("Échap".to_owned(), "revenir au terminal"),
        ],
        Some(Overlay::Reset(_)) => {
            vec![
                ("Entrée".to_owned(), "envoyer"),
                ("Échap".to_owned(), "renoncer"),
            ]
        }
        Some(Overlay::Book(book)) if model.book(*book).typing => vec![
            ("Entrée".to_owned(), "garder"),
            ("Échap".to_owned(), "effacer la recherche"),
        ],
        Some(Overlay::Book(Book::Sheet)) => vec![
            ("Entrée".to_owned(), "envoyer au terminal"),
            ("p".to_owned(), "préparer"),
            ("/".to_owned(), "chercher"),
            ("← →".to_owned(), "thème"),
            ("Échap".to_owned(), "fermer"),
        ],
        Some(Overlay::Book(Book::Glossary)) => {
            let back = model.glossary.around.is_some() || !model.glossary.query.is_empty();
            vec![
                ("Entrée".to_owned(), "mots voisins"),
                ("/".to_owned(), "chercher"),
                ("← →".to_owned(), "thème"),
                (
                    "Échap".to_owned(),
                    if back { "tous les mots" } else { "fermer" },
                ),
            ]
        }
        Some(Overlay::Answer { .. }) => vec![
            ("Entrée".to_owned(), "répondre"),
            ("Échap".to_owned(), "renoncer"),
        ],
        Some(Overlay::Review) => vec![
            ("↑ ↓".to_owned(), "choisir"),
            ("Entrée".to_owned(), "répondre, continuer"),
            ("Échap".to_owned(), "passer la révision"),
        ],
        Some(_) => vec![("Échap".to_owned(), "fermer")],
        None if model.study.is_some() && model.focus == Focus::Terminal => {
            let leader = LEADER.label();
            vec![
                (leader.clone(), "actions"),
                (format!("{leader} l"), "leçon"),
                (format!("{leader} e"), "état"),
                (format!("{leader} i"), "indice"),
                (format!("{leader} ?"), "aide"),
            ]
        }
        None => keymap::footer_rows(model).into_iter().map(direct).collect(),
    };
    let mut line = Line::default();
    for (key, words) in keys {
        let size = key.chars().count() + words.chars().count() + 3;
        if line_width(&line) + size > width {
            break;
        }
        line.push_span(Span::styled(format!(" {key} "), model.theme.key));
        line.push_span(Span::styled(format!("{words} "), model.theme.faint));
    }
    line
}

fn direct(row: &'static Row) -> (String, &'static str) {
    (
        row.keys
            .first()
            .map(|combo| combo.label())
            .unwrap_or_default(),
        row.short,
    )
}
