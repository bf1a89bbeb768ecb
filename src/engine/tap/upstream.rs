//! The engine's side of one client's connection.

use hyper::Request;
use tokio::sync::Mutex;

use crate::wire::{Answer, Body, Connection, Dialer, HttpError};

/// At most one connection to the engine, opened with the first request and kept for the next ones
/// of the same client.
pub(super) struct Upstream {
    dialer: Dialer,
    connection: Mutex<Option<Connection>>,
}

impl Upstream {
    pub(super) fn new(dialer: Dialer) -> Self {
        Self {
            dialer,
            connection: Mutex::new(None),
        }
    }

    pub(super) async fn send(&self, mut request: Request<Body>) -> Result<Answer, HttpError> {
        let mut kept = self.connection.lock().await;
        // Taken out: a request that is cancelled while it waits takes its connection with it.
        if let Some(mut connection) = kept.take()
            && connection.ready().await
        {
            match connection.send(request).await {
                Ok(response) => {
                    *kept = Some(connection);
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
        *kept = Some(connection);
        Ok(response)
    }
}
