//! Checks of the values of flags; the errors are docker's.

pub(super) use crate::verbs::container::create::checks::{
    dns_search as search, env, extra_host as host, ip_address as address, label, mount, ulimit,
};

use super::{files, ports};

type Checked = Result<String, String>;

/// A ratio.
pub(super) fn float(value: &str) -> Checked {
    match value.parse::<f64>() {
        Ok(_) => Ok(value.to_owned()),
        Err(_) => Err(format!(
            "strconv.ParseFloat: parsing {value:?}: invalid syntax"
        )),
    }
}

/// `--config`
pub(super) fn config(value: &str) -> Checked {
    files::reference(value, "config").map(|_| value.to_owned())
}

/// `--secret`
pub(super) fn secret(value: &str) -> Checked {
    files::reference(value, "secret").map(|_| value.to_owned())
}

/// `--network`
pub(super) fn network(value: &str) -> Checked {
    files::network(value).map(|_| value.to_owned())
}

/// `--publish`
pub(super) fn port(value: &str) -> Checked {
    ports::read(value).map(|_| value.to_owned())
}

/// `--publish-rm`
pub(super) fn target(value: &str) -> Checked {
    if value.contains(':') {
        return Err(format!("invalid target port: {value}"));
    }
    ports::read(value).map(|_| value.to_owned())
}

/// `--placement-pref`
pub(super) fn preference(value: &str) -> Checked {
    match value.split_once('=') {
        None => Err("placement preference must be of the format \"<strategy>=<arg>\"".to_owned()),
        Some(("spread", _)) => Ok(value.to_owned()),
        Some((strategy, _)) => Err(format!(
            "unsupported placement preference {strategy} (only spread is supported)"
        )),
    }
}

/// `--generic-resource`
pub(super) fn resource(value: &str) -> Checked {
    if value.contains('=') {
        return Ok(value.to_owned());
    }
    Err(format!(
        "invalid generic-resource format `{value}` expected `name=value`"
    ))
}

/// `--args`: what a shell could read.
pub(super) fn command(value: &str) -> Checked {
    let (mut quote, mut letters) = (None, value.chars());
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => {
                letters.next();
            }
            ('"' | '\'', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    match quote {
        Some(_) => Err("EOF found when expecting closing quote".to_owned()),
        None => Ok(value.to_owned()),
    }
}

/// `--credential-spec`
pub(super) fn credentials(value: &str) -> Checked {
    let known = ["config://", "file://", "registry://"];
    if value.is_empty() || known.iter().any(|it| value.starts_with(it)) {
        return Ok(value.to_owned());
    }
    Err("invalid credential spec: value must be prefixed with \"config://\", \"file://\", or \"registry://\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_docker_refuses_is_refused_in_its_words() {
        assert_eq!(
            command("sleep '9 9' \"a\\\"\"").as_deref(),
            Ok("sleep '9 9' \"a\\\"\"")
        );
        let open = Err("EOF found when expecting closing quote".to_owned());
        assert_eq!(command("sleep 'x"), open);
        assert_eq!(
            resource("zut"),
            Err("invalid generic-resource format `zut` expected `name=value`".to_owned())
        );
        assert!(credentials("zut").is_err() && credentials("file://a").is_ok());
    }
}
