//! One client's connection, from its first request to its end.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, TRANSFER_ENCODING};
use hyper::http::uri::PathAndQuery;
use hyper::upgrade::OnUpgrade;
use hyper::{HeaderMap, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::guarded::learnt;
use super::label;
use super::record::{Record, Recorded, Recorder, Way};
use super::upstream::{Unsent, Upstream};
use crate::Target;
use crate::client::CallError;
use crate::connect::explain_call;
use crate::guard::{After, Answer, Guard, needs};
use crate::text::engine as words;
use wire::{self, Body, HeaderNames, HttpError, Stream, empty, full};

/// The largest body that is read whole to be labelled; docker's are a few kibibytes.
const LARGEST_LABELLED_BODY: usize = 8 * 1024 * 1024;
/// Buffer of each direction of a raw stream.
const TUNNEL_BUFFER: usize = 32 * 1024;

/// What all connections share.
pub(super) struct Shared {
    pub(super) target: Target,
    pub(super) session: String,
    pub(super) guard: Option<Arc<Guard>>,
    pub(super) recorder: Recorder,
    pub(super) tasks: TaskTracker,
    pub(super) stop: CancellationToken,
}

/// Serves a client until it leaves. A raw stream outlives it, among the session's tasks.
pub(super) async fn serve(stream: Stream, shared: Arc<Shared>) {
    let upstream = Arc::new(Upstream::new(shared.target.dialer.clone()));
    let service: wire::Service = Arc::new(move |request| {
        let exchange = Exchange {
            shared: Arc::clone(&shared),
            upstream: Arc::clone(&upstream),
        };
        Box::pin(exchange.run(request))
    });
    wire::serve(stream, HeaderNames::AsTheyCame, service).await;
}

/// One request and its answer.
pub(super) struct Exchange {
    pub(super) shared: Arc<Shared>,
    pub(super) upstream: Arc<Upstream>,
}

impl Exchange {
    async fn run(self, request: Request<Incoming>) -> Result<Response<Body>, hyper::Error> {
        let method = request.method().as_str().to_owned();
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", PathAndQuery::as_str)
            .to_owned();
        let record = self
            .shared
            .recorder
            .begin(&method, &path, request.headers());
        let held = self
            .shared
            .guard
            .as_ref()
            .and_then(|guard| Some((guard, needs(&method, &path, request.headers())?)));
        let forwarded = match held {
            Some((guard, (held, need))) => self.guarded(guard, &held, need, request, &record).await,
            None => self.forward(request, &method, &path, &record).await,
        };
        match forwarded {
            Ok(response) => Ok(response),
            Err(Failed::Refused(answer)) => {
                let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::FORBIDDEN);
                Ok(answered(status, answer.text(), &record))
            }
            Err(Failed::Client(error)) => {
                record.failed(&error.to_string());
                Err(error)
            }
            Err(Failed::TooLarge) => {
                let text = words::body_too_large(LARGEST_LABELLED_BODY);
                Ok(refusal(StatusCode::PAYLOAD_TOO_LARGE, &text, &record))
            }
            Err(Failed::Engine(error)) => Ok(self.lost(CallError::Http(error), &record).await),
            Err(Failed::Unanswered(error)) => Ok(self.lost(error, &record).await),
        }
    }

    /// What the client is told when the engine does not answer.
    async fn lost(&self, error: CallError, record: &Record) -> Response<Body> {
        let target = &self.shared.target;
        let refused = matches!(error, CallError::Http(HttpError::Dial(_)));
        let explained = explain_call(error, target).await;
        let mut said = explained.full_text();
        if refused {
            said = words::not_connected(&target.url, &said);
        }
        let answer = refusal(StatusCode::BAD_GATEWAY, &said, record);
        record.failed(&explained.raw());
        answer
    }

    async fn forward(
        &self,
        mut request: Request<Incoming>,
        method: &str,
        path: &str,
        record: &Record,
    ) -> Result<Response<Body>, Failed> {
        // Taken before the body is read: after, it would never come.
        let client_side =
            wants_upgrade(request.headers()).then(|| hyper::upgrade::on(&mut request));
        let session = &self.shared.session;
        if let Some(labelled) = label::add_to_build(method, path, session)
            && let Ok(uri) = labelled.parse()
        {
            *request.uri_mut() = uri;
        }
        let request = if label::concerns_body(method, path) {
            labelled(request, session, record).await?
        } else {
            request.map(|body| boxed(Recorded::new(body, record.clone(), Way::Request)))
        };
        self.send(request, client_side, record, None).await
    }

    /// Asks the engine, and gives its answer to the client; what there is to learn from it is
    /// learnt before the client hears of its end. What was judged goes to the engine that it was
    /// judged for.
    pub(super) async fn send(
        &self,
        request: Request<Body>,
        client_side: Option<OnUpgrade>,
        record: &Record,
        judged: Option<(&str, &After)>,
    ) -> Result<Response<Body>, Failed> {
        let engine = judged.map(|(engine, _)| engine);
        let mut response = match self.upstream.send(request, engine).await {
            Ok(response) => response,
            Err(Unsent::Http(error)) => return Err(Failed::Engine(error)),
            Err(Unsent::Unknown(error)) => return Err(Failed::Unanswered(error)),
            Err(Unsent::Replaced) => return Err(Failed::Refused(Answer::replaced())),
        };
        if response.status() == StatusCode::SWITCHING_PROTOCOLS
            && let Some(client_side) = client_side
        {
            record.upgraded();
            let engine_side = hyper::upgrade::on(&mut response);
            let carried = tunnel(client_side, engine_side, record.clone());
            let stop = self.shared.stop.clone();
            self.shared
                .tasks
                .spawn(async move { stop.run_until_cancelled(carried).await });
            return Ok(response.map(|_| empty()));
        }
        record.answered(response.status().as_u16(), response.headers());
        let succeeded = response.status().is_success();
        let response = response.map(|body| Recorded::new(body, record.clone(), Way::Response));
        match (&self.shared.guard, judged) {
            (Some(guard), Some((engine, after))) if succeeded && *after != After::Nothing => {
                learnt(guard, engine, after, response).await
            }
            _ => Ok(response.map(boxed)),
        }
    }
}

