//! Markdown (the lessons' subset: `CommonMark` and tables) as terminal lines.

mod table;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use self::table::Table;
use super::wrap::{Piece, wrap};
use crate::tui::theme::Theme;

/// Begins what is left of a line of code that is too long.
const WRAPPED: &str = "↪ ";

/// Renders a text at this width.
pub(crate) fn render(source: &str, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut renderer = Renderer::new(width.max(8), theme);
    for event in Parser::new_ext(
        source,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    ) {
        renderer.event(event);
    }
    renderer.flush();
    while renderer.lines.last().is_some_and(|line| line.width() == 0) {
        renderer.lines.pop();
    }
    renderer.lines
}

/// The styled words of one paragraph of Markdown, for who wraps it with their own prefixes.
pub(crate) fn inline(source: &str, base: Style, theme: &Theme) -> Vec<Piece> {
    let mut renderer = Renderer::new(80, theme);
    renderer.styles.push(base);
    for event in Parser::new(source) {
        match event {
            Event::Start(Tag::Paragraph) => {}
            Event::End(TagEnd::Paragraph) => renderer.text("\n"),
            event => renderer.event(event),
        }
    }
    while let Some((text, _)) = renderer.pieces.last_mut() {
        text.truncate(text.trim_end_matches('\n').len());
        if !text.is_empty() {
            break;
        }
        renderer.pieces.pop();
    }
    renderer.pieces
}

/// The same words without their marks.
pub(crate) fn plain(source: &str, theme: &Theme) -> String {
    let pieces = inline(source, Style::new(), theme);
    pieces.into_iter().map(|(text, _)| text).collect()
}

/// A list being rendered: the number of its next item, or `None` for bullets.
type List = Option<u64>;

struct Renderer<'t> {
    theme: &'t Theme,
    width: usize,
    lines: Vec<Line<'static>>,
    pieces: Vec<Piece>,
    styles: Vec<Style>,
    lists: Vec<List>,
    /// The bullet that the next paragraph begins with.
    bullet: Option<String>,
    quotes: usize,
    code_block: bool,
    table: Option<Table>,
}

impl<'t> Renderer<'t> {
    fn new(width: usize, theme: &'t Theme) -> Self {
        Self {
            theme,
            width,
            lines: Vec::new(),
            pieces: Vec::new(),
            styles: vec![theme.text],
            lists: Vec::new(),
            bullet: None,
            quotes: 0,
            code_block: false,
            table: None,
        }
    }

    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => {
                let style = self.style().patch(self.theme.code);
                self.pieces.push((code.into_string(), style));
            }
            Event::SoftBreak => self.text(" "),
            Event::HardBreak => self.text("\n"),
            Event::Rule => {
                self.flush();
                self.lines
                    .push(Line::styled("─".repeat(self.width), self.theme.faint));
                self.blank();
            }
            // Raw HTML is not shown: lessons use comments for the speaker's notes.
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } => {
                self.flush();
                self.styles.push(self.theme.title);
            }
            Tag::Emphasis => self.push_style(self.theme.emphasis),
            Tag::Strong => self.push_style(self.theme.strong),
            Tag::Link { .. } => self.push_style(self.theme.key),
            Tag::BlockQuote(_) => {
                self.flush();
                self.quotes += 1;
            }
            Tag::List(first) => {
                self.flush();
                self.lists.push(first);
            }
            Tag::Item => {
                self.flush();
                let bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "• ".to_owned(),
                };
                self.bullet = Some(bullet);
            }
            Tag::CodeBlock(_) => {
                self.flush();
                self.code_block = true;
            }
            Tag::Table(alignments) => {
                self.flush();
                self.table = Some(Table {
                    alignments,
                    rows: Vec::new(),
                });
            }
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => {
                self.flush();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Heading(_) => {
                self.flush();
                self.styles.pop();
                self.blank();
            }
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link => {
                self.styles.pop();
            }
            TagEnd::BlockQuote(_) => {
                self.flush();
                while self
                    .lines
                    .last()
                    .is_some_and(|line| line.to_string().trim() == "▏")
                {
                    self.lines.pop();
                }
                self.quotes -= 1;
                self.blank();
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.blank();
                }
            }
            TagEnd::Item => self.flush(),
            TagEnd::CodeBlock => {
                self.flush_code();
                self.code_block = false;
                self.blank();
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.pieces);
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.lines.extend(table.render(self.width, self.theme));
                    self.blank();
                }
            }
            _ => {}
        }
    }

    fn style(&self) -> Style {
        self.styles.last().copied().unwrap_or_default()
    }

    fn push_style(&mut self, style: Style) {
        self.styles.push(self.style().patch(style));
    }

    fn text(&mut self, text: &str) {
        let style = self.style();
        self.pieces.push((text.to_owned(), style));
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| line.width() > 0) {
            let (_, rest) = self.prefixes();
            self.lines.push(if self.quotes > 0 {
                rest
            } else {
                Line::default()
            });
        }
    }

    /// What begins the first line of a paragraph, and the following ones.
    fn prefixes(&mut self) -> (Line<'static>, Line<'static>) {
        let mut rest = Line::default();
        for _ in 0..self.quotes {
            rest.push_span(Span::styled("▏ ", self.theme.faint));
        }
        for _ in 1..self.lists.len() {
            rest.push_span(Span::raw("  "));
        }
        let mut first = rest.clone();
        if !self.lists.is_empty() {
            let bullet = self.bullet.take();
            let size = bullet.as_ref().map_or(2, |bullet| bullet.width());
            first.push_span(match bullet {
                Some(bullet) => Span::styled(bullet, self.theme.key),
                None => Span::raw("  "),
            });
            rest.push_span(Span::raw(" ".repeat(size)));
        }
        (first, rest)
    }

    fn flush(&mut self) {
        let pieces = std::mem::take(&mut self.pieces);
        if pieces.is_empty() {
            return;
        }
        let (first, rest) = self.prefixes();
        self.lines.extend(wrap(&pieces, self.width, &first, &rest));
    }

    /// Code keeps its lines; those that are too long are cut onto the next one.
    fn flush_code(&mut self) {
        let code: String = self.pieces.drain(..).map(|(text, _)| text).collect();
        let gutter = Span::styled("│ ", self.theme.faint);
        for row in code.trim_end_matches('\n').split('\n') {
            // No-break spaces, so that columns of an example stay where they are.
            let pieces = [(row.replace(' ', "\u{a0}"), self.theme.code)];
            let first = Line::from(gutter.clone());
            let rest = Line::from(Span::styled(WRAPPED, self.theme.faint));
            self.lines.extend(wrap(&pieces, self.width, &first, &rest));
        }
    }
}

#[cfg(test)]
mod tests;
