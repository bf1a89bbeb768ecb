//! `--mount`

use serde_json::{Map, Value, json};

use super::csv::fields;
use crate::docker::units;

/// The mount of one `--mount`; `absolute` completes a relative source.
pub(super) fn mount(value: &str, absolute: &dyn Fn(&str) -> String) -> Result<Value, String> {
    let mut kind = "volume".to_owned();
    let mut top = Map::new();
    let mut options: Vec<(&str, Map<String, Value>)> = Vec::new();
    let mut set = |group: &'static str, key: &str, value: Value| {
        let at = options
            .iter()
            .position(|it| it.0 == group)
            .unwrap_or_else(|| {
                options.push((group, Map::new()));
                options.len() - 1
            });
        options[at].1.insert(key.to_owned(), value);
    };
    let mut labels = Map::new();
    let mut driver_options = Map::new();
    for field in fields(value)? {
        let (key, given) = match field.split_once('=') {
            Some((key, given)) => (key.to_lowercase(), Some(given)),
            None => (field.to_lowercase(), None),
        };
        let Some(given) = given else {
            match key.as_str() {
                "readonly" | "ro" => top.insert("ReadOnly".to_owned(), true.into()),
                "volume-nocopy" => {
                    set("VolumeOptions", "NoCopy", true.into());
                    None
                }
                "bind-nonrecursive" => {
                    set("BindOptions", "NonRecursive", true.into());
                    None
                }
                _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
            };
            continue;
        };
        let boolean = || match given {
            "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Value::Bool(false)),
            _ => Err(format!("invalid value for {key}: {given}")),
        };
        match key.as_str() {
            "type" => kind = given.to_lowercase(),
            "source" | "src" => {
                let source = if given.starts_with('.') {
                    absolute(given)
                } else {
                    given.to_owned()
                };
                top.insert("Source".to_owned(), source.into());
            }
            "target" | "dst" | "destination" => {
                top.insert("Target".to_owned(), given.into());
            }
            "readonly" | "ro" => {
                top.insert("ReadOnly".to_owned(), boolean()?);
            }
            "consistency" => {
                top.insert("Consistency".to_owned(), given.to_lowercase().into());
            }
            "bind-propagation" => set("BindOptions", "Propagation", given.to_lowercase().into()),
            "bind-nonrecursive" => set("BindOptions", "NonRecursive", boolean()?),
            "bind-recursive" => match given {
                "enabled" => {}
                "disabled" => set("BindOptions", "NonRecursive", true.into()),
                "writable" => set("BindOptions", "ReadOnlyNonRecursive", true.into()),
                "readonly" => set("BindOptions", "ReadOnlyForceRecursive", true.into()),
                _ => {
                    return Err(format!(
                        "invalid value for {key}: {given} (must be \"enabled\", \"disabled\", \
                         \"writable\", or \"readonly\")"
                    ));
                }
            },
            "volume-subpath" => set("VolumeOptions", "Subpath", given.into()),
            "volume-nocopy" => set("VolumeOptions", "NoCopy", boolean()?),
            "volume-label" | "volume-opt" => {
                let map = if key == "volume-label" {
                    &mut labels
                } else {
                    &mut driver_options
                };
                let (name, value) = given.split_once('=').unwrap_or((given, ""));
                if !name.is_empty() {
                    map.insert(name.to_owned(), value.into());
                }
                set("VolumeOptions", "Labels", json!({}));
            }
            "volume-driver" => set("VolumeOptions", "DriverConfig", json!({"Name": given})),
            "image-subpath" => set("ImageOptions", "Subpath", given.into()),
            "tmpfs-size" => {
                let size = units::ram_in_bytes(given);
                let size = size.map_err(|_| format!("invalid value for {key}: {given}"))?;
                set("TmpfsOptions", "SizeBytes", size.into());
            }
            "tmpfs-mode" => {
                let mode = u32::from_str_radix(given, 8);
                let mode = mode.map_err(|_| format!("invalid value for {key}: {given}"))?;
                set("TmpfsOptions", "Mode", mode.into());
            }
            _ => return Err(format!("unexpected key '{key}' in '{field}'")),
        }
    }
    if kind.is_empty() {
        return Err("type is required".to_owned());
    }
    if !top.contains_key("Target") {
        return Err("target is required".to_owned());
    }
    let mut document = Map::new();
    document.insert("Type".to_owned(), kind.as_str().into());
    for key in ["Source", "Target", "ReadOnly", "Consistency"] {
        document.extend(top.remove_entry(key));
    }
    for (group, mut fields) in options {
        let owner = group.trim_end_matches("Options").to_lowercase();
        if owner != kind {
            return Err(format!(
                "cannot mix '{owner}-*' options with mount type '{kind}'"
            ));
        }
        if group == "VolumeOptions" {
            fields.insert("Labels".to_owned(), Value::Object(labels.clone()));
            let mut driver = fields.remove("DriverConfig").unwrap_or_else(|| json!({}));
            if !driver_options.is_empty() {
                driver["Options"] = Value::Object(driver_options.clone());
            }
            fields.insert("DriverConfig".to_owned(), driver);
        }
        document.insert(group.to_owned(), Value::Object(fields));
    }
    Ok(Value::Object(document))
}
