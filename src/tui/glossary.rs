//! The glossary as lines of a terminal: for its screen, and for `moussaillon glossaire`.

use ratatui::text::{Line, Span};

use super::theme::Theme;
use super::widgets::markdown;
use super::widgets::wrap::wrap;
use crate::text::glossary::{Glossary, Term};

/// The words found by a search, theme by theme; all of them when nothing is looked for.
pub(crate) fn found(
    glossary: &Glossary,
    words: &str,
    width: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (title, terms) in glossary.search(words) {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::styled(format!("— {title} —"), theme.title));
        for it in terms {
            lines.push(Line::default());
            lines.extend(term(it, width, theme));
        }
    }
    lines
}

/// One word: its English form, what it is, what not to say, what to read next.
pub(crate) fn term(term: &Term, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = wrap(
        &[
            (term.name.clone(), theme.title),
            (" · en anglais ".to_owned(), theme.faint),
            (term.english.clone(), theme.emphasis),
        ],
        width,
        &Line::default(),
        &Line::default(),
    );
    let mut told = |mark: &str, text: &str| {
        let pieces = markdown::inline(text, theme.text, theme);
        let mark = Line::from(Span::styled(mark.to_owned(), theme.key));
        lines.extend(wrap(&pieces, width, &mark, &Line::default()));
    };
    told("", &term.definition);
    if let Some(avoid) = &term.avoid {
        told("▲ À éviter\u{a0}: ", avoid);
    }
    if !term.related.is_empty() {
        told("Voir aussi\u{a0}: ", &term.related.join(", "));
    }
    lines
}
