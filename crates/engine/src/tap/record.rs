//! What is kept of each call.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use hyper::HeaderMap;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::CONTENT_TYPE;
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use super::mask::{mask, mask_path};
use crate::text::engine as words;
use domain::{ApiCall, CallOutcome, Occurrence};

/// Bytes kept of a body.
pub const RECORDED_BYTES: usize = 16 * 1024;

/// How long what is told of calls is gathered: a quick call is told twice, not at every turn.
const GATHERING: Duration = Duration::from_millis(5);

/// Numbers calls and tells the timeline about them.
pub(super) struct Recorder {
    /// Held while a call is first told: calls are told in the order of their numbers, which the
    /// timeline relies on.
    next: Mutex<u64>,
    occurrences: mpsc::UnboundedSender<Occurrence>,
    told: mpsc::UnboundedSender<Told>,
}

impl Recorder {
    /// Within a tokio runtime. What follows a call's beginning is written, masked and told by a
    /// task: no client waits for that.
    pub(super) fn new(occurrences: mpsc::UnboundedSender<Occurrence>, tasks: &TaskTracker) -> Self {
        let (told, heard) = mpsc::unbounded_channel();
        tasks.spawn(pass_on(heard, occurrences.clone()));
        Self {
            next: Mutex::new(1),
            occurrences,
            told,
        }
    }

    /// A call arrived: it is told at once, as pending.
    pub(super) fn begin(&self, method: &str, path: &str, headers: &HeaderMap) -> Record {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let record = Record(Arc::new(Inner {
            told: self.told.clone(),
            number: *next,
            method: method.to_owned(),
            path: mask_path(path),
            began: Instant::now(),
            state: Mutex::new(State {
                outcome: CallOutcome::Pending,
                request: Capture::new(headers),
                response: Capture::default(),
                tunnel: None,
            }),
        }));
        *next += 1;
        // Nobody listens any more once the session ends.
        let _ = self.occurrences.send(record.now().occurrence());
        record
    }
}

/// One call's record; clones are the same record.
#[derive(Clone)]
pub(super) struct Record(Arc<Inner>);

struct Inner {
    told: mpsc::UnboundedSender<Told>,
    number: u64,
    method: String,
    path: String,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Clone)]
struct State {
    outcome: CallOutcome,
    request: Capture,
    response: Capture,
    /// Bytes that a raw stream carried, towards the engine and back.
    tunnel: Option<(u64, u64)>,
}

impl Record {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The head of the answer came.
    pub(super) fn answered(&self, status: u16, headers: &HeaderMap) {
        let mut state = self.state();
        state.outcome = CallOutcome::Answered(status);
        state.response = Capture::new(headers);
        drop(state);
        self.tell();
    }

    /// An answer that the tap made itself, whole.
    pub(super) fn answered_here(&self, status: u16, body: &[u8]) {
        let mut state = self.state();
        state.outcome = CallOutcome::Answered(status);
        state.response.take(body);
        drop(state);
        self.tell();
    }

    /// The connection became a raw stream.
    pub(super) fn upgraded(&self) {
        self.state().outcome = CallOutcome::Upgraded;
        self.tell();
    }

    /// The raw stream ended, having carried so many bytes to the engine and from it.
    pub(super) fn tunnelled(&self, sent: u64, received: u64) {
        self.state().tunnel = Some((sent, received));
        self.tell();
    }

    /// No answer: the transport's words.
    pub(super) fn failed(&self, error: &str) {
        self.state().outcome = CallOutcome::Failed(error.to_owned());
        self.tell();
    }

    /// The body of a request that was read whole.
    pub(super) fn request_body(&self, body: &[u8]) {
        self.state().request.take(body);
    }

    /// Tells the timeline how far the call is.
    fn tell(&self) {
        let _ = self.0.told.send(self.now());
    }

    fn now(&self) -> Told {
        Told {
            state: self.state().clone(),
            took: self.took(),
            inner: Arc::clone(&self.0),
        }
    }

    fn took(&self) -> Duration {
        self.0.began.elapsed()
    }
}

