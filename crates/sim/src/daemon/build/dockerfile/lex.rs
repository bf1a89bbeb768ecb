//! Words of a Dockerfile: quotes, escapes and `${variables}`, as BuildKit's `shell` package expands
//! them for every builder.

use std::collections::BTreeMap;

use super::glob::{trim_prefix, trim_suffix};
use super::go::quoted;

/// Variables by name.
pub(in crate::daemon::build) type Env = BTreeMap<String, String>;

/// How words are read.
#[derive(Debug, Clone, Copy)]
pub(in crate::daemon::build) struct Lex {
    /// `\`, or a backtick.
    pub(in crate::daemon::build) escape: char,
    /// Whether quotes stay.
    pub(super) raw_quotes: bool,
    /// Whether escapes stay.
    pub(super) raw_escapes: bool,
    /// Whether a variable that is not set stays as it is written.
    pub(super) skip_unset: bool,
}

impl Lex {
    /// Quotes and escapes are undone, and what is not set is empty.
    pub(in crate::daemon::build) const fn new(escape: char) -> Self {
        Self {
            escape,
            raw_quotes: false,
            raw_escapes: false,
            skip_unset: false,
        }
    }

    /// A word with its variables expanded.
    pub(in crate::daemon::build) fn word(self, word: &str, env: &Env) -> Result<String, String> {
        self.process(word, env).map(|it| it.0)
    }

    /// The words that a text becomes: cut at blanks, those that a variable brings included.
    pub(in crate::daemon::build) fn words(
        self,
        text: &str,
        env: &Env,
    ) -> Result<Vec<String>, String> {
        self.process(text, env).map(|it| it.1)
    }

    fn process(self, source: &str, env: &Env) -> Result<(String, Vec<String>), String> {
        let mut scan = Scan {
            lex: self,
            env,
            letters: source.chars().collect(),
            at: 0,
            depth: 0,
        };
        scan.until(None, self.raw_escapes)
            .map_err(|error| format!("failed to process {}: {error}", quoted(source)))
    }
}

/// `${a:-${b:-…}}` this deep is refused.
const DEEPEST: usize = 200;
/// Longest text that variables may make of a word, bytes: `ENV A=$A$A` doubles it at each line.
const LONGEST: usize = 1 << 20;

#[derive(Default)]
struct Words {
    done: Vec<String>,
    buffer: String,
    inside: bool,
}

impl Words {
    fn push(&mut self, letter: char) {
        if !letter.is_whitespace() {
            self.push_raw(letter);
        } else if self.inside && !self.buffer.is_empty() {
            self.done.push(std::mem::take(&mut self.buffer));
            self.inside = false;
        }
    }

    fn push_raw(&mut self, letter: char) {
        self.buffer.push(letter);
        self.inside = true;
    }

    fn finish(mut self) -> Vec<String> {
        if !self.buffer.is_empty() {
            self.done.push(self.buffer);
        }
        self.done
    }
}

