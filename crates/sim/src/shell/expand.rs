//! Expansion of words into fields, XCU 2.6.

use std::pin::Pin;

use super::pattern::Pattern;
use super::state::{Run, Shell, Stop};
use super::word::{Part, parse_here_document, parse_word};

/// What a character of an expansion counts as afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Unquoted text of the script: may be a pattern, is not split.
    Literal,
    /// Quoted: stands for itself.
    Quoted,
    /// Result of an unquoted expansion: split on IFS, and may be a pattern.
    Expanded,
}

/// An element of an expansion before it is split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Char(char, Kind),
    /// There were quotes here: the field exists even when it is empty.
    Quotes,
    /// A field ends here (`"$@"`).
    Break,
}

/// A character with whether it is quoted.
pub(super) type Field = Vec<(char, bool)>;

type Pending<'a, T> = Pin<Box<dyn Future<Output = Run<T>> + Send + 'a>>;

impl Shell {
    /// Expands a word to any number of fields: split, then matched against files.
    pub(super) async fn expand_fields(&mut self, word: &str, fields: &mut Vec<String>) -> Run<()> {
        let parts = self.read_word(word).await?;
        let mut items = Vec::new();
        self.expand_with_tilde(&parts, false, &mut items).await?;
        for field in split(&items, self.variables.get("IFS").unwrap_or(" \t\n")) {
            if self.options.is_on("noglob")
                || !field
                    .iter()
                    .any(|(c, quoted)| !quoted && "*?[".contains(*c))
            {
                fields.push(unquote(&field));
                continue;
            }
            let found = super::glob::expand(&self.sys, &field);
            if found.is_empty() {
                fields.push(unquote(&field));
            } else {
                fields.extend(found);
            }
        }
        Ok(())
    }

    /// Expands a word to exactly one text: assignments, redirections, `case`.
    pub(super) async fn expand_text(&mut self, word: &str) -> Run<String> {
        Ok(unquote(&self.expand_chars(word, false).await?))
    }

    /// The same for the value of an assignment, where `~` also counts after `:`.
    pub(super) async fn expand_value(&mut self, word: &str) -> Run<String> {
        Ok(unquote(&self.expand_chars(word, true).await?))
    }

    /// Expands a word to a pattern.
    pub(super) async fn expand_pattern(&mut self, word: &str) -> Run<Pattern> {
        Ok(Pattern::from_chars(&self.expand_chars(word, false).await?))
    }

    async fn expand_chars(&mut self, word: &str, is_value: bool) -> Run<Field> {
        let parts = self.read_word(word).await?;
        let mut items = Vec::new();
        self.expand_with_tilde(&parts, is_value, &mut items).await?;
        Ok(join(&items))
    }

    /// Expands the text of a here-document.
    pub(super) async fn expand_here_document(&mut self, text: &str) -> Run<String> {
        let parts = match parse_here_document(text) {
            Ok(parts) => parts,
            Err(error) => return self.fail(error).await,
        };
        let mut items = Vec::new();
        self.expand_parts(&parts, true, &mut items).await?;
        Ok(unquote(&join(&items)))
    }

    /// Expands parts to one text.
    pub(super) async fn expand_parts_text(&mut self, parts: &[Part], quoted: bool) -> Run<String> {
        let mut items = Vec::new();
        self.expand_parts(parts, quoted, &mut items).await?;
        Ok(unquote(&join(&items)))
    }

    /// Expands parts to a pattern.
    pub(super) async fn expand_parts_pattern(&mut self, parts: &[Part]) -> Run<Pattern> {
        let mut items = Vec::new();
        self.expand_parts(parts, false, &mut items).await?;
        Ok(Pattern::from_chars(&join(&items)))
    }

    async fn read_word(&mut self, word: &str) -> Run<Vec<Part>> {
        match parse_word(word) {
            Ok(parts) => Ok(parts),
            Err(error) => self.fail(error).await,
        }
    }

