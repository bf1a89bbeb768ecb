//! A JSON document in lines: highlighted, what is deep or long folded until Enter.

use std::collections::BTreeSet;

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use serde_json::Value;

use crate::tui::panes::{Act, Row};
use crate::tui::theme::Theme;
use crate::tui::widgets::wrap::{Piece, line_width, wrap};

/// Deeper than this, what has parts is folded at first.
const DEPTH: usize = 2;
/// Longer than this, in lines, it is folded too; the document itself never is.
const LINES: usize = 14;
/// The parts of what is written on one line.
const INLINE: usize = 4;
/// The columns of what is written on one line.
const INLINE_WIDTH: usize = 46;
/// Elements shown of one array, fields of one object: beyond, it would be no reading.
const PARTS: usize = 200;
/// Empty fields of an object are shown apart from this many.
const EMPTY: usize = 4;
/// What stands for a secret, see the tap.
const MASK: &str = "***";

/// Where and how documents are written.
pub(super) struct Writer<'a> {
    pub(super) theme: &'a Theme,
    pub(super) width: usize,
    pub(super) indent: usize,
    /// What was opened, or closed when it is open at first.
    pub(super) turned: &'a BTreeSet<String>,
    /// Whether `false` and `0` say nothing: in what a client asks for, not in what is answered.
    pub(super) zeros: bool,
    pub(super) rows: Vec<Row>,
}

/// A part of a document.
struct Node<'v> {
    key: Option<&'v str>,
    value: &'v Value,
    depth: usize,
    last: bool,
}

impl Writer<'_> {
    /// Writes a document; its parts are named after `name`.
    pub(super) fn document(&mut self, value: &Value, name: &str) {
        let node = Node {
            key: None,
            value,
            depth: 0,
            last: true,
        };
        self.node(&node, name, name);
    }

    fn node(&mut self, node: &Node<'_>, name: &str, parent: &str) {
        let parts = parts(node.value);
        let comma = if node.last { "" } else { "," };
        let turned = self.turned.contains(name);
        if parts.is_empty() || is_short(node.value) {
            let mut pieces = self.key(node);
            self.scalar(node.value, &mut pieces);
            pieces.push((comma.to_owned(), self.theme.faint));
            self.long(node.depth, &pieces, name, parent);
            return;
        }
        let folds = node.depth >= DEPTH || (node.depth > 0 && lines(node.value) > LINES);
        let (opening, closing, word) = match node.value {
            Value::Array(_) => ("[", "]", "éléments"),
            _ => ("{", "}", "champs"),
        };
        let word = match parts.len() {
            1 => word.trim_end_matches('s'),
            _ => word,
        };
        let mut pieces = self.key(node);
        if node.depth > 0 && folds != turned {
            pieces.insert(0, ("▶ ".to_owned(), self.theme.key));
            pieces.push((
                format!("{opening}…{closing}{comma} {} {word} ", parts.len()),
                self.theme.faint,
            ));
            if node.key.is_none() {
                self.scalar(node.value, &mut pieces);
            }
            let line = self.cut(node.depth, &pieces);
            self.rows.push(Row::toggle(line, name));
            return;
        }
        if node.depth > 0 {
            pieces.insert(0, ("▼ ".to_owned(), self.theme.key));
        }
        pieces.push((opening.to_owned(), self.theme.faint));
        let line = self.cut(node.depth, &pieces);
        let act = Some(Act::Toggle(
            if node.depth > 0 { name } else { parent }.to_owned(),
        ));
        self.rows.push(Row {
            line,
            act,
            object: None,
        });
        let count = parts.len();
        let (parts, empty) = self.without_empty(parts, name);
        let last = parts.len() + usize::from(!empty.is_empty());
        for (rank, (key, value)) in parts.into_iter().take(PARTS).enumerate() {
            let part = Node {
                key,
                value,
                depth: node.depth + 1,
                last: rank + 1 == last,
            };
            let under = match key {
                Some(key) => format!("{name}/{key}"),
                None => format!("{name}/{rank}"),
            };
            self.node(&part, &under, name);
        }
        if !empty.is_empty() {
            let words = format!("▶ … et {} champs vides\u{a0}: ", empty.len());
            let names = empty.join(", ");
            let pieces = [(words, self.theme.key), (names, self.theme.faint)];
            let line = self.cut(node.depth + 1, &pieces);
            self.rows.push(Row::toggle(line, empty_name(name)));
        }
        if count > PARTS {
            let words = format!("… et {} {word} de plus", count - PARTS);
            self.line(node.depth + 1, &[(words, self.theme.faint)], name);
        }
        let end = format!("{closing}{comma}");
        self.line(node.depth, &[(end, self.theme.faint)], name);
    }

    /// The fields that say something, and the names of the others: docker sends many that are empty,
    /// and they hide the rest.
    fn without_empty<'v>(
        &self,
        parts: Vec<(Option<&'v str>, &'v Value)>,
        name: &str,
    ) -> (Vec<(Option<&'v str>, &'v Value)>, Vec<&'v str>) {
        let empty: Vec<&str> = parts
            .iter()
            .filter(|(_, value)| is_empty(value, self.zeros))
            .filter_map(|(key, _)| *key)
            .collect();
        if empty.len() < EMPTY || self.turned.contains(&empty_name(name)) {
            return (parts, Vec::new());
        }
        let kept = parts
            .into_iter()
            .filter(|(_, value)| !is_empty(value, self.zeros));
        (kept.collect(), empty)
    }

    fn key(&self, node: &Node<'_>) -> Vec<Piece> {
        let Some(key) = node.key else {
            return Vec::new();
        };
        let key = Value::from(key).to_string();
        vec![(key, self.theme.key), (": ".to_owned(), self.theme.faint)]
    }

    /// A value on one line.
    fn scalar(&self, value: &Value, pieces: &mut Vec<Piece>) {
        let theme = self.theme;
        let mark = |text: &str| (text.to_owned(), theme.faint);
        match value {
            Value::String(text) if text == MASK => {
                pieces.push((value.to_string(), theme.good));
                pieces.push((" (masqué)".to_owned(), theme.changed));
            }
            Value::String(_) => pieces.push((value.to_string(), theme.good)),
            Value::Array(items) => {
                pieces.push(mark("["));
                for (rank, item) in items.iter().take(PARTS).enumerate() {
                    if rank > 0 {
                        pieces.push(mark(", "));
                    }
                    self.scalar(item, pieces);
                }
                pieces.push(mark("]"));
            }
            Value::Object(fields) => {
                pieces.push(mark("{"));
                for (rank, (key, item)) in fields.iter().take(PARTS).enumerate() {
                    if rank > 0 {
                        pieces.push(mark(", "));
                    }
                    pieces.push((Value::from(key.as_str()).to_string(), theme.key));
                    pieces.push(mark(": "));
                    self.scalar(item, pieces);
                }
                pieces.push(mark("}"));
            }
            other => pieces.push((other.to_string(), theme.changed)),
        }
    }

    /// Writes a document on one line, whatever its length; Enter shows it whole.
    pub(super) fn one_line(&mut self, value: &Value, name: &str, parent: &str) {
        let mut pieces = Vec::new();
        self.scalar(value, &mut pieces);
        self.long(0, &pieces, name, parent);
    }

    /// A line that may be too long: then it is cut, and Enter shows it whole.
    pub(super) fn long(&mut self, depth: usize, pieces: &[Piece], name: &str, parent: &str) {
        let columns = self.margin(depth);
        let size: usize = pieces
            .iter()
            .map(|(text, style)| line_width(&Line::styled(text.as_str(), *style)))
            .sum();
        if columns + size <= self.width {
            self.line(depth, pieces, parent);
        } else if self.turned.contains(name) {
            let margin = Line::raw(" ".repeat(columns));
            for line in wrap(pieces, self.width, &margin, &margin) {
                self.rows.push(Row::toggle(line, name));
            }
        } else {
            let line = self.cut(depth, pieces);
            self.rows.push(Row::toggle(line, name));
        }
    }

    fn line(&mut self, depth: usize, pieces: &[Piece], parent: &str) {
        let line = self.cut(depth, pieces);
        self.rows.push(Row::toggle(line, parent));
    }

    fn margin(&self, depth: usize) -> usize {
        self.indent + depth * 2
    }

    fn cut(&self, depth: usize, pieces: &[Piece]) -> Line<'static> {
        cut(self.margin(depth), pieces, self.width, self.theme.key)
    }
}

