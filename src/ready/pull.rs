//! Getting an image from its registry, or from another that has a copy of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::Incoming;
use serde_json::Value;

use super::stock::held;
use super::{ReadyError, Say, Told};
use crate::docker::{Keepers, registry_auth};
use crate::engine::{CallError, Client, Environment};
use crate::text::quantity;
use crate::wire;

/// How long an engine may take to begin an answer that is work: 20.10 saves an image whole before
/// the first byte.
pub(super) const PATIENCE: Duration = Duration::from_secs(15 * 60);
/// How long a pull may say nothing at all.
const SILENCE: Duration = Duration::from_secs(120);

/// Where images come from.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// Another registry (`127.0.0.1:5000`) that holds them under `library/NAME:TAG` or `NAME:TAG`.
    pub mirror: Option<String>,
    /// docker's configuration, for who is logged in.
    pub configuration: Option<std::path::PathBuf>,
}

/// Gets an image: from its registry, or from the mirror, whence its name is given back to it.
pub async fn pull(
    client: &Client,
    image: &str,
    source: &Source,
    say: Say<'_>,
) -> Result<(), ReadyError> {
    let Some(mirror) = &source.mirror else {
        return fetch(client, image, source, say)
            .await
            .map_err(ReadyError::engine(format!("tirer {image}")));
    };
    let mirror = mirror.trim_end_matches('/');
    let mut refusal = None;
    for name in candidates(mirror, image) {
        let there = held(client, &name).await?.is_some();
        match fetch(client, &name, source, say).await {
            Ok(()) => {
                let failed = || format!("donner à {name} le nom {image}");
                tag(client, &name, image)
                    .await
                    .map_err(ReadyError::engine(failed()))?;
                if !there {
                    // The name of the mirror was only the way in.
                    let call = request("DELETE", &format!("/images/{name}?noprune=1"));
                    let _left = client.send(call, PATIENCE).await;
                }
                return Ok(());
            }
            // Another name may be the right one; the first refusal is the one that is told.
            Err(error) => refusal = refusal.or(Some((name, error))),
        }
    }
    let (name, error) = refusal.unwrap_or_else(|| (image.to_owned(), CallError::Timeout));
    Err(ReadyError::engine(format!("tirer {name}"))(error))
}

/// The names under which a mirror may hold an image.
fn candidates(mirror: &str, image: &str) -> Vec<String> {
    if image.contains('/') {
        vec![format!("{mirror}/{image}")]
    } else {
        vec![
            format!("{mirror}/library/{image}"),
            format!("{mirror}/{image}"),
        ]
    }
}

pub(super) fn request(method: &str, path: &str) -> Request<wire::Body> {
    let mut request = Request::new(wire::empty());
    // Both come from this program, or were read as an image's name by the engine.
    if let (Ok(method), Ok(uri)) = (method.parse(), path.parse()) {
        *request.method_mut() = method;
        *request.uri_mut() = uri;
    }
    request
}

async fn fetch(
    client: &Client,
    image: &str,
    source: &Source,
    say: Say<'_>,
) -> Result<(), CallError> {
    let (name, tag) = parts(image);
    let mut call = request(
        "POST",
        &format!("/images/create?fromImage={name}&tag={tag}"),
    );
    let auth = authorisation(image, source.configuration.as_deref());
    if let Some(value) = auth.and_then(|it| it.parse().ok()) {
        call.headers_mut().insert("x-registry-auth", value);
    }
    let answer = client.send(call, PATIENCE).await?;
    let mut layers = Layers::default();
    told(answer.into_body(), |line| {
        if let Some(gauge) = layers.note(line) {
            say(Told::Gauge(format!("{image} : {gauge}")));
        }
    })
    .await
}

/// The name and the tag (or digest) of a reference.
fn parts(image: &str) -> (&str, &str) {
    if let Some((name, digest)) = image.split_once('@') {
        return (name, digest);
    }
    let after = image.rfind('/').map_or(0, |at| at + 1);
    match image[after..].split_once(':') {
        Some((last, tag)) => (&image[..after + last.len()], tag),
        None => (image, "latest"),
    }
}

async fn tag(client: &Client, from: &str, to: &str) -> Result<(), CallError> {
    let (name, tag) = parts(to);
    let path = format!("/images/{from}/tag?repo={name}&tag={tag}");
    client.send(request("POST", &path), PATIENCE).await?;
    Ok(())
}

/// Reads the lines of JSON that tell how work goes on; a line that is an error ends it.
pub(super) async fn told(
    mut body: Incoming,
    mut each: impl FnMut(&Value),
) -> Result<(), CallError> {
    let mut waiting = Vec::new();
    loop {
        let frame = tokio::time::timeout(SILENCE, body.frame()).await;
        let Some(frame) = frame.map_err(|_| CallError::Timeout)? else {
            break;
        };
        let frame = frame.map_err(wire::HttpError::from)?;
        waiting.extend_from_slice(frame.data_ref().map(AsRef::as_ref).unwrap_or_default());
        while let Some(end) = waiting.iter().position(|it| *it == b'\n') {
            let line: Vec<u8> = waiting.drain(..=end).collect();
            one(&line, &mut each)?;
        }
    }
    one(&waiting, &mut each)
}