/// How far a call was when it was told.
struct Told {
    inner: Arc<Inner>,
    state: State,
    took: Duration,
}

impl Told {
    fn occurrence(self) -> Occurrence {
        let Self { inner, state, took } = self;
        let secret_data = inner.path.contains("/secrets/");
        Occurrence::Call(ApiCall {
            number: inner.number,
            method: inner.method.clone(),
            path: inner.path.clone(),
            request_body: state.request.text(secret_data),
            response_body: match state.tunnel {
                Some((sent, received)) => words::raw_stream(sent, received),
                None => state.response.text(secret_data),
            },
            outcome: state.outcome,
            took,
        })
    }
}

/// Passes on the latest that is told of each call, until nobody tells or listens any more.
async fn pass_on(
    mut heard: mpsc::UnboundedReceiver<Told>,
    occurrences: mpsc::UnboundedSender<Occurrence>,
) {
    while let Some(first) = heard.recv().await {
        tokio::time::sleep(GATHERING).await;
        let mut latest = BTreeMap::from([(first.inner.number, first)]);
        while let Ok(told) = heard.try_recv() {
            latest.insert(told.inner.number, told);
        }
        for told in latest.into_values() {
            if occurrences.send(told.occurrence()).is_err() {
                return;
            }
        }
    }
}

/// The beginning of a body.
#[derive(Clone, Default)]
struct Capture {
    kind: ContentKind,
    bytes: Vec<u8>,
    total: u64,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum ContentKind {
    /// Text, as far as its bytes tell.
    #[default]
    Unknown,
    Tar,
    /// `docker logs`, `docker attach`: frames or a terminal's bytes.
    Stream,
}

impl Capture {
    fn new(headers: &HeaderMap) -> Self {
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        let kind = match kind.split(';').next().unwrap_or_default().trim() {
            "application/x-tar" | "application/tar" | "application/gzip" => ContentKind::Tar,
            "application/vnd.docker.raw-stream" | "application/vnd.docker.multiplexed-stream" => {
                ContentKind::Stream
            }
            _ => ContentKind::Unknown,
        };
        Self {
            kind,
            ..Self::default()
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        if self.kind == ContentKind::Unknown {
            let room = RECORDED_BYTES
                .saturating_sub(self.bytes.len())
                .min(bytes.len());
            self.bytes.extend_from_slice(&bytes[..room]);
        }
    }

    fn text(&self, secret_data: bool) -> String {
        match self.kind {
            _ if self.total == 0 => String::new(),
            ContentKind::Tar => words::tar_body(self.total),
            ContentKind::Stream => words::stream_body(self.total),
            ContentKind::Unknown => match self.readable() {
                Some(text) if self.total > self.bytes.len() as u64 => {
                    format!("{}…", mask(text, secret_data))
                }
                Some(text) => mask(text, secret_data),
                None => words::binary_body(self.total),
            },
        }
    }

    /// The text, without a character that the bound cut in two; `None` when it is not text.
    fn readable(&self) -> Option<&str> {
        let text = match std::str::from_utf8(&self.bytes) {
            Ok(text) => text,
            Err(error) if error.error_len().is_none() => {
                std::str::from_utf8(&self.bytes[..error.valid_up_to()]).ok()?
            }
            Err(_) => return None,
        };
        (!text.contains('\0')).then_some(text)
    }
}

/// Which way a body goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Request,
    Response,
}

/// A body that is recorded as it passes. Frames go through as they are, one for one.
pub(super) struct Recorded {
    body: Incoming,
    record: Record,
    way: Way,
}

impl Recorded {
    pub(super) const fn new(body: Incoming, record: Record, way: Way) -> Self {
        Self { body, record, way }
    }
}

impl Body for Recorded {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(bytes) = frame.data_ref()
        {
            let mut state = self.record.state();
            match self.way {
                Way::Request => state.request.take(bytes),
                Way::Response => state.response.take(bytes),
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Recorded {
    /// A body is dropped when it ended, or when its reader went: either way the call is over.
    fn drop(&mut self) {
        if self.way == Way::Response {
            self.record.tell();
        }
    }
}

#[cfg(test)]
mod tests;
