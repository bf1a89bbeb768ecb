//! The engine's side of one client's connection.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::header::{HOST, HeaderValue};
use hyper::{Request, Uri};
use tokio::sync::Mutex;

use crate::client::CallError;
use crate::identity::identity;
use wire::{Answer, Body, Connection, Dialer, HttpError, empty};

/// How long the engine may take to say which one it is.
const IDENTITY_TIMEOUT: Duration = Duration::from_secs(30);

/// At most one connection to the engine, opened with the first request and kept for the next ones
/// of the same client.
pub(super) struct Upstream {
    dialer: Dialer,
    line: Mutex<Option<Line>>,
}

/// A connection.
struct Line {
    connection: Connection,
    /// Which engine is at its other end, once it was asked.
    engine: Option<String>,
}

/// Why a request got no answer.
pub(super) enum Unsent {
    /// No connection, or a broken one.
    Http(HttpError),
    /// The engine did not say which one it is.
    Unknown(CallError),
    /// It is for another engine than the one that answers now.
    Replaced,
}

impl<E: Into<HttpError>> From<E> for Unsent {
    fn from(error: E) -> Self {
        Self::Http(error.into())
    }
}

impl Upstream {
    pub(super) fn new(dialer: Dialer) -> Self {
        Self {
            dialer,
            line: Mutex::new(None),
        }
    }

    /// Which engine the next request will get to.
    pub(super) async fn engine(&self) -> Result<String, CallError> {
        let mut kept = self.line.lock().await;
        let mut line = match Line::ready(kept.take()).await {
            Some(line) => line,
            None => Line::open(&self.dialer).await?,
        };
        let engine = line.engine(&self.dialer).await?;
        *kept = Some(line);
        Ok(engine)
    }

    /// Sends a request; to this engine and no other, when it was judged for one.
    pub(super) async fn send(
        &self,
        mut request: Request<Body>,
        engine: Option<&str>,
    ) -> Result<Answer, Unsent> {
        let mut kept = self.line.lock().await;
        // Taken out: a request that is cancelled while it waits takes its connection with it.
        if let Some(mut line) = Line::ready(kept.take()).await {
            line.is_to(engine, &self.dialer).await?;
            match line.connection.send(request).await {
                Ok(response) => {
                    *kept = Some(line);
                    return Ok(response);
                }
                // The engine had closed this idle connection.
                Err(failed) => match failed.unsent {
                    Some(unsent) => request = *unsent,
                    None => return Err(failed.error.into()),
                },
            }
        }
        let mut line = Line::open(&self.dialer).await?;
        line.is_to(engine, &self.dialer).await?;
        let response = line.connection.send(request).await.map_err(|it| it.error)?;
        *kept = Some(line);
        Ok(response)
    }
}

impl Line {
    async fn open(dialer: &Dialer) -> Result<Self, HttpError> {
        Ok(Self {
            connection: Connection::open(dialer).await?,
            engine: None,
        })
    }

    /// The same, unless the engine has closed it.
    async fn ready(line: Option<Self>) -> Option<Self> {
        let mut line = line?;
        line.connection.ready().await.then_some(line)
    }

    /// Fails unless it leads to this engine.
    async fn is_to(&mut self, engine: Option<&str>, dialer: &Dialer) -> Result<(), Unsent> {
        let Some(engine) = engine else {
            return Ok(());
        };
        let found = self.engine(dialer).await.map_err(Unsent::Unknown)?;
        if found == engine {
            Ok(())
        } else {
            Err(Unsent::Replaced)
        }
    }

    async fn engine(&mut self, dialer: &Dialer) -> Result<String, CallError> {
        if let Some(engine) = &self.engine {
            return Ok(engine.clone());
        }
        let asked = tokio::time::timeout(IDENTITY_TIMEOUT, self.info()).await;
        let info = asked.unwrap_or(Err(CallError::Timeout))?;
        let engine = identity(&serde_json::from_slice(&info)?, dialer);
        self.engine = Some(engine.clone());
        Ok(engine)
    }

    async fn info(&mut self) -> Result<Bytes, CallError> {
        let mut request = Request::new(empty());
        *request.uri_mut() = Uri::from_static("/info");
        request
            .headers_mut()
            .insert(HOST, HeaderValue::from_static("docker"));
        let answer = self.connection.send(request).await;
        let answer = answer.map_err(|it| it.error)?;
        let status = answer.status();
        let body = answer.into_body().collect().await;
        let bytes = body.map_err(HttpError::from)?.to_bytes();
        if status.is_success() {
            return Ok(bytes);
        }
        Err(CallError::Status {
            status: status.as_u16(),
            message: String::from_utf8_lossy(&bytes).trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use hyper::Response;
    use hyper::body::Incoming;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;

    use super::*;
    use wire::memory;

    /// Engines that come one after the other at one address: each answers so many requests, then
    /// hangs up.
    fn engines(of: &'static [(&str, usize)]) -> Dialer {
        let (dialer, mut acceptor) = memory();
        tokio::spawn(async move {
            for (id, requests) in of {
                let Some(stream) = acceptor.accept().await else {
                    return;
                };
                let left = std::sync::atomic::AtomicUsize::new(*requests);
                let service = service_fn(move |_: Request<Incoming>| {
                    let last = left.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) == 1;
                    let body = serde_json::json!({ "ID": id }).to_string();
                    let mut answer = Response::new(http_body_util::Full::new(Bytes::from(body)));
                    if last {
                        let close = hyper::header::HeaderValue::from_static("close");
                        answer.headers_mut().insert("Connection", close);
                    }
                    async move { Ok::<_, std::convert::Infallible>(answer) }
                });
                let server = http1::Builder::new();
                let _ = server.serve_connection(TokioIo::new(stream), service).await;
            }
        });
        dialer
    }

    fn call() -> Request<Body> {
        Request::new(empty())
    }

    #[tokio::test]
    async fn what_was_judged_for_an_engine_never_reaches_another() {
        // The first hangs up once it has said who it is, the second and the third are one engine.
        let upstream = Upstream::new(engines(&[("a", 1), ("b", 1), ("b", 9)]));
        let a = upstream.engine().await.unwrap();
        let sent = upstream.send(call(), Some(&a)).await;
        assert!(matches!(sent, Err(Unsent::Replaced)));
        let b = upstream.engine().await.unwrap();
        assert_ne!(a, b);
        assert!(upstream.send(call(), Some(&b)).await.is_ok());
        assert!(upstream.send(call(), Some(&b)).await.is_ok());
        // What only reads goes to whoever answers.
        assert!(upstream.send(call(), None).await.is_ok());
    }
}
