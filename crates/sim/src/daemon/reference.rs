//! Names of images: `[registry/]path[:tag][@digest]`, as distribution's `reference` package reads
//! them.

use super::{Fault, Outcome};

/// A name of an image, normalised.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// `docker.io`, `localhost:5000`…
    pub domain: String,
    /// `library/nginx`.
    pub path: String,
    /// What follows `:`.
    pub tag: Option<String>,
    /// What follows `@`.
    pub digest: Option<String>,
}

impl Reference {
    /// Reads a name; the error is docker's.
    pub fn parse(text: &str) -> Outcome<Self> {
        let bad = || Fault::invalid("invalid reference format");
        if is_full_id(text) {
            return Err(Fault::invalid(format!(
                "invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
            )));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) if is_digest(digest) => (rest, Some(digest.to_owned())),
            Some(_) => return Err(bad()),
            None => (text, None),
        };
        let colon = rest.rfind(':').filter(|at| !rest[*at..].contains('/'));
        let (name, tag) = match colon {
            Some(at) => (&rest[..at], Some(&rest[at + 1..])),
            None => (rest, None),
        };
        let (domain, path) = split_domain(name);
        if path.bytes().any(|byte| byte.is_ascii_uppercase()) && is_path(&path.to_ascii_lowercase())
        {
            return Err(Fault::invalid(format!(
                "invalid reference format: repository name ({path}) must be lowercase"
            )));
        }
        if !is_path(&path) || !is_domain(&domain) || tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(bad());
        }
        Ok(Self {
            domain,
            path,
            tag: tag.map(str::to_owned),
            digest,
        })
    }

    /// The name that docker shows: `nginx`, `localhost:5000/app`.
    pub fn familiar_name(&self) -> String {
        if self.domain != "docker.io" {
            return format!("{}/{}", self.domain, self.path);
        }
        self.path
            .strip_prefix("library/")
            .unwrap_or(&self.path)
            .to_owned()
    }

    /// `docker.io/library/nginx`.
    pub fn full_name(&self) -> String {
        format!("{}/{}", self.domain, self.path)
    }

    /// The tag, `latest` when none is named.
    pub fn tag_or_latest(&self) -> &str {
        self.tag.as_deref().unwrap_or("latest")
    }

    /// `nginx:latest`: how the image store names it.
    pub fn familiar_tagged(&self) -> String {
        format!("{}:{}", self.familiar_name(), self.tag_or_latest())
    }

    /// What docker shows of it: with the digest if it was named by one, else with its tag.
    pub fn familiar(&self) -> String {
        match &self.digest {
            Some(digest) => format!("{}@{digest}", self.familiar_name()),
            None => self.familiar_tagged(),
        }
    }
}

fn split_domain(name: &str) -> (String, String) {
    let (first, rest) = name.split_once('/').unwrap_or(("", name));
    let is_host = first.contains(['.', ':'])
        || first == "localhost"
        || first.bytes().any(|byte| byte.is_ascii_uppercase());
    let (domain, path) = if is_host {
        (first, rest)
    } else {
        ("docker.io", name)
    };
    let domain = if domain == "index.docker.io" {
        "docker.io"
    } else {
        domain
    };
    if domain == "docker.io" && !path.contains('/') {
        return (domain.to_owned(), format!("library/{path}"));
    }
    (domain.to_owned(), path.to_owned())
}

/// Whether it is a whole identifier: 64 hexadecimal digits.
pub fn is_full_id(text: &str) -> bool {
    text.len() == 64
        && text
            .bytes()
            .all(|it| it.is_ascii_hexdigit() && !it.is_ascii_uppercase())
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("sha256:").is_some_and(is_full_id)
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = tag.as_bytes();
    bytes.len() <= 128
        && bytes.first().is_some_and(|first| word(*first))
        && bytes
            .iter()
            .all(|it| word(*it) || matches!(it, b'.' | b'-'))
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = domain.split_once(':').unwrap_or((domain, "0"));
    !host.is_empty()
        && host
            .bytes()
            .all(|it| it.is_ascii_alphanumeric() || matches!(it, b'.' | b'-'))
        && !port.is_empty()
        && port.bytes().all(|it| it.is_ascii_digit())
}

/// Components of letters and digits, joined inside by one `.`, one or two `_`, or any `-`.
fn is_path(path: &str) -> bool {
    path.len() <= 255
        && path.split('/').all(|part| {
            let letter = |it: Option<char>| {
                it.is_some_and(|it| it.is_ascii_digit() || it.is_ascii_lowercase())
            };
            let separators_hold = || {
                let mut rest = part;
                while let Some(start) = rest.find(['.', '_', '-']) {
                    let tail = &rest[start..];
                    let end = tail
                        .find(|it: char| !matches!(it, '.' | '_' | '-'))
                        .unwrap_or(tail.len());
                    let run = &tail[..end];
                    if !(matches!(run, "." | "_" | "__") || run.bytes().all(|it| it == b'-')) {
                        return false;
                    }
                    rest = &tail[end..];
                }
                true
            };
            letter(part.chars().next())
                && letter(part.chars().next_back())
                && part
                    .chars()
                    .all(|it| letter(Some(it)) || matches!(it, '.' | '_' | '-'))
                && separators_hold()
        })
}
