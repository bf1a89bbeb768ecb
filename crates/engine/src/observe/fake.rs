//! A small engine of our own for tests: containers in a map, events pushed by hand, calls counted.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::Target;
use wire::memory;

type Body = UnsyncBoxBody<Bytes, Infallible>;

#[derive(Default)]
struct Inner {
    containers: BTreeMap<String, Value>,
    subscriber: Option<mpsc::UnboundedSender<String>>,
    calls: Vec<String>,
    /// Status that inspections answer with instead of their document.
    broken: Option<u16>,
    /// The node of the swarm that it manages.
    node: Option<String>,
    /// The API that it speaks, when it is not 1.41.
    api: Option<String>,
    /// The versions of the API that calls named since the last time.
    spoken: BTreeSet<String>,
}

#[derive(Clone, Default)]
pub(super) struct Fake(Arc<Mutex<Inner>>);

impl Fake {
    /// Serves in memory.
    pub(super) fn serve(&self) -> Target {
        let (dialer, mut acceptor) = memory();
        let fake = self.clone();
        tokio::spawn(async move {
            while let Some(stream) = acceptor.accept().await {
                let fake = fake.clone();
                let service = service_fn(move |request| {
                    let answer = fake.answer(&request);
                    async move { Ok::<_, Infallible>(answer) }
                });
                tokio::spawn(async move {
                    let server = hyper::server::conn::http1::Builder::new();
                    let _ = server.serve_connection(TokioIo::new(stream), service).await;
                });
            }
        });
        Target::simulator(dialer)
    }

    /// A container is there, in this state; nothing is said of it.
    pub(super) fn put(&self, id: &str, status: &str) {
        let document = json!({"Id": id, "Name": format!("/{id}"), "State": {"Status": status}});
        self.0
            .lock()
            .unwrap()
            .containers
            .insert(id.to_owned(), document);
    }

    pub(super) fn take(&self, id: &str) {
        self.0.lock().unwrap().containers.remove(id);
    }

    /// It manages a swarm of this one node, or none; nothing is said of it.
    pub(super) fn manage(&self, node: Option<&str>) {
        self.0.lock().unwrap().node = node.map(str::to_owned);
    }

    /// Says that something happened to a container.
    pub(super) fn say(&self, action: &str, id: &str) {
        self.say_of("container", action, id);
    }

    /// Says that something happened to an object of this kind.
    pub(super) fn say_of(&self, kind: &str, action: &str, id: &str) {
        let event = json!({"Type": kind, "Action": action, "Actor": {"ID": id, "Attributes": {}}});
        let inner = self.0.lock().unwrap();
        let _ = inner
            .subscriber
            .as_ref()
            .unwrap()
            .send(format!("{event}\n"));
    }

    /// Ends the event stream, as an engine that stops does.
    pub(super) fn hang_up(&self) {
        self.0.lock().unwrap().subscriber = None;
    }

    pub(super) fn break_inspections(&self, status: Option<u16>) {
        self.0.lock().unwrap().broken = status;
    }

    /// It speaks this version of the API from now on.
    pub(super) fn upgrade(&self, api: &str) {
        self.0.lock().unwrap().api = Some(api.to_owned());
    }

    /// The versions that calls named since the last time.
    pub(super) fn spoken(&self) -> BTreeSet<String> {
        std::mem::take(&mut self.0.lock().unwrap().spoken)
    }

    /// The calls since the last time.
    pub(super) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().calls)
    }

    fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        let mut inner = self.0.lock().unwrap();
        let path = request.uri().path();
        let versioned = path.strip_prefix("/v").and_then(|it| it.split_once('/'));
        let versioned = versioned.filter(|(version, _)| version.starts_with("1."));
        let path = versioned.map_or(path.to_owned(), |(_, path)| format!("/{path}"));
        if let Some((version, _)) = versioned {
            inner.spoken.insert(version.to_owned());
        }
        inner.calls.push(path.clone());
        if path == "/events" {
            let (sender, receiver) = mpsc::unbounded_channel::<String>();
            inner.subscriber = Some(sender);
            let stream = futures_util::stream::unfold(receiver, |mut receiver| async move {
                receiver.recv().await.map(|event| (event, receiver))
            });
            let frames = stream.map(|event| Ok(Frame::data(Bytes::from(event))));
            return Response::new(StreamBody::new(frames).boxed_unsync());
        }
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let (status, document) = match segments.as_slice() {
            ["version"] => (
                200,
                json!({"Version": "0", "ApiVersion": inner.api.as_deref().unwrap_or("1.41"),
                    "Os": "linux", "Arch": "amd64"}),
            ),
            ["info"] => (
                200,
                json!({"Name": "essai", "Swarm": {"ControlAvailable": inner.node.is_some()}}),
            ),
            ["containers", "json"] => (
                200,
                inner
                    .containers
                    .keys()
                    .map(|id| json!({"Id": id}))
                    .collect(),
            ),
            ["containers", id, "json"] => match (inner.broken, inner.containers.get(*id)) {
                (Some(status), _) => (status, json!({"message": "panne"})),
                (None, Some(document)) => (200, document.clone()),
                (None, None) => (404, json!({"message": "No such container"})),
            },
            ["containers", _, "changes"] => (200, Value::Null),
            ["volumes"] => (200, json!({"Volumes": null, "Warnings": null})),
            ["images", "json"] | ["networks"] => (200, json!([])),
            ["nodes", id] => match &inner.node {
                Some(node) if node == id => (200, json!({"ID": node})),
                _ => (404, json!({"message": "no such node"})),
            },
            ["nodes"] if inner.node.is_some() => (200, json!([{"ID": inner.node}])),
            ["services" | "secrets" | "configs"] if inner.node.is_some() => (200, json!([])),
            ["services" | "nodes" | "secrets" | "configs"] => {
                (503, json!({"message": "This node is not a swarm manager."}))
            }
            _ => (404, json!({"message": "page not found"})),
        };
        let mut response =
            Response::new(Full::new(Bytes::from(document.to_string())).boxed_unsync());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        response
    }
}
