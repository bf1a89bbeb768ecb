//! HTTP to an engine: bollard over our own connections, and documents as the engine wrote them.
//!
//! bollard's typed calls serve where its types hold everything we keep. What is shown and compared
//! as a document (`inspect`), and what other engines spell their own way (events, containers'
//! states: Podman has more of both, which fail bollard's enumerations), is read as plain JSON
//! through the same connections.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bollard::{BollardRequest, Docker};
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{HOST, HeaderMap};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, Uri};
use serde::de::DeserializeOwned;
use serde_json::Value;

use wire::{self, Body, Connection, Dialer, HttpError};

/// How long a call may take until the head of its answer, and then until its end.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Idle connections that are kept.
const KEPT_CONNECTIONS: usize = 16;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No connection, or a broken one.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// The engine answered with an error.
    #[error("{message}")]
    Status {
        /// HTTP status, 300 and above.
        status: u16,
        /// Its `message`, or the answer's text.
        message: String,
    },
    /// The answer is not the JSON that was expected.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// No answer in time.
    #[error("timeout")]
    Timeout,
    /// bollard refused to make the call, or to read its answer.
    #[error(transparent)]
    Bollard(bollard::errors::Error),
}

impl CallError {
    /// Whether the engine says that there is no such object.
    pub const fn is_not_found(&self) -> bool {
        matches!(self, Self::Status { status: 404, .. })
    }
}

impl From<bollard::errors::Error> for CallError {
    fn from(error: bollard::errors::Error) -> Self {
        use bollard::errors::Error;
        match error {
            Error::DockerResponseServerError {
                status_code,
                message,
            } => Self::Status {
                status: status_code,
                message,
            },
            Error::RequestTimeoutError => Self::Timeout,
            Error::IOError { err } => Self::Http(HttpError::Dial(err)),
            Error::HyperResponseError { err } => Self::Http(HttpError::Protocol(err)),
            Error::JsonSerdeError { err } => Self::Json(err),
            other => Self::Bollard(other),
        }
    }
}

/// An engine's client. Cheap to clone; clones share connections.
#[derive(Clone)]
pub struct Client {
    docker: Docker,
    connections: Arc<Connections>,
}

impl Client {
    /// A client of the engine that this dialer reaches. Nothing is opened yet, and the version is
    /// not negotiated: calls carry none until [`Client::speak`].
    pub fn new(dialer: &Dialer) -> Result<Self, CallError> {
        let connections = Arc::new(Connections {
            host: host_header(dialer),
            dialer: dialer.clone(),
            prefix: Mutex::new(String::new()),
            idle: Mutex::new(VecDeque::new()),
        });
        let shared = Arc::clone(&connections);
        let transport = move |request: BollardRequest| {
            let connections = Arc::clone(&shared);
            async move {
                let request = request.map(BodyExt::boxed_unsync);
                connections
                    .send(request)
                    .await
                    .map_err(|error| match error {
                        HttpError::Dial(err) => bollard::errors::Error::IOError { err },
                        HttpError::Protocol(err) => {
                            bollard::errors::Error::HyperResponseError { err }
                        }
                    })
            }
        };
        let docker = Docker::connect_with_custom_transport(
            transport,
            Some("http://docker"),
            CALL_TIMEOUT.as_secs(),
            bollard::API_DEFAULT_VERSION,
        )?;
        Ok(Self {
            docker,
            connections,
        })
    }

    /// Sets the version that every later call names: `1.41`. bollard leaves it out of its
    /// addresses, which an engine takes as its own newest.
    pub(super) fn speak(&self, version: &str) {
        *lock(&self.connections.prefix) = format!("/v{version}");
    }

    /// How it reaches the engine.
    pub(super) fn dialer(&self) -> &Dialer {
        &self.connections.dialer
    }

    /// bollard's client, for its typed calls.
    pub const fn docker(&self) -> &Docker {
        &self.docker
    }

    /// `GET`s a document.
    pub async fn json(&self, path: &str) -> Result<Value, CallError> {
        self.read(path).await
    }

