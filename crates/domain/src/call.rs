//! One call of the Engine API, as the tap saw it pass.

use std::time::Duration;

/// How a call ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallOutcome {
    /// Still waiting for the head of the answer.
    Pending,
    /// The engine answered with this HTTP status.
    Answered(u16),
    /// 101: the connection became a raw stream (attach, exec).
    Upgraded,
    /// The connection broke before an answer; the text is the transport's.
    Failed(String),
}

/// A request and its answer. Bodies are cut at a bound the tap documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiCall {
    /// Grows by one per call of the session; a later report of the same call has the same number.
    pub number: u64,
    /// `GET`, `POST`, …
    pub method: String,
    /// Path with its query, as sent: `/v1.51/containers/json?all=1`.
    pub path: String,
    /// How it ended, so far.
    pub outcome: CallOutcome,
    /// First bytes of the request body, as text where it is text.
    pub request_body: String,
    /// First bytes of the answer's body, as text where it is text.
    pub response_body: String,
    /// From the request's arrival to the end of the answer (or to now while pending).
    pub took: Duration,
}
