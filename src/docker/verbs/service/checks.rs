//! Checks of the values of flags; the errors are docker's.

pub(super) use crate::docker::verbs::container::create::checks::{
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
