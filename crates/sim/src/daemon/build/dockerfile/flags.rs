//! The flags of an instruction: `--from=x`, `--chown=1:1`.

use std::collections::BTreeMap;

use super::suggest::suggestion;

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing, `true` or `false`.
    Bool,
    /// A value.
    Text,
    /// A value, each time it is given.
    Texts,
}

/// The flags that an instruction was given.
#[derive(Debug, Clone, Default)]
pub(super) struct Flags {
    given: BTreeMap<&'static str, Vec<String>>,
    /// In the order given.
    pub(super) used: Vec<&'static str>,
}

impl Flags {
    /// Reads those that an instruction may have; the error is the builder's.
    pub(super) fn read(known: &[(&'static str, Takes)], given: &[String]) -> Result<Self, String> {
        let mut flags = Self::default();
        for flag in given {
            if flag == "--" {
                break;
            }
            let Some(text) = flag.strip_prefix("--") else {
                return Err(format!("arg should start with -- : {flag}"));
            };
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(value)),
                None => (text, None),
            };
            let Some((name, takes)) = known.iter().find(|it| it.0 == name) else {
                let names: Vec<&str> = known.iter().map(|it| it.0).collect();
                let hint = suggestion(name, &names, true);
                return Err(format!("unknown flag: --{name}{hint}"));
            };
            if flags.given.contains_key(name) && *takes != Takes::Texts {
                return Err(format!("duplicate flag specified: --{name}"));
            }
            let value = match (takes, value) {
                (Takes::Bool, None) => "true".to_owned(),
                (Takes::Text | Takes::Texts, None) | (Takes::Bool, Some("")) => {
                    return Err(format!("missing a value on flag: --{name}"));
                }
                (Takes::Bool, Some(value)) => match value.to_lowercase().as_str() {
                    "true" => "true".to_owned(),
                    "false" => "false".to_owned(),
                    _ => {
                        return Err(format!(
                            "expecting boolean value for flag --{name}, not: {value}"
                        ));
                    }
                },
                (_, Some(value)) => value.to_owned(),
            };
            if !flags.used.contains(name) {
                flags.used.push(name);
            }
            flags.given.entry(name).or_default().push(value);
        }
        Ok(flags)
    }

    /// The value of a flag; empty when it is not given.
    pub(super) fn text(&self, name: &str) -> &str {
        self.all(name).last().map_or("", String::as_str)
    }

    /// Every value.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.given.get(name).map_or(&[], Vec::as_slice)
    }
}
