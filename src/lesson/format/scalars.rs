//! Values that a lesson may write in more than one way.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::lesson::goal::{Count, FieldGoal};

/// A key that may be left out, but not written without a value.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// One text, or a list of texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Texts(pub(crate) Vec<String>);

/// Command lines: a text of one command per line (a `\` at the end of a line goes on), or a list
/// of commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Commands(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextsVisitor).map(Self)
    }
}

impl<'de> Deserialize<'de> for Commands {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = deserializer.deserialize_any(TextsVisitor)?;
        let commands: Vec<String> = match texts.as_slice() {
            [one] => command_lines(one),
            several => several.iter().map(|it| it.trim().to_owned()).collect(),
        };
        if commands.iter().all(String::is_empty) {
            return Err(D::Error::custom("il manque une commande"));
        }
        Ok(Self(commands))
    }
}

/// The commands of a text, one per line.
pub(crate) fn command_lines(text: &str) -> Vec<String> {
    let mut commands: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text
        .lines()
        .map(str::trim_end)
        .filter(|line| !line.trim().is_empty())
    {
        match commands.last_mut() {
            Some(last) if goes_on => {
                last.push('\n');
                last.push_str(line);
            }
            _ => commands.push(line.trim_start().to_owned()),
        }
        goes_on = line.ends_with('\\');
    }
    commands
}

struct TextsVisitor;

impl<'de> Visitor<'de> for TextsVisitor {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un texte ou une liste de textes")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(vec![text.to_owned()])
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(vec![value.to_string()])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut texts = Vec::new();
        while let Some(text) = list.next_element::<String>()? {
            texts.push(text);
        }
        Ok(texts)
    }
}

impl<'de> Deserialize<'de> for FieldGoal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

/// How a field may be compared.
pub(crate) const COMPARISONS: &[&str] = &[
    "different-de",
    "au-moins",
    "au-plus",
    "contient",
    "absent",
    "meme-que",
    "autre-que",
    "inchange",
    "prolonge",
    "longueur",
];

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = FieldGoal;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "une valeur, ou une comparaison ({})",
            COMPARISONS.join(", ")
        )
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(FieldGoal::Is(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        Ok(FieldGoal::Is(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        Ok(FieldGoal::Is(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        Ok(FieldGoal::Is(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        Ok(FieldGoal::Is(value.to_string()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let Some(key) = map.next_key::<String>()? else {
            return Err(A::Error::custom("il manque une comparaison"));
        };
        let goal = match key.as_str() {
            "different-de" => FieldGoal::IsNot(map.next_value()?),
            "au-moins" => FieldGoal::AtLeast(map.next_value()?),
            "au-plus" => FieldGoal::AtMost(map.next_value()?),
            "contient" => FieldGoal::Holds(map.next_value()?),
            "absent" => FieldGoal::Absent(map.next_value()?),
            "meme-que" => FieldGoal::SameAs(map.next_value()?),
            "autre-que" => FieldGoal::OtherThan(map.next_value()?),
            "inchange" => FieldGoal::Unchanged(map.next_value()?),
            "prolonge" => FieldGoal::Extends(map.next_value()?),
            "longueur" => FieldGoal::Length(map.next_value::<Length>()?.0),
            _ => return Err(A::Error::unknown_field(&key, COMPARISONS)),
        };
        if map.next_key::<String>()?.is_some() {
            return Err(A::Error::custom("une seule comparaison par champ"));
        }
        Ok(goal)
    }
}

/// `3`, or `{au-moins: 3}`.
struct Length(Count);

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LengthVisitor).map(Self)
    }
}

struct LengthVisitor;

impl<'de> Visitor<'de> for LengthVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("un nombre, ou « au-moins » et un nombre")
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        let number = usize::try_from(value).map_err(E::custom)?;
        Ok(Count::Exactly(number))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        let number = usize::try_from(value)
            .map_err(|_| E::custom("une longueur est un nombre entier positif"))?;
        Ok(Count::Exactly(number))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        const KEYS: &[&str] = &["au-moins"];
        let count = match map.next_key::<String>()?.as_deref() {
            Some("au-moins") => Count::AtLeast(map.next_value()?),
            other => return Err(A::Error::unknown_field(other.unwrap_or_default(), KEYS)),
        };
        match map.next_key::<String>()? {
            None => Ok(count),
            Some(other) => Err(A::Error::unknown_field(&other, KEYS)),
        }
    }
}
