//! Cells that several lists share: short identifiers, ages, times, ports, labels.

use std::fmt::Write as _;

use serde_json::Value;

use super::super::units::human_duration;

/// The first twelve digits of an identifier, without its algorithm.
pub(crate) fn short_id(id: &str) -> &str {
    let id = id.split_once(':').map_or(id, |(_, digits)| digits);
    id.get(..12).unwrap_or(id)
}

/// Text cut to that many letters, the last one an ellipsis.
pub(crate) fn ellipsis(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars()
        .take(most.saturating_sub(1))
        .collect::<String>()
        + "…"
}

/// A string as Go's `strconv.Quote` writes it.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\u{b}' => quoted.push_str("\\v"),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

/// Now, in seconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// `3 weeks ago`.
pub(crate) fn ago(created: i64) -> String {
    human_duration(now() - created) + " ago"
}

/// `3 weeks ago`, of a moment of a document.
pub(crate) fn since(moment: &str) -> String {
    let time = moment.parse::<jiff::Timestamp>();
    time.map_or_else(|_| String::new(), |it| ago(it.as_second()))
}

/// A time as Go's `time.Time.String` writes it, in the local zone.
pub(crate) fn go_time(seconds: i64) -> String {
    let Ok(time) = jiff::Timestamp::from_second(seconds) else {
        return String::new();
    };
    let zoned = time.to_zoned(jiff::tz::TimeZone::system());
    zoned.strftime("%Y-%m-%d %H:%M:%S %z %Z").to_string()
}

/// A time as `2024-09-26T21:31:42Z`, in the local zone.
pub(crate) fn local_rfc3339(seconds: i64) -> String {
    let Ok(time) = jiff::Timestamp::from_second(seconds) else {
        return String::new();
    };
    let zoned = time.to_zoned(jiff::tz::TimeZone::system());
    if zoned.offset().seconds() == 0 {
        return zoned.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    }
    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Nanoseconds since 1970 as `2024-09-26T21:31:42.000000000Z`, in the local zone.
pub(crate) fn nano_moment(nanos: i64) -> String {
    let Ok(time) = jiff::Timestamp::from_nanosecond(i128::from(nanos)) else {
        return String::new();
    };
    let zoned = time.to_zoned(jiff::tz::TimeZone::system());
    let zone = match zoned.offset().seconds() {
        0 => "Z".to_owned(),
        _ => zoned.strftime("%:z").to_string(),
    };
    zoned.strftime("%Y-%m-%dT%H:%M:%S.%9f").to_string() + &zone
}

/// A moment of a document (`2024-09-26T21:31:42.5Z`) as Go's `time.Time.String` writes it.
pub(crate) fn zoned(moment: &str) -> String {
    let offset = jiff::fmt::temporal::Pieces::parse(moment)
        .ok()
        .and_then(|it| it.to_numeric_offset());
    let (Ok(time), Some(offset)) = (moment.parse::<jiff::Timestamp>(), offset) else {
        return moment.to_owned();
    };
    let local = jiff::tz::TimeZone::system();
    let info = local.to_offset_info(time);
    let zone = match offset.seconds() {
        0 => "UTC".to_owned(),
        _ if info.offset() == offset => info.abbreviation().to_owned(),
        _ => "%z".to_owned(),
    };
    time.to_zoned(offset.to_time_zone())
        .strftime(&format!("%Y-%m-%d %H:%M:%S%.f %z {zone}"))
        .to_string()
}

/// `a=1,b=2`, sorted.
pub(crate) fn labels(labels: &Value) -> String {
    let mut pairs: Vec<_> = label_pairs(labels)
        .into_iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.sort();
    pairs.join(",")
}

/// The labels of an object.
pub(crate) fn label_pairs(labels: &Value) -> Vec<(String, String)> {
    labels
        .as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), text(value).to_owned()))
        .collect()
}

/// A string of a document; empty when it is something else.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The items of an array of a document; none when it is something else.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The strings of an array of a document.
pub(crate) fn strings(value: &Value) -> Vec<&str> {
    items(value).iter().map(text).collect()
}

/// A key that sorts names as people do: `web2` before `web10`.
pub(crate) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest
            .find(|it: char| it.is_ascii_digit())
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at(digits);
        let end = after
            .find(|it: char| !it.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, after) = after.split_at(end);
        parts.push((word.to_owned(), number.parse().unwrap_or_default()));
        rest = after;
    }
    parts
}

