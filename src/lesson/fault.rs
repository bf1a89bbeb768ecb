//! What is wrong with a lesson file, and where, in French.

use std::fmt;

use super::Position;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A key that the block does not have.
    #[error("clé inconnue « {key} »{}", suggest(key, expected))]
    UnknownKey {
        /// What is written.
        key: String,
        /// The keys that exist there.
        expected: Vec<String>,
    },
    /// A key that the block must have.
    #[error("il manque la clé « {key} »")]
    MissingKey {
        /// Its name.
        key: String,
    },
    /// A key that is written twice.
    #[error("la clé « {key} » est écrite deux fois")]
    DuplicateKey {
        /// Its name.
        key: String,
    },
    /// A value of the wrong sort.
    #[error("ici on attend {expected}{}", found.as_ref().map(|it| format!(", pas {it}")).unwrap_or_default())]
    WrongType {
        /// What is expected, with its article.
        expected: String,
        /// What is written, with its article.
        found: Option<String>,
    },
    /// A fence whose first word is no block.
    #[error("bloc inconnu « {word} »{}", suggest(word, expected))]
    UnknownBlock {
        /// The word.
        word: String,
        /// The blocks and languages that exist.
        expected: Vec<String>,
    },
    /// A fence, a comment or a front matter that is not closed.
    #[error("{what} ouvert ici n’est jamais fermé : {how}")]
    Unterminated {
        /// What, with its article.
        what: &'static str,
        /// How to close it.
        how: &'static str,
    },
    /// YAML that is not YAML: the parser's words, in English.
    #[error(
        "ce n’est pas du YAML lisible (l’analyseur dit : {0}). Un texte qui contient « : », « # », « {{ » ou « ` » au début se met entre guillemets droits"
    )]
    Yaml(String),
    /// A value that makes no sense.
    #[error("{0}")]
    Invalid(String),
}

/// What is wrong in a lesson file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{}:{}: {problem}", position.line, position.column)]
pub struct LessonError {
    /// The file, as it was named to the loader.
    pub file: String,
    /// Where.
    pub position: Position,
    /// What.
    pub problem: Problem,
}

/// Everything that is wrong in one lesson file; at least one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonErrors(pub Vec<LessonError>);

impl fmt::Display for LessonErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for LessonErrors {}

/// « (vouliez-vous dire … ?) », else what exists.
fn suggest(word: &str, expected: &[String]) -> String {
    match nearest(word, expected.iter().map(String::as_str)) {
        Some(near) => format!(" (vouliez-vous dire « {near} » ?)"),
        None if expected.is_empty() => String::new(),
        None => format!(" ; on attend : {}", expected.join(", ")),
    }
}

/// The candidate that a slip of the keyboard would turn into this word.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(word);
    candidates
        .map(|candidate| (distance(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Lower case, without the accents that French keys never have, `_` as `-`.
fn fold(word: &str) -> String {
    word.to_lowercase()
        .chars()
        .map(|letter| match letter {
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'à' | 'â' => 'a',
            'î' | 'ï' => 'i',
            'ô' => 'o',
            'ù' | 'û' => 'u',
            'ç' => 'c',
            '_' | ' ' => '-',
            other => other,
        })
        .collect()
}

/// Levenshtein's distance, in characters.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, candidate) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *candidate);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}
