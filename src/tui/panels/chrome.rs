//! What surrounds the panels: header, tabs, titles, banner, footer.

use std::ops::Range;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};
use ratatui::style::Style;
use ratatui::text::{Line, Span, Text};
use unicode_width::UnicodeWidthStr;

use crate::tui::book::Book;
use crate::tui::keymap::{self, Action, Row};
use crate::tui::layout::{Areas, Panel, banner_text};
use crate::tui::model::{Focus, Link, Model, Overlay};
use crate::tui::panes::{PANES, Pane};
use crate::tui::search::Search;
use crate::tui::widgets::wrap::{line_width, truncate, wrap_text};

/// The panels, in the order of the Tab key.
pub(crate) const PANELS: [Focus; 3] = [Focus::Lesson, Focus::Terminal, Focus::Pane];

/// A panel's name.
fn name(focus: Focus, model: &Model) -> &'static str {
    match focus {
        Focus::Lesson => "Leçon",
        Focus::Terminal => "Terminal",
        Focus::Pane => model.pane.spec().name,
    }
}

/// Draws the header: tabs, or where the learner is; and the engine on the right.
pub(crate) fn header(frame: &mut Frame<'_>, areas: &Areas, model: &Model) {
    let theme = &model.theme;
    let width = usize::from(areas.header.width);
    let mut line = Line::default();
    if areas.tabs {
        for focus in PANELS {
            let here = model.focus == focus;
            let words = tab(focus, model);
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

/// A panel's tab.
fn tab(focus: Focus, model: &Model) -> String {
    let mark = if model.focus == focus { '▸' } else { ' ' };
    format!(" {mark}{} ", name(focus, model))
}

/// The panel whose tab is at this column of the header.
pub(crate) fn tab_at(model: &Model, column: u16) -> Option<Focus> {
    let mut end = 0;
    PANELS.into_iter().find(|focus| {
        end += tab(*focus, model).chars().count();
        usize::from(column) < end
    })
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

/// Draws the title of a panel that is beside others; on two lines where the pane's needs them.
pub(crate) fn title(frame: &mut Frame<'_>, panel: &Panel, focus: Focus, model: &Model) {
    let theme = &model.theme;
    let here = model.focus == focus;
    let name = name(focus, model);
    let (mark, style) = if here {
        ("▸ ", theme.focused)
    } else {
        ("  ", theme.faint)
    };
    let mut lines = vec![Line::default(); usize::from(panel.title.height)];
    if let Some(first) = lines.first_mut() {
        first.push_span(Span::styled(format!("─{mark}{name} "), style));
    }
    if focus == Focus::Pane {
        for other in other_panes(model, panel.title.as_size()) {
            if let Some(line) = lines.get_mut(other.row) {
                let gap = other.columns.start.saturating_sub(line_width(line));
                line.push_span(Span::raw(" ".repeat(gap)));
                line.push_span(Span::styled(other.name, theme.faint));
            }
        }
        for line in &mut lines {
            line.push_span(Span::raw(" "));
        }
    }
    for line in &mut lines {
        rule(
            line,
            panel.title.width,
            if here { theme.key } else { theme.faint },
        );
    }
    frame.render_widget(Text::from(lines), panel.title);
}

/// Draws the title of the state that stays above another pane.
pub(crate) fn pinned_title(frame: &mut Frame<'_>, panel: &Panel, model: &Model) {
    let words = format!("─  {} ", Pane::State.spec().name);
    let mut line = Line::from(Span::styled(words, model.theme.faint));
    rule(&mut line, panel.title.width, model.theme.faint);
    frame.render_widget(line, panel.title);
}

/// Fills a title with a rule.
fn rule(line: &mut Line<'static>, width: u16, style: Style) {
    let left = usize::from(width).saturating_sub(line_width(line));
    line.push_span(Span::styled("─".repeat(left), style));
}

/// The name of another pane in the pane's title: a click shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Other {
    /// Which.
    pub(crate) pane: Pane,
    /// The line of the title.
    pub(crate) row: usize,
    /// Its columns.
    pub(crate) columns: Range<usize>,
    name: &'static str,
}

/// The names of the other panes, whole if they all fit in the pane's title, else in short, as far as
/// they fit.
pub(crate) fn other_panes(model: &Model, title: Size) -> Vec<Other> {
    let others = || PANES.iter().filter(|spec| spec.pane != model.pane);
    let whole = placed(model, title, others().map(|spec| (spec.pane, spec.name)));
    if whole.len() == others().count() {
        return whole;
    }
    placed(model, title, others().map(|spec| (spec.pane, spec.short)))
}

/// Names after the pane's own, one after the other.
fn placed(
    model: &Model,
    title: Size,
    names: impl Iterator<Item = (Pane, &'static str)>,
) -> Vec<Other> {
    /// Where the names of the second line begin: under the pane's own.
    const NEXT: usize = 3;
    let (width, height) = (usize::from(title.width), usize::from(title.height));
    let mut row = 0;
    let mut column = model.pane.spec().name.chars().count() + 5;
    let mut found = Vec::new();
    for (pane, name) in names {
        let length = name.chars().count();
        if column + length + 1 > width {
            (row, column) = (row + 1, NEXT);
        }
        if row >= height || column + length + 1 > width {
            break;
        }
        let columns = column..column + length;
        column = columns.end + 1;
        found.push(Other {
            pane,
            row,
            columns,
            name,
        });
    }
    found
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

/// The words that are looked for, which match is shown, and the keys.
pub(crate) fn search_line(model: &Model, search: &Search, width: usize) -> Line<'static> {
    let theme = &model.theme;
    let cursor = if search.typing { "▏" } else { "" };
    let tally = search.tally();
    // The end is what is being typed.
    let room = (width / 2).saturating_sub(tally.width() + 4);
    let mut words = format!("{}{cursor}", search.query);
    while words.width() > room && !words.is_empty() {
        words.remove(0);
    }
    let mut line = Line::from(vec![
        Span::styled(" / ", theme.key),
        Span::styled(format!("{words} "), theme.strong),
        Span::styled(format!("{tally}  "), theme.text),
    ]);
    let key = |action| model.keymap.key(action);
    let enter = key(Action::BoxConfirm);
    let escape = "Échap".to_owned();
    let keys = if search.typing {
        let keep = if search.is_elsewhere() {
            "y aller"
        } else {
            "garder"
        };
        vec![(enter, keep), (escape, "revenir où l’on était")]
    } else {
        let next = format!("{} {}", key(Action::Down), key(Action::BoxNext));
        let previous = format!("{} {}", key(Action::Up), key(Action::BoxPrevious));
        vec![
            (next, "suivant"),
            (previous, "précédent"),
            (escape, "revenir"),
            (enter, "rester ici"),
        ]
    };
    for (key, words) in keys {
        if line_width(&line) + key.width() + words.width() + 3 > width {
            break;
        }
        line.push_span(Span::styled(format!(" {key} "), theme.key));
        line.push_span(Span::styled(format!("{words} "), theme.faint));
    }
    line
}

fn footer_line(model: &Model, width: usize) -> Line<'static> {
    if let Some(Overlay::Search(search)) = &model.overlay {
        return search_line(model, search, width);
    }
    let key = |action| model.keymap.key(action);
    let themes = || format!("{} {}", key(Action::BoxLeft), key(Action::BoxRight));
    let keys: Vec<(String, &str)> = match &model.overlay {
        Some(Overlay::ScrollBack) => vec![
            (
                [Action::Up, Action::Down, Action::PageUp, Action::PageDown]
                    .map(key)
                    .join(" "),
                "remonter, descendre",
            ),
            (key(Action::Search), "chercher"),
            ("Échap".to_owned(), "revenir au terminal"),
        ],
        Some(Overlay::Reset { .. }) => {
            vec![
                (key(Action::BoxConfirm), "envoyer"),
                ("Échap".to_owned(), "renoncer"),
            ]
        }
        Some(Overlay::Book(book)) if model.book(*book).typing => vec![
            (key(Action::BoxConfirm), "garder"),
            ("Échap".to_owned(), "effacer la recherche"),
        ],
        Some(Overlay::Book(Book::Sheet)) => vec![
            (key(Action::BoxConfirm), "envoyer au terminal"),
            (key(Action::BoxPrepare), "préparer"),
            (key(Action::Search), "chercher"),
            (themes(), "thème"),
            ("Échap".to_owned(), "fermer"),
        ],
        Some(Overlay::Book(Book::Glossary)) => {
            let back = model.glossary.around.is_some() || !model.glossary.query.is_empty();
            vec![
                (key(Action::BoxConfirm), "mots voisins"),
                (key(Action::Search), "chercher"),
                (themes(), "thème"),
                (
                    "Échap".to_owned(),
                    if back { "tous les mots" } else { "fermer" },
                ),
            ]
        }
        Some(Overlay::Answer { .. }) => vec![
            (key(Action::BoxConfirm), "répondre"),
            ("Échap".to_owned(), "renoncer"),
        ],
        Some(Overlay::Review) => vec![
            (
                format!("{} {}", key(Action::Up), key(Action::Down)),
                "choisir",
            ),
            (key(Action::BoxConfirm), "répondre, continuer"),
            ("Échap".to_owned(), "passer la révision"),
        ],
        Some(Overlay::Help(_) | Overlay::Explanation(_) | Overlay::Report(_)) => vec![
            (
                [Action::Up, Action::Down, Action::PageUp, Action::PageDown]
                    .map(key)
                    .join(" "),
                "lire",
            ),
            ("Échap".to_owned(), "fermer"),
        ],
        Some(_) => vec![("Échap".to_owned(), "fermer")],
        None if searching(model) => vec![
            (key(Action::BoxConfirm), "garder"),
            ("Échap".to_owned(), "effacer la recherche"),
        ],
        None if model.study.is_some() && model.focus == Focus::Terminal => {
            let by_menu = |action| model.keymap.by_menu(action);
            vec![
                (model.keymap.leader().label(), "actions"),
                (by_menu(Action::ShowLesson), "leçon"),
                (by_menu(Action::ShowState), "état"),
                (by_menu(Action::Hint), "indice"),
                (by_menu(Action::Help), "aide"),
                (by_menu(Action::Panes), "panneaux"),
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

/// Whether keys go to the search of the pane.
fn searching(model: &Model) -> bool {
    model.focus == Focus::Pane && model.pane_view(model.pane).typing
}

fn direct(row: &Row) -> (String, &'static str) {
    (
        row.keys
            .first()
            .map(|combo| combo.label())
            .unwrap_or_default(),
        row.short,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::layout::areas;
    use crate::tui::update::fixtures::Play;

    #[test]
    fn a_wide_window_has_the_names_of_all_the_panes_whole_where_a_click_finds_them() {
        for width in [150, 170, 200, 250, 300] {
            for spec in PANES {
                let mut play = Play::lesson(width, 50);
                play.model.pane = spec.pane;
                let title = areas(&play.model).pane.title;
                let others = other_panes(&play.model, title.as_size());
                assert_eq!(others.len(), PANES.len() - 1, "{width}, {}", spec.name);
                let screen = play.screen();
                for other in others {
                    let line = screen.lines().nth(usize::from(title.y) + other.row);
                    let line = line.unwrap_or_default().chars();
                    let from = usize::from(title.x) + other.columns.start;
                    let shown: String = line.skip(from).take(other.columns.len()).collect();
                    assert_eq!(shown, other.pane.spec().name, "{screen}");
                }
            }
        }
    }
}
