//! `--gpus`

use serde_json::{Value, json};

use super::csv::fields;

/// The device request of one `--gpus`.
pub(super) fn request(value: &str) -> Result<Value, String> {
    let fields = fields(value)?;
    let mut count = None;
    let (mut driver, mut ids, mut options) = ("", Value::Null, json!({}));
    let mut capabilities = vec!["gpu"];
    for (index, field) in fields.iter().enumerate() {
        let (key, given) = match field.split_once('=') {
            Some(pair) => pair,
            None if index == 0 => ("count", field.as_str()),
            None => ("", ""),
        };
        match key {
            "count" => count = Some(number(given)?),
            "driver" => driver = given,
            "device" => ids = given.split(',').collect(),
            "capabilities" => capabilities.extend(given.split(',')),
            "options" => {
                for option in given.split(',') {
                    let (name, value) = option.split_once('=').unwrap_or((option, ""));
                    options[name] = value.into();
                }
            }
            "" => return Err(format!("invalid field '{field}' must be a key=value pair")),
            _ => return Err(format!("unexpected key '{key}' in '{field}'")),
        }
    }
    if count.is_some() && !ids.is_null() {
        return Err("cannot set both Count and DeviceIDs on device request".to_owned());
    }
    let count = if ids.is_null() { count.unwrap_or(1) } else { 0 };
    capabilities.dedup();
    Ok(json!({
        "Driver": driver,
        "Count": count,
        "DeviceIDs": ids,
        "Capabilities": [capabilities],
        "Options": options,
    }))
}

fn number(text: &str) -> Result<i64, String> {
    if text == "all" {
        return Ok(-1);
    }
    text.parse().map_err(|_| {
        format!(
            "invalid count ({text}): value must be either \"all\" or an integer: invalid syntax"
        )
    })
}
