//! The calls of the Engine API: what each does, in one French sentence.
//!
//! The table is `assets/explications/api.txt`, which says how it is written.

use std::borrow::Cow;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

const SHEET: &str = include_str!("../../assets/explications/api.txt");

static TABLE: LazyLock<Vec<Entry>> = LazyLock::new(|| SHEET.lines().filter_map(read).collect());

struct Entry {
    method: &'static str,
    path: Vec<&'static str>,
    sentence: String,
}

fn read(line: &'static str) -> Option<Entry> {
    let line = line.strip_prefix('#').map_or(Some(line), |_| None)?;
    let (call, sentence) = line.split_once(" = ")?;
    let (method, path) = call.split_once(' ')?;
    let mut sentence = sentence.to_owned();
    for (plain, kept) in [
        (" ;", "\u{a0};"),
        (" :", "\u{a0}:"),
        ("« ", "«\u{a0}"),
        (" »", "\u{a0}»"),
    ] {
        sentence = sentence.replace(plain, kept);
    }
    Some(Entry {
        method,
        path: segments(path),
        sentence,
    })
}

/// A call's path, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'a> {
    /// `/v1.51`; empty when the path has none.
    pub version: &'a str,
    /// `/containers/json`, as it was sent.
    pub path: &'a str,
    /// The parameters, decoded, in their order.
    pub query: Vec<(String, String)>,
}

impl<'a> Target<'a> {
    /// Takes a path with its query apart.
    pub fn of(sent: &'a str) -> Self {
        let (path, query) = sent.split_once('?').unwrap_or((sent, ""));
        let second = path.get(1..).and_then(|it| it.find('/')).map(|it| it + 1);
        let (version, rest) = path.split_at(second.unwrap_or(path.len()));
        let is_version = version.strip_prefix("/v").is_some_and(|it| {
            it.contains('.') && it.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        });
        let (version, path) = if is_version {
            (version, rest)
        } else {
            ("", path)
        };
        let query = query
            .split('&')
            .filter(|it| !it.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name, true), decoded(value, true))
            })
            .collect();
        Self {
            version,
            path,
            query,
        }
    }

    /// The segments of the path, decoded.
    pub fn segments(&self) -> Vec<String> {
        let parts = self.path.split('/').filter(|it| !it.is_empty());
        parts.map(|it| decoded(it, false)).collect()
    }

    /// The value of a parameter; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        let mut pairs = self.query.iter();
        pairs
            .find(|(it, _)| it == name)
            .map_or("", |(_, value)| value)
    }
}

/// What this call does; `None` when the table has no such call.
pub fn meaning(method: &str, target: &Target<'_>) -> Option<&'static str> {
    let path = segments(target.path);
    TABLE
        .iter()
        .filter(|it| it.method == "*" || it.method == method)
        .find(|it| fits(&it.path, &path))
        .map(|it| it.sentence.as_str())
}

/// The words of an HTTP status, RFC 9110; `None` for one that engines do not use.
pub const fn status_word(status: u16) -> Option<&'static str> {
    Some(match status {
        101 => "Switching",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Not Allowed",
        406 => "Not Acceptable",
        409 => "Conflict",
        413 => "Too Large",
        500 => "Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Unavailable",
        _ => return None,
    })
}

fn segments(path: &str) -> Vec<&str> {
    path.split('/').filter(|it| !it.is_empty()).collect()
}

fn fits(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((&"{nom}", rest)), Some(_)) => {
            (1..=path.len()).any(|count| fits(rest, &path[count..]))
        }
        (Some((wanted, rest)), Some((first, others))) => {
            (*wanted == "{id}" || wanted == first) && fits(rest, others)
        }
        _ => false,
    }
}

/// What `%XX` stand for, and `+` in a query; what is no such escape is kept.
fn decoded(text: &str, plus_is_space: bool) -> String {
    let text = if plus_is_space {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    };
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
