//! HTTP/1.1 on a stream, both ends of it.
//!
//! hyper's connections are generic over their bodies and services, hence compiled where these are
//! known. They are known here, and what is public gives boxed futures: the release build optimises
//! this crate (see the workspace's `Cargo.toml`), not those who use it.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;

use crate::{Dialer, Stream};

/// Why a body could not be read to its end.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// What is sent: a client's request, a server's answer.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// An answer whose body is still to be read. After a 101, [`hyper::upgrade::on`] gives the raw
/// stream.
pub type Answer = Response<Incoming>;

/// The raw stream of an upgraded connection, usable with tokio.
pub type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

/// Why no answer came.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// No stream could be opened.
    #[error(transparent)]
    Dial(#[from] io::Error),
    /// The stream broke, or what came is not HTTP.
    #[error(transparent)]
    Protocol(#[from] hyper::Error),
}

/// A request that got no answer.
#[derive(Debug)]
pub struct SendError {
    /// Why.
    pub error: HttpError,
    /// The request, when it never left: the other end had closed the idle connection.
    pub unsent: Option<Box<Request<Body>>>,
}

/// An empty body.
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body held in memory.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

/// Opens a connection, sends one request and returns the answer's head; the connection lives as
/// long as the answer's body, or the upgraded stream, is held.
pub async fn request(dialer: &Dialer, request: Request<Body>) -> Result<Answer, HttpError> {
    let mut connection = Connection::open(dialer).await?;
    connection
        .send(request)
        .await
        .map_err(|failed| failed.error)
}

/// A connection to a server, which carries one request after the other. Names of headers go as the
/// request has them, if it came from a connection that is served here.
pub struct Connection(SendRequest<Body>);

impl Connection {
    /// Opens one; within a tokio runtime, where it is driven until both ends are done with it.
    pub fn open(dialer: &Dialer) -> BoxFuture<'_, Result<Self, HttpError>> {
        Box::pin(async {
            let stream = dialer.dial().await?;
            let (sender, connection) = Builder::new()
                .preserve_header_case(true)
                .handshake(TokioIo::new(stream))
                .await?;
            tokio::spawn(connection.with_upgrades());
            Ok(Self(sender))
        })
    }

    /// Whether the other end has closed it.
    pub fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    /// Whether it is free: no answer is still being read.
    pub fn is_ready(&self) -> bool {
        self.0.is_ready()
    }

    /// Waits until it is free; `false` when it closed instead.
    pub fn ready(&mut self) -> BoxFuture<'_, bool> {
        Box::pin(async { self.0.ready().await.is_ok() })
    }

    /// Sends a request and waits for the head of its answer.
    pub fn send(&mut self, request: Request<Body>) -> BoxFuture<'_, Result<Answer, SendError>> {
        Box::pin(async {
            let sent = self.0.try_send_request(request).await;
            sent.map_err(|mut error| SendError {
                unsent: error.take_message().map(Box::new),
                error: error.into_error().into(),
            })
        })
    }
}

/// How a server writes the names of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderNames {
    /// As they came from another server, and no header of its own: a proxy.
    AsTheyCame,
    /// `Content-Type`, as Go does.
    Title,
}

/// What a server does with a request. Its error ends the connection.
pub type Service = Arc<
    dyn Fn(Request<Incoming>) -> BoxFuture<'static, Result<Response<Body>, hyper::Error>>
        + Send
        + Sync,
>;

/// Serves one connection until its client leaves, or it becomes a raw stream.
pub fn serve(stream: Stream, names: HeaderNames, service: Service) -> BoxFuture<'static, ()> {
    let mut builder = hyper::server::conn::http1::Builder::new();
    match names {
        HeaderNames::AsTheyCame => builder.preserve_header_case(true).auto_date_header(false),
        HeaderNames::Title => builder.title_case_headers(true),
    };
    Box::pin(async move {
        let connection =
            builder.serve_connection(TokioIo::new(stream), service_fn(move |it| service(it)));
        // A client that breaks off has nobody to be told.
        let _ = connection.with_upgrades().await;
    })
}
