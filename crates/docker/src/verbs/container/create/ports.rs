//! `--publish` and `--expose`

use serde_json::{Map, Value, json};

/// The exposed ports and the bindings of a container.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ports {
    /// `{"80/tcp": {}}`
    pub(crate) exposed: Map<String, Value>,
    /// `{"80/tcp": [{"HostIp": "", "HostPort": "8080"}]}`
    pub(crate) bindings: Map<String, Value>,
}

impl Ports {
    /// Reads every `--publish` and `--expose`; the error is docker's.
    pub(crate) fn read(publish: &[&str], expose: &[&str]) -> Result<Self, String> {
        let mut ports = Self::default();
        for spec in publish {
            ports.publish(&standard(spec)?)?;
        }
        for spec in expose {
            ports.expose(spec)?;
        }
        Ok(ports)
    }

    fn publish(&mut self, spec: &str) -> Result<(), String> {
        let parts: Vec<_> = spec.split(':').collect();
        let (ip, host, container) = match parts[..] {
            [container] => (String::new(), "", container),
            [host, container] => (String::new(), host, container),
            [ref ip @ .., host, container] => (ip.join(":"), host, container),
            [] => (String::new(), "", ""),
        };
        let (container, proto) = split_proto(container);
        let ip = match ip.strip_prefix('[') {
            Some(inner) => inner
                .strip_suffix(']')
                .ok_or_else(|| {
                    format!("invalid IP address {ip}: address {ip}:: missing ']' in address")
                })?
                .to_owned(),
            None => ip,
        };
        if !ip.is_empty() && ip.parse::<std::net::IpAddr>().is_err() {
            return Err(format!("invalid IP address: {ip}"));
        }
        if container.is_empty() {
            return Err(format!("no port specified: {spec}<empty>"));
        }
        let inside = range(container).map_err(|_| format!("invalid containerPort: {container}"))?;
        let outside = if host.is_empty() {
            (0, 0)
        } else {
            range(host).map_err(|_| format!("invalid hostPort: {host}"))?
        };
        let single = inside.0 == inside.1;
        if !host.is_empty() && inside.1 - inside.0 != outside.1 - outside.0 && !single {
            return Err(format!(
                "invalid ranges specified for container and host Ports: {container} and {host}"
            ));
        }
        let proto = proto.to_lowercase();
        if !matches!(proto.as_str(), "tcp" | "udp" | "sctp") {
            return Err(format!("invalid proto: {proto}"));
        }
        for offset in 0..=inside.1 - inside.0 {
            let key = format!("{}/{proto}", inside.0 + offset);
            let host = match () {
                () if host.is_empty() => String::new(),
                () if single && outside.0 != outside.1 => format!("{}-{}", outside.0, outside.1),
                () => (outside.0 + offset).to_string(),
            };
            self.exposed.insert(key.clone(), json!({}));
            let binding = json!({"HostIp": ip, "HostPort": host});
            if let Some(bindings) = self
                .bindings
                .entry(key)
                .or_insert_with(|| json!([]))
                .as_array_mut()
            {
                bindings.push(binding);
            }
        }
        Ok(())
    }

    fn expose(&mut self, spec: &str) -> Result<(), String> {
        if spec.contains(':') {
            return Err(format!("invalid port format for --expose: {spec}"));
        }
        let (port, proto) = split_proto(spec);
        let (first, last) = range(port).map_err(|error| {
            format!("invalid range format for --expose: {spec}, error: {error}")
        })?;
        for port in first..=last {
            self.exposed
                .entry(format!("{port}/{proto}"))
                .or_insert_with(|| json!({}));
        }
        Ok(())
    }
}