    /// `GET`s a document, of which only what is named is kept: a list of a thousand containers
    /// takes ten megabytes as values.
    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        let whole = async {
            let response = self.open(path).await?;
            let bytes = response
                .into_body()
                .collect()
                .await
                .map_err(HttpError::from)?
                .to_bytes();
            Ok(serde_json::from_slice(&bytes)?)
        };
        tokio::time::timeout(CALL_TIMEOUT, whole)
            .await
            .unwrap_or(Err(CallError::Timeout))
    }

    /// `GET`s an answer whose body is still to be read; waits for its head only.
    pub async fn open(&self, path: &str) -> Result<Response<Incoming>, CallError> {
        self.answer(bare(Method::GET, path)?, CALL_TIMEOUT).await
    }

    /// The headers of an answer to `HEAD`, whatever its status.
    pub async fn head(&self, path: &str) -> Result<HeaderMap, CallError> {
        let answer = self.connections.send(bare(Method::HEAD, path)?);
        let answer = tokio::time::timeout(CALL_TIMEOUT, answer).await;
        let response = answer.map_err(|_| CallError::Timeout)??;
        Ok(response.headers().clone())
    }

    /// Makes a call of any sort and waits for the head of its answer only, no longer than this:
    /// what a registry or a disk takes is not bounded by the usual limit. An answer that is an
    /// error is one.
    pub async fn send(
        &self,
        request: Request<Body>,
        limit: Duration,
    ) -> Result<Response<Incoming>, CallError> {
        self.answer(request, limit).await
    }

    /// Makes a call without a body, and waits until it is done; what the engine answered.
    pub(super) async fn command(&self, method: Method, path: &str) -> Result<Bytes, CallError> {
        let whole = async {
            let response = self.answer(bare(method, path)?, CALL_TIMEOUT).await?;
            let body = response.into_body().collect().await;
            Ok(body.map_err(HttpError::from)?.to_bytes())
        };
        tokio::time::timeout(CALL_TIMEOUT, whole)
            .await
            .unwrap_or(Err(CallError::Timeout))
    }

    async fn answer(
        &self,
        request: Request<Body>,
        limit: Duration,
    ) -> Result<Response<Incoming>, CallError> {
        let answer = tokio::time::timeout(limit, self.connections.send(request));
        let response = answer.await.map_err(|_| CallError::Timeout)??;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status().as_u16();
        let bytes = response
            .into_body()
            .collect()
            .await
            .map_err(HttpError::from)?
            .to_bytes();
        let message = serde_json::from_slice::<Value>(&bytes)
            .ok()
            .and_then(|it| it.get("message").and_then(Value::as_str).map(str::to_owned))
            .unwrap_or_else(|| String::from_utf8_lossy(&bytes).trim().to_owned());
        Err(CallError::Status { status, message })
    }
}

/// Connections to one engine, kept between calls: an event costs one round trip, not a connection.
struct Connections {
    dialer: Dialer,
    host: String,
    prefix: Mutex<String>,
    idle: Mutex<VecDeque<Connection>>,
}

impl Connections {
    async fn send(&self, request: Request<Body>) -> Result<Response<Incoming>, HttpError> {
        let mut request = self.addressed(request)?;
        while let Some(mut connection) = self.take() {
            match connection.send(request).await {
                Ok(response) => {
                    self.keep(connection);
                    return Ok(response);
                }
                // The engine had closed this idle connection.
                Err(failed) => match failed.unsent {
                    Some(unsent) => request = *unsent,
                    None => return Err(failed.error),
                },
            }
        }
        let mut connection = Connection::open(&self.dialer).await?;
        let response = connection.send(request).await.map_err(|it| it.error)?;
        self.keep(connection);
        Ok(response)
    }

    /// In the form that a server expects: a path with its version, and a `Host`.
    fn addressed(&self, mut request: Request<Body>) -> io::Result<Request<Body>> {
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", PathAndQuery::as_str);
        let path = format!("{}{path}", lock(&self.prefix));
        *request.uri_mut() = path.parse().map_err(invalid)?;
        request
            .headers_mut()
            .insert(HOST, self.host.parse().map_err(invalid)?);
        Ok(request)
    }

    /// A connection that is free: a streamed answer keeps its own busy until it ends.
    fn take(&self) -> Option<Connection> {
        let mut idle = lock(&self.idle);
        idle.retain(|connection| !connection.is_closed());
        let position = idle.iter().position(Connection::is_ready)?;
        idle.remove(position)
    }

    fn keep(&self, connection: Connection) {
        let mut idle = lock(&self.idle);
        if idle.len() >= KEPT_CONNECTIONS {
            idle.pop_front();
        }
        idle.push_back(connection);
    }
}

/// A call without a body.
fn bare(method: Method, path: &str) -> io::Result<Request<Body>> {
    let mut request = Request::new(wire::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse::<Uri>().map_err(invalid)?;
    Ok(request)
}

fn invalid(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, error)
}

impl From<io::Error> for CallError {
    fn from(error: io::Error) -> Self {
        Self::Http(HttpError::Dial(error))
    }
}

/// Go's HTTP server refuses a request without `Host`; on a socket any name will do.
fn host_header(dialer: &Dialer) -> String {
    match dialer {
        Dialer::Tcp(address) | Dialer::Tls(address, _) => address.clone(),
        Dialer::Unix(_) | Dialer::Ssh(_) | Dialer::Memory(_) => "docker".to_owned(),
    }
}

/// A panic elsewhere leaves these plain values whole.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
