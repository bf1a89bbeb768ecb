//! A client of the distribution API, for registries that run on the simulated machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{ACCEPT, CONTENT_TYPE, HOST, LOCATION};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};

use super::{Fault, Outcome, Reference};
use crate::kernel::Kernel;

/// Media type of a manifest, distribution's `schema2`.
pub(super) const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
/// Media type of an image's document.
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
/// Media type of a layer.
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// An answer of a registry.
struct Answer {
    status: StatusCode,
    location: Option<String>,
    body: Bytes,
}

/// A registry that answered.
#[derive(Clone)]
pub(super) struct Registry {
    kernel: Kernel,
    domain: String,
    address: SocketAddr,
    /// Repository.
    path: String,
}

/// A layer as a manifest names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Blob {
    pub(super) digest: String,
    pub(super) size: u64,
}

impl Blob {
    fn read(value: &Value) -> Self {
        Self {
            digest: value["digest"].as_str().unwrap_or_default().to_owned(),
            size: value["size"].as_u64().unwrap_or_default(),
        }
    }
}

/// A manifest, as pushed and pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest {
    pub(super) config: Blob,
    pub(super) layers: Vec<Blob>,
}

impl Manifest {
    /// Its bytes: what its digest is computed of.
    pub(super) fn encode(&self) -> Vec<u8> {
        let blob = |kind: &str, blob: &Blob| json!({"mediaType": kind, "size": blob.size, "digest": blob.digest});
        let layers: Vec<Value> = self.layers.iter().map(|it| blob(LAYER, it)).collect();
        let document = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": blob(CONFIG, &self.config),
            "layers": layers,
        });
        // Three spaces, as distribution writes it.
        let mut text = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(b"   ");
        let mut writer = serde_json::Serializer::with_formatter(&mut text, formatter);
        if serde::Serialize::serialize(&document, &mut writer).is_err() {
            return document.to_string().into_bytes();
        }
        text
    }

    /// Reads one; `None` for another sort of document.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let document: Value = serde_json::from_slice(bytes).ok()?;
        let layers = document["layers"].as_array()?;
        Some(Self {
            config: Blob::read(&document["config"]),
            layers: layers.iter().map(Blob::read).collect(),
        })
    }
}