/// `published=8080,target=80` in the short form.
fn standard(spec: &str) -> Result<String, String> {
    if !spec.contains('=') {
        return Ok(spec.to_owned());
    }
    let (mut published, mut target, mut protocol) = ("", "", "tcp");
    for param in spec.split(',') {
        match param.split_once('=').filter(|it| !it.0.is_empty()) {
            Some(("published", value)) => published = value,
            Some(("target", value)) => target = value,
            Some(("protocol", value)) => protocol = value,
            Some(_) => {}
            None => {
                return Err(format!(
                    "invalid publish opts format (should be name=value but got '{param}')"
                ));
            }
        }
    }
    Ok(format!("{published}:{target}/{protocol}"))
}

fn split_proto(port: &str) -> (&str, &str) {
    match port.split_once('/') {
        Some((port, "")) => (port, "tcp"),
        Some(("", _)) => ("", ""),
        Some((port, proto)) => (port, proto),
        None => (port, "tcp"),
    }
}

/// `8000-8010`; the error is Go's.
pub(super) fn range(text: &str) -> Result<(u32, u32), String> {
    if text.is_empty() {
        return Err("empty string specified for ports".to_owned());
    }
    let number = |text: &str| match text.parse::<u64>() {
        // Rust would take a sign.
        Ok(number) if !text.starts_with('+') && number <= 65535 => {
            u32::try_from(number).map_err(|it| it.to_string())
        }
        Ok(_) if !text.starts_with('+') => Err(format!(
            "strconv.ParseUint: parsing {text:?}: value out of range"
        )),
        _ => Err(format!(
            "strconv.ParseUint: parsing {text:?}: invalid syntax"
        )),
    };
    let (first, last) = match text.split_once('-') {
        Some((first, last)) => (
            number(first)?,
            number(last.split('-').next().unwrap_or(last))?,
        ),
        None => (number(text)?, number(text)?),
    };
    if last < first {
        return Err(format!("invalid range specified for port: {text}"));
    }
    Ok((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bindings(spec: &str) -> Result<String, String> {
        Ports::read(&[spec], &[]).map(|it| Value::Object(it.bindings).to_string())
    }

    #[test]
    fn specifications_are_read_as_docker_does() {
        for (spec, expected) in [
            ("80", r#"{"80/tcp":[{"HostIp":"","HostPort":""}]}"#),
            ("8080:80", r#"{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}"#),
            (
                "127.0.0.1:53:53/udp",
                r#"{"53/udp":[{"HostIp":"127.0.0.1","HostPort":"53"}]}"#,
            ),
            (
                "[::1]:81:80",
                r#"{"80/tcp":[{"HostIp":"::1","HostPort":"81"}]}"#,
            ),
            (
                "8000-8001:80-81",
                r#"{"80/tcp":[{"HostIp":"","HostPort":"8000"}],"81/tcp":[{"HostIp":"","HostPort":"8001"}]}"#,
            ),
            (
                "8000-8010:80",
                r#"{"80/tcp":[{"HostIp":"","HostPort":"8000-8010"}]}"#,
            ),
            (
                "published=8080,target=80",
                r#"{"80/tcp":[{"HostIp":"","HostPort":"8080"}]}"#,
            ),
        ] {
            assert_eq!(bindings(spec).as_deref(), Ok(expected), "{spec}");
        }
    }

    #[test]
    fn errors_are_those_of_docker() {
        for (spec, expected) in [
            ("x:80", "invalid hostPort: x"),
            ("80:x", "invalid containerPort: x"),
            ("+80:80", "invalid hostPort: +80"),
            ("80:+80", "invalid containerPort: +80"),
            ("80-+81:80-81", "invalid hostPort: 80-+81"),
            ("1.2.3:1:2", "invalid IP address: 1.2.3"),
            ("80:", "no port specified: 80:<empty>"),
            (
                "1-2:3-5",
                "invalid ranges specified for container and host Ports: 3-5 and 1-2",
            ),
            ("80/icmp", "invalid proto: icmp"),
            ("80:70000", "invalid containerPort: 70000"),
        ] {
            assert_eq!(bindings(spec), Err(expected.to_owned()), "{spec}");
        }
    }
}
