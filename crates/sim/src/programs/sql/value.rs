//! Values of columns and expressions.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

/// A value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(in super::super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    /// A number kept with its digits.
    Decimal {
        decimal: String,
    },
    Text(String),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn decimal(decimal: String) -> Self {
        Self::Decimal { decimal }
    }

    pub(in super::super) fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As it is shown; `None` for NULL.
    pub(in super::super) fn shown(&self, postgres: bool) -> Option<String> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(it) if postgres => if *it { "t" } else { "f" }.to_owned(),
            Self::Bool(it) => u8::from(*it).to_string(),
            Self::Int(it) => it.to_string(),
            Self::Real(it) => it.to_string(),
            Self::Decimal { decimal: it } | Self::Text(it) => it.clone(),
        })
    }

    /// As a number; texts by the digits that they begin with.
    #[expect(clippy::cast_precision_loss, reason = "numbers of a lesson")]
    pub(super) fn number(&self) -> f64 {
        match self {
            Self::Null => 0.0,
            Self::Bool(it) => f64::from(u8::from(*it)),
            Self::Int(it) => *it as f64,
            Self::Real(it) => *it,
            Self::Decimal { decimal: it } | Self::Text(it) => {
                let end = it
                    .char_indices()
                    .find(|(at, c)| !(c.is_ascii_digit() || *c == '.' || (*at == 0 && *c == '-')))
                    .map_or(it.len(), |found| found.0);
                it[..end].parse().unwrap_or(0.0)
            }
        }
    }

    pub(super) fn is_true(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(it) => *it,
            other => other.number() != 0.0,
        }
    }

    /// Compares; `None` when either is NULL.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Null, _) | (_, Self::Null) => None,
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (a, b) => Some(a.number().total_cmp(&b.number())),
        }
    }

    /// The order of ORDER BY: NULL first.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        self.compare(other)
            .unwrap_or_else(|| other.is_null().cmp(&self.is_null()))
    }
}
