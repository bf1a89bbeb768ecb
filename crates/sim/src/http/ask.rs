//! Requests.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, UPGRADE};
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request};
use serde_json::Value;

use super::fields;
use crate::daemon::{Fault, Filters, Outcome};
use crate::kernel::WinSize;
use wire::percent;

/// A body of at most so many bytes is read before anything is done: an answer that comes while its
/// body is still on the way would break the connection under the client that sends it.
const SMALL: u64 = 64 * 1024;

/// Bytes of the longest document.
const LONGEST_JSON: usize = 16 << 20;

/// What `platform` may be in one word: an operating system or an architecture.
const KNOWN_PLATFORMS: [&str; 24] = [
    "linux", "windows", "darwin", "freebsd", "netbsd", "openbsd", "solaris", "macos", "amd64",
    "x86_64", "x86-64", "386", "i386", "arm64", "aarch64", "arm", "armhf", "armel", "ppc64le",
    "ppc64", "s390x", "riscv64", "mips64le", "loong64",
];

/// Where a body is.
enum Held {
    Coming(Incoming),
    Read(Bytes),
    Taken,
}

/// A request, its path cut into segments and its version taken off.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) segments: Vec<String>,
    pub(super) version: Option<(u32, u32)>,
    pub(super) headers: HeaderMap,
    query: BTreeMap<String, Vec<String>>,
    // Behind locks only so that a request can be shared between tasks.
    body: Mutex<Held>,
    upgrade: Mutex<Option<OnUpgrade>>,
}

