//! YAML into typed data, its errors told in French at the file's own line and column.

use serde::de::DeserializeOwned;
use serde_saphyr::Error;

use crate::lesson::Position;
use crate::lesson::fault::Problem;

/// Reads a block of YAML that begins at `base` in the file.
pub(crate) fn read<T: DeserializeOwned>(
    text: &str,
    base: Position,
) -> Result<T, (Position, Problem)> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    if text.trim().is_empty() {
        return Err((base, Problem::Invalid("ce bloc est vide".into())));
    }
    serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error
            .location()
            .filter(|at| at.line() > 0)
            .map_or(base, |at| {
                moved(
                    base,
                    usize::try_from(at.line()).unwrap_or(1),
                    usize::try_from(at.column()).unwrap_or(1),
                )
            });
        (at, explain(&error))
    })
}

/// A line and column of the block, in the file.
pub(crate) fn moved(base: Position, line: usize, column: usize) -> Position {
    let column = if line == 1 {
        base.column + column - 1
    } else {
        column
    };
    Position {
        line: base.line + line - 1,
        column,
    }
}

fn explain(error: &Error) -> Problem {
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => explain(error),
        Error::SerdeUnknownField {
            field, expected, ..
        } => Problem::UnknownKey {
            key: field.clone(),
            expected: expected.iter().map(|&it| it.to_owned()).collect(),
        },
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => Problem::Invalid(format!(
            "« {variant} » n’est pas une valeur possible ; on attend : {}",
            expected.join(", ")
        )),
        Error::SerdeMissingField { field, .. } => Problem::MissingKey {
            key: (*field).to_owned(),
        },
        Error::DuplicateMappingKey { key, .. } => Problem::DuplicateKey {
            key: key.clone().unwrap_or_default(),
        },
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => Problem::WrongType {
            expected: french(expected),
            found: Some(french(unexpected)),
        },
        Error::Unexpected { expected, .. } => Problem::WrongType {
            expected: french(expected),
            found: None,
        },
        Error::InvalidScalar { ty, .. } => Problem::WrongType {
            expected: french(ty),
            found: None,
        },
        Error::InvalidBooleanStrict { .. } => Problem::WrongType {
            expected: french("boolean"),
            found: None,
        },
        Error::NullIntoString { .. } | Error::UnexpectedValueForUnit { .. } => {
            Problem::Invalid("il manque une valeur après « : »".into())
        }
        Error::Message { msg, .. } => Problem::Invalid(msg.clone()),
        Error::Eof { .. } => Problem::Invalid("ce bloc est vide".into()),
        other => {
            let words = other.to_string();
            let first = words.lines().next().unwrap_or_default();
            // Its own line numbers are those of the block, not of the file.
            let first = first.split(" at line ").next().unwrap_or(first);
            Problem::Yaml(first.to_owned())
        }
    }
}

/// A kind of value, as the deserialiser names it, in French with its article.
fn french(kind: &str) -> String {
    let kind = kind.trim_matches('`');
    let plain = match kind {
        "string scalar" | "a string" | "string" => "un texte",
        "sequence start" | "a sequence" | "sequence" => "une liste",
        "mapping start" | "a map" | "map" => "des clés et leurs valeurs",
        "boolean" | "a boolean" | "bool" => "true ou false",
        "floating point" => "un nombre",
        "null" | "unit value" | "Option value" => "une valeur vide",
        _ => "",
    };
    if !plain.is_empty() {
        return plain.to_owned();
    }
    if kind.starts_with("struct ") {
        return "des clés et leurs valeurs".to_owned();
    }
    if let Some(words) = kind.strip_prefix("string ") {
        return format!("le texte {}", quoted(words));
    }
    if let Some(number) = kind.strip_prefix("integer ") {
        return format!("le nombre {}", number.trim_matches('`'));
    }
    if let Some(number) = kind.strip_prefix("floating point ") {
        return format!("le nombre {}", number.trim_matches('`'));
    }
    if let Some(value) = kind.strip_prefix("boolean ") {
        return value.trim_matches('`').to_owned();
    }
    match kind {
        "u8" | "u16" | "u32" | "u64" | "usize" => "un nombre entier positif".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "un nombre entier".to_owned(),
        other => other.to_owned(),
    }
}

fn quoted(words: &str) -> String {
    format!("« {} »", words.trim_matches('"'))
}
