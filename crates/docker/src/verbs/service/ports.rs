//! `--publish` of a service.

use serde_json::{Value, json};

use crate::verbs::container::create::csv;
use crate::verbs::container::create::ports::Ports;

/// The ports of one value, short (`8080:80`) or long (`target=80,mode=host`).
pub(super) fn read(value: &str) -> Result<Vec<Value>, String> {
    if value.contains('=') {
        long(value).map(|it| vec![it])
    } else {
        short(value)
    }
}

fn port(protocol: &str, target: u64, published: u64, mode: &str) -> Value {
    let mut port = json!({"Protocol": protocol, "TargetPort": target});
    if published != 0 {
        port["PublishedPort"] = published.into();
    }
    port["PublishMode"] = mode.into();
    port
}

fn long(value: &str) -> Result<Value, String> {
    let (mut protocol, mut target, mut published, mut mode) =
        ("tcp".to_owned(), 0, 0, "ingress".to_owned());
    for field in csv::fields(value)? {
        let Some((key, given)) = field.split_once('=') else {
            return Err(format!("invalid field {field}"));
        };
        let number = |what: &str| {
            let number = given.parse::<u64>().map_err(|_| format!("invalid {what} ({given}): value must be an integer: strconv.ParseUint: parsing {given:?}: invalid syntax"))?;
            u16::try_from(number).map(u64::from).map_err(|_| format!("invalid {what} ({given}): value must be an integer: strconv.ParseUint: parsing {given:?}: value out of range"))
        };
        match key.to_lowercase().as_str() {
            "protocol" => match given {
                "tcp" | "udp" | "sctp" => given.clone_into(&mut protocol),
                _ => return Err(format!("invalid protocol value '{given}'")),
            },
            "mode" => match given {
                "ingress" | "host" => given.clone_into(&mut mode),
                _ => {
                    return Err(format!(
                        "invalid publish mode value ({given}): must be either 'ingress' or 'host'"
                    ));
                }
            },
            "target" => target = number("target port")?,
            "published" => published = number("published port")?,
            _ => return Err(format!("invalid field key: {key}")),
        }
    }
    if target == 0 {
        return Err("missing mandatory field 'target'".to_owned());
    }
    Ok(port(&protocol, target, published, &mode))
}

fn short(value: &str) -> Result<Vec<Value>, String> {
    let read = Ports::read(&[value], &[])?;
    let mut ports = Vec::new();
    for (key, bindings) in &read.bindings {
        let (target, protocol) = key.split_once('/').unwrap_or((key, "tcp"));
        let target = target.parse().unwrap_or_default();
        for binding in bindings.as_array().into_iter().flatten() {
            if binding["HostIp"]
                .as_str()
                .is_some_and(|it| !matches!(it, "" | "0.0.0.0"))
            {
                return Err("hostip is not supported".to_owned());
            }
            let host = binding["HostPort"].as_str().unwrap_or_default();
            let (first, last) = host.split_once('-').unwrap_or((host, host));
            let first: u64 = first.parse().unwrap_or_default();
            let last: u64 = last.parse().unwrap_or(first);
            ports.extend(
                (first..=last).map(|published| port(protocol, target, published, "ingress")),
            );
        }
    }
    Ok(ports)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_docker_does() {
        let shown = |value: &str| read(value).map(|it| Value::Array(it).to_string());
        assert_eq!(
            shown("8080:80").unwrap(),
            r#"[{"Protocol":"tcp","TargetPort":80,"PublishedPort":8080,"PublishMode":"ingress"}]"#
        );
        assert_eq!(
            shown("target=80,mode=host").unwrap(),
            r#"[{"Protocol":"tcp","TargetPort":80,"PublishMode":"host"}]"#
        );
        assert_eq!(
            shown("mode=foo,target=80"),
            Err("invalid publish mode value (foo): must be either 'ingress' or 'host'".to_owned())
        );
    }
}
