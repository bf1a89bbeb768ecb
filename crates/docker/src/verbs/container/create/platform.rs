//! `--platform`, read as containerd's package `platforms` does before anything is asked.

use crate::error::{Failure, Outcome};
use crate::grammar::Values;

const OS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "windows",
    "zos",
];

const ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "ppc64",
    "ppc64le",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

/// Other names of systems and of architectures.
const ALIASES: &[&str] = &[
    "macos", "i386", "x86_64", "x86-64", "aarch64", "armhf", "armel",
];

/// Refuses what names no platform, in containerd's words.
pub(super) fn check(specifier: &str) -> Result<(), String> {
    let refused = |reason: String| Err(format!("{reason}: invalid argument"));
    if specifier.contains('*') {
        return refused(format!("{specifier:?}: wildcards not yet supported"));
    }
    let parts: Vec<&str> = specifier.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        if index == 0 && !is_os(part) {
            return refused(format!(
                "{part:?} is an invalid OS component of {specifier:?}: OSAndVersion specifier component must match \"^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.-]*)\\\\))?$\""
            ));
        }
        if index > 0 && (part.is_empty() || !part.chars().all(|it| is_letter(it) || it == '.')) {
            return refused(format!(
                "{part:?} is an invalid component of {specifier:?}: platform specifier component must match \"^[A-Za-z0-9_.-]+$\""
            ));
        }
    }
    match parts.as_slice() {
        [one] => {
            let name = one.split('(').next().unwrap_or(one).to_lowercase();
            let known = [OS, ARCHITECTURES, ALIASES];
            if known.iter().any(|it| it.contains(&name.as_str())) {
                return Ok(());
            }
            refused(format!(
                "{specifier:?}: unknown operating system or architecture"
            ))
        }
        [_, _] | [_, _, _] => Ok(()),
        _ => refused(format!("{specifier:?}: cannot parse platform specifier")),
    }
}

/// The value of `--platform` of verbs of images; empty when it was not given.
pub(in crate::verbs) fn of(values: &Values) -> Outcome<&str> {
    let specifier = values.text("platform");
    if !specifier.is_empty() {
        check(specifier).map_err(|error| Failure::new(format!("invalid platform: {error}")))?;
    }
    Ok(specifier)
}

fn is_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-')
}

/// `windows(10.0)`
fn is_os(part: &str) -> bool {
    let (name, version) = match part.split_once('(') {
        Some((name, rest)) => match rest.strip_suffix(')') {
            Some(version) => (name, version),
            None => return false,
        },
        None => (part, ""),
    };
    !name.is_empty()
        && name.chars().all(is_letter)
        && version.chars().all(|it| is_letter(it) || it == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The errors were written by docker 28.2.2.
    #[test]
    fn platforms_are_refused_in_containerd_s_words() {
        for (given, expected) in [
            ("zut", "\"zut\": unknown operating system or architecture"),
            (
                "linux/amd64/v9/x",
                "\"linux/amd64/v9/x\": cannot parse platform specifier",
            ),
            (
                "a b",
                "\"a b\" is an invalid OS component of \"a b\": OSAndVersion specifier component must match \"^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.-]*)\\\\))?$\"",
            ),
            (
                "linux/",
                "\"\" is an invalid component of \"linux/\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\"",
            ),
            ("linux/*", "\"linux/*\": wildcards not yet supported"),
        ] {
            let expected = format!("{expected}: invalid argument");
            assert_eq!(check(given), Err(expected));
        }
        for good in [
            "linux",
            "amd64",
            "linux/zut",
            "linux(x)/amd64",
            "linux/arm/v6",
            "AARCH64",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
    }
}
