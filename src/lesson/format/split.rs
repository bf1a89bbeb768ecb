//! A lesson file cut into its pieces, each with where it begins: what `CommonMark` says, before any
//! block is read.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::lesson::Position;
use crate::lesson::fault::Problem;

/// The blocks that mean something to a lesson.
pub(crate) const BLOCKS: &[&str] = &[
    "commande",
    "exercice",
    "prediction",
    "observation",
    "quiz",
    "idee-recue",
    "fichier",
    "schema",
    "bilan",
];

/// Languages that a lesson may show as they are.
pub(crate) const LANGUAGES: &[&str] = &[
    "console",
    "texte",
    "sh",
    "dockerfile",
    "json",
    "yaml",
    "toml",
    "html",
    "python",
];

/// A piece of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    /// A `##` title.
    Title(String),
    /// Markdown, as written.
    Prose(&'a str),
    /// `<!-- note: … -->`.
    Note(&'a str),
    /// A fenced block of ours.
    Fence(Fence<'a>),
}

/// A fenced block of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence<'a> {
    /// `commande`, `exercice`…
    pub(crate) word: &'a str,
    /// What follows the word on the same line.
    pub(crate) rest: &'a str,
    /// What is between the fences.
    pub(crate) text: &'a str,
    /// Where `text` begins in the file.
    pub(crate) text_at: Position,
}

/// A piece and where it begins.
pub(crate) type Placed<'a> = (Position, Piece<'a>);

/// The front matter's YAML, if any, where it begins, and the rest of the file.
pub(crate) struct Parts<'a> {
    /// Between the two `---`.
    pub(crate) head: &'a str,
    /// Byte where the rest begins.
    pub(crate) body_at: usize,
}

/// Cuts the front matter off.
pub(crate) fn front_matter(text: &str) -> Result<Parts<'_>, (Position, Problem)> {
    let start = Position { line: 1, column: 1 };
    let Some(after) = text.strip_prefix("---\n") else {
        return Err((
            start,
            Problem::Invalid(
                "une leçon commence par un en-tête entre deux lignes « --- » (format, titre, duree…)"
                    .into(),
            ),
        ));
    };
    let mut at = 4;
    for line in after.split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Ok(Parts {
                head: &text[4..at],
                body_at: at + line.len(),
            });
        }
        at += line.len();
    }
    Err((
        start,
        Problem::Unterminated {
            what: "l’en-tête",
            how: "ajoutez une ligne « --- » après sa dernière clé",
        },
    ))
}

/// Cuts the body into pieces. Goes on after a fault, so that one run reports them all.
pub(crate) fn pieces(text: &str, body_at: usize) -> (Vec<Placed<'_>>, Vec<(Position, Problem)>) {
    let mut cutter = Cutter {
        text,
        lines: line_starts(text),
        out: Vec::new(),
        faults: Vec::new(),
        prose: None,
    };
    let options = Options::ENABLE_TABLES;
    let mut depth = 0_usize;
    let mut title: Option<(usize, String)> = None;
    for (event, range) in Parser::new_ext(&text[body_at..], options).into_offset_iter() {
        let range = range.start + body_at..range.end + body_at;
        match event {
            Event::Start(tag) => {
                if let Tag::CodeBlock(CodeBlockKind::Fenced(info)) = &tag {
                    cutter.fence(info, range, depth);
                } else if depth == 0 {
                    match tag {
                        Tag::Heading {
                            level: HeadingLevel::H2,
                            ..
                        } => {
                            cutter.flush();
                            title = Some((range.start, String::new()));
                        }
                        Tag::HtmlBlock => cutter.comment(range),
                        _ => cutter.extend(range),
                    }
                }
                depth += 1;
            }
            Event::End(end) => {
                depth -= 1;
                if end == TagEnd::Heading(HeadingLevel::H2)
                    && let Some((at, words)) = title.take()
                {
                    cutter.push(at, Piece::Title(words));
                }
            }
            Event::Text(words) | Event::Code(words) => {
                if let Some((_, title)) = &mut title {
                    title.push_str(&words);
                }
            }
            _ if depth == 0 => cutter.extend(range),
            _ => {}
        }
    }
    cutter.flush();
    (cutter.out, cutter.faults)
}

