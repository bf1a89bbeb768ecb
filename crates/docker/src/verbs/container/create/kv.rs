//! Files of `KEY=value` lines: `--env-file`, `--label-file`.

use std::collections::BTreeMap;

use crate::cli::Cli;
use crate::files;

/// Reads a file of `KEY=value` lines. With `env`, a line without a value takes it from there, and
/// is left out where it has none.
pub(crate) fn read(
    cli: &Cli,
    name: &str,
    env: Option<&BTreeMap<String, String>>,
) -> Result<Vec<String>, String> {
    let bytes = files::read(cli.files.as_ref(), &cli.absolute(name), name)?;
    lines(&bytes, env).map_err(|error| format!("invalid env file ({name}): {error}"))
}

fn lines(bytes: &[u8], env: Option<&BTreeMap<String, String>>) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let Ok(text) = std::str::from_utf8(line) else {
            let numbers: Vec<_> = line.iter().map(u8::to_string).collect();
            let line = index + 1;
            return Err(format!(
                "invalid utf8 bytes at line {line}: [{}]",
                numbers.join(" ")
            ));
        };
        let line = text.strip_suffix('\r').unwrap_or(text).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = line.split('=').next().unwrap_or_default();
        if key.is_empty() {
            return Err(format!("no variable name on line '{line}'"));
        }
        if key.contains([' ', '\t']) {
            return Err(format!("variable '{key}' contains whitespaces"));
        }
        if line.contains('=') {
            found.push(line.to_owned());
        } else if let Some(value) = env.and_then(|env| env.get(line)) {
            found.push(format!("{key}={value}"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_docker_does() {
        let env = BTreeMap::from([("HOME".to_owned(), "/root".to_owned())]);
        let read = |text: &str| lines(text.as_bytes(), Some(&env));
        assert_eq!(
            read("# c\n\n A=1 \r\nHOME\nNONE\nB=").unwrap(),
            ["A=1 ", "HOME=/root", "B="]
        );
        assert_eq!(
            read("a b=1"),
            Err("variable 'a b' contains whitespaces".to_owned())
        );
        assert_eq!(read("=1"), Err("no variable name on line '=1'".to_owned()));
    }
}
