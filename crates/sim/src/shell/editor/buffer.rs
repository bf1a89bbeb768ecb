//! The line being edited: text, cursor, what was cut, and where it shows.

use unicode_width::UnicodeWidthChar;

/// A line and its cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Buffer {
    chars: Vec<char>,
    cursor: usize,
    cut: Vec<char>,
}

impl Buffer {
    pub(super) fn text(&self) -> String {
        self.chars.iter().collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.chars.is_empty()
    }

    pub(super) fn at_end(&self) -> bool {
        self.cursor == self.chars.len()
    }

    /// The text before the cursor.
    pub(super) fn before(&self) -> String {
        self.chars[..self.cursor].iter().collect()
    }

    /// Replaces the line, the cursor at its end.
    pub(super) fn set(&mut self, text: &str) {
        self.chars = text.chars().collect();
        self.cursor = self.chars.len();
    }

    pub(super) fn insert(&mut self, text: &str) {
        for c in text.chars() {
            self.chars.insert(self.cursor, c);
            self.cursor += 1;
        }
    }

    pub(super) fn left(&mut self) {
        self.cursor = self.cursor.saturating_sub(1);
    }

    pub(super) fn right(&mut self) {
        self.cursor = (self.cursor + 1).min(self.chars.len());
    }

    pub(super) fn home(&mut self) {
        self.cursor = 0;
    }

    pub(super) fn end(&mut self) {
        self.cursor = self.chars.len();
    }

    pub(super) fn word_left(&mut self) {
        self.cursor = self.word_start(|c| !c.is_alphanumeric());
    }

    pub(super) fn word_right(&mut self) {
        self.cursor = self.word_end();
    }

    /// Where the word before the cursor begins, for this idea of what separates words.
    fn word_start(&self, separates: impl Fn(char) -> bool) -> usize {
        let mut at = self.cursor;
        while at > 0 && separates(self.chars[at - 1]) {
            at -= 1;
        }
        while at > 0 && !separates(self.chars[at - 1]) {
            at -= 1;
        }
        at
    }

    fn word_end(&self) -> usize {
        let mut at = self.cursor;
        while at < self.chars.len() && !self.chars[at].is_alphanumeric() {
            at += 1;
        }
        while at < self.chars.len() && self.chars[at].is_alphanumeric() {
            at += 1;
        }
        at
    }

    pub(super) fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cursor -= 1;
            self.chars.remove(self.cursor);
        }
    }

    pub(super) fn delete(&mut self) {
        if self.cursor < self.chars.len() {
            self.chars.remove(self.cursor);
        }
    }

    fn cut_range(&mut self, from: usize, to: usize) {
        if from < to {
            self.cut = self.chars.drain(from..to).collect();
            self.cursor = from;
        }
    }

    /// Ctrl-K
    pub(super) fn cut_to_end(&mut self) {
        self.cut_range(self.cursor, self.chars.len());
    }

    /// Ctrl-U
    pub(super) fn cut_to_start(&mut self) {
        self.cut_range(0, self.cursor);
    }

    /// Ctrl-W
    pub(super) fn cut_word(&mut self) {
        self.cut_range(self.word_start(char::is_whitespace), self.cursor);
    }

    /// Alt-D
    pub(super) fn cut_word_right(&mut self) {
        self.cut_range(self.cursor, self.word_end());
    }

    /// Ctrl-Y
    pub(super) fn paste(&mut self) {
        let text: String = self.cut.iter().collect();
        self.insert(&text);
    }

    /// Ctrl-T
    pub(super) fn transpose(&mut self) {
        if self.cursor > 0 && self.chars.len() > 1 {
            let at = self.cursor.min(self.chars.len() - 1);
            self.chars.swap(at - 1, at);
            self.cursor = at + 1;
        }
    }

    /// Where the cursor and the end of the text show: rows and columns from the row where the
    /// prompt ends, on a terminal of `cols` columns.
    pub(super) fn layout(&self, prompt_width: usize, cols: usize) -> Layout {
        let mut place = Place {
            row: prompt_width / cols,
            col: prompt_width % cols,
        };
        let mut cursor = place;
        for (index, c) in self.chars.iter().enumerate() {
            let width = shown_width(*c);
            if place.col + width > cols {
                place = Place {
                    row: place.row + 1,
                    col: 0,
                };
            }
            if index == self.cursor {
                cursor = place;
            }
            place.col += width;
            if place.col >= cols {
                place = Place {
                    row: place.row + 1,
                    col: 0,
                };
            }
        }
        if self.at_end() {
            cursor = place;
        }
        Layout { cursor, end: place }
    }
}

/// A position on the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) row: usize,
    pub(super) col: usize,
}

/// Where things show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Layout {
    pub(super) cursor: Place,
    pub(super) end: Place,
}

/// Columns that a character takes.
pub(super) fn shown_width(c: char) -> usize {
    c.width().unwrap_or(0)
}

/// Columns that a prompt takes: escape sequences take none, only its last line counts.
pub(super) fn prompt_width(prompt: &str) -> usize {
    let last = prompt.rsplit('\n').next().unwrap_or(prompt);
    let mut width = 0;
    let mut chars = last.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\x1b' {
            width += shown_width(c);
            continue;
        }
        match chars.next() {
            Some('[') => while chars.next().is_some_and(|c| !c.is_ascii_alphabetic()) {},
            Some(']') => {
                while let Some(c) = chars.next() {
                    if c == '\x07' || c == '\x1b' && chars.next().is_some() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(text: &str) -> Buffer {
        let mut buffer = Buffer::default();
        buffer.set(text);
        buffer
    }

    #[test]
    fn edits() {
        let mut line = buffer("echo un deux");
        line.cut_word();
        assert_eq!(line.text(), "echo un ");
        line.home();
        line.paste();
        assert_eq!((line.text().as_str(), line.cursor), ("deuxecho un ", 4));
        line.cut_to_start();
        line.cut_to_end();
        assert_eq!(line.text(), "");
        line.insert("ab");
        line.left();
        line.backspace();
        assert_eq!(line.text(), "b");
        line.delete();
        assert!(line.is_empty());
        let mut line = buffer("un deux");
        line.word_left();
        assert_eq!(line.before(), "un ");
        line.home();
        line.word_right();
        assert_eq!(line.before(), "un");
    }

    #[test]
    fn wraps_wide_characters() {
        // 4 columns of prompt, 10 columns: six fit, a wide one does not split.
        let line = buffer("abcde漢x");
        assert_eq!(line.layout(4, 10).end, Place { row: 1, col: 3 });
        assert_eq!(buffer("abcdef").layout(4, 10).end, Place { row: 1, col: 0 });
        assert_eq!(buffer("é").layout(0, 10).cursor, Place { row: 0, col: 1 });
    }

    #[test]
    fn escapes_of_a_prompt_take_no_room() {
        assert_eq!(prompt_width("\x1b[1;32m/ #\x1b[0m "), 4);
        assert_eq!(prompt_width("deux\nlignes"), 6);
        assert_eq!(prompt_width("\x1b]0;titre\x07$ "), 2);
    }
}
