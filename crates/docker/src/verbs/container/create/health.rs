//! `--health-*`

use serde_json::{Map, Value, json};

use crate::grammar::Values;

/// The health check that the flags ask for; `None` leaves the image's.
pub(crate) fn check(values: &Values) -> Result<Option<Value>, String> {
    let command = values.text("health-cmd");
    let numbers = [
        ("Interval", "health-interval"),
        ("Timeout", "health-timeout"),
        ("StartPeriod", "health-start-period"),
        ("StartInterval", "health-start-interval"),
        ("Retries", "health-retries"),
    ];
    let asked = !command.is_empty() || numbers.iter().any(|(_, flag)| values.number(flag) != 0);
    if values.on("no-healthcheck") {
        if asked {
            return Err("--no-healthcheck conflicts with --health-* options".to_owned());
        }
        return Ok(Some(json!({"Test": ["NONE"]})));
    }
    if !asked {
        return Ok(None);
    }
    let mut check = Map::new();
    if !command.is_empty() {
        check.insert("Test".to_owned(), json!(["CMD-SHELL", command]));
    }
    for flag in [
        "health-interval",
        "health-timeout",
        "health-retries",
        "health-start-period",
        "health-start-interval",
    ] {
        if values.number(flag) < 0 {
            return Err(format!("--{flag} cannot be negative"));
        }
    }
    for (field, flag) in numbers {
        if values.number(flag) != 0 {
            check.insert(field.to_owned(), values.number(flag).into());
        }
    }
    Ok(Some(Value::Object(check)))
}
