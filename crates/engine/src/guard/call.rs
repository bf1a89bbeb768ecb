//! A request as the engine's router reads it: decoded, without its version. What two readers could
//! read in two ways is not read at all.

use std::fmt;

/// The oldest version whose calls are judged: before it, `start` took a whole `HostConfig`.
const OLDEST: (u32, u32) = (1, 24);

/// Parameters that may be given several times.
const REPEATED: [&str; 3] = ["t", "changes", "names"];

/// A request's method, path and query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// As sent: the engine's router tells `post` from `POST`.
    pub(crate) method: String,
    /// The decoded parts of the path, without the version.
    pub(crate) path: Vec<String>,
    /// The decoded parameters, in order.
    pub(crate) query: Vec<(String, String)>,
    /// Whether the version is one whose calls are not judged.
    pub(crate) old: bool,
}

/// Why a request is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Its path or its query is not plainly encoded.
    Encoding,
    /// An empty part, `.` or `..` in the path: the engine would clean it.
    Path,
    /// A parameter is given twice.
    Repeated,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Encoding => "son adresse est mal codée",
            Self::Path => "son chemin se lit de deux façons",
            Self::Repeated => "un de ses paramètres est donné deux fois",
        })
    }
}

impl Call {
    /// Reads a request's head: `target` is the path with its query.
    pub(crate) fn read(method: &str, target: &str) -> Result<Self, Unreadable> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let decoded = decode(path, false)?;
        let mut parts: Vec<String> = decoded
            .strip_prefix('/')
            .ok_or(Unreadable::Path)?
            .split('/')
            .map(str::to_owned)
            .collect();
        if parts
            .iter()
            .any(|it| matches!(it.as_str(), "" | "." | ".."))
        {
            return Err(Unreadable::Path);
        }
        let old = match parts.first().and_then(|it| version(it)) {
            Some(version) => {
                parts.remove(0);
                version < OLDEST
            }
            None => false,
        };
        Ok(Self {
            method: method.to_owned(),
            path: parts,
            query: parameters(query)?,
            old,
        })
    }

    /// The first value of a parameter; empty when it is not there.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.query.iter().find(|(it, _)| it == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn parameters<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query
            .iter()
            .filter(move |(it, _)| it == name)
            .map(|(_, value)| value.as_str())
    }

    /// A parameter as the engine reads truth: all that is not one of its words for no.
    pub(crate) fn flag(&self, name: &str) -> bool {
        let value = self.parameter(name).trim().to_lowercase();
        !matches!(value.as_str(), "" | "0" | "no" | "false" | "none")
    }
}

/// `v1.41` as numbers; the engine's router takes digits and dots after the `v`.
fn version(part: &str) -> Option<(u32, u32)> {
    let numbers = part.strip_prefix('v')?;
    if numbers.is_empty() || !numbers.chars().all(|it| it.is_ascii_digit() || it == '.') {
        return None;
    }
    let mut numbers = numbers.split('.').map(|it| it.parse().unwrap_or(0));
    Some((numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)))
}

fn parameters(query: &str) -> Result<Vec<(String, String)>, Unreadable> {
    // Old engines take `;` for `&`, newer ones refuse it.
    if query.contains(';') {
        return Err(Unreadable::Encoding);
    }
    let mut read: Vec<(String, String)> = Vec::new();
    for pair in query.split('&').filter(|it| !it.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name, true)?;
        if !REPEATED.contains(&name.as_str()) && read.iter().any(|(it, _)| *it == name) {
            return Err(Unreadable::Repeated);
        }
        read.push((name, decode(value, true)?));
    }
    Ok(read)
}

/// Decodes as Go does, and refuses what Go refuses. `form` takes `+` for a space.
pub(crate) fn decode(text: &str, form: bool) -> Result<String, Unreadable> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        decoded.push(match byte {
            b'%' => {
                let mut digit = || (bytes.next()? as char).to_digit(16);
                let (high, low) = (digit(), digit());
                let value = high.zip(low).ok_or(Unreadable::Encoding)?;
                u8::try_from(value.0 * 16 + value.1).map_err(|_| Unreadable::Encoding)?
            }
            b'+' if form => b' ',
            other => other,
        });
    }
    let decoded = String::from_utf8(decoded).map_err(|_| Unreadable::Encoding)?;
    if decoded.contains('\0') {
        return Err(Unreadable::Encoding);
    }
    Ok(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(target: &str) -> Result<String, Unreadable> {
        Call::read("POST", target).map(|it| it.path.join("/"))
    }

    #[test]
    fn a_path_is_read_as_the_engine_s_router_reads_it() {
        for target in [
            "/containers/web/stop",
            "/v1.41/containers/web/stop",
            "/v1.41/containers/web/stop?t=3",
            "/v1.41/%63ontainers/web/%73top",
            "/v1.41/containers%2Fweb%2Fstop",
        ] {
            assert_eq!(
                path(target).as_deref(),
                Ok("containers/web/stop"),
                "{target}"
            );
        }
        assert_eq!(
            path("/vieux/containers").as_deref(),
            Ok("vieux/containers"),
            "no version"
        );
        for (target, why) in [
            ("/containers//web/stop", Unreadable::Path),
            ("/containers/%2Fweb/stop", Unreadable::Path),
            ("/images/../containers/web/stop", Unreadable::Path),
            ("/containers/%2e%2e/web", Unreadable::Path),
            ("/containers/web/stop/", Unreadable::Path),
            ("containers", Unreadable::Path),
            ("/containers/%zz/stop", Unreadable::Encoding),
            ("/containers/%ff/stop", Unreadable::Encoding),
            ("/containers/a/stop?t=1;x=2", Unreadable::Encoding),
            ("/images/a/tag?repo=b&repo=c", Unreadable::Repeated),
        ] {
            assert_eq!(path(target), Err(why), "{target}");
        }
    }

    #[test]
    fn what_old_versions_take_is_told_apart() {
        let old = |target| Call::read("POST", target).unwrap().old;
        assert!(old("/v1.23/containers/a/start"));
        assert!(!old("/v1.24/containers/a/start"));
        assert!(!old("/containers/a/start"));
    }

    #[test]
    fn parameters_are_decoded_and_read_as_the_engine_reads_truth() {
        let call = Call::read("POST", "/build?t=a%3A1&t=b+c&pull=False&nocache=oui").unwrap();
        assert_eq!(call.parameters("t").collect::<Vec<_>>(), ["a:1", "b c"]);
        assert!(!call.flag("pull"));
        assert!(call.flag("nocache"));
        assert!(!call.flag("absent"));
    }
}
