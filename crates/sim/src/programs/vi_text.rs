//! The text that `vi` edits.

use unicode_width::UnicodeWidthChar;

/// The text being edited, and where the cursor is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) lines: Vec<Vec<char>>,
    pub(super) row: usize,
    pub(super) col: usize,
}

pub(super) fn lines_of(content: &str) -> Vec<Vec<char>> {
    let lines: Vec<Vec<char>> = content.lines().map(|line| line.chars().collect()).collect();
    if lines.is_empty() {
        vec![Vec::new()]
    } else {
        lines
    }
}

pub(super) fn width(c: char, at: usize) -> usize {
    if c == '\t' {
        8 - at % 8
    } else {
        c.width().unwrap_or(1)
    }
}

impl Text {
    pub(super) fn line(&mut self) -> &mut Vec<char> {
        if self.lines.is_empty() {
            self.lines.push(Vec::new());
        }
        self.row = self.row.min(self.lines.len() - 1);
        &mut self.lines[self.row]
    }

    /// Keeps the cursor on the text; after the last character only while inserting.
    pub(super) fn clamp(&mut self, inserting: bool) {
        let length = self.line().len();
        self.col = self.col.min(if inserting {
            length
        } else {
            length.saturating_sub(1)
        });
    }

    pub(super) fn insert(&mut self, c: char) {
        let col = self.col;
        self.line().insert(col, c);
        self.col += 1;
    }

    pub(super) fn split(&mut self) {
        let col = self.col;
        let rest = self.line().split_off(col);
        self.lines.insert(self.row + 1, rest);
        self.row += 1;
        self.col = 0;
    }

    pub(super) fn backspace(&mut self) {
        if self.col > 0 {
            self.col -= 1;
            let col = self.col;
            self.line().remove(col);
        } else if self.row > 0 {
            let rest = self.lines.remove(self.row);
            self.row -= 1;
            self.col = self.lines[self.row].len();
            self.lines[self.row].extend(rest);
        }
    }

    /// Where the next word begins.
    pub(super) fn word_forward(&mut self) {
        let line = &self.lines[self.row];
        let class = |c: char| {
            if c.is_whitespace() {
                0
            } else if c.is_alphanumeric() || c == '_' {
                1
            } else {
                2
            }
        };
        let mut at = self.col;
        let start = line.get(at).map_or(0, |c| class(*c));
        while at < line.len() && class(line[at]) == start && start != 0 {
            at += 1;
        }
        while at < line.len() && class(line[at]) == 0 {
            at += 1;
        }
        if at >= line.len() && self.row + 1 < self.lines.len() {
            self.row += 1;
            self.col = 0;
        } else {
            self.col = at;
        }
    }

    pub(super) fn word_back(&mut self) {
        if self.col == 0 && self.row > 0 {
            self.row -= 1;
            self.col = self.lines[self.row].len();
        }
        let line = &self.lines[self.row];
        let mut at = self.col.min(line.len());
        while at > 0 && line[at - 1].is_whitespace() {
            at -= 1;
        }
        while at > 0 && !line[at - 1].is_whitespace() {
            at -= 1;
        }
        self.col = at;
    }
}