impl Registry {
    /// Reaches the registry of a name, over plain HTTP when it is on the loopback.
    pub(super) async fn reach(kernel: &Kernel, reference: &Reference) -> Outcome<Self> {
        let domain = reference.domain.clone();
        let (host, port) = match domain.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().unwrap_or(0)),
            None if domain == "localhost" => (domain.as_str(), 80),
            None => (domain.as_str(), 443),
        };
        let ip: Option<IpAddr> = match host {
            "localhost" => Some(Ipv4Addr::LOCALHOST.into()),
            host => host.parse().ok(),
        };
        let Some(ip) = ip else {
            return Err(Fault::internal(format!(
                "Get \"https://{domain}/v2/\": dial tcp: lookup {host}: no such host"
            )));
        };
        let scheme = if ip.is_loopback() { "http" } else { "https" };
        let address = SocketAddr::new(ip, port);
        let registry = Self {
            kernel: kernel.clone(),
            domain: domain.clone(),
            address,
            path: reference.path.clone(),
        };
        let answered = registry
            .call(Method::GET, "/v2/", None, Bytes::new())
            .await
            .map_err(|problem| {
                Fault::internal(format!(
                    "Get \"{scheme}://{domain}/v2/\": dial tcp {address}: connect: {problem}"
                ))
            })?;
        if !ip.is_loopback() {
            return Err(Fault::internal(format!(
                "Get \"https://{domain}/v2/\": http: server gave HTTP response to HTTPS client"
            )));
        }
        if answered.status == StatusCode::OK {
            return Ok(registry);
        }
        Err(Fault::internal(format!(
            "received unexpected HTTP status: {}",
            answered.status
        )))
    }

    async fn call(
        &self,
        method: Method,
        target: &str,
        kind: Option<&str>,
        body: Bytes,
    ) -> Result<Answer, String> {
        let stream = self
            .kernel
            .dial(self.address)
            .await
            .map_err(|error| error.to_string().to_lowercase())?;
        let said = |error: hyper::Error| error.to_string();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
            .await
            .map_err(said)?;
        let talk = async {
            let mut request = Request::builder()
                .method(method)
                .uri(target)
                .header(HOST, self.domain.as_str())
                .header(ACCEPT, MANIFEST)
                .header("User-Agent", format!("docker/{}", super::VERSION));
            if let Some(kind) = kind {
                request = request.header(CONTENT_TYPE, kind);
            }
            let request = request
                .body(Full::new(body))
                .map_err(|error| error.to_string())?;
            let answer = sender.send_request(request).await.map_err(said)?;
            let status = answer.status();
            let location = answer
                .headers()
                .get(LOCATION)
                .and_then(|it| it.to_str().ok())
                .map(str::to_owned);
            let body = answer.into_body().collect().await.map_err(said)?.to_bytes();
            Ok(Answer {
                status,
                location,
                body,
            })
        };
        tokio::pin!(talk, connection);
        tokio::select! {
            answer = &mut talk => answer,
            // The server closed it: what it said is there.
            _ = &mut connection => talk.await,
        }
    }

    async fn ask(
        &self,
        method: Method,
        rest: &str,
        kind: Option<&str>,
        body: Bytes,
    ) -> Outcome<Answer> {
        let target = format!("/v2/{}/{rest}", self.path);
        self.call(method, &target, kind, body)
            .await
            .map_err(Fault::internal)
    }

    /// A manifest by tag or digest; `None` when the registry does not know it.
    pub(super) async fn manifest(&self, reference: &str) -> Outcome<Option<Bytes>> {
        let rest = format!("manifests/{reference}");
        let answer = self.ask(Method::GET, &rest, None, Bytes::new()).await?;
        match answer.status {
            StatusCode::OK => Ok(Some(answer.body)),
            StatusCode::NOT_FOUND => Ok(None),
            status => Err(unexpected(status)),
        }
    }

    /// Every tag.
    pub(super) async fn tags(&self) -> Outcome<Vec<String>> {
        let answer = self
            .ask(Method::GET, "tags/list", None, Bytes::new())
            .await?;
        let document: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        let tags = document["tags"].as_array().into_iter().flatten();
        Ok(tags.filter_map(Value::as_str).map(str::to_owned).collect())
    }

    pub(super) async fn blob(&self, digest: &str) -> Outcome<Bytes> {
        let rest = format!("blobs/{digest}");
        let answer = self.ask(Method::GET, &rest, None, Bytes::new()).await?;
        match answer.status {
            StatusCode::OK => Ok(answer.body),
            StatusCode::NOT_FOUND => Err(Fault::internal("blob unknown to registry")),
            status => Err(unexpected(status)),
        }
    }

    pub(super) async fn has_blob(&self, digest: &str) -> Outcome<bool> {
        let rest = format!("blobs/{digest}");
        let answer = self.ask(Method::HEAD, &rest, None, Bytes::new()).await?;
        Ok(answer.status == StatusCode::OK)
    }

    pub(super) async fn put_blob(&self, digest: &str, bytes: Bytes) -> Outcome<()> {
        let begun = self
            .ask(Method::POST, "blobs/uploads/", None, Bytes::new())
            .await?;
        let location = begun.location.ok_or_else(|| unexpected(begun.status))?;
        let target = match location.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("/", |at| &rest[at..]),
            None => &location,
        };
        let mark = if target.contains('?') { '&' } else { '?' };
        let target = format!("{target}{mark}digest={digest}");
        let kind = Some("application/octet-stream");
        let answer = self
            .call(Method::PUT, &target, kind, bytes)
            .await
            .map_err(Fault::internal)?;
        created(&answer)
    }

    pub(super) async fn put_manifest(&self, tag: &str, bytes: Vec<u8>) -> Outcome<()> {
        let rest = format!("manifests/{tag}");
        let answer = self
            .ask(Method::PUT, &rest, Some(MANIFEST), bytes.into())
            .await?;
        created(&answer)
    }
}

fn created(answer: &Answer) -> Outcome<()> {
    if answer.status == StatusCode::CREATED {
        Ok(())
    } else {
        Err(unexpected(answer.status))
    }
}

fn unexpected(status: StatusCode) -> Fault {
    Fault::internal(format!("received unexpected HTTP status: {status}"))
}
