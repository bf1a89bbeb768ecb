//! The cheat sheet as lines of a terminal: for its screen, and for `moussaillon aide-memoire`.

use ratatui::text::{Line, Span};

use super::theme::Theme;
use super::widgets::markdown;
use super::widgets::wrap::wrap;
use crate::text::sheet::{Entry, Sheet};

/// All of it, theme by theme.
pub(crate) fn whole(sheet: &Sheet, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for group in &sheet.themes {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines.push(Line::from(Span::styled(
            format!("— {} —", group.title),
            theme.title,
        )));
        for it in &group.entries {
            lines.push(Line::default());
            lines.extend(entry(it, width, theme));
        }
    }
    lines
}

/// One command: its names, what it does, its options, an example, what that changes.
pub(crate) fn entry(entry: &Entry, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut page = Page {
        lines: Vec::new(),
        width,
        theme,
    };
    page.command("", &entry.name, true);
    for name in &entry.other_names {
        page.command("ou ", name, false);
    }
    page.prose("", &entry.about);
    page.command("Syntaxe\u{a0}: ", &entry.syntax, false);
    for (name, about) in &entry.options {
        page.prose("• ", &format!("`{name}`\u{a0}: {about}"));
    }
    for line in entry.lines() {
        page.command("$ ", line, false);
    }
    for line in &entry.typed {
        page.prose("", &format!("puis, dans ce qui s’ouvre\u{a0}: `{line}`"));
    }
    page.prose("Change\u{a0}: ", &entry.changes);
    if let Some(caution) = &entry.caution {
        page.prose("▲ ", caution);
    }
    page.lines
}

struct Page<'t> {
    lines: Vec<Line<'static>>,
    width: usize,
    theme: &'t Theme,
}

impl Page<'_> {
    fn prose(&mut self, mark: &str, text: &str) {
        let pieces = markdown::inline(text, self.theme.text, self.theme);
        let first = Line::from(Span::styled(mark.to_owned(), self.theme.key));
        let rest = Line::raw(if mark.chars().count() == 2 { "  " } else { "" });
        self.lines.extend(wrap(&pieces, self.width, &first, &rest));
    }

    fn command(&mut self, mark: &str, text: &str, title: bool) {
        let style = if title {
            self.theme.title
        } else {
            self.theme.code
        };
        let first = Line::from(Span::styled(mark.to_owned(), self.theme.faint));
        let pieces = [(text.to_owned(), style)];
        let rest = Line::raw(if title { "" } else { "    " });
        self.lines.extend(wrap(&pieces, self.width, &first, &rest));
    }
}
