//! `<<EOF` on a line, and the lines that follow it. The classic builder reads them, and uses them
//! for nothing: BuildKit does.

use super::lex::{Env, Lex};

/// The body of a `<<`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Heredoc {
    /// The word that ends it.
    pub(super) name: String,
    /// `<<-`: leading tabs do not count.
    chomp: bool,
    /// Its lines.
    pub(super) content: String,
}

/// The heredocs that a line begins.
pub(super) fn heredocs(line: &str) -> Result<Vec<Heredoc>, String> {
    let lex = Lex {
        raw_quotes: true,
        raw_escapes: true,
        skip_unset: true,
        ..Lex::new('\\')
    };
    // A line whose quotes are not closed has none.
    let words = lex.words(line, &Env::new()).unwrap_or_default();
    words
        .iter()
        .filter_map(|word| heredoc(word).transpose())
        .collect()
}

/// A word of the form `0<<-NAME`.
pub(super) fn heredoc(word: &str) -> Result<Option<Heredoc>, String> {
    let rest = word.trim_start_matches(|it: char| it.is_ascii_digit());
    let Some(rest) = rest.strip_prefix("<<") else {
        return Ok(None);
    };
    let (chomp, rest) = match rest.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start();
    if rest.is_empty() || rest.contains('<') {
        return Ok(None);
    }
    let lex = Lex {
        skip_unset: true,
        ..Lex::new('\\')
    };
    let mut words = lex.words(rest, &Env::new())?;
    Ok(words
        .pop()
        .filter(|_| words.is_empty())
        .map(|name| Heredoc {
            name,
            chomp,
            content: String::new(),
        }))
}

impl Heredoc {
    /// Takes its lines; how many there were.
    pub(super) fn fill<'a>(
        &mut self,
        raw: &mut impl Iterator<Item = &'a str>,
    ) -> Result<usize, String> {
        let mut count = 0;
        for line in raw {
            count += 1;
            let bare = line.trim_end_matches(['\r', '\n']);
            let end = if self.chomp {
                bare.trim_start_matches('\t')
            } else {
                bare
            };
            if end == self.name {
                return Ok(count);
            }
            self.content.push_str(line);
        }
        Err("unterminated heredoc".to_owned())
    }
}
