//! One request on a fresh connection.

use std::io;

use bytes::Bytes;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty, Full};
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;

use super::Dialer;

/// A request's body.
pub type Body = BoxBody<Bytes, io::Error>;

/// An answer whose body is still to be read. After a 101, [`hyper::upgrade::on`] gives the raw
/// stream.
pub type Answer = hyper::Response<Incoming>;

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

/// An empty body.
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed()
}

/// A body held in memory.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed()
}

/// Opens a connection, sends one request and returns the answer's head; the connection lives as
/// long as the answer's body, or the upgraded stream, is held.
pub async fn request(dialer: &Dialer, request: hyper::Request<Body>) -> Result<Answer, HttpError> {
    let stream = dialer.dial().await?;
    let (mut sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    Ok(sender.send_request(request).await?)
}
