//! The `filters` parameter: `{"name": ["web"]}`, or `{"name": {"web": true}}` from older clients.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pattern::Pattern;
use super::{Fault, Outcome};

/// Filters of a request: for each name, the values of which one must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    values: BTreeMap<String, Vec<String>>,
}

impl Filters {
    /// Reads the parameter; an absent or empty one filters nothing.
    pub fn parse(text: &str) -> Outcome<Self> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let bad = || Fault::invalid("invalid filter");
        let document: Value = serde_json::from_str(text).map_err(|_| bad())?;
        if !document.is_object() && !document.is_null() {
            return Err(bad());
        }
        let mut values = BTreeMap::new();
        for (name, value) in document.as_object().into_iter().flatten() {
            let list: Vec<String> = match value {
                Value::Array(items) => items
                    .iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect(),
                Value::Object(set) => set.keys().cloned().collect(),
                _ => return Err(bad()),
            };
            values.insert(name.clone(), list);
        }
        Ok(Self { values })
    }

    /// Refuses a filter whose name is not in this list.
    pub fn only(&self, known: &[&str]) -> Outcome<()> {
        match self
            .values
            .keys()
            .find(|name| !known.contains(&name.as_str()))
        {
            Some(name) => Err(Fault::invalid(format!("invalid filter '{name}'"))),
            None => Ok(()),
        }
    }

    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether it is given.
    pub fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The values of one.
    pub fn get(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Adds a value, for defaults.
    pub fn add(&mut self, name: &str, value: &str) {
        self.values
            .entry(name.to_owned())
            .or_default()
            .push(value.to_owned());
    }

    /// Whether the filter is absent or one of its values is accepted.
    pub fn any(&self, name: &str, accept: impl Fn(&str) -> bool) -> bool {
        self.values
            .get(name)
            .is_none_or(|values| values.iter().any(|value| accept(value)))
    }

    /// The same with values as regular expressions or parts of the text.
    pub fn matches(&self, name: &str, texts: &[&str]) -> bool {
        self.any(name, |value| {
            let pattern = Pattern::new(value);
            texts
                .iter()
                .any(|text| *text == value || pattern.is_match(text))
        })
    }

    /// `label` and `label!`: all must hold.
    pub fn labels(&self, labels: &BTreeMap<String, String>) -> bool {
        let holds = |wanted: &String| match wanted.split_once('=') {
            Some((key, value)) => labels.get(key).is_some_and(|it| it == value),
            None => labels.contains_key(wanted),
        };
        self.get("label").iter().all(holds) && !self.get("label!").iter().any(holds)
    }

    /// A filter that is `true` or `false`; `None` when absent.
    pub fn flag(&self, name: &str) -> Outcome<Option<bool>> {
        let Some(values) = self.values.get(name) else {
            return Ok(None);
        };
        let truth = |word: &str| match word {
            "1" | "true" => Some(true),
            "0" | "false" => Some(false),
            _ => None,
        };
        match values.as_slice() {
            [word] if truth(word).is_some() => Ok(truth(word)),
            _ => {
                let list = values.join(" ");
                Err(Fault::invalid(format!("invalid filter '{name}=[{list}]'")))
            }
        }
    }
}