fn one(line: &[u8], each: &mut impl FnMut(&Value)) -> Result<(), CallError> {
    let Ok(value) = serde_json::from_slice::<Value>(line) else {
        return Ok(());
    };
    let error = value["errorDetail"]["message"].as_str();
    if let Some(message) = error.or_else(|| value["error"].as_str()) {
        return Err(CallError::Status {
            status: 500,
            message: message.to_owned(),
        });
    }
    each(&value);
    Ok(())
}

/// What was told of each layer.
#[derive(Default)]
struct Layers(BTreeMap<String, (u64, u64)>);

impl Layers {
    /// Notes a line; how far all of it is, when that changed.
    fn note(&mut self, line: &Value) -> Option<String> {
        let id = line["id"].as_str()?;
        let detail = &line["progressDetail"];
        let (done, total) = (detail["current"].as_u64(), detail["total"].as_u64());
        match (line["status"].as_str()?, done, total) {
            ("Downloading", Some(done), Some(total)) => {
                self.0.insert(id.to_owned(), (done, total));
            }
            ("Download complete" | "Pull complete", ..) => {
                if let Some((done, total)) = self.0.get_mut(id) {
                    *done = *total;
                }
            }
            _ => return None,
        }
        let sum = |of: fn(&(u64, u64)) -> u64| self.0.values().map(of).sum::<u64>();
        let (done, total) = (sum(|it| it.0), sum(|it| it.1));
        Some(format!(
            "{} sur {}",
            quantity::decimal(done),
            quantity::decimal(total)
        ))
    }
}

/// What `X-Registry-Auth` says for who ran `docker login`; `None` for anybody, or when the program
/// that keeps the passwords fails.
fn authorisation(image: &str, configuration: Option<&Path>) -> Option<String> {
    let text = std::fs::read_to_string(configuration?.join("config.json")).ok()?;
    let document: Value = serde_json::from_str(&text).ok()?;
    let first = image.split('/').next().unwrap_or_default();
    let registry = if image.contains('/') && first.contains(['.', ':']) {
        first
    } else {
        "docker.io"
    };
    let keepers = Keepers::Here(Environment::of_this_process().variables);
    registry_auth(&document, registry, &keepers)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reference_is_cut_as_docker_cuts_it() {
        assert_eq!(parts("busybox:1.36"), ("busybox", "1.36"));
        assert_eq!(parts("busybox"), ("busybox", "latest"));
        assert_eq!(parts("hote:5000/x/y"), ("hote:5000/x/y", "latest"));
        assert_eq!(parts("hote:5000/x:1"), ("hote:5000/x", "1"));
        assert_eq!(parts("x@sha256:00"), ("x", "sha256:00"));
        assert_eq!(
            candidates("h:5000", "a:1"),
            ["h:5000/library/a:1", "h:5000/a:1"]
        );
        assert_eq!(candidates("h:5000", "a/b:1"), ["h:5000/a/b:1"]);
    }

    #[test]
    fn layers_add_up_and_an_error_is_one() {
        let mut layers = Layers::default();
        let line = |status: &str, id: &str, done: u64| json!({"status": status, "id": id, "progressDetail": {"current": done, "total": 2000}});
        layers.note(&line("Downloading", "a", 1000));
        let told = layers.note(&line("Downloading", "b", 500));
        assert_eq!(told.unwrap(), "1,5\u{a0}ko sur 4,0\u{a0}ko");
        let told = layers.note(&json!({"status": "Pull complete", "id": "a"}));
        assert_eq!(told.unwrap(), "2,5\u{a0}ko sur 4,0\u{a0}ko");
        assert_eq!(layers.note(&json!({"status": "Status: Downloaded"})), None);
        let wrong = br#"{"errorDetail":{"message":"toomanyrequests: assez"},"error":"toomanyrequests: assez"}"#;
        let error = one(wrong, &mut |_| {}).unwrap_err();
        assert_eq!(error.to_string(), "toomanyrequests: assez");
    }

    #[test]
    fn who_is_logged_in_is_told_to_that_registry_only() {
        let folder = tempfile::tempdir().unwrap();
        let auth = STANDARD.encode("ada:secret");
        let text = json!({"auths": {"hote:5000": {"auth": auth}}}).to_string();
        std::fs::write(folder.path().join("config.json"), text).unwrap();
        let said = authorisation("hote:5000/x:1", Some(folder.path())).unwrap();
        let said = String::from_utf8(URL_SAFE.decode(said).unwrap()).unwrap();
        assert!(
            said.contains("\"ada\"") && said.contains("hote:5000"),
            "{said}"
        );
        assert_eq!(authorisation("busybox:1.36", Some(folder.path())), None);
        assert_eq!(authorisation("busybox:1.36", None), None);
    }
}
