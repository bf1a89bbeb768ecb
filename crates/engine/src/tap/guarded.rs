//! A call that the guard looks into: its body is read as far as that takes, and what it made is
//! learnt from its answer.

use std::io::SeekFrom;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderValue, TRANSFER_ENCODING};
use hyper::{HeaderMap, Request, Response};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

use super::label;
use super::proxy::{Exchange, Failed, boxed, collected, wants_upgrade};
use super::record::{Record, Recorded, Way};
use crate::guard::{After, BodyNeed, Guard, Held, Read};
use wire::{Body, BodyError, HttpError, full};

/// Bytes read at once from an archive that was put aside.
const PIECE: usize = 64 * 1024;
/// Bytes of a long answer that are looked into; what is older is dropped.
const LOOKED_INTO: usize = 4 * 1024 * 1024;

impl Exchange {
    /// Has a call judged, and forwards it if it goes through.
    pub(super) async fn guarded(
        &self,
        guard: &Arc<Guard>,
        held: &Held,
        need: BodyNeed,
        mut request: Request<Incoming>,
        record: &Record,
    ) -> Result<Response<Body>, Failed> {
        if let Some(answer) = guard.refuses_writes(held) {
            return Err(Failed::Refused(answer));
        }
        // Taken before the body is read: after, it would never come.
        let client_side =
            wants_upgrade(request.headers()).then(|| hyper::upgrade::on(&mut request));
        let (mut head, body) = request.into_parts();
        let (read, waiting) = match need {
            BodyNeed::None => (Read::Nothing, Waiting::Whole(body)),
            BodyNeed::Document | BodyNeed::Empty => (
                Read::Whole(collected(body, record).await?),
                Waiting::Nothing,
            ),
            BodyNeed::Archive => {
                let file = aside(body).await?;
                let copy = file.try_clone().await.map_err(system)?;
                (Read::Aside(copy.into_std().await), Waiting::Aside(file))
            }
        };
        let engine = self.upstream.engine().await.map_err(Failed::Unanswered)?;
        let judged = guard.judge(held, read, &engine).await;
        let passage = judged.map_err(Failed::Refused)?;
        let body = match waiting {
            Waiting::Whole(body) => boxed(Recorded::new(body, record.clone(), Way::Request)),
            Waiting::Nothing => {
                let bytes = passage.body.unwrap_or_default();
                sized(&mut head.headers, bytes.len() as u64);
                full(bytes)
            }
            Waiting::Aside(mut file) => {
                let size = file.seek(SeekFrom::End(0)).await.map_err(system)?;
                file.rewind().await.map_err(system)?;
                sized(&mut head.headers, size);
                streamed(file)
            }
        };
        let (method, path) = (head.method.as_str().to_owned(), head.uri.path().to_owned());
        let written = head.uri.path_and_query().map(ToString::to_string);
        let target = match passage.query {
            Some(query) => Some(format!("{path}?{query}")),
            None => label::add_to_build(
                &method,
                written.as_deref().unwrap_or_default(),
                &self.shared.session,
            ),
        };
        if let Some(uri) = target.and_then(|it| it.parse().ok()) {
            head.uri = uri;
        }
        let request = Request::from_parts(head, body);
        let judged = Some((engine.as_str(), &passage.after));
        self.send(request, client_side, record, judged).await
    }
}

/// Says how long the body is, in place of what was said.
fn sized(headers: &mut HeaderMap, size: u64) {
    headers.remove(TRANSFER_ENCODING);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
}

fn system(error: std::io::Error) -> Failed {
    Failed::Engine(HttpError::Dial(error))
}

/// A body that waits for the judgement.
enum Waiting {
    /// It was not read.
    Whole(Incoming),
    /// The judgement says what to send.
    Nothing,
    /// It was put aside.
    Aside(File),
}

/// Puts a body aside, in a file without a name.
async fn aside(mut body: Incoming) -> Result<File, Failed> {
    let mut file = File::from_std(tempfile::tempfile().map_err(system)?);
    while let Some(frame) = body.frame().await {
        if let Ok(bytes) = frame.map_err(Failed::Client)?.into_data() {
            file.write_all(&bytes).await.map_err(system)?;
        }
    }
    file.flush().await.map_err(system)?;
    file.rewind().await.map_err(system)?;
    Ok(file)
}

/// A file as a body.
fn streamed(file: File) -> Body {
    let pieces = stream::unfold(file, |mut file| async move {
        let mut piece = vec![0; PIECE];
        let read = match file.read(&mut piece).await {
            Ok(0) => return None,
            Ok(read) => read,
            Err(error) => return Some((Err(BodyError::from(error)), file)),
        };
        piece.truncate(read);
        Some((Ok(Frame::data(Bytes::from(piece))), file))
    });
    StreamBody::new(pieces).boxed_unsync()
}

/// Gives an answer to the client, and has the guard learn from it before the client sees its end.
pub(super) async fn learnt(
    guard: &Arc<Guard>,
    engine: &str,
    after: &After,
    response: Response<Recorded>,
) -> Result<Response<Body>, Failed> {
    let (mut head, body) = response.into_parts();
    if after.streams() {
        let learner = Learner {
            guard: Arc::clone(guard),
            engine: engine.to_owned(),
            after: Some(after.clone()),
            told: Vec::new(),
        };
        return Ok(Response::from_parts(head, listened(body, learner)));
    }
    let told = body.collect().await.map_err(Failed::Client)?.to_bytes();
    let told = match guard.learn(after, &told, engine).await {
        Some(other) => {
            sized(&mut head.headers, other.len() as u64);
            other
        }
        None => told,
    };
    Ok(Response::from_parts(head, full(told)))
}

/// What listens to a long answer.
struct Learner {
    guard: Arc<Guard>,
    engine: String,
    /// `None` once it was learnt.
    after: Option<After>,
    told: Vec<u8>,
}

impl Learner {
    fn hear(&mut self, bytes: &[u8]) {
        self.told.extend_from_slice(bytes);
        if self.told.len() > LOOKED_INTO {
            self.told.drain(..LOOKED_INTO / 2);
        }
    }

    async fn learn(&mut self) {
        if let Some(after) = self.after.take() {
            let told = std::mem::take(&mut self.told);
            self.guard.learn(&after, &told, &self.engine).await;
        }
    }
}

impl Drop for Learner {
    /// The client went before the end: what was made by then is ours all the same.
    fn drop(&mut self) {
        let Some(after) = self.after.take() else {
            return;
        };
        let (guard, told) = (Arc::clone(&self.guard), std::mem::take(&mut self.told));
        let engine = std::mem::take(&mut self.engine);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { guard.learn(&after, &told, &engine).await });
        }
    }
}

fn listened(body: Recorded, learner: Learner) -> Body {
    let frames = stream::unfold((body, learner), |(mut body, mut learner)| async move {
        match body.frame().await {
            Some(Ok(frame)) => {
                if let Some(bytes) = frame.data_ref() {
                    learner.hear(bytes);
                }
                Some((Ok(frame), (body, learner)))
            }
            Some(Err(error)) => Some((Err(BodyError::from(error)), (body, learner))),
            None => {
                learner.learn().await;
                None
            }
        }
    });
    StreamBody::new(frames).boxed_unsync()
}
