//! The JSON Schema of the front matter and of each block, for editors: made of the types that read
//! them, each key with what the writing guide says of it.
//!
//! <https://json-schema.org/draft/2020-12>. A schema says which keys and which sorts of values; what
//! must hold between them is what `lecons verifier` proves.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};
use serde_json::{Map, Value, json};

use super::extra::{RawDiagram, RawObservation, RawRecap};
use super::goals::Pairs;
use super::scalars::{COMPARISONS, Commands, Texts};
use super::schema::{
    RawExercise, RawHead, RawMisconception, RawPrediction, RawQuiz, RawTrial, Trials,
};
use crate::lesson::goal::FieldGoal;

/// The guide: what its tables say of a key is the key's description.
const GUIDE: &str = include_str!("../../../lessons/README.md");

/// The blocks whose content is YAML, and the front matter: the name of each, and the title of its
/// part of the guide.
pub(crate) const BLOCKS: [(&str, &str); 8] = [
    ("entete", "L’en-tête"),
    ("exercice", "`exercice`"),
    ("prediction", "`prediction`"),
    ("observation", "`observation`"),
    ("quiz", "`quiz`"),
    ("idee-recue", "`idee-recue`"),
    ("schema", "`schema`"),
    ("bilan", "`bilan`"),
];

/// The schema of one block, or of all of them under `$defs`; `None` when there is no such block.
pub fn json_schema_of(block: Option<&str>) -> Option<Value> {
    if let Some(block) = block {
        let (name, part) = BLOCKS.into_iter().find(|(name, _)| *name == block)?;
        return Some(of(name, part));
    }
    let all: Map<String, Value> = BLOCKS
        .into_iter()
        .map(|(name, part)| {
            let mut schema = of(name, part);
            if let Some(object) = schema.as_object_mut() {
                object.remove("$schema");
                // Its own definitions are found from its own identifier.
                object.insert("$id".to_owned(), json!(format!("moussaillon:{name}")));
            }
            (name.to_owned(), schema)
        })
        .collect();
    Some(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Blocs d’une leçon de moussaillon",
        "$defs": all,
    }))
}

fn of(name: &str, part: &str) -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let schema = match name {
        "entete" => generator.into_root_schema_for::<RawHead>(),
        "exercice" => generator.into_root_schema_for::<RawExercise>(),
        "prediction" => generator.into_root_schema_for::<RawPrediction>(),
        "observation" => generator.into_root_schema_for::<RawObservation>(),
        "quiz" => generator.into_root_schema_for::<RawQuiz>(),
        "idee-recue" => generator.into_root_schema_for::<RawMisconception>(),
        "schema" => generator.into_root_schema_for::<RawDiagram>(),
        _ => generator.into_root_schema_for::<RawRecap>(),
    };
    let mut schema = schema.to_value();
    strip(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(name));
        let keys = object.get_mut("properties").and_then(Value::as_object_mut);
        for (key, property) in keys.into_iter().flatten() {
            let words = said(part, key);
            if let (Some(words), Some(property)) = (words, property.as_object_mut()) {
                property.insert("description".to_owned(), json!(words));
            }
        }
    }
    schema
}

/// Takes off what the types' own documentation says, which is for who works on the program, and
/// `null`: no key may be written without a value.
fn strip(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.remove("description");
            if object.get("title").is_some_and(Value::is_string) {
                object.remove("title");
            }
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|it| it != "null");
                if let [one] = types.as_slice() {
                    let one = one.clone();
                    object.insert("type".to_owned(), one);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|it| it["type"] != "null");
                if let [Value::Object(one)] = choices.as_slice() {
                    let one = one.clone();
                    object.remove("anyOf");
                    object.extend(one);
                }
            }
            object.values_mut().for_each(strip);
        }
        Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

/// What the guide says of a key, in this part's table.
fn said(part: &str, key: &str) -> Option<String> {
    let titled = |line: &str| line.starts_with('#') && line.trim_start_matches('#').trim() == part;
    let lines = GUIDE.lines().skip_while(|line| !titled(line)).skip(1);
    let quoted = format!("`{key}`");
    lines
        .take_while(|line| !line.starts_with('#'))
        .filter(|line| line.starts_with('|'))
        .find_map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let (first, last) = (cells.first()?, cells.last()?);
            first
                .split(',')
                .any(|it| it.trim() == quoted)
                .then(|| (*last).to_owned())
        })
}

/// A text, or a value that is read as one.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean"]})
}

fn text_or_list() -> Schema {
    json_schema!({"anyOf": [text(), {"type": "array", "items": {"type": "string"}}]})
}

impl JsonSchema for Texts {
    fn schema_name() -> Cow<'static, str> {
        "Textes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text_or_list()
    }
}

impl JsonSchema for Commands {
    fn schema_name() -> Cow<'static, str> {
        "Commandes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        text_or_list()
    }
}

impl<T: JsonSchema> JsonSchema for Pairs<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Paires-{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<T>();
        json_schema!({"type": "object", "minProperties": 1, "additionalProperties": value})
    }
}

impl JsonSchema for FieldGoal {
    fn schema_name() -> Cow<'static, str> {
        "Champ".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let comparisons: Map<String, Value> = COMPARISONS
            .iter()
            .map(|name| ((*name).to_owned(), json!(true)))
            .collect();
        json_schema!({"anyOf": [text(), {
            "type": "object",
            "properties": comparisons,
            "additionalProperties": false,
            "minProperties": 1,
            "maxProperties": 1,
        }]})
    }
}

impl JsonSchema for Trials {
    fn schema_name() -> Cow<'static, str> {
        "Experience".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let trial = generator.subschema_for::<RawTrial>();
        json_schema!({"anyOf": [
            {"type": "string"},
            {"type": "array", "items": {"anyOf": [{"type": "string"}, trial]}},
        ]})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of a block.
    fn keys(schema: &Value) -> Vec<&String> {
        schema["properties"].as_object().unwrap().keys().collect()
    }

    #[test]
    fn each_block_has_its_keys_and_no_other() {
        for (name, part) in BLOCKS {
            let schema = of(name, part);
            assert_eq!(schema["additionalProperties"], json!(false), "{name}");
            assert!(!keys(&schema).is_empty(), "{name}");
        }
        let schema = json_schema_of(Some("exercice")).unwrap();
        let required = schema["required"].as_array().unwrap();
        for key in ["consigne", "but", "indices", "solution"] {
            assert!(required.contains(&json!(key)), "{key}");
        }
        assert_eq!(json_schema_of(Some("exercise")), None);
    }

    #[test]
    fn what_the_guide_says_of_a_key_is_its_description() {
        for (block, key) in [
            ("entete", "duree"),
            ("exercice", "cas"),
            ("observation", "forme"),
        ] {
            let schema = json_schema_of(Some(block)).unwrap();
            let words = schema["properties"][key]["description"].as_str();
            assert!(words.is_some_and(|it| it.len() > 10), "{block} {key}");
        }
    }

    #[test]
    fn no_key_is_written_without_a_value() {
        let all = json_schema_of(None).unwrap().to_string();
        assert!(!all.contains("\"null\""), "{all}");
        // Whoever reads it writes lessons, not Rust.
        assert!(!all.contains("A line of `but`"), "{all}");
    }

    #[test]
    fn each_comparison_of_the_reader_is_in_it() {
        let schema = json_schema_of(Some("exercice")).unwrap();
        let field = &schema["$defs"]["Champ"]["anyOf"][1]["properties"];
        for name in COMPARISONS {
            assert!(field[*name] == json!(true), "{name}");
        }
    }
}
