//! Words found in a text that is laid out on lines, without case nor accents.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::{fold, fold_into};

/// A part of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// The line, as it was numbered.
    pub line: u64,
    /// Its columns, in cells.
    pub columns: Range<usize>,
}

/// A text as searches see it, and where its characters are.
#[derive(Debug, Default)]
pub struct Laid {
    folded: String,
    pieces: Vec<Piece>,
}

/// What a line holds.
#[derive(Debug)]
struct Piece {
    /// Where it begins in the folded text, in bytes.
    start: usize,
    line: u64,
    column: usize,
    text: String,
}

impl Laid {
    /// Adds what a line holds from this column on: it goes on with what was added before.
    pub fn add(&mut self, line: u64, column: usize, text: &str) {
        self.pieces.push(Piece {
            start: self.folded.len(),
            line,
            column,
            text: text.to_owned(),
        });
        for character in text.chars() {
            fold_into(&mut self.folded, character);
        }
    }

    /// What comes next is another word of the same paragraph.
    pub fn space(&mut self) {
        self.folded.push(' ');
    }

    /// What comes next has nothing to do with what was added before.
    pub fn cut(&mut self) {
        self.folded.push('\n');
    }

    /// Where these words are, in the order of reading: words that go over the end of a line have a
    /// stretch in each. Blanks alone are nowhere.
    pub fn find(&self, words: &str) -> Vec<Vec<Stretch>> {
        let wanted = fold(words);
        if wanted.trim().is_empty() {
            return Vec::new();
        }
        self.folded
            .match_indices(&wanted)
            .map(|(at, _)| self.stretches(&(at..at + wanted.len())))
            .collect()
    }

    /// The stretches of a part of the folded text.
    fn stretches(&self, part: &Range<usize>) -> Vec<Stretch> {
        let after = self.pieces.partition_point(|it| it.start <= part.start);
        self.pieces[after.saturating_sub(1)..]
            .iter()
            .take_while(|piece| piece.start < part.end)
            .filter_map(|piece| piece.stretch(part))
            .collect()
    }
}

impl Piece {
    fn stretch(&self, part: &Range<usize>) -> Option<Stretch> {
        let (mut at, mut column) = (self.start, self.column);
        let mut columns: Option<Range<usize>> = None;
        let mut folded = String::new();
        for character in self.text.chars() {
            folded.clear();
            fold_into(&mut folded, character);
            let (from, next) = (column, column + character.width().unwrap_or(0));
            if at < part.end && at + folded.len() > part.start {
                columns = Some(columns.map_or(from, |it| it.start)..next);
            }
            at += folded.len();
            column = next;
        }
        columns.map(|columns| Stretch {
            line: self.line,
            columns,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u64, columns: Range<usize>) -> Stretch {
        Stretch { line, columns }
    }

    #[test]
    fn words_are_found_without_case_nor_accents() {
        let mut text = Laid::default();
        text.add(4, 2, "Le réseau\u{a0}: l’ŒUVRE d’e\u{301}te\u{301}.");
        assert_eq!(text.find("RESEAU :"), [vec![at(4, 5..13)]]);
        assert_eq!(text.find("l'oeuvre"), [vec![at(4, 14..21)]]);
        assert_eq!(text.find("été"), [vec![at(4, 24..27)]]);
        assert_eq!(text.find("e").len(), 7);
        for nothing in ["", "  ", "réseaux"] {
            assert!(text.find(nothing).is_empty(), "{nothing}");
        }
    }

    #[test]
    fn words_over_the_end_of_a_line_are_found_and_not_those_of_two_texts() {
        let mut text = Laid::default();
        text.add(0, 0, "un conte");
        text.add(1, 0, "neur");
        text.space();
        text.add(2, 4, "漢字 arrêté");
        text.cut();
        text.add(3, 0, "net");
        assert_eq!(text.find("conteneur"), [vec![at(0, 3..8), at(1, 0..4)]]);
        assert_eq!(text.find("neur 漢"), [vec![at(1, 0..4), at(2, 4..6)]]);
        assert_eq!(text.find("arrete"), [vec![at(2, 9..15)]]);
        assert_eq!(text.find("ne").len(), 2);
        assert!(text.find("arrete net").is_empty());
    }
}
