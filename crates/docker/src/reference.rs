//! Names of images: `busybox`, `ghcr.io/owner/app:1`, `nginx@sha256:…`.

#[cfg(test)]
mod tests;

/// The registry of names that name none.
const HUB: &str = "docker.io";
/// The Hub's folder of official images.
const OFFICIAL: &str = "library/";

/// A parsed name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The registry.
    pub(super) domain: String,
    /// The path in the registry, `library/` included.
    pub(super) path: String,
    /// The tag.
    pub(super) tag: Option<String>,
    /// The digest, with its algorithm.
    pub(super) digest: Option<String>,
}

impl Reference {
    /// Parses a name; the error is docker's.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let invalid = || "invalid reference format".to_owned();
        if text.len() == 64 && text.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(format!(
                "invalid repository name ({text}), cannot specify 64-byte hexadecimal strings"
            ));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        let (domain, remote) = match rest.split_once('/') {
            Some((domain, remote))
                if domain.contains(['.', ':'])
                    || domain == "localhost"
                    || domain.to_lowercase() != domain =>
            {
                (domain, remote)
            }
            _ => (HUB, rest),
        };
        let domain = if domain == "index.docker.io" {
            HUB
        } else {
            domain
        };
        let (path, tag) = match remote.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (remote, None),
        };
        let path = if domain == HUB && !path.contains('/') {
            format!("{OFFICIAL}{path}")
        } else {
            path.to_owned()
        };
        if path.to_lowercase() != path {
            return Err(format!(
                "invalid reference format: repository name ({path}) must be lowercase"
            ));
        }
        let well_formed = path.split('/').all(is_component)
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest)
            && domain.split([':', '.']).all(|it| !it.is_empty());
        if !well_formed {
            return Err(invalid());
        }
        Ok(Self {
            domain: domain.to_owned(),
            path,
            tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        })
    }

    /// Whether there is neither tag nor digest.
    pub(super) fn is_name_only(&self) -> bool {
        self.tag.is_none() && self.digest.is_none()
    }

    /// The same with `latest` where there is neither tag nor digest.
    pub(super) fn with_default_tag(mut self) -> Self {
        if self.is_name_only() {
            self.tag = Some("latest".to_owned());
        }
        self
    }

    /// The repository as people write it: without the Hub's name.
    pub(super) fn familiar_name(&self) -> String {
        if self.domain != HUB {
            return format!("{}/{}", self.domain, self.path);
        }
        self.path
            .strip_prefix(OFFICIAL)
            .filter(|it| !it.contains('/'))
            .unwrap_or(&self.path)
            .to_owned()
    }

    fn suffix(&self) -> String {
        let tag = self
            .tag
            .as_ref()
            .map(|it| format!(":{it}"))
            .unwrap_or_default();
        let digest = self
            .digest
            .as_ref()
            .map(|it| format!("@{it}"))
            .unwrap_or_default();
        tag + &digest
    }

    /// The whole name as people write it.
    pub(super) fn familiar(&self) -> String {
        self.familiar_name() + &self.suffix()
    }

    /// The whole name, registry included.
    pub(super) fn full(&self) -> String {
        format!("{}/{}{}", self.domain, self.path, self.suffix())
    }
}

/// `a-z0-9` runs joined by `.`, `_`, `__` or dashes.
fn is_component(text: &str) -> bool {
    let bytes = text.as_bytes();
    let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    edge(bytes.first())
        && edge(bytes.last())
        && bytes
            .iter()
            .all(|it| it.is_ascii_alphanumeric() || b"._-".contains(it))
        && !text.contains("..")
        && !text.contains("___")
}

fn is_tag(text: &str) -> bool {
    let allowed = |it: u8| it.is_ascii_alphanumeric() || b"_.-".contains(&it);
    !text.is_empty()
        && text.len() <= 128
        && text.bytes().all(allowed)
        && !text.starts_with(['.', '-'])
}

fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, digits)| {
        !algorithm.is_empty()
            && digits.len() >= 32
            && digits.bytes().all(|it| it.is_ascii_hexdigit())
    })
}