impl Ask {
    pub(super) fn new(mut request: Request<Incoming>) -> Self {
        let wants_upgrade = request.headers().contains_key(UPGRADE);
        // Must be taken before the body is read.
        let upgrade = wants_upgrade.then(|| hyper::upgrade::on(&mut request));
        let (parts, body) = request.into_parts();
        let mut segments: Vec<String> = parts
            .uri
            .path()
            .split('/')
            .filter(|it| !it.is_empty())
            .map(percent::decode)
            .collect();
        let version = segments.first().and_then(|it| parse_version(it));
        if version.is_some() {
            segments.remove(0);
        }
        let mut query: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for pair in parts
            .uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|it| !it.is_empty())
        {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = percent::decode_form(value);
            query.entry(percent::decode(name)).or_default().push(value);
        }
        Self {
            method: parts.method,
            segments,
            version,
            headers: parts.headers,
            query,
            body: Mutex::new(Held::Coming(body)),
            upgrade: Mutex::new(upgrade),
        }
    }

    /// A parameter; empty when it is absent.
    pub(super) fn get(&self, name: &str) -> &str {
        self.query
            .get(name)
            .and_then(|it| it.first())
            .map_or("", String::as_str)
    }

    /// All values of a parameter.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        self.query.get(name).cloned().unwrap_or_default()
    }

    /// Whether a parameter is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.query.contains_key(name)
    }

    /// The parameters, the first value of each.
    pub(super) fn parameters(&self) -> BTreeMap<String, String> {
        let first =
            |(name, values): (&String, &Vec<String>)| Some((name.clone(), values.first()?.clone()));
        self.query.iter().filter_map(first).collect()
    }

    /// A truth value, as moby's `httputils.BoolValue` reads it.
    pub(super) fn flag(&self, name: &str) -> bool {
        !matches!(
            self.get(name).trim().to_lowercase().as_str(),
            "" | "0" | "no" | "false" | "none"
        )
    }

    /// A number, as Go's `strconv.Atoi` reads it; `None` when it is absent.
    pub(super) fn integer(&self, name: &str) -> Outcome<Option<i64>> {
        let text = self.get(name);
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(|_| {
            Fault::internal(format!("strconv.Atoi: parsing \"{text}\": invalid syntax"))
        })
    }

    /// Refuses a `platform` that names no operating system and no architecture.
    pub(super) fn check_platform(&self) -> Outcome<()> {
        let platform = self.get("platform");
        let known = KNOWN_PLATFORMS.contains(&platform.to_ascii_lowercase().as_str());
        let parts = platform.split('/').count();
        let why = match parts {
            _ if platform.is_empty() => return Ok(()),
            1 if known => return Ok(()),
            2 | 3 => return Ok(()),
            1 => "unknown operating system or architecture",
            _ => "cannot parse platform specifier",
        };
        Err(Fault::invalid(format!(
            "\"{platform}\": {why}: invalid argument"
        )))
    }

    /// The `filters` parameter.
    pub(super) fn filters(&self) -> Outcome<Filters> {
        Filters::parse(self.get("filters"))
    }

    /// The `h` and `w` parameters.
    pub(super) fn size(&self) -> Outcome<WinSize> {
        let cells = |name: &str, dimension: &str| {
            let text = self.get(name);
            text.parse::<u16>().map_err(|error| {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
                let why = if number && *error.kind() != std::num::IntErrorKind::Empty {
                    "value out of range"
                } else {
                    "invalid syntax"
                };
                Fault::invalid(format!("invalid resize {dimension} \"{text}\": {why}"))
            })
        };
        Ok(WinSize {
            rows: cells("h", "height")?,
            cols: cells("w", "width")?,
        })
    }

    /// The version that the client speaks; ours when it names none.
    pub(super) fn speaks(&self) -> (u32, u32) {
        self.version.unwrap_or((1, 51))
    }

    /// Reads a small body.
    pub(super) async fn read_small_body(&self) -> Outcome<()> {
        let length = self.headers.get(CONTENT_LENGTH);
        let length = length.and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
        if length.is_some_and(|it| it <= SMALL) {
            let body = self.body_up_to(usize::MAX).await?.unwrap_or_default();
            *self
                .body
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = Held::Read(body);
        }
        Ok(())
    }

    fn take_body(&self) -> Held {
        let mut body = self
            .body
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        std::mem::replace(&mut *body, Held::Taken)
    }

    /// The whole body, when it has at most that many bytes; a longer one is read and forgotten.
    async fn body_up_to(&self, most: usize) -> Outcome<Option<Bytes>> {
        let mut body = match self.take_body() {
            Held::Coming(body) => body,
            Held::Read(body) => return Ok(Some(body)),
            Held::Taken => return Ok(Some(Bytes::new())),
        };
        let mut read = Vec::new();
        let mut fits = true;
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| Fault::invalid("unexpected EOF"))?;
            let Ok(data) = frame.into_data() else {
                continue;
            };
            fits = fits && read.len() + data.len() <= most;
            if fits {
                read.extend_from_slice(&data);
            } else {
                read = Vec::new();
            }
        }
        Ok(fits.then(|| read.into()))
    }

    /// An archive of at most that many bytes.
    pub(super) async fn archive(&self, most: usize) -> Outcome<Bytes> {
        let body = self.body_up_to(most).await?;
        body.ok_or_else(|| Fault::internal("no space left on device"))
    }

    /// Reads what nobody wants; a body that is broken adds nothing.
    pub(super) async fn forget_body(&self) {
        let _ = self.body_up_to(0).await;
    }

    /// The body as a document about a container, a network…; an empty one is null.
    pub(super) async fn json(&self) -> Outcome<Value> {
        let body = self.any_json().await?;
        Ok(body.map_or(Value::Null, fields::engine))
    }

    /// The body as a document about a swarm; an empty one is refused.
    pub(super) async fn swarm_json(&self) -> Outcome<Value> {
        let body = self.any_json().await?;
        body.map(fields::swarm).ok_or_else(no_body)
    }

    /// The body as JSON; nothing when it is empty.
    async fn any_json(&self) -> Outcome<Option<Value>> {
        let body = self.body_up_to(LONGEST_JSON).await?;
        let body = body.ok_or_else(|| Fault::invalid("http: request body too large"))?;
        let content_type = self.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok()).unwrap_or("");
        let media = content_type.split(';').next().unwrap_or_default().trim();
        if content_type.is_empty() && body.is_empty() {
            return Ok(None);
        }
        if media.is_empty() {
            return Err(Fault::invalid(format!(
                "malformed Content-Type header ({content_type}): mime: no media type"
            )));
        }
        if !media.eq_ignore_ascii_case("application/json") {
            return Err(Fault::invalid(format!(
                "unsupported Content-Type header ({content_type}): must be 'application/json'"
            )));
        }
        if body.is_empty() {
            return Ok(None);
        }
        let mut values = serde_json::Deserializer::from_slice(&body).into_iter::<Value>();
        let value = match values.next() {
            None => return Err(no_body()),
            Some(value) => value.map_err(|error| bad_json(&body, &error))?,
        };
        match values.next() {
            None => Ok(Some(value)),
            Some(_) => Err(Fault::invalid("unexpected content after JSON")),
        }
    }

    /// The promise of a raw stream, if the client asked for one.
    pub(super) fn take_upgrade(&self) -> Option<OnUpgrade> {
        self.upgrade
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .take()
    }
}

/// What a body that says nothing gets.
fn no_body() -> Fault {
    Fault::invalid("invalid JSON: got EOF while reading request body")
}

/// What Go's decoder says of a body that serde refuses.
fn bad_json(body: &[u8], error: &serde_json::Error) -> Fault {
    if error.is_eof() {
        return Fault::invalid("invalid JSON: unexpected EOF");
    }
    let line = body
        .split(|byte| *byte == b'\n')
        .nth(error.line().saturating_sub(1));
    let byte = line.and_then(|it| it.get(error.column().saturating_sub(1)));
    let found = char::from(byte.copied().unwrap_or(b' '));
    let expected = match error.to_string() {
        it if it.contains("key must be a string") => "looking for beginning of object key string",
        it if it.contains("expected `:`") => "after object key",
        it if it.contains("expected `,` or `}`") => "after object key:value pair",
        it if it.contains("expected `,` or `]`") => "after array element",
        _ => "looking for beginning of value",
    };
    Fault::invalid(format!(
        "invalid JSON: invalid character '{found}' {expected}"
    ))
}

/// `v1.41`.
fn parse_version(segment: &str) -> Option<(u32, u32)> {
    let (major, minor) = segment.strip_prefix('v')?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