pub(super) enum Failed {
    /// The guard held it back.
    Refused(Answer),
    /// The client went before its request was whole.
    Client(hyper::Error),
    /// The body cannot be labelled.
    TooLarge,
    /// The engine could not be asked, or did not answer.
    Engine(HttpError),
    /// The engine did not say which one it is.
    Unanswered(CallError),
}

pub(super) fn wants_upgrade(headers: &HeaderMap) -> bool {
    headers.get_all(CONNECTION).iter().any(|value| {
        let tokens = value.to_str().unwrap_or_default().split(',');
        tokens
            .map(str::trim)
            .any(|token| token.eq_ignore_ascii_case("upgrade"))
    })
}

/// Reads the body whole and adds the session's label to it. Nothing else in the head changes but
/// the body's length.
async fn labelled(
    request: Request<Incoming>,
    session: &str,
    record: &Record,
) -> Result<Request<Body>, Failed> {
    let (mut head, body) = request.into_parts();
    let body = collected(body, record).await?;
    let body = match label::add_to_body(&body, session) {
        Some(longer) => {
            head.headers.remove(TRANSFER_ENCODING);
            head.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(longer.len()));
            Bytes::from(longer)
        }
        None => body,
    };
    Ok(Request::from_parts(head, full(body)))
}

/// Reads a body whole, within a bound.
pub(super) async fn collected(body: Incoming, record: &Record) -> Result<Bytes, Failed> {
    let body = match Limited::new(body, LARGEST_LABELLED_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) => {
            return Err(match error.downcast::<hyper::Error>() {
                Ok(error) => Failed::Client(*error),
                Err(_) => Failed::TooLarge,
            });
        }
    };
    record.request_body(&body);
    Ok(body)
}

/// A body of either side, as it comes.
pub(super) fn boxed(body: Recorded) -> Body {
    body.map_err(Into::into).boxed_unsync()
}

/// An answer of the tap's own, in the shape of Docker's errors.
fn refusal(status: StatusCode, message: &str, record: &Record) -> Response<Body> {
    let text = serde_json::json!({ "message": message }).to_string();
    answered(status, text, record)
}

/// An answer that the engine did not give: this document.
fn answered(status: StatusCode, text: String, record: &Record) -> Response<Body> {
    record.answered_here(status.as_u16(), text.as_bytes());
    let mut response = Response::new(full(Bytes::from(text)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// Carries bytes both ways until both ends have closed. The end of one way is passed on by itself:
/// `docker run -i` closes its input and still waits for the output.
async fn tunnel(client_side: OnUpgrade, engine_side: OnUpgrade, record: Record) {
    let (Ok(client), Ok(engine)) = tokio::join!(client_side, engine_side) else {
        return;
    };
    let (mut client, mut engine) = (TokioIo::new(client), TokioIo::new(engine));
    let carried = tokio::io::copy_bidirectional_with_sizes(
        &mut client,
        &mut engine,
        TUNNEL_BUFFER,
        TUNNEL_BUFFER,
    );
    if let Ok((sent, received)) = carried.await {
        record.tunnelled(sent, received);
    }
}
