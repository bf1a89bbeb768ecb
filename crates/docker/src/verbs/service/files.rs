//! What a service names and the engine knows by identifiers: secrets, configs, networks.

use serde_json::{Map, Value, json};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{items, text};
use crate::verbs::container::create::csv;
use wire::percent;

/// Reads `--secret` or `--config`; the name is still to be looked up.
pub(super) fn reference(value: &str, kind: &str) -> Result<Value, String> {
    let (mut source, mut target) = (String::new(), String::new());
    let (mut uid, mut gid, mut mode) = ("0".to_owned(), "0".to_owned(), 0o444);
    let fields = csv::fields(value)?;
    if let [name] = fields.as_slice()
        && !name.contains('=')
    {
        source.clone_from(name);
        target.clone_from(name);
    } else {
        for field in &fields {
            let Some((key, given)) = field.split_once('=') else {
                return Err(format!("invalid field '{field}' must be a key=value pair"));
            };
            match key.to_lowercase().as_str() {
                "source" | "src" => given.clone_into(&mut source),
                "target" => given.clone_into(&mut target),
                "uid" => given.clone_into(&mut uid),
                "gid" => given.clone_into(&mut gid),
                "mode" => {
                    let digits = given.trim_start_matches('0');
                    mode = u32::from_str_radix(if digits.is_empty() { "0" } else { digits }, 8)
                        .map_err(|_| format!("invalid mode specified: strconv.ParseUint: parsing {given:?}: invalid syntax"))?;
                }
                _ => return Err(format!("invalid field in {kind} request: {key}")),
            }
        }
    }
    if source.is_empty() {
        return Err("source is required".to_owned());
    }
    if target.is_empty() {
        target.clone_from(&source);
    }
    let (id, name) = fields_of(kind);
    let mut found = Map::new();
    found.insert(
        "File".into(),
        json!({"Name": target, "UID": uid, "GID": gid, "Mode": mode}),
    );
    found.insert(id.into(), "".into());
    found.insert(name.into(), source.into());
    Ok(Value::Object(found))
}

/// The fields of a reference: identifier and name.
pub(super) fn fields_of(kind: &str) -> (&'static str, &'static str) {
    if kind == "secret" {
        ("SecretID", "SecretName")
    } else {
        ("ConfigID", "ConfigName")
    }
}

/// Looks the references' names up.
pub(super) async fn resolve(cli: &mut Cli, given: &[&str], kind: &str) -> Outcome<Vec<Value>> {
    if given.is_empty() {
        return Ok(Vec::new());
    }
    let (id, name) = fields_of(kind);
    let mut found: Vec<Value> = Vec::new();
    for value in given {
        let entry = reference(value, kind).map_err(Failure::new)?;
        let target = &entry["File"]["Name"];
        if found.iter().any(|it| it["File"]["Name"] == *target) {
            return Err(Failure::new(format!(
                "duplicate {kind} target for {} not allowed",
                text(&entry[name])
            )));
        }
        found.push(entry);
    }
    let names: Vec<String> = found
        .iter()
        .map(|it| format!("name={}", text(&it[name])))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let filters = crate::format::words::filters(&names);
    let known = cli
        .client
        .document(Call::get(format!("/{kind}s")).with("filters", filters))
        .await?;
    for entry in &mut found {
        let wanted = text(&entry[name]).to_owned();
        let known = items(&known)
            .iter()
            .find(|it| it["Spec"]["Name"] == wanted.as_str());
        let Some(known) = known else {
            return Err(Failure::new(format!("{kind} not found: {wanted}")));
        };
        entry[id] = known["ID"].clone();
    }
    Ok(found)
}

/// Reads `--network`; the name is still to be looked up.
pub(super) fn network(value: &str) -> Result<Value, String> {
    let mut found = json!({"Target": ""});
    let fields = csv::fields(value)?;
    if !value.contains('=') {
        found["Target"] = value.into();
        return Ok(found);
    }
    for field in fields {
        let (key, given) = field
            .split_once('=')
            .ok_or_else(|| format!("invalid field {field}"))?;
        match key.to_lowercase().as_str() {
            "name" => found["Target"] = given.into(),
            "alias" => match found["Aliases"].as_array_mut() {
                Some(list) => list.push(given.into()),
                None => found["Aliases"] = json!([given]),
            },
            "driver-opt" => {
                let (name, option) = given
                    .split_once('=')
                    .ok_or("invalid key value pair format in driver options")?;
                found["DriverOpts"][name] = option.into();
            }
            _ => return Err(format!("invalid field key {key}")),
        }
    }
    Ok(found)
}

/// Looks the networks up, and sorts them by identifier as the real client does.
pub(super) async fn networks(cli: &mut Cli, given: &[&str]) -> Outcome<Vec<Value>> {
    let mut found = Vec::new();
    for value in given {
        let mut entry = network(value).map_err(Failure::new)?;
        entry["Target"] = network_id(cli, text(&entry["Target"])).await?.into();
        found.push(entry);
    }
    found.sort_by(|one, other| text(&one["Target"]).cmp(text(&other["Target"])));
    Ok(found)
}

/// Identifier of a network of the cluster.
pub(super) async fn network_id(cli: &mut Cli, name: &str) -> Outcome<String> {
    let call =
        Call::get(format!("/networks/{}", percent::encode_path(name))).with("scope", "swarm");
    let network = cli.client.document(call).await?;
    Ok(text(&network["Id"]).to_owned())
}
