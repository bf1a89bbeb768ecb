//! Every key, from the rows of the keymap.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span, Text};
use ratatui::widgets::Clear;

use crate::tui::keymap::{Action, Place, Row};
use crate::tui::model::Model;
use crate::tui::widgets::wrap::{wrap, wrap_text};

/// In the place of the keys of an action that has none any more.
const NO_KEY: &str = "(aucune touche)";

/// The lines of the help, at this width.
pub(crate) fn lines(model: &Model, width: usize) -> Vec<Line<'static>> {
    const KEYS: usize = 30;
    let theme = &model.theme;
    let mut lines = vec![
        Line::from(Span::styled("Aide", theme.title)),
        Line::default(),
    ];
    let leader = model.keymap.leader().label();
    let words = format!(
        "Dans le terminal, toutes les touches vont au shell, sauf {leader}, qui ouvre le menu des \
         actions\u{a0}: {leader} puis une lettre. {leader} deux fois envoie {leader} au shell."
    );
    lines.extend(wrap_text(&words, theme.text, width));
    // What is over the screen is out of the palette's reach.
    let unbound =
        |row: &Row| row.place != Place::Box && row.belongs(model) && keys(row, &leader) == NO_KEY;
    let palette = model.keymap.by_menu(Action::Palette);
    if model.keymap.rows().iter().any(unbound) {
        let words = format!("{NO_KEY}\u{a0}: la palette ({palette}) mène à cette action.");
        lines.extend(wrap_text(&words, theme.text, width));
    }
    for (place, title) in [
        (Place::Demo, "Pendant la démonstration"),
        (Place::Everywhere, "Partout"),
        (Place::Home, "À l’accueil"),
        (Place::Lesson, "Dans une leçon"),
        (Place::Text, "Dans le texte de la leçon"),
        (Place::Pane, "Dans un panneau (état, historique, noyau…)"),
        (Place::Shell, "Pour le terminal"),
        (
            Place::Box,
            "Dans ce qui s’ouvre par-dessus l’écran (aide, palette, glossaire…)",
        ),
    ] {
        // A demo has its own keys, and a few others; outside of one, its keys are nothing.
        let here = |row: &&Row| row.place == place && row.belongs(model);
        let rows: Vec<&Row> = model.keymap.rows().iter().filter(here).collect();
        if rows.is_empty() {
            continue;
        }
        lines.push(Line::default());
        lines.push(Line::from(Span::styled(title, theme.title)));
        for row in rows {
            let mut keys = Line::from(Span::styled(keys(row, &leader), theme.key));
            let gap = KEYS.saturating_sub(keys.width()).max(1);
            keys.push_span(Span::raw(" ".repeat(gap)));
            let help = [(row.help.to_owned(), theme.text)];
            lines.extend(wrap(&help, width, &keys, &Line::raw(" ".repeat(KEYS))));
        }
    }
    lines
}

fn keys(row: &Row, leader: &str) -> String {
    let direct = row.keys_label();
    match row.leader_label() {
        None if direct.is_empty() => NO_KEY.to_owned(),
        Some(letter) if direct.is_empty() => format!("{leader} {letter}"),
        Some(letter) => format!("{direct} · {leader} {letter}"),
        None => direct,
    }
}

/// Draws the help from one of its lines on.
pub(crate) fn draw(frame: &mut Frame<'_>, model: &Model, scroll: usize) {
    let whole = frame.area();
    let area = Rect {
        height: whole.height.saturating_sub(1),
        ..whole
    };
    frame.render_widget(Clear, area);
    let inner = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        ..area
    };
    let lines = lines(model, usize::from(inner.width));
    let last = lines.len().saturating_sub(usize::from(inner.height));
    let shown: Vec<_> = lines.into_iter().skip(scroll.min(last)).collect();
    frame.render_widget(Text::from(shown), inner.intersection(whole));
}
