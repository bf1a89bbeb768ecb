//! Cuts a line into words as a shell does, keeping where each of them stands. Unlike a shell, it
//! takes a line that is not finished: an open quote ends with the line.

use std::ops::Range;

/// A word, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// What the program will be given.
    pub(super) text: String,
    /// Where it stands in the line, quotes included.
    pub(super) span: Range<usize>,
    /// Where each byte of the text comes from.
    from: Vec<usize>,
    /// Whether its quotes are closed.
    pub(super) closed: bool,
}

impl Word {
    /// Where a part of the text stands in the line.
    pub(super) fn span_of(&self, part: Range<usize>) -> Range<usize> {
        let start = self.from.get(part.start).copied();
        let end = if part.end >= self.text.len() {
            self.span.end
        } else {
            self.from[part.end]
        };
        let start = if part.start == 0 {
            self.span.start
        } else {
            start.unwrap_or(self.span.end)
        };
        start..end.max(start)
    }
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word.
    Word(Word),
    /// What ends a command: `|`, `;`, `&&`…
    Separator(&'static str, Range<usize>),
    /// What sends a stream elsewhere; the next word says where.
    Redirection(&'static str, Range<usize>),
}

/// Longest first.
const SEPARATORS: &[&str] = &["&&", "||", "|", ";", "&", "\n"];
const REDIRECTIONS: &[&str] = &[
    "2>>", "2>&1", "2>", ">>", ">&2", "&>", ">", "<<<", "<<", "<",
];

/// The words and operators of a line.
pub(super) fn tokens(line: &str) -> Vec<Token> {
    let mut cutter = Cutter {
        line,
        at: 0,
        word: None,
        tokens: Vec::new(),
    };
    while cutter.step() {}
    cutter.end_word();
    cutter.tokens
}

/// A backslash that ends a line.
const CONTINUATION: &str = "\\\n";

struct Cutter<'a> {
    line: &'a str,
    at: usize,
    word: Option<Word>,
    tokens: Vec<Token>,
}

impl Cutter<'_> {
    fn rest(&self) -> &str {
        &self.line[self.at..]
    }

    fn step(&mut self) -> bool {
        let Some(letter) = self.rest().chars().next() else {
            return false;
        };
        let operator = |table: &'static [&'static str], rest: &str| {
            table.iter().copied().find(|it| rest.starts_with(it))
        };
        let redirection = operator(REDIRECTIONS, self.rest())
            .filter(|it| self.word.is_none() || !it.starts_with('2'));
        if let Some(sign) = redirection {
            self.end_word();
            let span = self.at..self.at + sign.len();
            self.tokens.push(Token::Redirection(sign, span));
            self.at += sign.len();
            return true;
        }
        if let Some(sign) = operator(SEPARATORS, self.rest()) {
            self.end_word();
            let span = self.at..self.at + sign.len();
            self.tokens.push(Token::Separator(sign, span));
            self.at += sign.len();
            return true;
        }
        match letter {
            '#' if self.word.is_none() => return false,
            blank if blank.is_whitespace() => {
                self.end_word();
                self.at += blank.len_utf8();
            }
            '\'' => self.quoted('\''),
            '"' => self.quoted('"'),
            '\\' if self.goes_on() => self.at += CONTINUATION.len(),
            '\\' => {
                self.open_word();
                self.at += 1;
                match self.rest().chars().next() {
                    Some(_) => self.take(),
                    None => self.open_ended(),
                }
            }
            '$' if self.rest().starts_with("$(") => self.substitution(),
            _ => self.take(),
        }
        true
    }

    /// Whether the line goes on in the next one: that is no letter of a word, and ends none.
    fn goes_on(&self) -> bool {
        self.rest().starts_with(CONTINUATION)
    }

    /// Takes one letter as it is.
    fn take(&mut self) {
        let at = self.at;
        if let Some(letter) = self.rest().chars().next() {
            let word = self.open_word();
            word.text.push(letter);
            word.from.extend(at..at + letter.len_utf8());
            self.at += letter.len_utf8();
        }
    }

    fn quoted(&mut self, quote: char) {
        self.open_word();
        self.at += 1;
        loop {
            match self.rest().chars().next() {
                None => return self.open_ended(),
                Some(letter) if letter == quote => {
                    self.at += 1;
                    return;
                }
                Some('\\') if quote == '"' && self.goes_on() => self.at += CONTINUATION.len(),
                Some('\\') if quote == '"' => {
                    let escaped = self.rest()[1..].chars().next();
                    if matches!(escaped, Some('"' | '\\' | '$' | '`')) {
                        self.at += 1;
                    }
                    self.take();
                }
                Some(_) => self.take(),
            }
        }
    }

    /// `$(…)`, kept as it is.
    fn substitution(&mut self) {
        let mut depth = 0;
        while let Some(letter) = self.rest().chars().next() {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            self.take();
            if letter == ')' && depth == 0 {
                return;
            }
        }
        self.open_ended();
    }

    fn open_word(&mut self) -> &mut Word {
        let at = self.at;
        self.word.get_or_insert_with(|| Word {
            text: String::new(),
            span: at..at,
            from: Vec::new(),
            closed: true,
        })
    }

    fn open_ended(&mut self) {
        self.open_word().closed = false;
    }

    fn end_word(&mut self) {
        if let Some(mut word) = self.word.take() {
            word.span.end = self.at;
            self.tokens.push(Token::Word(word));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<(String, String)> {
        tokens(line)
            .into_iter()
            .map(|token| match token {
                Token::Word(word) => (word.text, line[word.span].to_owned()),
                Token::Separator(sign, span) | Token::Redirection(sign, span) => {
                    (sign.to_owned(), line[span].to_owned())
                }
            })
            .collect()
    }

    #[test]
    fn words_keep_their_place() {
        let line = r#"a 'b c'd "e \"f" $(g h) > é|i;#"#;
        let expected = [
            ("a", "a"),
            ("b cd", "'b c'd"),
            ("e \"f", r#""e \"f""#),
            ("$(g h)", "$(g h)"),
            (">", ">"),
            ("é", "é"),
            ("|", "|"),
            ("i", "i"),
            (";", ";"),
        ];
        let expected: Vec<_> = expected.map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        assert_eq!(words(line), expected);
    }

    #[test]
    fn a_part_of_a_quoted_word_is_found_again() {
        let line = "--env='A=b c'";
        let Some(Token::Word(word)) = tokens(line).into_iter().next() else {
            panic!("no word");
        };
        assert_eq!(word.text, "--env=A=b c");
        assert_eq!(&line[word.span_of(0..5)], "--env");
        assert_eq!(&line[word.span_of(6..11)], "A=b c'");
    }

    #[test]
    fn unfinished_lines_are_read() {
        for line in ["'a b", "\"a", "a\\", "$(a", "a 2>"] {
            assert!(!tokens(line).is_empty(), "{line}");
        }
        assert_eq!(tokens(""), []);
    }
}
