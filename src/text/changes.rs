//! What a command changed, and what the engine holds, in words.

use serde_json::Value;

use super::states;
use crate::domain::{Change, Diff, FieldChange, Kind, Object, Snapshot};

/// Telling fields that are said of one object.
const MOST: usize = 8;

/// Where a network has its containers, by identifier.
const MEMBERS: &str = "Containers.";

/// A kind, as one and as many; and whether its word is feminine.
const fn kind(kind: Kind) -> (&'static str, &'static str, bool) {
    match kind {
        Kind::Container => ("conteneur", "Conteneurs", false),
        Kind::Image => ("image", "Images", true),
        Kind::Volume => ("volume", "Volumes", false),
        Kind::Network => ("réseau", "Réseaux", false),
        Kind::Service => ("service", "Services", false),
        Kind::Node => ("nœud", "Nœuds", false),
        Kind::Secret => ("secret", "Secrets", false),
        Kind::Config => ("config", "Configs", true),
    }
}

/// In the order in which they are told.
const KINDS: [Kind; 8] = [
    Kind::Service,
    Kind::Node,
    Kind::Container,
    Kind::Image,
    Kind::Volume,
    Kind::Network,
    Kind::Secret,
    Kind::Config,
];

/// One line per object that changed, or one per telling field.
pub fn lines(diff: &Diff) -> Vec<String> {
    diff.changes.iter().flat_map(change).collect()
}

/// The same lines, each after the sign of its change: `+`, `-` or `~`.
pub fn signed(diff: &Diff) -> Vec<(char, String)> {
    let changes = diff.changes.iter();
    changes
        .flat_map(|it| change(it).into_iter().map(|line| (it.glyph(), line)))
        .collect()
}

fn change(change: &Change) -> Vec<String> {
    let object = change.object();
    let (word, _, feminine) = kind(object.reference().kind);
    let e = if feminine { "e" } else { "" };
    let facts = facts(object);
    match change {
        Change::Added(_) => vec![format!("Nouveau\u{a0}: {word} {}{facts}.", object.name())],
        Change::Removed(_) => vec![format!("Supprimé{e}\u{a0}: {word} {}.", object.name())],
        Change::Modified { fields, .. } => {
            let telling: Vec<&FieldChange> = fields.iter().filter(|it| !it.is_detail()).collect();
            let mut lines: Vec<String> = telling
                .iter()
                .take(MOST)
                .map(|it| {
                    let says = field(object, it);
                    format!("Changé{e}\u{a0}: {word} {}, {says}.", object.name())
                })
                .collect();
            if telling.len() > MOST {
                let more = telling.len() - MOST;
                lines.push(format!(
                    "Et d’autres champs de {}\u{a0}: {more}.",
                    object.name()
                ));
            }
            lines
        }
    }
}

/// Where a field is, with the names of what identifiers stand for: a container of a network.
pub fn path(object: &Object, path: &str) -> String {
    let member = path.strip_prefix(MEMBERS).and_then(|rest| {
        let (id, field) = rest.split_once('.')?;
        let name = object.document().get("Containers")?.get(id)?.get("Name")?;
        Some(format!("conteneur {}, {field}", name.as_str()?))
    });
    let network = matches!(object, Object::Network(_));
    member.filter(|_| network).unwrap_or_else(|| {
        let parts: Vec<String> = path.split('.').map(identifier).collect();
        parts.join(".")
    })
}

/// The container that joined or left a network, by a field that appeared or went away, and what it
/// did.
pub fn member(object: &Object, field: &FieldChange) -> Option<(String, String)> {
    let id = field.path.strip_prefix(MEMBERS)?;
    if !matches!(object, Object::Network(_)) || id.contains('.') {
        return None;
    }
    let (did, member) = match (&field.before, &field.after) {
        (None, Some(member)) => ("rejoint ce réseau", member),
        (Some(member), None) => ("quitte ce réseau", member),
        _ => return None,
    };
    let told = |name: &str| member.get(name)?.as_str().filter(|it| !it.is_empty());
    let name = told("Name").map_or_else(|| identifier(id), str::to_owned);
    let says = match told("IPv4Address") {
        Some(address) => format!("{did}, {address}"),
        None => did.to_owned(),
    };
    Some((format!("conteneur {name}"), says))
}

fn field(object: &Object, field: &FieldChange) -> String {
    if let Some((name, says)) = member(object, field) {
        return format!("{name} {says}");
    }
    let path = path(object, &field.path);
    match (&field.before, &field.after) {
        (None, Some(new)) => format!("champ {path} ajouté, {}", short(new)),
        (Some(old), None) => format!("champ {path} retiré, il valait {}", short(old)),
        (Some(old), Some(new)) => format!("champ {path}, de {} à {}", short(old), short(new)),
        (None, None) => format!("champ {path}"),
    }
}

