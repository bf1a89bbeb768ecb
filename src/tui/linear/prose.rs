//! Markdown as sentences: a line per paragraph or item; a table tells each row under its titles.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

/// The lines of a text.
pub(super) fn lines(source: &str) -> Vec<String> {
    let mut reader = Reader::default();
    for event in Parser::new_ext(
        source,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    ) {
        reader.event(&event);
    }
    reader.flush();
    reader.lines
}

/// A text of one paragraph, or several one after the other.
pub(super) fn line(source: &str) -> String {
    lines(source).join(" ")
}

#[derive(Default)]
struct Reader {
    lines: Vec<String>,
    text: String,
    /// The number of the next item of each open list; `None` for bullets.
    lists: Vec<Option<u64>>,
    bullet: String,
    code: bool,
    titles: Vec<String>,
    cells: Vec<String>,
}

impl Reader {
    fn event(&mut self, event: &Event<'_>) {
        match event {
            Event::Text(text) | Event::Code(text) => self.text.push_str(text),
            Event::SoftBreak => self.text.push(' '),
            Event::Start(Tag::List(first)) => {
                self.flush();
                self.lists.push(*first);
            }
            Event::End(TagEnd::List(_)) => {
                self.lists.pop();
            }
            Event::Start(Tag::Item) => {
                self.flush();
                self.bullet = match self.lists.last_mut() {
                    Some(Some(number)) => {
                        *number += 1;
                        format!("{}. ", *number - 1)
                    }
                    _ => "- ".to_owned(),
                };
            }
            Event::Start(Tag::CodeBlock(_)) => {
                self.flush();
                self.code = true;
            }
            Event::End(TagEnd::CodeBlock) => {
                let text = std::mem::take(&mut self.text);
                self.lines.extend(text.lines().map(str::to_owned));
                self.code = false;
            }
            Event::Start(Tag::Table(_)) => self.titles.clear(),
            Event::End(TagEnd::TableCell) => self.cells.push(std::mem::take(&mut self.text)),
            Event::End(TagEnd::TableHead) => self.titles = std::mem::take(&mut self.cells),
            Event::End(TagEnd::TableRow) => self.row(),
            Event::HardBreak
            | Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::BlockQuote(_),
            ) => self.flush(),
            _ => {}
        }
    }

    fn row(&mut self) {
        let cells = std::mem::take(&mut self.cells);
        let mut told = Vec::new();
        for (index, cell) in cells.into_iter().enumerate() {
            match self.titles.get(index).filter(|it| !it.is_empty()) {
                Some(title) if !cell.is_empty() => told.push(format!("{title}\u{a0}: {cell}")),
                _ if !cell.is_empty() => told.push(cell),
                _ => {}
            }
        }
        self.lines.push(format!("- {}.", told.join(", ")));
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if !text.is_empty() {
            let bullet = std::mem::take(&mut self.bullet);
            self.lines.push(format!("{bullet}{text}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_go_and_the_structure_is_said() {
        let source = "Une **image** est\nun `moule`.\n\n1. un\n2. *deux*\n\n- trois\n\n```\nls  -l\npwd\n```\n";
        assert_eq!(
            lines(source),
            [
                "Une image est un moule.",
                "1. un",
                "2. deux",
                "- trois",
                "ls  -l",
                "pwd"
            ]
        );
    }

    #[test]
    fn a_table_tells_each_row_under_its_titles() {
        let source = "| Option | Effet |\n|---|---|\n| `-d` | détache |\n| `--rm` | |\n";
        assert_eq!(
            lines(source),
            [
                "- Option\u{a0}: -d, Effet\u{a0}: détache.",
                "- Option\u{a0}: --rm."
            ]
        );
    }
}
