//! Words: the raw text of a token, quotes included, becomes parts to expand, XCU 2.2 and 2.6.

/// A piece of a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Unquoted text.
    Literal(String),
    /// Text quoted by `'…'`, `$'…'` or a backslash.
    Quoted(String),
    /// `"…"`.
    DoubleQuoted(Vec<Part>),
    /// `$name`, `${name…}`.
    Parameter(String, Operation),
    /// `$(…)` or `` `…` ``: the script.
    Command(String),
    /// `$((…))`.
    Arithmetic(Vec<Part>),
}

/// What `${…}` does with its parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operation {
    /// `${x}`
    Value,
    /// `${#x}`
    Length,
    /// `${x:-w}` and its kin: which, whether an empty value counts as unset, and the word.
    Unset(UnsetAction, bool, Vec<Part>),
    /// `${x#p}`, `${x##p}`, `${x%p}`, `${x%%p}`
    Trim {
        suffix: bool,
        longest: bool,
        pattern: Vec<Part>,
    },
    /// `${x:offset:length}`
    Slice(Vec<Part>, Option<Vec<Part>>),
    /// `${x/p/w}`, `${x//p/w}`
    Replace {
        all: bool,
        pattern: Vec<Part>,
        with: Vec<Part>,
    },
}

/// The four operators on a parameter that is not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UnsetAction {
    /// `-`
    Default,
    /// `=`
    Assign,
    /// `?`
    Fail,
    /// `+`
    Alternative,
}

/// What is wrong with a word, as ash says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum WordError {
    /// A quote is not closed.
    #[error("syntax error: unterminated quoted string")]
    Quote,
    /// `${` is not closed.
    #[error("syntax error: missing '}}'")]
    Brace,
    /// `$(` is not closed.
    #[error("syntax error: unexpected end of file (expecting \")\")")]
    Parenthesis,
    /// `$((` is not closed.
    #[error("syntax error: missing '))'")]
    Arithmetic,
    /// `` ` `` is not closed.
    #[error("syntax error: EOF in backquote substitution")]
    Backquote,
    /// `${x@Q}`
    #[error("syntax error: bad substitution")]
    Substitution,
}

/// Reads a word.
pub(super) fn parse_word(text: &str) -> Result<Vec<Part>, WordError> {
    Reader::new(text).parts(Context::Bare)
}

/// Reads the text of a here-document, or anything that is expanded as between double quotes.
pub(super) fn parse_here_document(text: &str) -> Result<Vec<Part>, WordError> {
    Reader::new(text).parts(Context::HereDocument)
}

/// Where the reader is, which tells what ends the text and which characters are special.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    /// Outside quotes.
    Bare,
    /// Inside `"…"`, up to the quote.
    Double,
    /// A here-document: as inside quotes, but `"` is ordinary.
    HereDocument,
    /// The word of `${x:-word}`, unquoted or not, up to one of `ends`.
    Brace { quoted: bool, ends: &'static [char] },
}

impl Context {
    const fn is_quoted(self) -> bool {
        matches!(
            self,
            Self::Double | Self::HereDocument | Self::Brace { quoted: true, .. }
        )
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
}

/// Collects parts, joining neighbouring texts.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn literal(&mut self, c: char) {
        if let Some(Part::Literal(text)) = self.0.last_mut() {
            text.push(c);
        } else {
            self.0.push(Part::Literal(c.into()));
        }
    }
}

