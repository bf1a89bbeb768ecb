//! Cutting styled text into lines.
//!
//! Lines break at plain spaces only: French typography puts no-break spaces (U+00A0, U+202F) before
//! `: ; ! ?` and inside « », and a line never breaks there. A word wider than the line is cut, after
//! one of the signs that part an identifier when there is one.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::text::harmless::harmless;

/// A piece of text in one style.
pub(crate) type Piece = (String, Style);

/// Wraps pieces into lines of at most `width` columns. `first` begins the first line and `rest` the
/// following ones; both count in the width. What would act on the terminal is made harmless.
pub(crate) fn wrap(
    pieces: &[Piece],
    width: usize,
    first: &Line<'static>,
    rest: &Line<'static>,
) -> Vec<Line<'static>> {
    let mut wrapper = Wrapper::new(width, first.clone(), rest.clone());
    for (text, style) in pieces {
        for (index, row) in text.split('\n').enumerate() {
            if index > 0 {
                wrapper.end_word();
                wrapper.end_line();
            }
            let row = harmless(row);
            for (index, word) in row.split(' ').enumerate() {
                if index > 0 {
                    wrapper.end_word();
                    wrapper.space(*style);
                }
                wrapper.add(word, *style);
            }
        }
    }
    wrapper.finish()
}

/// Wraps a command or a part of one, in one style: each of its lines keeps its indentation. `first`
/// begins each line, and `rest` what is cut off it.
pub(crate) fn wrap_code(
    code: &str,
    style: Style,
    width: usize,
    first: &Line<'static>,
    rest: &Line<'static>,
) -> Vec<Line<'static>> {
    let line = |row: &str| {
        let text = row.trim_start_matches(' ');
        let blank = " ".repeat((row.len() - text.len()).min(width / 2));
        let indented = |prefix: &Line<'static>| {
            let mut line = prefix.clone();
            line.push_span(Span::raw(blank.clone()));
            line
        };
        let pieces = [(text.to_owned(), style)];
        wrap(&pieces, width, &indented(first), &indented(rest))
    };
    code.split('\n').flat_map(line).collect()
}

/// Wraps one text in one style, without prefixes.
pub(crate) fn wrap_text(text: &str, style: Style, width: usize) -> Vec<Line<'static>> {
    let none = Line::default();
    wrap(&[(text.to_owned(), style)], width, &none, &none)
}