    async fn expand_with_tilde(
        &mut self,
        parts: &[Part],
        is_value: bool,
        items: &mut Vec<Item>,
    ) -> Run<()> {
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(text) if text.contains('~') => {
                    let ends_word = index + 1 == parts.len();
                    self.tilde(text, index == 0, is_value, ends_word, items);
                }
                part => {
                    self.expand_parts(std::slice::from_ref(part), false, items)
                        .await?;
                }
            }
        }
        Ok(())
    }

    /// Literal text in which a leading `~` or `~name` becomes a home directory.
    fn tilde(&self, text: &str, first: bool, is_value: bool, last: bool, items: &mut Vec<Item>) {
        let mut at_start = first;
        let mut rest = text;
        while !rest.is_empty() {
            if at_start && let Some(after) = rest.strip_prefix('~') {
                let end = after.find(|c| c == '/' || is_value && c == ':');
                let name = &after[..end.unwrap_or(after.len())];
                // A name cut short by a quote or an expansion is not one.
                let whole = end.is_some() || last;
                if let Some(home) = whole.then(|| self.home_of(name)).flatten() {
                    items.push(Item::Quotes);
                    items.extend(home.chars().map(|c| Item::Char(c, Kind::Quoted)));
                    rest = &after[name.len()..];
                    at_start = false;
                    continue;
                }
            }
            let Some(c) = rest.chars().next() else { break };
            items.push(Item::Char(c, Kind::Literal));
            rest = &rest[c.len_utf8()..];
            at_start = is_value && c == ':';
        }
    }

    fn home_of(&self, name: &str) -> Option<String> {
        if name.is_empty() {
            return self.variables.get("HOME").map(str::to_owned);
        }
        let passwd = self.sys.read_file("/etc/passwd").ok()?;
        let passwd = String::from_utf8_lossy(&passwd).into_owned();
        let line = passwd
            .lines()
            .find(|line| line.split(':').next() == Some(name))?;
        line.split(':').nth(5).map(str::to_owned)
    }

    /// Expands parts one after the other.
    pub(super) fn expand_parts<'a>(
        &'a mut self,
        parts: &'a [Part],
        quoted: bool,
        items: &'a mut Vec<Item>,
    ) -> Pending<'a, ()> {
        Box::pin(async move {
            let kind = if quoted { Kind::Quoted } else { Kind::Expanded };
            for part in parts {
                match part {
                    Part::Literal(text) => {
                        let kind = if quoted { Kind::Quoted } else { Kind::Literal };
                        items.extend(text.chars().map(|c| Item::Char(c, kind)));
                    }
                    Part::Quoted(text) => {
                        items.push(Item::Quotes);
                        items.extend(text.chars().map(|c| Item::Char(c, Kind::Quoted)));
                    }
                    Part::DoubleQuoted(inner) => {
                        // `"$@"` without parameters is no field at all.
                        if !(self.parameters.is_empty() && is_all_parameters(inner)) {
                            items.push(Item::Quotes);
                            self.expand_parts(inner, true, items).await?;
                        }
                    }
                    Part::Parameter(name, operation) => {
                        self.expand_parameter(name, operation, quoted, items)
                            .await?;
                    }
                    Part::Command(script) => {
                        let output = self.command_substitution(script).await?;
                        items.extend(output.chars().map(|c| Item::Char(c, kind)));
                    }
                    Part::Arithmetic(inner) => {
                        let text = self.expand_parts_text(inner, true).await?;
                        let value = self.arithmetic(&text).await?;
                        items.extend(value.to_string().chars().map(|c| Item::Char(c, kind)));
                    }
                }
            }
            Ok(())
        })
    }

    /// `$((…))`
    pub(super) async fn arithmetic(&mut self, text: &str) -> Run<i64> {
        match super::arith::evaluate(text, self) {
            Ok(value) => Ok(value),
            Err(error) => {
                self.complain(error).await;
                Err(Stop::Error(2))
            }
        }
    }
}

impl super::arith::Variables for Shell {
    fn value(&self, name: &str) -> Option<String> {
        self.parameter(name)
    }

    fn assign(&mut self, name: &str, value: i64) -> Result<(), super::arith::ArithError> {
        self.variables
            .set(name, value.to_string())
            .map_err(|error| super::arith::ArithError::Assign(error.to_string()))
    }
}

fn is_all_parameters(parts: &[Part]) -> bool {
    matches!(parts, [Part::Parameter(name, super::word::Operation::Value)] if name == "@")
}

/// One field, whatever the spaces: breaks become spaces.
fn join(items: &[Item]) -> Field {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Char(c, kind) => Some((*c, *kind == Kind::Quoted)),
            Item::Break => Some((' ', true)),
            Item::Quotes => None,
        })
        .collect()
}

pub(super) fn unquote(field: &[(char, bool)]) -> String {
    field.iter().map(|it| it.0).collect()
}

/// Field splitting, XCU 2.6.5.
pub(super) fn split(items: &[Item], ifs: &str) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut current: Option<Field> = None;
    // After a separator that is not white space, white space does not separate again.
    let mut white_after = false;
    for item in items {
        match *item {
            Item::Quotes => {
                current.get_or_insert_default();
                white_after = false;
            }
            Item::Break => {
                fields.extend(current.take());
                white_after = false;
            }
            Item::Char(c, Kind::Expanded) if ifs.contains(c) => {
                if matches!(c, ' ' | '\t' | '\n') {
                    if let Some(field) = current.take() {
                        fields.push(field);
                        white_after = true;
                    }
                } else {
                    match current.take() {
                        Some(field) => fields.push(field),
                        None if white_after => {}
                        None => fields.push(Field::new()),
                    }
                    white_after = false;
                }
            }
            Item::Char(c, kind) => {
                current
                    .get_or_insert_default()
                    .push((c, kind == Kind::Quoted));
                white_after = false;
            }
        }
    }
    fields.extend(current);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(text: &str, ifs: &str) -> Vec<String> {
        let items: Vec<_> = text
            .chars()
            .map(|c| Item::Char(c, Kind::Expanded))
            .collect();
        split(&items, ifs).iter().map(|it| unquote(it)).collect()
    }

    #[test]
    fn splits_on_ifs() {
        assert_eq!(fields("  a  b ", " \t\n"), ["a", "b"]);
        assert_eq!(fields("a:b::c:", ":"), ["a", "b", "", "c"]);
        assert_eq!(fields(":a", ":"), ["", "a"]);
        assert_eq!(fields("a : b", " :"), ["a", "b"]);
        assert_eq!(fields("", " "), Vec::<String>::new());
        assert_eq!(fields("a b", ""), ["a b"]);
    }

    #[test]
    fn quotes_keep_an_empty_field() {
        assert_eq!(split(&[Item::Quotes], " "), [Field::new()]);
        assert_eq!(
            split(&[Item::Quotes, Item::Break, Item::Quotes], " ").len(),
            2
        );
    }
}