impl Reader {
    fn new(text: &str) -> Self {
        Self {
            chars: text.chars().collect(),
            at: 0,
        }
    }

    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek(0)?;
        self.at += 1;
        Some(c)
    }

    fn parts(&mut self, context: Context) -> Result<Vec<Part>, WordError> {
        let mut parts = Parts::default();
        while let Some(c) = self.peek(0) {
            match (c, context) {
                ('"', Context::Double) => {
                    self.at += 1;
                    return Ok(parts.0);
                }
                (c, Context::Brace { ends, .. }) if ends.contains(&c) => return Ok(parts.0),
                ('"', Context::HereDocument) => {
                    self.at += 1;
                    parts.literal('"');
                }
                ('"', _) => {
                    self.at += 1;
                    let inner = self.parts(Context::Double)?;
                    parts.0.push(Part::DoubleQuoted(inner));
                }
                ('\'', context) if !context.is_quoted() => {
                    self.at += 1;
                    parts.0.push(Part::Quoted(self.single_quoted()?));
                }
                ('\\', _) => self.backslash(context, &mut parts),
                ('`', _) => {
                    self.at += 1;
                    let script = self.backquoted(context == Context::Double)?;
                    parts.0.push(Part::Command(script));
                }
                ('$', _) => self.dollar(context, &mut parts)?,
                _ => {
                    self.at += 1;
                    parts.literal(c);
                }
            }
        }
        match context {
            Context::Double => Err(WordError::Quote),
            Context::Brace { .. } => Err(WordError::Brace),
            Context::Bare | Context::HereDocument => Ok(parts.0),
        }
    }

    fn single_quoted(&mut self) -> Result<String, WordError> {
        let mut text = String::new();
        loop {
            match self.next().ok_or(WordError::Quote)? {
                '\'' => return Ok(text),
                c => text.push(c),
            }
        }
    }

    fn backslash(&mut self, context: Context, parts: &mut Parts) {
        self.at += 1;
        let Some(c) = self.next() else {
            parts.0.push(Part::Quoted("\\".into()));
            return;
        };
        let escapes = match context {
            Context::Bare | Context::Brace { quoted: false, .. } => true,
            Context::HereDocument => matches!(c, '$' | '`' | '\\' | '\n'),
            Context::Double => matches!(c, '$' | '`' | '"' | '\\' | '\n'),
            Context::Brace { quoted: true, .. } => matches!(c, '$' | '`' | '"' | '\\' | '\n' | '}'),
        };
        match (escapes, c) {
            (true, '\n') => {}
            (true, c) => parts.0.push(Part::Quoted(c.into())),
            (false, c) => parts.0.push(Part::Quoted(format!("\\{c}"))),
        }
    }

    fn backquoted(&mut self, in_double: bool) -> Result<String, WordError> {
        let mut script = String::new();
        loop {
            match self.next().ok_or(WordError::Backquote)? {
                '`' => return Ok(script),
                '\\' => match self.next().ok_or(WordError::Backquote)? {
                    c @ ('`' | '\\' | '$') => script.push(c),
                    '"' if in_double => script.push('"'),
                    c => script.extend(['\\', c]),
                },
                c => script.push(c),
            }
        }
    }

    fn dollar(&mut self, context: Context, parts: &mut Parts) -> Result<(), WordError> {
        self.at += 1;
        match self.peek(0) {
            Some('(') if self.peek(1) == Some('(') => {
                let before = self.at;
                if let Some(text) = self.arithmetic() {
                    let inner = Reader::new(&text).parts(Context::HereDocument)?;
                    parts.0.push(Part::Arithmetic(inner));
                } else {
                    self.at = before + 1;
                    let script = self.command().map_err(|_| WordError::Arithmetic)?;
                    parts.0.push(Part::Command(script));
                }
            }
            Some('(') => {
                self.at += 1;
                let script = self.command()?;
                parts.0.push(Part::Command(script));
            }
            Some('{') => {
                self.at += 1;
                let part = self.braced(context.is_quoted())?;
                parts.0.push(part);
            }
            Some('\'') if !context.is_quoted() => {
                self.at += 1;
                let text = self.ansi_quoted()?;
                parts.0.push(Part::Quoted(text));
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name = self.name();
                parts.0.push(Part::Parameter(name, Operation::Value));
            }
            Some(c) if c.is_ascii_digit() || "@*#?-$!".contains(c) => {
                self.at += 1;
                parts.0.push(Part::Parameter(c.into(), Operation::Value));
            }
            _ => parts.literal('$'),
        }
        Ok(())
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self
            .peek(0)
            .filter(|c| c.is_ascii_alphanumeric() || *c == '_')
        {
            name.push(c);
            self.at += 1;
        }
        name
    }

    /// The text of `((…))` from its first parenthesis, or `None` when that is a command in a
    /// subshell after all.
    fn arithmetic(&mut self) -> Option<String> {
        let start = self.at + 2;
        let mut depth = 2;
        self.at += 2;
        loop {
            match self.next()? {
                '(' => depth += 1,
                ')' => {
                    depth -= 1;
                    if depth == 1 && self.peek(0) == Some(')') {
                        let text = self.chars[start..self.at - 1].iter().collect();
                        self.at += 1;
                        return Some(text);
                    }
                    if depth == 1 {
                        return None;
                    }
                }
                _ => {}
            }
        }
    }

    /// The script of `$(…)`, from after its parenthesis.
    fn command(&mut self) -> Result<String, WordError> {
        let start = self.at;
        let (mut depth, mut cases) = (1usize, 0usize);
        let mut word = String::new();
        loop {
            let c = self.next().ok_or(WordError::Parenthesis)?;
            if c.is_ascii_alphanumeric() || c == '_' {
                word.push(c);
                continue;
            }
            match word.as_str() {
                "case" => cases += 1,
                "esac" => cases = cases.saturating_sub(1),
                _ => {}
            }
            let boundary = word.is_empty();
            word.clear();
            match c {
                '\'' => {
                    self.single_quoted()?;
                }
                '"' => {
                    self.parts(Context::Double)?;
                }
                '\\' => {
                    self.next();
                }
                '`' => {
                    self.backquoted(false)?;
                }
                '#' if boundary && self.comment_may_begin() => {
                    while self.peek(0).is_some_and(|c| c != '\n') {
                        self.at += 1;
                    }
                }
                '(' => depth += 1,
                ')' if depth == 1 && cases > 0 => {}
                ')' => {
                    depth -= 1;
                    if depth == 0 {
                        return Ok(self.chars[start..self.at - 1].iter().collect());
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether the `#` just read follows a blank, an operator or nothing.
    fn comment_may_begin(&self) -> bool {
        let before = self.at.checked_sub(2).and_then(|at| self.chars.get(at));
        before.is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '(' | '&' | '|'))
    }

    fn braced(&mut self, quoted: bool) -> Result<Part, WordError> {
        if self.peek(0) == Some('#') && self.peek(1).is_some_and(|c| c != '}') {
            let before = self.at;
            self.at += 1;
            if let Some(name) = self.parameter_name()
                && self.peek(0) == Some('}')
            {
                self.at += 1;
                return Ok(Part::Parameter(name, Operation::Length));
            }
            self.at = before;
        }
        let name = self.parameter_name().ok_or(WordError::Substitution)?;
        let operation = self.operation(quoted)?;
        match self.next() {
            Some('}') => Ok(Part::Parameter(name, operation)),
            Some(_) => Err(WordError::Substitution),
            None => Err(WordError::Brace),
        }
    }

    fn parameter_name(&mut self) -> Option<String> {
        let c = self.peek(0)?;
        if c.is_ascii_digit() {
            let mut name = String::new();
            while let Some(c) = self.peek(0).filter(char::is_ascii_digit) {
                name.push(c);
                self.at += 1;
            }
            return Some(name);
        }
        if "@*#?-$!".contains(c) {
            self.at += 1;
            return Some(c.into());
        }
        Some(self.name()).filter(|name| !name.is_empty())
    }

    fn operation(&mut self, quoted: bool) -> Result<Operation, WordError> {
        let to_brace = Context::Brace {
            quoted,
            ends: &['}'],
        };
        // Patterns keep their own quotes even between double quotes.
        let pattern_to_brace = Context::Brace {
            quoted: false,
            ends: &['}'],
        };
        let Some(c) = self.peek(0) else {
            return Err(WordError::Brace);
        };
        if c == '}' {
            return Ok(Operation::Value);
        }
        let colon = c == ':';
        let operator = if colon { self.peek(1) } else { Some(c) };
        let action = match operator {
            Some('-') => Some(UnsetAction::Default),
            Some('=') => Some(UnsetAction::Assign),
            Some('?') => Some(UnsetAction::Fail),
            Some('+') => Some(UnsetAction::Alternative),
            _ => None,
        };
        if let Some(action) = action {
            self.at += 1 + usize::from(colon);
            return Ok(Operation::Unset(action, colon, self.parts(to_brace)?));
        }
        self.at += 1;
        match c {
            ':' => {
                let offset = self.parts(Context::Brace {
                    quoted,
                    ends: &['}', ':'],
                })?;
                let length = if self.peek(0) == Some(':') {
                    self.at += 1;
                    Some(self.parts(to_brace)?)
                } else {
                    None
                };
                Ok(Operation::Slice(offset, length))
            }
            '#' | '%' => {
                let longest = self.peek(0) == Some(c);
                self.at += usize::from(longest);
                let pattern = self.parts(pattern_to_brace)?;
                Ok(Operation::Trim {
                    suffix: c == '%',
                    longest,
                    pattern,
                })
            }
            '/' => {
                let all = self.peek(0) == Some('/');
                self.at += usize::from(all);
                let pattern = self.parts(Context::Brace {
                    quoted: false,
                    ends: &['}', '/'],
                })?;
                let with = if self.peek(0) == Some('/') {
                    self.at += 1;
                    self.parts(to_brace)?
                } else {
                    Vec::new()
                };
                Ok(Operation::Replace { all, pattern, with })
            }
            _ => Err(WordError::Substitution),
        }
    }

    fn ansi_quoted(&mut self) -> Result<String, WordError> {
        let mut raw = String::new();
        loop {
            match self.next().ok_or(WordError::Quote)? {
                '\'' => break,
                '\\' => match self.next().ok_or(WordError::Quote)? {
                    c @ ('\'' | '"') => raw.push(c),
                    c => raw.extend(['\\', c]),
                },
                c => raw.push(c),
            }
        }
        let bytes = super::escape::unescape(&raw, super::escape::Octal::Bare).bytes;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
#[path = "word_tests.rs"]
mod tests;
