//! Parameters: `$x`, `$1`, `$?`, and what `${…}` does with them, XCU 2.5 and 2.6.2.

use super::expand::{Item, Kind};
use super::state::{Run, Shell, Stop, is_name};
use super::word::{Operation, Part, UnsetAction};

impl Shell {
    /// The value of a parameter; `None` when it is not set. `$@` and `$*` are joined by spaces.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        match name {
            "?" => Some(self.status.to_string()),
            "$" => Some(self.pid.0.to_string()),
            "!" => self.last_background.map(|pid| pid.0.to_string()),
            "#" => Some(self.parameters.len().to_string()),
            "-" => Some(self.flags()),
            "0" => Some(self.arg0.clone()),
            "@" | "*" => (!self.parameters.is_empty()).then(|| self.parameters.join(" ")),
            "LINENO" => Some(self.line.to_string()),
            "RANDOM" => Some(self.random().to_string()),
            name => match name.parse::<usize>() {
                Ok(number) => self.parameters.get(number.wrapping_sub(1)).cloned(),
                Err(_) => self.variables.get(name).map(str::to_owned),
            },
        }
    }

    /// `$RANDOM`: 15 bits that nobody should trust.
    fn random(&self) -> u16 {
        use std::hash::{BuildHasher, Hasher};
        let mut hasher = std::collections::hash_map::RandomState::new().build_hasher();
        hasher.write_u32(self.pid.0);
        u16::try_from(hasher.finish() & 0x7fff).unwrap_or(0)
    }

    pub(super) async fn expand_parameter(
        &mut self,
        name: &str,
        operation: &Operation,
        quoted: bool,
        items: &mut Vec<Item>,
    ) -> Run<()> {
        let kind = if quoted { Kind::Quoted } else { Kind::Expanded };
        let mut push = |text: &str| items.extend(text.chars().map(|c| Item::Char(c, kind)));
        match operation {
            Operation::Value if name == "@" || name == "*" => {
                self.expand_all(name, quoted, items);
            }
            Operation::Value => {
                let value = self.value_or_complain(name).await?;
                push(&value);
            }
            Operation::Length => {
                let length = match name {
                    "@" | "*" => self.parameters.len(),
                    _ => self.value_or_complain(name).await?.chars().count(),
                };
                push(&length.to_string());
            }
            Operation::Unset(action, colon, word) => {
                let value = self.parameter(name).filter(|it| !(*colon && it.is_empty()));
                self.expand_unset(name, value, *action, *colon, word, quoted, items)
                    .await?;
            }
            Operation::Trim {
                suffix,
                longest,
                pattern,
            } => {
                let value: Vec<char> = self.value_or_complain(name).await?.chars().collect();
                let pattern = self.expand_parts_pattern(pattern).await?;
                let kept = if *suffix {
                    let cut = pattern.suffix(&value, *longest).unwrap_or(0);
                    &value[..value.len() - cut]
                } else {
                    &value[pattern.prefix(&value, *longest).unwrap_or(0)..]
                };
                push(&kept.iter().collect::<String>());
            }
            Operation::Slice(offset, length) => {
                let value: Vec<char> = self.value_or_complain(name).await?.chars().collect();
                let offset = self.number(offset).await?;
                let length = match length {
                    Some(length) => Some(self.number(length).await?),
                    None => None,
                };
                push(&slice(&value, offset, length));
            }
            Operation::Replace { all, pattern, with } => {
                let value: Vec<char> = self.value_or_complain(name).await?.chars().collect();
                let pattern = self.expand_parts_pattern(pattern).await?;
                let with = self.expand_parts_text(with, quoted).await?;
                push(&replace(&value, &pattern, &with, *all));
            }
        }
        Ok(())
    }

    async fn number(&mut self, parts: &[Part]) -> Run<i64> {
        let text = self.expand_parts_text(parts, true).await?;
        self.arithmetic(&text).await
    }

    /// `$@` and `$*`.
    fn expand_all(&self, name: &str, quoted: bool, items: &mut Vec<Item>) {
        if quoted && name == "*" {
            let separator = self
                .variables
                .get("IFS")
                .map_or(Some(' '), |ifs| ifs.chars().next());
            for (index, parameter) in self.parameters.iter().enumerate() {
                if index > 0 {
                    items.extend(separator.map(|c| Item::Char(c, Kind::Quoted)));
                }
                items.extend(parameter.chars().map(|c| Item::Char(c, Kind::Quoted)));
            }
            return;
        }
        let kind = if quoted { Kind::Quoted } else { Kind::Expanded };
        for (index, parameter) in self.parameters.iter().enumerate() {
            if index > 0 {
                items.push(Item::Break);
            }
            if quoted {
                items.push(Item::Quotes);
            }
            items.extend(parameter.chars().map(|c| Item::Char(c, kind)));
        }
    }

    async fn value_or_complain(&mut self, name: &str) -> Run<String> {
        match self.parameter(name) {
            Some(value) => Ok(value),
            None if self.options.is_on("nounset") && !matches!(name, "@" | "*" | "!") => {
                self.fail(format!("{name}: parameter not set")).await
            }
            None => Ok(String::new()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one expansion")]
    async fn expand_unset(
        &mut self,
        name: &str,
        value: Option<String>,
        action: UnsetAction,
        colon: bool,
        word: &[Part],
        quoted: bool,
        items: &mut Vec<Item>,
    ) -> Run<()> {
        let kind = if quoted { Kind::Quoted } else { Kind::Expanded };
        match (action, value) {
            (UnsetAction::Alternative, None) => {}
            (UnsetAction::Alternative, Some(_)) | (UnsetAction::Default, None) => {
                self.expand_word_of_unset(word, quoted, items).await?;
            }
            (UnsetAction::Assign, None) => {
                if !is_name(name) {
                    return self.fail("bad substitution").await;
                }
                let value = self.expand_parts_text(word, quoted).await?;
                self.assign(name, &value).await?;
                items.extend(value.chars().map(|c| Item::Char(c, kind)));
            }
            (UnsetAction::Fail, None) => {
                let text = self.expand_parts_text(word, quoted).await?;
                let text = match (text.is_empty(), colon) {
                    (false, _) => text,
                    (true, true) => "parameter not set or null".into(),
                    (true, false) => "parameter not set".into(),
                };
                self.complain(format!("{name}: {text}")).await;
                return Err(Stop::Error(2));
            }
            (_, Some(_)) if name == "@" || name == "*" => self.expand_all(name, quoted, items),
            (_, Some(value)) => items.extend(value.chars().map(|c| Item::Char(c, kind))),
        }
        Ok(())
    }

    /// The word of `${x:-word}`: its unquoted literal text is split like an expansion.
    async fn expand_word_of_unset(
        &mut self,
        word: &[Part],
        quoted: bool,
        items: &mut Vec<Item>,
    ) -> Run<()> {
        let start = items.len();
        self.expand_parts(word, quoted, items).await?;
        for item in &mut items[start..] {
            if let Item::Char(_, kind @ Kind::Literal) = item {
                *kind = Kind::Expanded;
            }
        }
        Ok(())
    }
}

/// `${x:offset:length}`; a negative offset counts from the end, a negative length too.
fn slice(value: &[char], offset: i64, length: Option<i64>) -> String {
    let total = i64::try_from(value.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { offset + total } else { offset };
    if start < 0 || start > total {
        return String::new();
    }
    let end = match length {
        None => total,
        Some(length) if length < 0 => total + length,
        Some(length) => start.saturating_add(length).min(total),
    };
    let (start, end) = (
        usize::try_from(start).unwrap_or(0),
        usize::try_from(end).unwrap_or(0),
    );
    value.get(start..end).unwrap_or_default().iter().collect()
}

/// `${x/pattern/with}`: the longest match at the first place, or at each.
fn replace(value: &[char], pattern: &super::pattern::Pattern, with: &str, all: bool) -> String {
    let mut result = String::new();
    let mut at = 0;
    let mut done = false;
    while at < value.len() {
        match pattern.prefix(&value[at..], true) {
            Some(length) if length > 0 && !done => {
                result.push_str(with);
                at += length;
                done = !all;
            }
            _ => {
                result.push(value[at]);
                at += 1;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::pattern::Pattern;

    #[test]
    fn slices_and_replaces() {
        let text: Vec<char> = "abcdef".chars().collect();
        assert_eq!(slice(&text, 1, Some(2)), "bc");
        assert_eq!(slice(&text, -2, None), "ef");
        assert_eq!(slice(&text, 1, Some(-1)), "bcde");
        assert_eq!(slice(&text, 9, None), "");
        assert_eq!(replace(&text, &Pattern::new("[ace]"), "Z", true), "ZbZdZf");
        assert_eq!(replace(&text, &Pattern::new("c"), "X", false), "abXdef");
    }
}
