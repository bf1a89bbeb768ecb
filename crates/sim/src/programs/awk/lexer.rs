//! Words of `awk` programs, POSIX awk "Lexical Conventions".

use super::Wrong;

/// A word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Text(String),
    Regex(String),
    Name(String),
    /// A name with `(` right after it: a call.
    Call(String),
    /// An operator, a keyword or the name of a function of the language.
    Word(&'static str),
    Newline,
    End,
}

/// Keywords, and the functions of the language.
const WORDS: &[&str] = &[
    "BEGIN", "END", "break", "continue", "delete", "do", "else", "exit", "for", "func", "function",
    "getline", "if", "in", "next", "nextfile", "print", "printf", "return", "while", "and",
    "atan2", "close", "compl", "cos", "exp", "fflush", "gensub", "gsub", "index", "int", "length",
    "log", "lshift", "match", "or", "rand", "rshift", "sin", "split", "sprintf", "sqrt", "srand",
    "strftime", "sub", "substr", "system", "systime", "tolower", "toupper", "xor",
];

/// Operators, the longest first.
const OPERATORS: &[&str] = &[
    "**=", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**", "==", "<=", ">=", "!=", "!~",
    "&&", "||", ">>", "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!",
    ">", "<", "|", "?", ":", "~", "$", "=",
];

/// Reads a whole program: each word with its line.
pub(super) fn words_of(program: &str) -> Result<Vec<(Token, usize)>, Wrong> {
    let mut lexer = Lexer {
        chars: program.chars().collect(),
        at: 0,
        line: 1,
    };
    let mut words: Vec<(Token, usize)> = Vec::new();
    loop {
        let token = lexer.next(words.last().map(|it| &it.0))?;
        let is_end = token == Token::End;
        words.push((token, lexer.line));
        if is_end {
            return Ok(words);
        }
        if words.last().is_some_and(|it| it.0 == Token::Newline) {
            lexer.line += 1;
        }
    }
}

struct Lexer {
    chars: Vec<char>,
    at: usize,
    line: usize,
}

impl Lexer {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn starts_with(&self, text: &str) -> bool {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let mut chars = rest.iter().copied();
        text.chars().all(|c| chars.next() == Some(c))
    }

    fn wrong(&self, message: &str) -> Wrong {
        Wrong {
            line: self.line,
            message: message.to_owned(),
        }
    }

    fn next(&mut self, before: Option<&Token>) -> Result<Token, Wrong> {
        loop {
            if self.starts_with("\\\n") {
                self.at += 2;
                self.line += 1;
            } else if self.starts_with("\\\r\n") {
                self.at += 3;
                self.line += 1;
            } else if matches!(self.peek(), Some(' ' | '\t' | '\r')) {
                self.at += 1;
            } else if self.peek() == Some('#') {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            } else {
                break;
            }
        }
        let Some(c) = self.peek() else {
            return Ok(Token::End);
        };
        match c {
            '\n' => {
                self.at += 1;
                Ok(Token::Newline)
            }
            '"' => self.text().map(Token::Text),
            '/' if !ends_operand(before) => self.regex().map(Token::Regex),
            '0'..='9' | '.' => Ok(self.number()),
            'a'..='z' | 'A'..='Z' | '_' => {
                let start = self.at;
                while self
                    .peek()
                    .is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
                {
                    self.at += 1;
                }
                let name: String = self.chars[start..self.at].iter().collect();
                Ok(match WORDS.iter().find(|it| **it == name) {
                    Some(word) => Token::Word(word),
                    None if self.peek() == Some('(') => Token::Call(name),
                    None => Token::Name(name),
                })
            }
            _ => {
                let found = OPERATORS.iter().find(|it| self.starts_with(it));
                let operator = found.ok_or_else(|| self.wrong("Unexpected token"))?;
                self.at += operator.len();
                Ok(Token::Word(match *operator {
                    "**" => "^",
                    "**=" => "^=",
                    other => other,
                }))
            }
        }
    }

    fn number(&mut self) -> Token {
        if self.starts_with("0x") || self.starts_with("0X") {
            let start = self.at + 2;
            self.at = start;
            while self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
                self.at += 1;
            }
            let digits: String = self.chars[start..self.at].iter().collect();
            let value = u32::from_str_radix(&digits, 16).unwrap_or(u32::MAX);
            return Token::Number(f64::from(value));
        }
        let rest: String = self.chars[self.at..].iter().take(400).collect();
        let (value, length) = super::value::leading_number(&rest);
        self.at += length.max(1);
        let digits = &rest[..length];
        if length > 1 && digits.starts_with('0') && digits.bytes().all(|it| it.is_ascii_digit()) {
            let octal = u32::from_str_radix(digits, 8);
            return Token::Number(octal.map_or(value, f64::from));
        }
        Token::Number(value)
    }

    fn text(&mut self) -> Result<String, Wrong> {
        let start = self.at + 1;
        self.at = start;
        while let Some(c) = self.peek() {
            match c {
                '"' => {
                    let raw: String = self.chars[start..self.at].iter().collect();
                    self.at += 1;
                    return Ok(unescape(&raw));
                }
                '\n' => break,
                '\\' => {
                    if self.chars.get(self.at + 1) == Some(&'\n') {
                        self.line += 1;
                    }
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        Err(self.wrong("Unexpected end of string"))
    }

    fn regex(&mut self) -> Result<String, Wrong> {
        self.at += 1;
        let mut text = String::new();
        let mut in_set = false;
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                '/' if !in_set => return Ok(text),
                '\n' => break,
                '\\' => {
                    let next = self.peek();
                    self.at += 1;
                    match next {
                        Some('/') => text.push('/'),
                        Some(next) => text.extend(['\\', next]),
                        None => break,
                    }
                }
                '[' if !in_set => {
                    in_set = true;
                    text.push('[');
                    for first in ['^', ']'] {
                        if self.peek() == Some(first) {
                            text.push(first);
                            self.at += 1;
                        }
                    }
                }
                c => {
                    in_set &= c != ']';
                    text.push(c);
                }
            }
        }
        Err(self.wrong("Unexpected end of string"))
    }
}

/// Whether a `/` after this divides.
fn ends_operand(before: Option<&Token>) -> bool {
    matches!(
        before,
        Some(
            Token::Number(_)
                | Token::Text(_)
                | Token::Regex(_)
                | Token::Name(_)
                | Token::Word(")" | "]" | "$" | "++" | "--" | "length")
        )
    )
}

/// The backslash sequences of strings, of `-v` and of `NAME=VALUE` operands.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::new();
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some('r') => text.push('\r'),
            Some('a') => text.push('\x07'),
            Some('b') => text.push('\x08'),
            Some('f') => text.push('\x0c'),
            Some('v') => text.push('\x0b'),
            Some('\n') => {}
            Some(digit @ '0'..='7') => {
                let mut code = digit.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    if let Some(digit) = chars.peek().and_then(|it| it.to_digit(8)) {
                        code = code * 8 + digit;
                        chars.next();
                    }
                }
                text.push(char::from(code.to_le_bytes()[0]));
            }
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}
