//! The calls to the engine: API version negotiation, requests, and errors as docker words them.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::Method;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::{API_VERSION, VERSION};
use wire::{self, Body, Dialer, HttpError, Upgraded, percent};

/// The oldest API that the client speaks.
const MINIMUM_API_VERSION: &str = "1.24";
/// What `Host` says when the engine is not reached over TCP.
const HOST_NAME: &str = "api.moby.localhost";

/// Why a call did not succeed; its text is docker's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ClientError {
    /// The engine answered with an error.
    #[error("Error response from daemon: {message}")]
    Daemon {
        /// The HTTP status.
        status: u16,
        /// The engine's message.
        message: String,
    },
    /// The engine was not reached, or its answer makes no sense.
    #[error("{0}")]
    Other(String),
}

impl ClientError {
    /// Whether the engine said that there is no such object.
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Daemon { status: 404, .. })
    }
}

/// The result of a call.
pub(super) type Called<T> = Result<T, ClientError>;

/// What the engine says when it is greeted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Greeting {
    /// The API version in use from now on.
    pub(super) api: String,
    /// The engine's operating system.
    pub(super) os: String,
    /// Whether it answered.
    pub(super) reached: bool,
    /// Whether its experimental features are on; an engine that does not answer may have them.
    pub(super) experimental: bool,
    /// Its place in a swarm (`inactive`, `active/manager`), when it tells.
    pub(super) swarm: Option<String>,
}

/// One request.
#[derive(Debug, Clone)]
pub(super) struct Call {
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(&'static str, String)>,
    body: Option<Bytes>,
}

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        }
    }

    /// `GET path`; the path starts with `/`, without the API version.
    pub(super) fn get(path: impl Into<String>) -> Self {
        Self::new(Method::GET, path)
    }

    /// `POST path`.
    pub(super) fn post(path: impl Into<String>) -> Self {
        Self::new(Method::POST, path)
    }

    /// `PUT path`.
    pub(super) fn put(path: impl Into<String>) -> Self {
        Self::new(Method::PUT, path)
    }

    /// `HEAD path`.
    pub(super) fn head(path: impl Into<String>) -> Self {
        Self::new(Method::HEAD, path)
    }

    /// `DELETE path`.
    pub(super) fn delete(path: impl Into<String>) -> Self {
        Self::new(Method::DELETE, path)
    }

    /// Adds a parameter to the query.
    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a parameter when it is said and not empty.
    pub(super) fn with_some(self, name: &str, value: &str) -> Self {
        if value.is_empty() {
            self
        } else {
            self.with(name, value)
        }
    }

    /// Adds `name=1` when `on`.
    pub(super) fn with_flag(self, name: &str, on: bool) -> Self {
        if on { self.with(name, "1") } else { self }
    }

    /// Adds a header.
    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sends a document.
    pub(super) fn json(mut self, document: &Value) -> Self {
        self.headers
            .push(("content-type", "application/json".to_owned()));
        self.body = Some(Bytes::from(document.to_string()));
        self
    }

    fn target(&self, version: Option<&str>) -> String {
        let mut target = version.map_or_else(String::new, |version| format!("/v{version}"));
        target.push_str(&self.path);
        // Sorted by name, as the real client sends them.
        let mut query: Vec<_> = self.query.iter().collect();
        query.sort_by(|one, other| one.0.cmp(&other.0));
        for (index, (name, value)) in query.into_iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&percent::encode(name));
            target.push('=');
            target.push_str(&percent::encode(value));
        }
        target
    }
}

/// The way to the engine, and the API version agreed upon. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Client {
    dialer: Dialer,
    endpoint: Arc<str>,
    /// `DOCKER_API_VERSION`: no negotiation.
    fixed: Option<Arc<str>>,
    greeting: Arc<OnceCell<Greeting>>,
}

impl Client {
    pub(super) fn new(dialer: Dialer, endpoint: &str, fixed: Option<&str>) -> Self {
        Self {
            dialer,
            endpoint: endpoint.into(),
            fixed: fixed
                .filter(|it| !it.is_empty())
                .map(|it| it.trim_start_matches('v').into()),
            greeting: Arc::new(OnceCell::new()),
        }
    }

    /// The API version in use and what the engine is; asks it the first time. An engine that
    /// cannot be greeted is taken for a Linux one: the next call says what is wrong.
    pub(super) async fn greeting(&self) -> &Greeting {
        self.greeting.get_or_init(|| self.greet()).await
    }

    async fn greet(&self) -> Greeting {
        let mut answer = self
            .exchange(Call::head("/_ping"), None, wire::empty())
            .await;
        if !answer
            .as_ref()
            .is_ok_and(|answer| answer.status().is_success())
        {
            answer = self
                .exchange(Call::get("/_ping"), None, wire::empty())
                .await;
        }
        let header = |name| {
            let headers = answer.as_ref().ok()?.headers();
            headers.get(name)?.to_str().ok().map(str::to_owned)
        };
        let api = header("api-version");
        let reached = answer.is_ok();
        let experimental = !reached || header("docker-experimental").is_some_and(|it| it == "true");
        let swarm = header("swarm");
        let os = header("ostype").filter(|it| !it.is_empty());
        let api = match (&self.fixed, api) {
            (Some(fixed), _) => fixed.to_string(),
            (None, Some(theirs)) if older(&theirs, API_VERSION) => theirs,
            (None, None) if answer.is_ok() => MINIMUM_API_VERSION.to_owned(),
            (None, _) => API_VERSION.to_owned(),
        };
        Greeting {
            api,
            os: os.unwrap_or_else(|| "linux".to_owned()),
            reached,
            experimental,
            swarm,
        }
    }