struct Scan<'a> {
    lex: Lex,
    env: &'a Env,
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek();
        self.at += usize::from(letter.is_some());
        letter
    }

    /// Reads up to a character, which is taken, or to the end.
    fn until(
        &mut self,
        stop: Option<char>,
        raw_escapes: bool,
    ) -> Result<(String, Vec<String>), String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("too many nested substitutions".to_owned());
        }
        let mut result = String::new();
        let mut words = Words::default();
        let mut stopped = stop.is_none();
        while let Some(letter) = self.peek() {
            if result.len() > LONGEST {
                return Err("value too long".to_owned());
            }
            if Some(letter) == stop {
                self.at += 1;
                stopped = true;
                break;
            }
            match letter {
                '\'' | '"' | '<' => {
                    let text = match letter {
                        '\'' => self.single_quoted()?,
                        '"' => self.double_quoted(raw_escapes)?,
                        _ => self.heredoc_mark(),
                    };
                    words.buffer.push_str(&text);
                    words.inside = true;
                    result.push_str(&text);
                }
                '$' => {
                    let text = self.dollar()?;
                    text.chars().for_each(|it| words.push(it));
                    result.push_str(&text);
                }
                letter if letter == self.lex.escape => {
                    self.at += 1;
                    if raw_escapes {
                        words.push_raw(letter);
                        result.push(letter);
                    }
                    let Some(escaped) = self.next() else { break };
                    words.push_raw(escaped);
                    result.push(escaped);
                }
                letter => {
                    self.at += 1;
                    words.push(letter);
                    result.push(letter);
                }
            }
        }
        self.depth -= 1;
        match stop {
            Some(stop) if !stopped => Err(format!(
                "unexpected end of statement while looking for matching {stop}"
            )),
            _ => Ok((result, words.finish())),
        }
    }

    fn single_quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let opening = self.next();
        text.extend(opening.filter(|_| self.lex.raw_quotes));
        loop {
            match self.next() {
                None => {
                    return Err(
                        "unexpected end of statement while looking for matching single-quote"
                            .to_owned(),
                    );
                }
                Some('\'') => {
                    text.extend(opening.filter(|_| self.lex.raw_quotes));
                    return Ok(text);
                }
                Some(letter) => text.push(letter),
            }
        }
    }

    fn double_quoted(&mut self, raw_escapes: bool) -> Result<String, String> {
        let mut text = String::new();
        let opening = self.next();
        text.extend(opening.filter(|_| self.lex.raw_quotes));
        loop {
            match self.peek() {
                None => {
                    return Err(
                        "unexpected end of statement while looking for matching double-quote"
                            .to_owned(),
                    );
                }
                Some('"') => {
                    self.at += 1;
                    text.extend(opening.filter(|_| self.lex.raw_quotes));
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(letter) if letter == self.lex.escape => {
                    self.at += 1;
                    if raw_escapes {
                        text.push(letter);
                    }
                    match self.peek() {
                        None => {}
                        Some(next) if matches!(next, '"' | '$') || next == self.lex.escape => {
                            self.at += 1;
                            text.push(next);
                        }
                        // Only these are escaped: any other backslash is one.
                        Some(_) => text.push(letter),
                    }
                }
                Some(letter) => {
                    self.at += 1;
                    text.push(letter);
                }
            }
        }
    }

    /// `<<`, and the blanks that follow it.
    fn heredoc_mark(&mut self) -> String {
        let mut text = String::from("<");
        self.at += 1;
        if self.peek() == Some('<') {
            self.at += 1;
            text.push('<');
            while let Some(blank) = self.peek().filter(|it| matches!(it, '\t' | '\r' | ' ')) {
                self.at += 1;
                text.push(blank);
            }
        }
        text
    }

    fn dollar(&mut self) -> Result<String, String> {
        self.at += 1;
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(match self.env.get(&name) {
                None if self.lex.skip_unset => format!("${name}"),
                value => value.cloned().unwrap_or_default(),
            });
        }
        self.at += 1;
        match self.peek() {
            None => return Err("syntax error: missing '}'".to_owned()),
            Some('{' | '}' | ':') => return Err("syntax error: bad substitution".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        self.braced(&name)
    }

    /// What follows the name in `${name…}`.
    fn braced(&mut self, name: &str) -> Result<String, String> {
        let unsupported = |mark: &str| format!("unsupported modifier ({mark}) in substitution");
        let value = self.env.get(name).cloned();
        let keep = self.lex.skip_unset && value.is_none();
        let Some(first) = self.next() else {
            return Err(unsupported("\u{fffd}"));
        };
        match first {
            '}' if keep => Ok(format!("${{{name}}}")),
            '}' => Ok(value.unwrap_or_default()),
            ':' | '+' | '-' | '?' | '#' | '%' => {
                let null_is_unset = first == ':';
                let mark = if null_is_unset {
                    self.next().unwrap_or('\u{fffd}')
                } else {
                    first
                };
                let marks = if null_is_unset {
                    format!(":{mark}")
                } else {
                    mark.to_string()
                };
                let pattern = matches!(mark, '#' | '%');
                if null_is_unset && pattern {
                    return Err(unsupported(&marks));
                }
                let word = self.operand('}', pattern, "missing '}'")?;
                if keep {
                    return Ok(format!("${{{name}{marks}{word}}}"));
                }
                let set = value
                    .as_ref()
                    .is_some_and(|it| !null_is_unset || !it.is_empty());
                let text = value.clone().unwrap_or_default();
                match mark {
                    '-' => Ok(if set { text } else { word }),
                    '+' => Ok(if set { word } else { String::new() }),
                    '?' if set => Ok(text),
                    '?' => {
                        let state = if value.is_none() { "unset" } else { "empty" };
                        let message = if word.is_empty() {
                            format!("is not allowed to be {state}")
                        } else {
                            word
                        };
                        Err(format!("{name}: {message}"))
                    }
                    '#' | '%' => {
                        let (greedy, word) = match word.strip_prefix(mark) {
                            Some(rest) => (true, rest),
                            None => (false, word.as_str()),
                        };
                        let trim = if mark == '#' {
                            trim_prefix
                        } else {
                            trim_suffix
                        };
                        trim(word, &text, greedy)
                    }
                    _ => Err(unsupported(&marks)),
                }
            }
            '/' => self.replacement(name, value),
            other => Err(unsupported(&other.to_string())),
        }
    }

    fn operand(&mut self, stop: char, raw: bool, missing: &str) -> Result<String, String> {
        match self.until(Some(stop), raw) {
            Ok((word, _)) => Ok(word),
            Err(_) if self.peek().is_none() => Err(format!("syntax error: {missing}")),
            Err(error) => Err(error),
        }
    }

    /// `${name/pattern/text}` and `${name//pattern/text}`.
    fn replacement(&mut self, name: &str, value: Option<String>) -> Result<String, String> {
        let all = self.peek() == Some('/');
        self.at += usize::from(all);
        let pattern = self.operand('/', true, "missing '/' in ${}")?;
        let text = self.operand('}', true, "missing '}'")?;
        match value {
            None if self.lex.skip_unset => Ok(format!("${{{name}/{pattern}/{text}}}")),
            value => super::glob::replace(&pattern, &value.unwrap_or_default(), &text, all),
        }
    }

    fn name(&mut self) -> String {
        let from = self.at;
        match self.peek() {
            Some(digit) if digit.is_numeric() => {
                while self.peek().is_some_and(char::is_numeric) {
                    self.at += 1;
                }
            }
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => self.at += 1,
            _ => {
                while self
                    .peek()
                    .is_some_and(|it| it.is_alphanumeric() || it == '_')
                {
                    self.at += 1;
                }
            }
        }
        self.letters[from..self.at].iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Env, Lex};

    fn env() -> Env {
        [("A", "un"), ("VIDE", ""), ("F", "x.tar.gz"), ("M", "a  b")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }

    fn word(text: &str) -> Result<String, String> {
        Lex::new('\\').word(text, &env())
    }

    #[test]
    fn variables_are_expanded() {
        for (text, wanted) in [
            ("$A${A}", "unun"),
            ("'$A' \"$A\"", "$A un"),
            ("\\$A a\\b", "$A ab"),
            ("\"\\$A a\\b\"", "$A a\\b"),
            ("${X:-y}${VIDE:-z}${VIDE-z}${X-w}", "yzw"),
            ("${A:+oui}${VIDE:+non}${VIDE+oui}", "ouioui"),
            ("${X:-${A}}", "un"),
            ("${F%.*} ${F%%.*} ${F#*.} ${F##*.}", "x.tar x tar.gz gz"),
            ("${F/./_} ${F//./_}", "x_tar.gz x_tar_gz"),
            ("$", "$"),
            ("$1x", "x"),
        ] {
            assert_eq!(word(text).as_deref(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (text, wanted) in [
            (
                "\"a",
                "unexpected end of statement while looking for matching double-quote",
            ),
            (
                "'a",
                "unexpected end of statement while looking for matching single-quote",
            ),
            ("${", "syntax error: missing '}'"),
            ("${}", "syntax error: bad substitution"),
            ("${A:=b}", "unsupported modifier (:=) in substitution"),
            ("${X:?absent}", "X: absent"),
            ("${VIDE:?}", "VIDE: is not allowed to be empty"),
        ] {
            let error = word(text).unwrap_err();
            assert!(error.ends_with(wanted), "{error}");
        }
        assert!(word(&"${a:-".repeat(5_000)).is_err());
    }

    #[test]
    fn words_are_cut_after_the_expansion() {
        let words = Lex::new('\\').words("$M \"$M\" c", &env()).unwrap();
        assert_eq!(words, ["a", "b", "a  b", "c"]);
    }
}