struct Cutter<'a> {
    text: &'a str,
    lines: Vec<usize>,
    out: Vec<Placed<'a>>,
    faults: Vec<(Position, Problem)>,
    prose: Option<Range<usize>>,
}

impl<'a> Cutter<'a> {
    fn at(&self, byte: usize) -> Position {
        position(self.text, &self.lines, byte)
    }

    fn push(&mut self, byte: usize, piece: Piece<'a>) {
        let at = self.at(byte);
        self.out.push((at, piece));
    }

    fn extend(&mut self, range: Range<usize>) {
        match &mut self.prose {
            Some(prose) => prose.end = prose.end.max(range.end),
            None => self.prose = Some(range),
        }
    }

    fn flush(&mut self) {
        if let Some(range) = self.prose.take() {
            let words = self.text[range.clone()].trim_end();
            if !words.trim().is_empty() {
                self.push(range.start, Piece::Prose(words));
            }
        }
    }

    fn fault(&mut self, byte: usize, problem: Problem) {
        let at = self.at(byte);
        self.faults.push((at, problem));
    }

    fn comment(&mut self, range: Range<usize>) {
        let source = self.text[range.clone()].trim();
        let Some(inside) = source.strip_prefix("<!--") else {
            self.fault(
                range.start,
                Problem::Invalid(
                    "pas de HTML dans une leçon (seulement « <!-- note: … --> »)".into(),
                ),
            );
            return;
        };
        let Some(inside) = inside.strip_suffix("-->") else {
            self.fault(
                range.start,
                Problem::Unterminated {
                    what: "le commentaire",
                    how: "terminez-le par « --> », suivi d’une ligne vide",
                },
            );
            return;
        };
        // Other comments are the writer's own and are shown to nobody.
        if let Some(note) = inside.trim().strip_prefix("note:") {
            self.flush();
            self.push(range.start, Piece::Note(note.trim()));
        }
    }

    fn fence(&mut self, info: &str, range: Range<usize>, depth: usize) {
        let source = &self.text[range.clone()];
        let (opening, text) = source.split_once('\n').unwrap_or((source, ""));
        let mark: String = opening
            .chars()
            .take_while(|it| matches!(it, '`' | '~'))
            .collect();
        let closing = text.trim_end().rsplit('\n').next().unwrap_or("");
        let closed = !mark.is_empty()
            && closing.trim_start().starts_with(&mark)
            && closing.trim().chars().all(|it| mark.starts_with(it));
        if !closed {
            self.fault(
                range.start,
                Problem::Unterminated {
                    what: "le bloc",
                    how: "ajoutez une ligne « ``` » après sa dernière ligne",
                },
            );
            return;
        }
        let word = info.split_whitespace().next().unwrap_or("");
        let ours = BLOCKS.contains(&word);
        if !ours && !word.is_empty() && !LANGUAGES.contains(&word) {
            let expected = BLOCKS
                .iter()
                .chain(LANGUAGES)
                .map(|&it| it.to_owned())
                .collect();
            self.fault(
                range.start + mark.len(),
                Problem::UnknownBlock {
                    word: word.to_owned(),
                    expected,
                },
            );
        } else if ours && depth > 0 {
            self.fault(
                range.start,
                Problem::Invalid(format!(
                    "un bloc « {word} » se met au début d’une ligne, hors de toute liste ou citation"
                )),
            );
        } else if !ours {
            if depth == 0 {
                self.extend(range);
            }
        } else {
            self.flush();
            let start = range.start + opening.len() + 1;
            let end = start + text.trim_end().len() - closing.len();
            let line = &self.text[range.start + mark.len()..start - 1];
            let line = line.trim();
            let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let fence = Fence {
                word,
                rest: rest.trim(),
                text: &self.text[start..end],
                text_at: self.at(start),
            };
            self.push(range.start, Piece::Fence(fence));
        }
    }
}

/// The byte where each line begins.
pub(crate) fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect()
}

/// The line and column of a byte.
pub(crate) fn position(text: &str, lines: &[usize], byte: usize) -> Position {
    let line = lines.partition_point(|&start| start <= byte);
    let start = lines.get(line - 1).copied().unwrap_or(0);
    Position {
        line,
        column: text[start..byte].chars().count() + 1,
    }
}
