//! Volumes.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::{Fault, Outcome};

/// Where the daemon keeps them, on the simulated host.
pub const VOLUMES: &str = "/var/lib/docker/volumes";

/// A volume of the `local` driver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created: SystemTime,
    /// Labels; `None` when none were given.
    pub labels: Option<BTreeMap<String, String>>,
    /// Options of the driver; `None` when none were given.
    pub options: Option<BTreeMap<String, String>>,
    /// Whether it was made without a name.
    pub anonymous: bool,
}

impl Volume {
    /// Folder of its files on the simulated host.
    pub fn mountpoint(&self) -> String {
        format!("{VOLUMES}/{}/_data", self.name)
    }
}

/// What dockerd refuses as a name.
pub fn validate_name(name: &str) -> Outcome<()> {
    let bytes = name.as_bytes();
    if bytes.len() == 1 {
        return Err(Fault::invalid(format!(
            "create {name}: volume name is too short, names should be at least two alphanumeric characters"
        )));
    }
    if super::state::is_restricted_name(name) {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
    )))
}

/// What the local driver refuses as options.
pub fn validate_options(name: &str, options: &BTreeMap<String, String>) -> Outcome<()> {
    let known = ["type", "o", "device", "size"];
    match options.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(Fault::invalid(format!(
            "create {name}: invalid option: \"{key}\""
        ))),
        None if options.contains_key("o")
            && !options.contains_key("type")
            && !options.contains_key("device") =>
        {
            Err(Fault::invalid(format!(
                "create {name}: missing required option: \"device\""
            )))
        }
        None => Ok(()),
    }
}