/// `host:port`, IPv6 addresses in brackets.
pub(crate) fn host_port(host: &str, port: &str) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}

/// The ports of `docker ps`: `0.0.0.0:8080->80/tcp, 443/tcp`.
pub(crate) fn ports(ports: &Value) -> String {
    let mut ports: Vec<_> = items(ports)
        .iter()
        .map(|port| {
            let number = |name: &str| port[name].as_u64().unwrap_or_default();
            (
                number("PrivatePort"),
                text(&port["IP"]),
                number("PublicPort"),
                text(&port["Type"]),
            )
        })
        .collect();
    ports.sort_unstable();
    let mut groups: Vec<(String, u64, u64)> = Vec::new();
    let (mut result, mut mapped) = (Vec::new(), Vec::new());
    for (private, ip, public, kind) in ports {
        if !ip.is_empty() && public != private {
            mapped.push(format!(
                "{}->{private}/{kind}",
                host_port(ip, &public.to_string())
            ));
            continue;
        }
        let key = if ip.is_empty() {
            kind.to_owned()
        } else {
            format!("{ip}/{kind}")
        };
        match groups.iter_mut().find(|group| group.0 == key) {
            None => groups.push((key, private, private)),
            Some(group) if private == group.2 + 1 => group.2 = private,
            Some(group) => {
                result.push(port_group(&key, group.1, group.2));
                (group.1, group.2) = (private, private);
            }
        }
    }
    result.extend(
        groups
            .iter()
            .map(|(key, first, last)| port_group(key, *first, *last)),
    );
    result.extend(mapped);
    result.join(", ")
}

fn port_group(key: &str, first: u64, last: u64) -> String {
    let range = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    match key.split_once('/') {
        Some((ip, kind)) => format!("{}->{range}/{kind}", host_port(ip, &range)),
        None => format!("{range}/{key}"),
    }
}

/// The `filters` parameter: each key with its values, as the engine wants them.
pub(crate) fn filters(given: &[&str]) -> String {
    let mut keys: std::collections::BTreeMap<&str, serde_json::Map<String, Value>> =
        std::collections::BTreeMap::new();
    for filter in given {
        if let Some((key, value)) = filter.split_once('=') {
            keys.entry(key)
                .or_default()
                .insert(value.to_owned(), Value::Bool(true));
        }
    }
    if keys.is_empty() {
        return String::new();
    }
    let document: serde_json::Map<String, Value> = keys
        .into_iter()
        .map(|(key, values)| (key.to_owned(), Value::Object(values)))
        .collect();
    Value::Object(document).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ports_are_grouped_as_docker_does() {
        let document = json!([
            {"PrivatePort": 81, "Type": "tcp"},
            {"PrivatePort": 80, "Type": "tcp"},
            {"IP": "0.0.0.0", "PrivatePort": 90, "PublicPort": 8090, "Type": "tcp"},
            {"IP": "::", "PrivatePort": 90, "PublicPort": 8090, "Type": "tcp"},
            {"IP": "0.0.0.0", "PrivatePort": 100, "PublicPort": 100, "Type": "tcp"},
            {"PrivatePort": 53, "Type": "udp"},
        ]);
        assert_eq!(
            ports(&document),
            "53/udp, 80-81/tcp, 0.0.0.0:100->100/tcp, 0.0.0.0:8090->90/tcp, [::]:8090->90/tcp"
        );
    }

    #[test]
    fn words_are_cut_as_docker_does() {
        assert_eq!(short_id("sha256:0123456789abcdef"), "0123456789ab");
        assert_eq!(
            ellipsis("/docker-entrypoint.sh nginx", 20),
            "/docker-entrypoint.…"
        );
        assert_eq!(quote("a\"b\\\t\u{1}é"), r#""a\"b\\\t\x01é""#);
    }

    #[test]
    fn names_sort_as_people_do() {
        let mut names = ["web10", "web2", "a", "web"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["a", "web", "web2", "web10"]);
    }

    #[test]
    fn filters_keep_every_value() {
        assert_eq!(
            filters(&["label=a=1", "label=b", "status=exited"]),
            r#"{"label":{"a=1":true,"b":true},"status":{"exited":true}}"#
        );
    }
}