/// Pieces on one line of this width, `…` at its end when something is lost.
pub(super) fn cut(margin: usize, pieces: &[Piece], width: usize, more: Style) -> Line<'static> {
    let mut line = Line::raw(" ".repeat(margin.min(width)));
    for (text, style) in pieces {
        let left = width.saturating_sub(line_width(&line));
        let span = Span::styled(text.clone(), *style);
        if span.width() <= left {
            line.push_span(span);
            continue;
        }
        let kept = crate::tui::widgets::wrap::truncate(text, left);
        let kept = kept.strip_suffix('…').unwrap_or(&kept).to_owned();
        line.push_span(Span::styled(kept, *style));
        if left > 0 {
            line.push_span(Span::styled("…", more));
        }
        break;
    }
    line
}

/// The name of what opens the empty fields of an object.
fn empty_name(name: &str) -> String {
    format!("{name} vides")
}

fn is_empty(value: &Value, zeros: bool) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(set) => zeros && !set,
        Value::String(text) => text.is_empty(),
        Value::Number(number) => zeros && number.as_f64() == Some(0.0),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

fn parts(value: &Value) -> Vec<(Option<&str>, &Value)> {
    match value {
        Value::Array(items) => items.iter().map(|it| (None, it)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(key, it)| (Some(key.as_str()), it))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether it reads better on one line: few plain values.
fn is_short(value: &Value) -> bool {
    let parts = parts(value);
    let plain = parts
        .iter()
        .all(|(_, it)| !it.is_object() && !it.is_array());
    plain && parts.len() <= INLINE && value.to_string().len() <= INLINE_WIDTH
}

/// The lines that it takes when everything is open, as far as it matters.
fn lines(value: &Value) -> usize {
    if is_short(value) {
        return 1;
    }
    let mut count = 2;
    for (_, part) in parts(value) {
        count += lines(part);
        if count > LINES {
            break;
        }
    }
    count
}
