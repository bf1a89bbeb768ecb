//! What is said of a swarm's objects on their line.

use serde_json::Value;

/// How many tasks a service asks for, and of which image: `3 répliques  nginx:latest`.
pub(super) fn service(document: &Value) -> String {
    let replicas = document.pointer("/Spec/Mode/Replicated/Replicas");
    let mode = match replicas.and_then(Value::as_u64) {
        Some(many) if many > 1 => format!("{many} répliques"),
        Some(few) => format!("{few} réplique"),
        None if document.pointer("/Spec/Mode/Global").is_some() => "global".to_owned(),
        None => String::new(),
    };
    let image = document.pointer("/Spec/TaskTemplate/ContainerSpec/Image");
    let image = image.and_then(Value::as_str).unwrap_or_default();
    format!("{mode}  {}", image.split('@').next().unwrap_or_default())
}

/// `▶ ready  manager (chef)  active`
pub(super) fn node(document: &Value) -> String {
    let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
    let state = text("/Status/State").unwrap_or("unknown");
    let glyph = if state == "ready" { '▶' } else { '■' };
    let role = text("/Spec/Role").unwrap_or_default();
    let leader = document.pointer("/ManagerStatus/Leader") == Some(&Value::Bool(true));
    let leader = if leader { " (leader)" } else { "" };
    let availability = text("/Spec/Availability").unwrap_or_default();
    format!("{glyph} {state}  {role}{leader}  {availability}")
}

/// How much a configuration holds: its content is told in base64.
pub(super) fn config(document: &Value) -> String {
    let data = document.pointer("/Spec/Data").and_then(Value::as_str);
    let data = data.unwrap_or_default();
    let padding = data.bytes().rev().take_while(|it| *it == b'=').count();
    match (data.len() / 4 * 3).saturating_sub(padding) {
        0 => "vide".to_owned(),
        1 => "1 octet".to_owned(),
        many => format!("{many} octets"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_node_says_its_state_its_role_and_whether_it_takes_tasks() {
        // Docker 20.10.24, one node.
        let document = json!({
            "Spec": {"Role": "manager", "Availability": "active"},
            "Status": {"State": "ready", "Addr": "127.0.0.1"},
            "ManagerStatus": {"Leader": true, "Reachability": "reachable"},
        });
        assert_eq!(node(&document), "▶ ready  manager (leader)  active");
        let down = json!({"Spec": {"Role": "worker", "Availability": "drain"}, "Status": {"State": "down"}});
        assert_eq!(node(&down), "■ down  worker  drain");
        assert_eq!(node(&Value::Null), "■ unknown    ");
    }

    #[test]
    fn a_configuration_says_how_much_it_holds() {
        for (data, words) in [
            ("eAo=", "2 octets"),
            ("eA==", "1 octet"),
            ("", "vide"),
            ("YWJj", "3 octets"),
        ] {
            assert_eq!(config(&json!({"Spec": {"Data": data}})), words, "{data}");
        }
    }
}
