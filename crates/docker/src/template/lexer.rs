//! Cuts a template into tokens.

/// One token, and where it starts (bytes from the template's start).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text outside actions.
    Text(String),
    /// `{{`
    Open,
    /// `}}`
    Close,
    /// `.Name`
    Field(String),
    /// `.`
    Dot,
    /// `$`, `$name`
    Variable(String),
    /// A word: a function, `if`, `true`, …
    Word(String),
    /// A number, as written.
    Number(String),
    /// A quoted string, as written and as meant.
    Quoted(String, String),
    /// `'x'`
    Character(String, i64),
    /// `|`
    Pipe,
    /// `(`
    Left,
    /// `)`
    Right,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `,`
    Comma,
    /// Blanks inside an action.
    Space,
    /// The end.
    End,
}

const BLANKS: [char; 4] = [' ', '\t', '\r', '\n'];

/// Cuts a template; the error is Go's text after the line number.
pub(super) fn lex(text: &str) -> Result<Vec<Token>, (usize, String)> {
    let mut lexer = Lexer {
        text,
        at: 0,
        tokens: Vec::new(),
    };
    while lexer.at < text.len() {
        lexer.text()?;
    }
    lexer.push(Kind::End, text.len());
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn push(&mut self, kind: Kind, at: usize) {
        self.tokens.push(Token { kind, at });
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn text(&mut self) -> Result<(), (usize, String)> {
        let start = self.at;
        let end = self
            .rest()
            .find("{{")
            .map_or(self.text.len(), |it| start + it);
        let mut words = &self.text[start..end];
        let after = &self.text[(end + 2).min(self.text.len())..];
        let trims = after.starts_with('-') && after[1..].starts_with(BLANKS);
        if trims {
            words = words.trim_end_matches(BLANKS);
        }
        if !words.is_empty() {
            self.push(Kind::Text(words.to_owned()), start);
        }
        self.at = end;
        if end == self.text.len() {
            return Ok(());
        }
        self.at += 2 + usize::from(trims);
        if self.rest().trim_start_matches(BLANKS).starts_with("/*") {
            return self.comment(end);
        }
        self.push(Kind::Open, end);
        self.action(end)
    }

    fn comment(&mut self, open: usize) -> Result<(), (usize, String)> {
        let end = self
            .rest()
            .find("*/")
            .ok_or((open, "unclosed comment".to_owned()))?;
        self.at += end + 2;
        if self.rest().starts_with("}}") {
            self.at += 2;
            return Ok(());
        }
        let close = self.rest().trim_start_matches(BLANKS);
        if let Some(after) = close.strip_prefix("-}}") {
            self.at = self.text.len() - after.trim_start_matches(BLANKS).len();
            return Ok(());
        }
        Err((open, "comment ends before closing delimiter".to_owned()))
    }

    fn action(&mut self, open: usize) -> Result<(), (usize, String)> {
        loop {
            let at = self.at;
            let rest = &self.text[at..];
            let Some(letter) = rest.chars().next() else {
                return Err((open, "unclosed action".to_owned()));
            };
            if rest.starts_with("}}") {
                self.at += 2;
                self.push(Kind::Close, at);
                return Ok(());
            }
            if letter == '-'
                && rest.starts_with("-}}")
                && self.tokens.last().is_some_and(|it| it.kind == Kind::Space)
            {
                self.at += 3;
                self.push(Kind::Close, at);
                let blanks = self.rest().len() - self.rest().trim_start_matches(BLANKS).len();
                self.at += blanks;
                return Ok(());
            }
            self.token(letter)?;
        }
    }

    fn token(&mut self, letter: char) -> Result<(), (usize, String)> {
        let at = self.at;
        let one = |kind| (kind, letter.len_utf8());
        let next = self.rest()[letter.len_utf8()..].chars().next();
        let (kind, length) = match letter {
            ' ' | '\t' | '\r' | '\n' => {
                let rest = self.rest();
                (
                    Kind::Space,
                    rest.len() - rest.trim_start_matches(BLANKS).len(),
                )
            }
            '|' => one(Kind::Pipe),
            '(' => one(Kind::Left),
            ')' => one(Kind::Right),
            ',' => one(Kind::Comma),
            ':' if next == Some('=') => (Kind::Declare, 2),
            ':' => return Err((at, "expected :=".to_owned())),
            '=' => one(Kind::Assign),
            '"' | '`' | '\'' => self.quoted(letter)?,
            '$' => {
                let name = word(&self.rest()[1..]);
                (Kind::Variable(format!("${name}")), 1 + name.len())
            }
            '.' if !next.is_some_and(|it| it.is_ascii_digit()) => {
                let name = word(&self.rest()[1..]);
                let length = 1 + name.len();
                (
                    if name.is_empty() {
                        Kind::Dot
                    } else {
                        Kind::Field(name.to_owned())
                    },
                    length,
                )
            }
            '+' | '-' | '.' | '0'..='9' => {
                let end = self.rest()[1..]
                    .find(|it: char| !(it.is_alphanumeric() || it == '.' || it == '_'))
                    .map_or(self.rest().len(), |it| it + 1);
                (Kind::Number(self.rest()[..end].to_owned()), end)
            }
            _ if letter.is_alphabetic() || letter == '_' => {
                let name = word(self.rest());
                (Kind::Word(name.to_owned()), name.len())
            }
            _ => {
                let code = u32::from(letter);
                let after_word = self.tokens.last().is_some_and(|it| {
                    matches!(it.kind, Kind::Field(_) | Kind::Variable(_) | Kind::Word(_))
                });
                let what = if after_word {
                    "bad character"
                } else {
                    "unrecognized character in action:"
                };
                return Err((at, format!("{what} U+{code:04X} '{letter}'")));
            }
        };
        self.at += length;
        self.push(kind, at);
        Ok(())
    }

    fn quoted(&self, quote: char) -> Result<(Kind, usize), (usize, String)> {
        let rest = self.rest();
        let unterminated = || {
            let what = match quote {
                '`' => "raw quoted string",
                '"' => "quoted string",
                _ => "character constant",
            };
            (self.at, format!("unterminated {what}"))
        };
        let mut escaped = false;
        let mut end = None;
        for (index, letter) in rest.char_indices().skip(1) {
            match letter {
                _ if escaped => escaped = false,
                '\\' if quote != '`' => escaped = true,
                '\n' if quote != '`' => return Err(unterminated()),
                _ if letter == quote => {
                    end = Some(index);
                    break;
                }
                _ => {}
            }
        }
        let end = end.ok_or_else(unterminated)?;
        let (written, inner) = (&rest[..=end], &rest[1..end]);
        let meant = if quote == '`' {
            inner.to_owned()
        } else {
            unescape(inner)
        };
        let kind = match (quote, meant.chars().next()) {
            ('\'', Some(letter)) => {
                Kind::Character(written.to_owned(), i64::from(u32::from(letter)))
            }
            _ => Kind::Quoted(written.to_owned(), meant),
        };
        Ok((kind, end + 1))
    }
}

fn word(text: &str) -> &str {
    let end = text
        .find(|it: char| !(it.is_alphanumeric() || it == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

/// The meaning of a quoted string's inside.
fn unescape(text: &str) -> String {
    let mut meant = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            meant.push(letter);
            continue;
        }
        let escape = letters.next().unwrap_or('\\');
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code: String = letters.by_ref().take(digits).collect();
        match escape {
            'n' => meant.push('\n'),
            't' => meant.push('\t'),
            'r' => meant.push('\r'),
            'a' => meant.push('\u{7}'),
            'b' => meant.push('\u{8}'),
            'f' => meant.push('\u{c}'),
            'v' => meant.push('\u{b}'),
            'x' | 'u' | 'U' => {
                meant.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            other => meant.push(other),
        }
    }
    meant
}
