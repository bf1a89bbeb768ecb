//! `--mount`

use serde_json::{Map, Value, json};

use super::csv::fields;
use crate::units;

/// What the fields of one `--mount` come to.
#[derive(Debug, Default)]
struct Mount {
    kind: String,
    top: Map<String, Value>,
    /// `BindOptions`, `VolumeOptions`, … in the order in which they were named.
    groups: Vec<(&'static str, Map<String, Value>)>,
    labels: Map<String, Value>,
    driver_options: Map<String, Value>,
}

/// The mount of one `--mount`; `absolute` completes a relative source.
pub(crate) fn mount(value: &str, absolute: &dyn Fn(&str) -> String) -> Result<Value, String> {
    let mut mount = Mount {
        kind: "volume".to_owned(),
        ..Mount::default()
    };
    for field in fields(value)? {
        match field.split_once('=') {
            Some((key, given)) => mount.pair(&field, &key.to_lowercase(), given, absolute)?,
            None => mount.word(&field)?,
        }
    }
    mount.document()
}

fn boolean(key: &str, given: &str) -> Result<Value, String> {
    match given {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(Value::Bool(true)),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(Value::Bool(false)),
        _ => Err(format!("invalid value for {key}: {given}")),
    }
}

impl Mount {
    fn set(&mut self, group: &'static str, key: &str, value: impl Into<Value>) {
        let at = self
            .groups
            .iter()
            .position(|it| it.0 == group)
            .unwrap_or_else(|| {
                self.groups.push((group, Map::new()));
                self.groups.len() - 1
            });
        self.groups[at].1.insert(key.to_owned(), value.into());
    }

    fn top(&mut self, key: &str, value: impl Into<Value>) {
        self.top.insert(key.to_owned(), value.into());
    }

    /// A field without a value.
    fn word(&mut self, field: &str) -> Result<(), String> {
        match field.to_lowercase().as_str() {
            "readonly" | "ro" => self.top("ReadOnly", true),
            "volume-nocopy" => self.set("VolumeOptions", "NoCopy", true),
            "bind-nonrecursive" => self.set("BindOptions", "NonRecursive", true),
            _ => return Err(format!("invalid field '{field}' must be a key=value pair")),
        }
        Ok(())
    }

    fn pair(
        &mut self,
        field: &str,
        key: &str,
        given: &str,
        absolute: &dyn Fn(&str) -> String,
    ) -> Result<(), String> {
        match key {
            "type" => self.kind = given.to_lowercase(),
            "source" | "src" if given.starts_with('.') => self.top("Source", absolute(given)),
            "source" | "src" => self.top("Source", given),
            "target" | "dst" | "destination" => self.top("Target", given),
            "readonly" | "ro" => self.top("ReadOnly", boolean(key, given)?),
            "consistency" => self.top("Consistency", given.to_lowercase()),
            "bind-propagation" => self.set("BindOptions", "Propagation", given.to_lowercase()),
            "bind-nonrecursive" => self.set("BindOptions", "NonRecursive", boolean(key, given)?),
            "bind-recursive" => self.recursive(given)?,
            "volume-subpath" => self.set("VolumeOptions", "Subpath", given),
            "volume-nocopy" => self.set("VolumeOptions", "NoCopy", boolean(key, given)?),
            "volume-label" | "volume-opt" => {
                let (name, value) = given.split_once('=').unwrap_or((given, ""));
                let map = if key == "volume-label" {
                    &mut self.labels
                } else {
                    &mut self.driver_options
                };
                if !name.is_empty() {
                    map.insert(name.to_owned(), value.into());
                }
                self.set("VolumeOptions", "Labels", json!({}));
            }
            "volume-driver" => self.set("VolumeOptions", "DriverConfig", json!({"Name": given})),
            "image-subpath" => self.set("ImageOptions", "Subpath", given),
            "tmpfs-size" => {
                let size = units::ram_in_bytes(given);
                let size = size.map_err(|_| format!("invalid value for {key}: {given}"))?;
                self.set("TmpfsOptions", "SizeBytes", size);
            }
            "tmpfs-mode" => {
                let mode = u32::from_str_radix(given, 8);
                let mode = mode.map_err(|_| format!("invalid value for {key}: {given}"))?;
                self.set("TmpfsOptions", "Mode", mode);
            }
            _ => return Err(format!("unexpected key '{key}' in '{field}'")),
        }
        Ok(())
    }

    fn recursive(&mut self, given: &str) -> Result<(), String> {
        let option = match given {
            "enabled" => return Ok(()),
            "disabled" => "NonRecursive",
            "writable" => "ReadOnlyNonRecursive",
            "readonly" => "ReadOnlyForceRecursive",
            _ => {
                return Err(format!(
                    "invalid value for bind-recursive: {given} (must be \"enabled\", \
                     \"disabled\", \"writable\", or \"readonly\")"
                ));
            }
        };
        self.set("BindOptions", option, true);
        Ok(())
    }

    fn document(mut self) -> Result<Value, String> {
        let kind = self.kind;
        if kind.is_empty() {
            return Err("type is required".to_owned());
        }
        if !self.top.contains_key("Target") {
            return Err("target is required".to_owned());
        }
        let mut document = Map::new();
        document.insert("Type".to_owned(), kind.as_str().into());
        for key in ["Source", "Target", "ReadOnly", "Consistency"] {
            document.extend(self.top.remove_entry(key));
        }
        for (group, mut fields) in self.groups {
            let owner = group.trim_end_matches("Options").to_lowercase();
            if owner != kind {
                return Err(format!(
                    "cannot mix '{owner}-*' options with mount type '{kind}'"
                ));
            }
            if group == "VolumeOptions" {
                fields.insert("Labels".to_owned(), Value::Object(self.labels.clone()));
                let mut driver = fields.remove("DriverConfig").unwrap_or_else(|| json!({}));
                if !self.driver_options.is_empty() {
                    driver["Options"] = Value::Object(self.driver_options.clone());
                }
                fields.insert("DriverConfig".to_owned(), driver);
            }
            document.insert(group.to_owned(), Value::Object(fields));
        }
        Ok(Value::Object(document))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<String, String> {
        mount(value, &|path| format!("/cwd/{path}")).map(|it| it.to_string())
    }

    #[test]
    fn mounts_are_read_as_docker_does() {
        for (value, expected) in [
            (
                "type=bind,src=./a,dst=/b,ro",
                r#"{"Type":"bind","Source":"/cwd/./a","Target":"/b","ReadOnly":true}"#,
            ),
            (
                "source=v,target=/d",
                r#"{"Type":"volume","Source":"v","Target":"/d"}"#,
            ),
            (
                "type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1770",
                r#"{"Type":"tmpfs","Target":"/t","TmpfsOptions":{"SizeBytes":1048576,"Mode":1016}}"#,
            ),
        ] {
            assert_eq!(read(value).as_deref(), Ok(expected), "{value}");
        }
        for (value, expected) in [
            ("x", "invalid field 'x' must be a key=value pair"),
            ("type=bind", "target is required"),
            (
                "type=bind,dst=/a,nope=1",
                "unexpected key 'nope' in 'nope=1'",
            ),
            (
                "type=bind,dst=/a,volume-nocopy",
                "cannot mix 'volume-*' options with mount type 'bind'",
            ),
        ] {
            assert_eq!(read(value), Err(expected.to_owned()), "{value}");
        }
    }
}