/// A value in few words: the name and the addresses of what is large.
pub fn short(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "vide".to_owned(),
        Value::String(text) => identifier(text).replace(['\n', '\t', '\r'], " "),
        Value::Null => "null".to_owned(),
        Value::Array(items) if items.iter().any(Value::is_object) => match items.len() {
            1 => "une entrée".to_owned(),
            many => format!("{many} entrées"),
        },
        Value::Object(fields) => {
            let told = ["Name", "IPv4Address", "IPAddress", "HostIp", "HostPort"];
            let told: Vec<String> = told
                .iter()
                .filter_map(|name| Some(identifier(fields.get(*name)?.as_str()?)))
                .filter(|it| !it.is_empty())
                .collect();
            if told.is_empty() {
                match fields.len() {
                    0 => "vide".to_owned(),
                    1 => "un champ".to_owned(),
                    many => format!("{many} champs"),
                }
            } else {
                told.join(", ")
            }
        }
        other => other.to_string(),
    }
}

/// An identifier as docker shortens it; any other text as it is.
pub fn identifier(text: &str) -> String {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    let is_one = digits.len() == 64 && digits.bytes().all(|it| it.is_ascii_hexdigit());
    match digits.get(..12).filter(|_| is_one) {
        Some(short) => short.to_owned(),
        None => text.to_owned(),
    }
}

/// What an object is, after its name.
fn facts(object: &Object) -> String {
    match object {
        Object::Container(it) => {
            let state = states::told(it.state, it.exit_code);
            let command = it.command.join(" ");
            format!(", état {state}, image {}, commande {command}", it.image)
        }
        Object::Network(it) => format!(", pilote {}", it.driver),
        _ => String::new(),
    }
}

/// All that the engine holds: a line per kind, then one per object.
pub fn state(state: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    for it in KINDS {
        let mut objects: Vec<&Object> = state.of_kind(it).collect();
        objects.sort_by_key(|object| object.name());
        if objects.is_empty() {
            continue;
        }
        let (_, many, _) = kind(it);
        lines.push(format!("{many}\u{a0}: {}.", objects.len()));
        lines.extend(
            objects
                .iter()
                .map(|object| format!("- {}{}", object.name(), facts(object))),
        );
    }
    if lines.is_empty() {
        lines.push("Le moteur ne contient rien.".to_owned());
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::{Document, Network};

    const ID: &str = "9faa9e0d0355dc8915e64fe9d8d746fb07171de1aee30ba6485d733aea6f294d";

    #[test]
    fn a_field_is_said_in_few_words() {
        let network = Object::Network(Network {
            id: "n".to_owned(),
            name: "port".to_owned(),
            driver: "bridge".to_owned(),
            document: Document::from(json!({ "Containers": { ID: { "Name": "jumeau1" } } })),
        });
        let said = |path: &str, before, after| {
            let path = path.to_owned();
            field(
                &network,
                &FieldChange {
                    path,
                    before,
                    after,
                },
            )
        };
        let member =
            || Some(json!({"Name": "jumeau1", "IPv4Address": "172.17.0.2/16", "MacAddress": "6e"}));
        let path = format!("Containers.{ID}");
        assert_eq!(
            said(&path, None, member()),
            "conteneur jumeau1 rejoint ce réseau, 172.17.0.2/16"
        );
        assert_eq!(
            said(&path, member(), None),
            "conteneur jumeau1 quitte ce réseau, 172.17.0.2/16"
        );
        // One that does not run has no address; a name may be missing.
        assert_eq!(
            said(
                &path,
                None,
                Some(json!({"Name": "jumeau1", "IPv4Address": ""}))
            ),
            "conteneur jumeau1 rejoint ce réseau"
        );
        assert_eq!(
            said(&path, None, Some(json!({}))),
            "conteneur 9faa9e0d0355 rejoint ce réseau"
        );
        assert_eq!(
            said(
                &format!("{path}.IPv4Address"),
                Some(json!("172.17.0.2/16")),
                Some(json!("172.17.0.3/16"))
            ),
            "champ conteneur jumeau1, IPv4Address, de 172.17.0.2/16 à 172.17.0.3/16"
        );
        assert_eq!(
            said(
                "State.Status",
                Some(json!("created")),
                Some(json!("running"))
            ),
            "champ State.Status, de created à running"
        );
        assert_eq!(
            said("Mounts", Some(json!([])), Some(json!([{"a": 1}]))),
            "champ Mounts, de [] à une entrée"
        );
        assert_eq!(
            said("Labels", Some(json!({"a": "b"})), None),
            "champ Labels retiré, il valait un champ"
        );
    }
}
