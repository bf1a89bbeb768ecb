//! Words looked for in all that the terminal keeps, and all of it as text.

use std::ops::Range;

use super::Terminal;
use crate::terminal::CellPosition;
use crate::text::find::{Laid, Stretch};

/// What was looked for last.
pub(super) struct Search {
    /// The parts found and their ranks among the matches, in the order of reading.
    found: Vec<(Stretch, usize)>,
    /// The rank of the one that is shown.
    at: usize,
    /// The numbering of lines that these are in.
    generation: u64,
    /// The first line that was shown when the search began; `None` when it was the last ones.
    from: Option<u64>,
}

impl Terminal {
    /// Looks for these words, without case nor accents, in all that is kept, and shows the match of
    /// this rank; without a rank, the last one above the bottom of what was shown when the search
    /// began. Gives the rank shown and how many matches there are; none leaves what is shown.
    pub fn find(&mut self, words: &str, rank: Option<usize>) -> (usize, usize) {
        let from = match &self.search {
            Some(search) => search.from,
            None => (self.scrolled() > 0).then(|| self.display.top_line()),
        };
        let matches = self.laid().find(words);
        let rows = u64::from(self.screen().size().0);
        let kept = self.display.lines_kept();
        let bottom = from.map_or(kept.end, |top| top + rows);
        let line = |found: &Vec<Stretch>| found.first().map_or(0, |it| it.line);
        let last = matches.len().saturating_sub(1);
        let at = rank.map_or_else(
            || {
                matches
                    .iter()
                    .rposition(|it| line(it) < bottom)
                    .unwrap_or(0)
            },
            |rank| rank.min(last),
        );
        match matches.get(at).map(line) {
            Some(line) => self.show_line(line),
            None => self.show_from(from),
        }
        let count = matches.len();
        let ranked = matches.into_iter().enumerate();
        self.search = Some(Search {
            found: ranked
                .flat_map(|(rank, found)| found.into_iter().map(move |it| (it, rank)))
                .collect(),
            at,
            generation: self.display.generation(),
            from,
        });
        (at, count)
    }

    /// Ends the search; `back` shows what was shown when it began.
    pub fn end_search(&mut self, back: bool) {
        if let Some(search) = self.search.take()
            && back
        {
            self.show_from(search.from);
        }
    }

    /// Whether a cell of what is shown is part of a match, and then whether it is the one shown.
    pub fn is_found(&self, cell: CellPosition) -> Option<bool> {
        let search = self.search.as_ref()?;
        if search.generation != self.display.generation() {
            return None;
        }
        let line = self.display.top_line() + u64::from(cell.row);
        let first = search.found.partition_point(|(it, _)| it.line < line);
        search.found[first..]
            .iter()
            .take_while(|(it, _)| it.line == line)
            .find(|(it, _)| it.columns.contains(&usize::from(cell.col)))
            .map(|(_, rank)| *rank == search.at)
    }

    /// All that is kept, as text: lines that the screen wrapped are one.
    pub fn whole_text(&mut self) -> String {
        let mut text = String::new();
        for (_, line, wrapped) in self.lines() {
            if wrapped {
                text.push_str(&line);
            } else {
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text.truncate(text.trim_end().len());
        text
    }

    /// The lines that are kept: number, text, and whether each goes on in the next one.
    fn lines(&mut self) -> Vec<(u64, String, bool)> {
        let (_, width) = self.screen().size();
        let Range { start, end } = self.display.lines_kept();
        (start..end)
            .filter_map(|number| {
                let (text, wrapped) = self.display.line(number, 0, width)?;
                Some((number, text, wrapped))
            })
            .collect()
    }

    fn laid(&mut self) -> Laid {
        let mut laid = Laid::default();
        for (number, text, wrapped) in self.lines() {
            laid.add(number, 0, &text);
            if !wrapped {
                laid.cut();
            }
        }
        laid
    }

    fn show_from(&mut self, top: Option<u64>) {
        match top {
            Some(top) => self.display.scroll_to_line(top),
            None => {
                self.scroll_to_end();
            }
        }
    }

    /// Shows a line, in the middle when it is not in sight.
    fn show_line(&mut self, line: u64) {
        let rows = u64::from(self.screen().size().0);
        let top = self.display.top_line();
        if !(top..top + rows).contains(&line) {
            self.display.scroll_to_line(line.saturating_sub(rows / 2));
        }
    }
}
