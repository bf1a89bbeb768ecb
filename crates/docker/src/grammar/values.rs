//! The flags and arguments that the user gave.

use super::find::Global;

/// The flags and arguments of one command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values {
    /// The name under which messages speak of the verb (`container ls`, `ps`).
    pub(crate) name: &'static str,
    /// Flag names and values, in the order given; checked.
    pub(super) given: Vec<(&'static str, String)>,
    /// The names of the flags given, hidden ones included.
    pub(super) spelled: Vec<&'static str>,
    /// What is said of deprecated flags.
    pub(crate) notices: Vec<String>,
    /// The arguments.
    pub(crate) args: Vec<String>,
    /// The options before the verb.
    pub(crate) global: Global,
}

impl Values {
    /// Whether the flag was given.
    pub(crate) fn changed(&self, name: &str) -> bool {
        self.given.iter().any(|(it, _)| *it == name)
    }

    /// Whether the flag was given under this very name, a hidden one maybe.
    pub(crate) fn spelled(&self, name: &str) -> bool {
        self.spelled.contains(&name)
    }

    /// The last value given.
    pub(crate) fn last(&self, name: &str) -> Option<&str> {
        self.given
            .iter()
            .rev()
            .find(|(it, _)| *it == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the boolean flag is on; off when not given.
    pub(crate) fn on(&self, name: &str) -> bool {
        self.on_or(name, false)
    }

    /// Whether the boolean flag is on, with its default.
    pub(crate) fn on_or(&self, name: &str, default: bool) -> bool {
        self.last(name).map_or(default, |value| value == "true")
    }

    /// The value of a string flag; empty when not given.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.last(name).unwrap_or_default()
    }

    /// The value of a string flag, with its default.
    pub(crate) fn text_or<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.last(name).unwrap_or(default)
    }

    /// The value of a flag of numbers (whole numbers, bytes, nanoseconds); 0 when not given.
    pub(crate) fn number(&self, name: &str) -> i64 {
        self.number_or(name, 0)
    }

    /// The value of a flag of numbers, with its default.
    pub(crate) fn number_or(&self, name: &str, default: i64) -> i64 {
        self.last(name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// Every value given.
    pub(crate) fn list(&self, name: &str) -> Vec<&str> {
        self.given
            .iter()
            .filter(|(it, _)| *it == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// Every value given, owned.
    pub(crate) fn strings(&self, name: &str) -> Vec<String> {
        self.list(name).into_iter().map(str::to_owned).collect()
    }
}