    /// Whether the API in use is older than `version`.
    pub(super) async fn is_before(&self, version: &str) -> bool {
        older(&self.greeting().await.api, version)
    }

    async fn exchange(
        &self,
        call: Call,
        version: Option<&str>,
        body: Body,
    ) -> Result<hyper::Response<Incoming>, ClientError> {
        let mut request = hyper::Request::builder()
            .method(call.method.clone())
            .uri(call.target(version))
            .header(HOST, HOST_NAME)
            .header(USER_AGENT, format!("Docker-Client/{VERSION} (linux)"));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let request = request
            .body(body)
            .map_err(|error| ClientError::Other(error.to_string()))?;
        wire::request(&self.dialer, request)
            .await
            .map_err(|error| self.unreached(&error, &call, version))
    }

    fn unreached(&self, error: &HttpError, call: &Call, version: Option<&str>) -> ClientError {
        let endpoint = &self.endpoint;
        ClientError::Other(match error {
            HttpError::Dial(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                let socket = endpoint.trim_start_matches("unix://");
                let url = format!("http://{}{}", percent::encode(socket), call.target(version));
                let verb = call.method.as_str();
                let verb = format!("{}{}", &verb[..1], verb[1..].to_lowercase());
                format!(
                    "permission denied while trying to connect to the Docker daemon socket at \
                     {endpoint}: {verb} {url:?}: dial unix {socket}: connect: permission denied"
                )
            }
            HttpError::Dial(_) => format!(
                "Cannot connect to the Docker daemon at {endpoint}. Is the docker daemon running?"
            ),
            HttpError::Protocol(error) => format!("error during connect: {error}"),
        })
    }

    /// Makes a call with a body and returns the answer's head; an error status is an error.
    pub(super) async fn send_body(
        &self,
        call: Call,
        body: Body,
    ) -> Called<hyper::Response<Incoming>> {
        let version = self.greeting().await.api.clone();
        let answer = self.exchange(call.clone(), Some(&version), body).await?;
        if answer.status().as_u16() < 400 {
            return Ok(answer);
        }
        Err(daemon_error(&call, &version, answer).await)
    }

    /// Makes a call and returns the answer's head; an error status is an error.
    pub(super) async fn send(&self, call: Call) -> Called<hyper::Response<Incoming>> {
        let body = call.body.clone().map_or_else(wire::empty, wire::full);
        self.send_body(call, body).await
    }

    /// Makes a call and returns the answer's bytes.
    pub(super) async fn bytes(&self, call: Call) -> Called<Bytes> {
        let answer = self.send(call).await?;
        let body = answer.into_body().collect().await;
        Ok(body
            .map_err(|error| ClientError::Other(error.to_string()))?
            .to_bytes())
    }

    /// Makes a call and returns the document answered; `null` for an empty answer.
    pub(super) async fn document(&self, call: Call) -> Called<Value> {
        let bytes = self.bytes(call).await?;
        if bytes.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&bytes).map_err(|error| ClientError::Other(error.to_string()))
    }

    /// Makes a call that turns the connection into a raw stream; also the stream's media type.
    pub(super) async fn hijack(&self, call: Call) -> Called<(Upgraded, String)> {
        let call = call
            .header("connection", "Upgrade")
            .header("upgrade", "tcp");
        let answer = self.send(call).await.map_err(|error| match error {
            ClientError::Daemon { status, .. } => not_upgraded(status),
            other @ ClientError::Other(_) => other,
        })?;
        let media = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|it| it.to_str().ok());
        let media = media.unwrap_or_default().to_owned();
        if answer.status() != hyper::StatusCode::SWITCHING_PROTOCOLS {
            return Err(not_upgraded(answer.status().as_u16()));
        }
        let upgraded = hyper::upgrade::on(answer).await;
        let upgraded = upgraded.map_err(|error| ClientError::Other(error.to_string()))?;
        Ok((Upgraded::new(upgraded), media))
    }
}

fn not_upgraded(status: u16) -> ClientError {
    ClientError::Other(format!("unable to upgrade to tcp, received {status}"))
}

async fn daemon_error(
    call: &Call,
    version: &str,
    answer: hyper::Response<Incoming>,
) -> ClientError {
    let status = answer.status();
    let is_json = answer
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|it| it == "application/json");
    let body = match answer.into_body().collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => return ClientError::Other(error.to_string()),
    };
    let reason = status.canonical_reason().unwrap_or_default();
    if body.is_empty() {
        return ClientError::Other(format!(
            "request returned {} {reason} for API route and version http://{HOST_NAME}{}, \
             check if the server supports the requested API version",
            status.as_u16(),
            call.target(Some(version)),
        ));
    }
    let message = if is_json {
        let document: Value = serde_json::from_slice(&body).unwrap_or_default();
        match document["message"].as_str() {
            Some(message) if !message.is_empty() => message.trim().to_owned(),
            _ => format!(
                "API returned a {} ({reason}) but provided no error-message",
                status.as_u16()
            ),
        }
    } else {
        String::from_utf8_lossy(&body).trim().to_owned()
    };
    ClientError::Daemon {
        status: status.as_u16(),
        message,
    }
}

/// Whether an API version (`1.41`) is older than another.
pub(super) fn older(version: &str, than: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.')
            .map(|part| part.parse().unwrap_or_default())
            .collect()
    };
    numbers(version) < numbers(than)
}
