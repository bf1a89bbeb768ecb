//! What the daemon asks a registry beside images: `docker login`, and the descriptor of a name.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Daemon, Fault, Outcome, Reference, lock};

/// Names of the Docker Hub in `docker login`.
const HUB: [&str; 5] = [
    "",
    "docker.io",
    "https://index.docker.io/v1/",
    "index.docker.io",
    "registry-1.docker.io",
];

fn no_such_host(host: &str) -> Fault {
    let name = host.split(':').next().unwrap_or(host);
    Fault::internal(format!(
        "Get \"https://{host}/v2/\": dial tcp: lookup {name}: no such host"
    ))
}

/// How long a registry takes to answer a question, seconds.
const ROUND_TRIP: f64 = 0.1;

impl Daemon {
    /// Waits as long as a registry takes to answer.
    pub async fn round_trip(&self) {
        let wait = Duration::try_from_secs_f64(ROUND_TRIP * self.inner.pace);
        tokio::time::sleep(wait.unwrap_or_default()).await;
    }

    /// `POST /auth`. The simulated Docker Hub has no accounts; a registry that a container of this
    /// machine publishes asks for none.
    pub async fn login(&self, request: &Value) -> Outcome<Value> {
        let field = |name: &str| {
            super::config::field(request, name)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let server = field("serveraddress");
        self.round_trip().await;
        if HUB.contains(&server) {
            return Err(Fault::unauthorized(
                "Get \"https://registry-1.docker.io/v2/\": unauthorized: incorrect username or password",
            ));
        }
        let host = server
            .trim_start_matches("https://")
            .trim_start_matches("http://");
        let host = host.split('/').next().unwrap_or(host);
        let Some(port) = host
            .strip_prefix("localhost:")
            .or_else(|| host.strip_prefix("127.0.0.1:"))
        else {
            return Err(no_such_host(host));
        };
        let published = {
            let state = lock(&self.inner.state);
            let mut ports = state.containers.values().flat_map(|it| &it.ports);
            ports.any(|it| it.protocol == "tcp" && port.parse() == Ok(it.host))
        };
        if published {
            return Ok(json!({"Status": "Login Succeeded", "IdentityToken": ""}));
        }
        Err(Fault::internal(format!(
            "Get \"http://{host}/v2/\": dial tcp 127.0.0.1:{port}: connect: connection refused"
        )))
    }

    /// `GET /distribution/NAME/json`: the descriptor and the platforms of a name in the registry.
    pub async fn distribution(&self, name: &str) -> Outcome<Value> {
        let reference = Reference::parse(name)?;
        self.round_trip().await;
        if reference.domain != "docker.io" {
            return Err(no_such_host(&reference.domain));
        }
        let published = match &reference.digest {
            Some(digest) => self.inner.hub.by_digest(&reference.path, digest),
            None => self
                .inner
                .hub
                .find(&reference.path, reference.tag_or_latest()),
        };
        let Some(published) = published else {
            let known = !self.inner.hub.tags(&reference.path).is_empty();
            return Err(if known {
                Fault::not_found("manifest unknown: manifest unknown")
            } else {
                Fault::unauthorized(
                    "errors:\ndenied: requested access to the resource is denied\nunauthorized: authentication required\n",
                )
            });
        };
        let layers: Vec<Value> = published
            .layers
            .iter()
            .map(|it| {
                json!({
                    "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "size": it.compressed,
                    "digest": it.digest,
                })
            })
            .collect();
        let manifest = json!({
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": {"mediaType": CONFIG, "size": 0, "digest": published.digest},
            "layers": layers,
        });
        Ok(json!({
            "Descriptor": {
                "mediaType": MANIFEST,
                "digest": published.digest,
                "size": manifest.to_string().len(),
            },
            "Platforms": [{"architecture": super::commit::architecture(), "os": "linux"}],
        }))
    }
}

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
