//! Settings, of the command line and of `redis.conf`.

use std::collections::BTreeMap;

use crate::kernel::Sys;

/// What the command line and the configuration file say; whether there is a file.
pub(super) fn settings(
    sys: &Sys,
    args: &[String],
) -> Result<(BTreeMap<String, String>, bool), String> {
    let mut settings: BTreeMap<String, String> = [
        ("port", "6379"),
        ("bind", "* -::*"),
        ("dir", &sys.cwd()),
        ("dbfilename", "dump.rdb"),
        ("save", "3600 1 300 100 60 10000"),
        ("appendonly", "no"),
        ("appendfsync", "everysec"),
        ("maxmemory", "0"),
        ("maxmemory-policy", "noeviction"),
        ("requirepass", ""),
        ("databases", "16"),
        ("loglevel", "notice"),
        ("timeout", "0"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let mut words = args.iter().peekable();
    let mut file = false;
    if let Some(path) = words.next_if(|it| !it.starts_with('-')) {
        file = true;
        let text = sys
            .read_file(path)
            .map_err(|error| format!("Fatal error, can't open config file '{path}': {error}"))?;
        for line in String::from_utf8_lossy(&text).lines() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            settings.insert(
                name.to_lowercase(),
                value.trim().trim_matches('"').to_owned(),
            );
        }
    }
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            return Err(format!(
                "Reading the configuration file, at line 2\n>>> '{word}'\nBad directive or wrong number of arguments"
            ));
        };
        let mut values = Vec::new();
        while let Some(value) = words.next_if(|it| !it.starts_with("--")) {
            values.push(value.trim_matches('"').to_owned());
        }
        settings.insert(name.to_lowercase(), values.join(" ").trim().to_owned());
    }
    Ok((settings, file))
}