/// Cuts a text at `width` columns, with `…` when something is lost. What would act on the terminal is
/// made harmless.
pub(crate) fn truncate(text: &str, width: usize) -> String {
    let text = harmless(text);
    if text.width() <= width {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for character in text.chars() {
        let size = character.width().unwrap_or(0);
        if used + size + 1 > width {
            break;
        }
        used += size;
        out.push(character);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// The columns a line takes.
pub(crate) fn line_width(line: &Line<'_>) -> usize {
    line.spans.iter().map(|span| span.content.width()).sum()
}

/// The columns of the widest part of a text that [`wrap`] does not cut if it can help it.
pub(crate) fn widest_part(text: &str) -> usize {
    let words = text.split([' ', '\n']);
    let parts = words.flat_map(|it| it.split_inclusive(SIGNS));
    parts.map(UnicodeWidthStr::width).max().unwrap_or(0)
}

/// The signs that part the words of an identifier, a path or a reference: it may be cut after one.
const SIGNS: [char; 8] = ['/', '.', '-', '_', ':', '=', ',', '@'];

/// Where what fits of a text is best cut: after the last sign that parts it, unless that leaves most
/// of the line empty.
fn parted(text: &str) -> usize {
    let end = text.rfind(SIGNS).map_or(0, |at| at + 1);
    if text[..end].width() * 3 > text.width() {
        end
    } else {
        text.len()
    }
}

struct Wrapper {
    width: usize,
    rest: Line<'static>,
    lines: Vec<Line<'static>>,
    line: Line<'static>,
    used: usize,
    /// Whether the line has anything but its prefix.
    begun: bool,
    word: Vec<Piece>,
    pending_space: Option<Style>,
}

impl Wrapper {
    fn new(width: usize, first: Line<'static>, rest: Line<'static>) -> Self {
        let used = line_width(&first);
        Self {
            width: width.max(1),
            rest,
            lines: Vec::new(),
            line: first,
            used,
            begun: false,
            word: Vec::new(),
            pending_space: None,
        }
    }

    fn add(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        match self.word.last_mut() {
            Some((word, last)) if *last == style => word.push_str(text),
            _ => self.word.push((text.to_owned(), style)),
        }
    }

    fn space(&mut self, style: Style) {
        self.pending_space = Some(style);
    }

    fn end_word(&mut self) {
        let word = std::mem::take(&mut self.word);
        if word.is_empty() {
            return;
        }
        let size: usize = word.iter().map(|(text, _)| text.width()).sum();
        let gap = usize::from(self.begun && self.pending_space.is_some());
        // A word that a long prefix would have cut is whole on the next line.
        let indent = line_width(&self.rest);
        let pushed = !self.begun && self.used > indent && indent + size <= self.width;
        if (self.begun || pushed) && self.used + gap + size > self.width {
            self.end_line();
        } else if gap == 1 {
            let style = self.pending_space.unwrap_or_default();
            self.push(" ", style);
        }
        self.pending_space = None;
        for (text, style) in word {
            self.place(&text, style);
        }
    }

    /// Puts a word down, cut where it passes the edge.
    fn place(&mut self, text: &str, style: Style) {
        let mut left = text;
        while !left.is_empty() {
            let fitting = self.fitting(left);
            if fitting == left.len() {
                return self.push(left, style);
            }
            let (line, next) = left.split_at(parted(&left[..fitting]));
            self.push(line, style);
            self.end_line();
            left = next;
        }
    }

    /// How many bytes of a text the line still has room for: at least a character, when it has
    /// nothing.
    fn fitting(&self, text: &str) -> usize {
        let mut used = self.used;
        let over = text.char_indices().find(|(at, character)| {
            used += character.width().unwrap_or(0);
            used > self.width && (self.begun || *at > 0)
        });
        over.map_or(text.len(), |(at, _)| at)
    }

    fn push(&mut self, text: &str, style: Style) {
        if text.is_empty() {
            return;
        }
        self.used += text.width();
        self.begun = true;
        match self.line.spans.last_mut() {
            Some(span) if span.style == style && self.begun => span.content.to_mut().push_str(text),
            _ => self.line.spans.push(Span::styled(text.to_owned(), style)),
        }
    }

    fn end_line(&mut self) {
        self.used = line_width(&self.rest);
        self.begun = false;
        self.pending_space = None;
        self.lines
            .push(std::mem::replace(&mut self.line, self.rest.clone()));
    }

    fn finish(mut self) -> Vec<Line<'static>> {
        self.end_word();
        self.end_line();
        self.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str, width: usize) -> Vec<String> {
        wrap_text(text, Style::new(), width)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    #[test]
    fn breaks_at_plain_spaces_only() {
        assert_eq!(
            plain("Et alors\u{a0}? Oui", 8),
            ["Et", "alors\u{a0}?", "Oui"]
        );
        assert_eq!(
            plain("un «\u{a0}mot\u{a0}» dit", 9),
            ["un", "«\u{a0}mot\u{a0}»", "dit"]
        );
    }

    #[test]
    fn cuts_a_word_wider_than_the_line() {
        assert_eq!(
            plain("a sha256:0123456789 b", 8),
            ["a", "sha256:", "01234567", "89 b"]
        );
    }

    #[test]
    fn cuts_an_identifier_after_the_signs_that_part_it() {
        assert_eq!(
            plain("127.0.0.1:18650/atelier/etoffe:2", 16),
            ["127.0.0.1:18650/", "atelier/etoffe:2"]
        );
        assert_eq!(plain("un-nom_de.reseau", 9), ["un-nom_", "de.reseau"]);
        // A sign at the very beginning would leave the line empty.
        assert_eq!(plain("-abcdefghijkl", 8), ["-abcdefg", "hijkl"]);
        assert_eq!(
            widest_part("docker run --name=vitrine"),
            "docker".len().max("vitrine".len())
        );
    }

    #[test]
    fn a_word_is_not_cut_for_a_long_prefix() {
        let pieces = [("nginx:1.27-alpine".to_owned(), Style::new())];
        let lines = wrap(
            &pieces,
            20,
            &Line::from("  maintenant "),
            &Line::from("   "),
        );
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["  maintenant ", "   nginx:1.27-alpine"]);
    }

    #[test]
    fn code_keeps_the_indentation_of_its_lines() {
        let code =
            "cat > compose.yaml <<'FIN'\nservices:\n  site:\n    image: nginx:1.27-alpine\nFIN";
        let lines = wrap_code(
            code,
            Style::new(),
            24,
            &Line::from("$ "),
            &Line::from("    "),
        );
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        let expected = [
            "$ cat > compose.yaml",
            "    <<'FIN'",
            "$ services:",
            "$   site:",
            "$     image:",
            "        nginx:1.27-",
            "        alpine",
            "$ FIN",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn keeps_hard_breaks_and_hanging_prefixes() {
        let lines = wrap(
            &[("un deux\ntrois".to_owned(), Style::new())],
            7,
            &Line::from("- "),
            &Line::from("  "),
        );
        let lines: Vec<_> = lines.iter().map(ToString::to_string).collect();
        assert_eq!(lines, ["- un", "  deux", "  trois"]);
    }

    #[test]
    fn never_wider_than_asked_even_at_zero() {
        for width in 0..20 {
            for line in plain("Des mots, 漢字 et «\u{a0}citations\u{a0}» sans fin…", width) {
                assert!(line.width() <= width.max(2), "{line:?} at {width}");
            }
        }
    }

    #[test]
    fn truncates_with_an_ellipsis() {
        assert_eq!(truncate("bonjour", 7), "bonjour");
        assert_eq!(truncate("bonjour", 4), "bon…");
        assert_eq!(truncate("bonjour", 0), "");
    }
}
