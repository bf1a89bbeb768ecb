//! The engine's side of one client's connection.

use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::sync::Mutex;

use crate::wire::{Dialer, HttpError};

/// Why a body could not be read to its end.
pub(super) type BodyError = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Body = UnsyncBoxBody<bytes::Bytes, BodyError>;

/// At most one connection to the engine, opened with the first request and kept for the next ones
/// of the same client.
pub(super) struct Upstream {
    dialer: Dialer,
    sender: Mutex<Option<SendRequest<Body>>>,
}

impl Upstream {
    pub(super) fn new(dialer: Dialer) -> Self {
        Self {
            dialer,
            sender: Mutex::new(None),
        }
    }

    pub(super) async fn send(
        &self,
        mut request: Request<Body>,
    ) -> Result<Response<Incoming>, HttpError> {
        let mut kept = self.sender.lock().await;
        // Taken out: a request that is cancelled while it waits takes its connection with it.
        if let Some(mut sender) = kept.take()
            && sender.ready().await.is_ok()
        {
            match sender.try_send_request(request).await {
                Ok(response) => {
                    *kept = Some(sender);
                    return Ok(response);
                }
                // The engine had closed this idle connection: the request never left.
                Err(mut error) => match error.take_message() {
                    Some(unsent) => request = unsent,
                    None => return Err(error.into_error().into()),
                },
            }
        }
        let stream = self.dialer.dial().await?;
        let (mut sender, connection) = Builder::new()
            .preserve_header_case(true)
            .handshake(TokioIo::new(stream))
            .await?;
        tokio::spawn(connection.with_upgrades());
        let response = sender.send_request(request).await?;
        *kept = Some(sender);
        Ok(response)
    }
}
