//! One connection's life: subscribe, list, then apply events until it breaks.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot};

use super::work::{Need, Work};
use super::{Ask, Observer, What, events, read};
use crate::EngineState;
use crate::client::{CallError, Client};
use crate::connect::Connection;
use domain::{EngineEvent, EventTime, Kind, ObjectRef, Occurrence, Reading};

/// A silent engine is asked whether it is still there this often: a connection that was cut
/// without a word (ssh, VPN, a frozen daemon) looks the same as a quiet one.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long it has to answer.
const HEARTBEAT_ANSWER: Duration = Duration::from_secs(5);

type Events = mpsc::UnboundedReceiver<Result<(EngineEvent, SystemTime), CallError>>;

pub(super) struct Follower<'a> {
    observer: &'a mut Observer,
    client: Client,
    clock: Option<EventTime>,
    work: Work,
    waiting: Vec<oneshot::Sender<()>>,
    live: bool,
    /// Podman tells no network that comes or goes: they are listed each time somebody asks.
    silent_networks: bool,
}

impl<'a> Follower<'a> {
    pub(super) fn new(observer: &'a mut Observer, connection: Connection) -> Self {
        let Connection {
            client,
            clock,
            info,
        } = connection;
        Self {
            observer,
            client,
            clock,
            work: Work::default(),
            waiting: Vec::new(),
            live: false,
            silent_networks: info.is_podman(),
        }
    }

    /// Whether a whole state was read.
    pub(super) const fn is_live(&self) -> bool {
        self.live
    }

    /// Follows the engine until it is lost, and says how.
    pub(super) async fn run(&mut self) -> CallError {
        match self.follow().await {
            Ok(never) => match never {},
            Err(error) => error,
        }
    }

    async fn follow(&mut self) -> Result<std::convert::Infallible, CallError> {
        // After a cut, what was missed; at first, what happens from now on.
        let from = self
            .observer
            .seen
            .map(|EventTime(time)| EventTime(time + 1))
            .or(self.clock);
        let body = events::subscribe(&self.client, from).await?;
        let (sender, mut stream) = mpsc::unbounded_channel();
        let occurrences = self.observer.outlets.occurrences.clone();
        let reader = tokio::spawn(events::forward(body, from, occurrences, sender));
        let _stopped_with_us = AbortOnDrop(reader);

        let snapshot = read::everything(&self.client, &self.observer.last).await?;
        self.live = true;
        self.publish(snapshot.into());
        loop {
            self.wait(&mut stream).await?;
            // All that came meanwhile is one piece of work: a burst costs what it touches.
            while let Ok(event) = stream.try_recv() {
                self.note(&event?);
            }
            while let Ok(ask) = self.observer.asks.try_recv() {
                self.accept(ask);
            }
            self.settle().await?;
        }
    }

    async fn wait(&mut self, stream: &mut Events) -> Result<(), CallError> {
        tokio::select! {
            event = stream.recv() => match event {
                Some(event) => self.note(&event?),
                None => return Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into()),
            },
            Some(ask) = self.observer.asks.recv() => self.accept(ask),
            () = tokio::time::sleep(HEARTBEAT) => {
                let answer = self.client.docker().ping();
                tokio::time::timeout(HEARTBEAT_ANSWER, answer)
                    .await
                    .map_err(|_| CallError::Timeout)??;
            }
        }
        Ok(())
    }

    fn note(&mut self, (event, at): &(EngineEvent, SystemTime)) {
        self.observer.seen = self.observer.seen.max(Some(event.time));
        self.work.note(event, *at, &self.observer.last);
    }

    fn accept(&mut self, ask: Ask) {
        match ask.what {
            What::Object(ObjectRef { kind, id }) => self.work.read(kind, &id, Need::Changes),
            What::Changes(ids) => {
                for id in ids {
                    self.work.read(Kind::Container, &id, Need::Changes);
                }
                if self.silent_networks {
                    self.work.lists.insert(Kind::Network);
                }
            }
            What::Lists => self.work.lists.extend(read::KINDS),
            What::Everything => self.work.all = true,
        }
        self.waiting.push(ask.done);
    }

    /// Reads what is asked for, and publishes the state if that changed it.
    async fn settle(&mut self) -> Result<(), CallError> {
        let work = std::mem::take(&mut self.work);
        if !work.is_empty() {
            let read = if work.all {
                let state = read::everything(&self.client, &self.observer.last).await?;
                let since = work.since;
                Reading { state, since }
            } else {
                self.apply(work).await?
            };
            let (last, after) = (&self.observer.last, &read.state);
            if last.changed(after).next().is_some() || last.engine() != after.engine() {
                self.publish(read);
            }
        }
        for done in self.waiting.drain(..) {
            // Who asked may not have waited.
            let _ = done.send(());
        }
        Ok(())
    }

    async fn apply(&self, mut work: Work) -> Result<Reading, CallError> {
        let mut after = self.observer.last.clone();
        // Whether it manages a swarm tells whether there is anything to list.
        if work.engine || work.lists.iter().any(|kind| read::is_swarms(*kind)) {
            after.set_engine(read::engine(&self.client).await?);
        }
        for kind in std::mem::take(&mut work.lists) {
            let there = read::list(&self.client, kind, after.engine()).await?;
            let known: BTreeSet<String> = after
                .of_kind(kind)
                .map(|object| object.reference().id)
                .collect();
            for id in known.difference(&there) {
                work.found(kind, id, Need::Gone);
            }
            for id in there.difference(&known) {
                work.found(kind, id, Need::Document);
            }
        }
        for name in std::mem::take(&mut work.image_names) {
            work.found(Kind::Image, &name, Need::Document);
        }
        let Work {
            objects, mut since, ..
        } = work;
        let gone: BTreeSet<ObjectRef> = objects
            .iter()
            .filter(|(_, need)| **need == Need::Gone)
            .map(|(reference, _)| reference.clone())
            .collect();
        let needs = objects.into_iter().collect();
        for (asked, object) in read::objects(&self.client, needs, &after).await? {
            let Some(object) = object else {
                // Gone before the event that will say so: by what comes after the one that made it
                // be read.
                if !gone.contains(&asked) {
                    since.remove(&asked);
                }
                after.remove(&asked);
                continue;
            };
            let own = object.reference();
            // The engine knows an image by its name too: it is kept under its identifier.
            if own != asked
                && let Some(at) = since.remove(&asked)
            {
                since.insert(own.clone(), at);
            }
            // An equal object keeps its place in memory: the next diff skips it.
            if after.get(&own) != Some(&object) {
                after.insert(object);
            }
        }
        let state = after;
        Ok(Reading { state, since })
    }

    fn publish(&mut self, read: Reading) {
        self.observer.last = read.state.clone();
        let snapshot = read.state.clone();
        let outlets = &self.observer.outlets;
        // Nobody reads the timeline any more when the session ends.
        let _ = outlets.occurrences.send(Occurrence::State(read));
        outlets.state.send_replace(EngineState::Live(snapshot));
    }
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
