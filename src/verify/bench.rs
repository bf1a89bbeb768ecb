//! An engine on which lessons are proven: commands are run as a learner runs them, and what the
//! session sees goes into a timeline.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant, SystemTime};

use super::VerifyError;
use super::host::Host;
use super::made::{Made, made_by};
use super::simulated::Simulated;
use crate::domain::{Kind, Occurrence, Snapshot, Timeline};
use crate::engine::text::guard::the_object;
use crate::engine::{EngineState, Session, Target};
use crate::lesson::{Lesson, names_in};

/// How long an engine's state may lag behind a command.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long an engine may take to answer at first.
const CONNECTION: Duration = Duration::from_secs(10);
/// How long a command may run.
pub(super) const LONGEST_COMMAND: Duration = Duration::from_secs(60);
/// How long a program may take to read what is typed on its terminal.
#[cfg(test)]
pub(super) const BEFORE_TYPING: Duration = Duration::from_secs(1);

/// What a command answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ran {
    /// Its exit status; `None` when it had to be stopped.
    pub(super) status: Option<i32>,
    /// Both streams.
    pub(super) output: String,
}

/// Where commands run.
enum Machine {
    Real(Host),
    Simulated(Simulated),
}

/// An engine and what is seen of it.
pub struct Bench {
    machine: Machine,
    session: Session,
    timeline: Timeline,
    /// What was there before us, and is not ours to touch.
    before: Snapshot,
    made: BTreeSet<Made>,
    /// The images that lessons name, and whether stand-ins will do: one of them may be removed.
    provided: (Vec<String>, bool),
    /// Commands run so far.
    pub(super) commands: usize,
}

impl Bench {
    /// A real engine.
    pub(super) async fn real(target: Target) -> Result<Self, VerifyError> {
        let url = target.url.clone();
        let session = Session::open(target).map_err(|cause| VerifyError::System {
            what: "connexion au moteur",
            cause,
        })?;
        let host = Host::new(url, session.tap_socket.as_deref())?;
        Self::begin(Machine::Real(host), session).await
    }

    /// A fresh simulated machine.
    pub(super) async fn simulated() -> Result<Self, VerifyError> {
        let (machine, session) = Simulated::boot()?;
        Self::begin(Machine::Simulated(machine), session).await
    }

    async fn begin(machine: Machine, mut session: Session) -> Result<Self, VerifyError> {
        let before = first_state(&mut session).await?;
        let mut bench = Self {
            machine,
            session,
            timeline: Timeline::starting_at(before.clone()),
            before,
            made: BTreeSet::new(),
            provided: (Vec::new(), false),
            commands: 0,
        };
        bench.drain();
        bench.timeline = Timeline::starting_at(bench.before.clone());
        Ok(bench)
    }

    /// The engine, in a few words.
    pub(super) fn describe(&self) -> String {
        let place = match &self.machine {
            Machine::Real(host) => host.url.as_str(),
            Machine::Simulated(_) => "simulé",
        };
        match &*self.session.info.borrow() {
            Some(info) => format!(
                "{place} (version {}, API {})",
                info.version, info.api_version
            ),
            None => place.to_owned(),
        }
    }

    /// What was seen since the last [`Self::fresh`].
    pub(super) const fn timeline(&self) -> &Timeline {
        &self.timeline
    }

    /// Undoes all that was done: the simulated machine is reset; on a real engine, what our
    /// commands made, and nothing else, is removed.
    pub(super) async fn fresh(&mut self) -> Result<(), VerifyError> {
        self.clean().await?;
        self.settle(&BTreeSet::new()).await;
        if self.provide_again().await? {
            self.settle(&BTreeSet::new()).await;
        }
        self.drain();
        self.made.clear();
        self.timeline = Timeline::starting_at(live(&self.session).unwrap_or_default());
        Ok(())
    }

    /// Removes what is ours.
    async fn clean(&mut self) -> Result<(), VerifyError> {
        // A call's answer may still be on its way from the tap.
        tokio::time::sleep(Duration::from_millis(50)).await;
        self.drain();
        let made = std::mem::take(&mut self.made);
        let tags: BTreeSet<&String> = self.before.images().flat_map(|it| &it.tags).collect();
        let ours = made.into_iter().filter(|it| match it {
            Made::Object(reference) => self.before.get(reference).is_none(),
            Made::Tag(name) => !tags.contains(name),
            Made::Service(_) | Made::Swarm => true,
        });
        match &mut self.machine {
            Machine::Real(host) => {
                host.remove(ours.collect()).await?;
                host.empty_folder()
            }
            Machine::Simulated(machine) => {
                // The images are kept: those of the lesson's own making are not.
                let images = ours.filter_map(|it| match it {
                    Made::Tag(name) => Some(name),
                    Made::Object(it) if it.kind == Kind::Image => Some(it.id),
                    Made::Object(_) | Made::Service(_) | Made::Swarm => None,
                });
                let images: Vec<String> = images.collect();
                machine.reset().await;
                if !images.is_empty() {
                    let line = format!("docker rmi -f {}", images.join(" "));
                    machine.run(&line).await?;
                }
                Ok(())
            }
        }
    }

    /// Gets back the images that a lesson's commands removed; whether there were some.
    async fn provide_again(&mut self) -> Result<bool, VerifyError> {
        let state = live(&self.session).unwrap_or_default();
        let (images, local) = self.provided.clone();
        let mut missing = images;
        missing.retain(|image| state.image(image).is_none());
        self.have(&missing, local).await?;
        Ok(!missing.is_empty())
    }

    /// Has images that the engine may lack.
    async fn have(&mut self, images: &[String], local: bool) -> Result<(), VerifyError> {
        for image in images {
            match &mut self.machine {
                Machine::Real(host) => host.provide(image, local).await?,
                Machine::Simulated(machine) => {
                    machine.run(&format!("docker pull -q {image}")).await?;
                }
            }
        }
        Ok(())
    }

    /// Cleans up and lets the engine go.
    pub(super) async fn close(mut self) -> Result<(), VerifyError> {
        let cleaned = self.clean().await;
        if let Machine::Real(host) = &mut self.machine {
            host.remove_stand_ins().await?;
        }
        self.session.close().await;
        cleaned
    }

    /// Runs a command line as the learner's shell would.
    pub(super) async fn run(&mut self, line: &str) -> Result<Ran, VerifyError> {
        self.began(line);
        let ran = match &mut self.machine {
            Machine::Real(host) => host.run(line).await?,
            Machine::Simulated(machine) => machine.run(line).await?,
        };
        self.ended(&ran);
        Ok(ran)
    }

    /// The same on a terminal, on which these lines are then typed.
    #[cfg(test)]
    pub(super) async fn run_typing(
        &mut self,
        line: &str,
        typed: &[String],
    ) -> Result<Ran, VerifyError> {
        self.began(line);
        let ran = match &mut self.machine {
            Machine::Real(host) => host.run_typing(line, typed).await?,
            Machine::Simulated(machine) => machine.run_typing(line, typed).await?,
        };
        self.ended(&ran);
        Ok(ran)
    }

    fn began(&mut self, line: &str) {
        self.commands += 1;
        self.drain();
        self.timeline.apply(Occurrence::CommandBegan {
            line: line.to_owned(),
            at: SystemTime::now(),
        });
    }

    fn ended(&mut self, ran: &Ran) {
        self.drain();
        self.timeline.apply(Occurrence::CommandEnded {
            status: ran.status,
            at: SystemTime::now(),
        });
    }

    /// Reads the engine again, and the writable layers of these containers.
    pub(super) async fn settle(&mut self, containers: &BTreeSet<&str>) {
        self.session.refresh.refresh_everything().wait().await;
        let ids: Vec<String> = live(&self.session)
            .unwrap_or_default()
            .containers()
            .filter(|container| containers.contains(container.name.as_str()))
            .map(|container| container.id.clone())
            .collect();
        if !ids.is_empty() {
            self.session.refresh.refresh_all_changes(ids).wait().await;
        }
        self.drain();
    }

    /// Reads again until this is so, for a few seconds: an engine's state lags behind a command.
    pub(super) async fn until(
        &mut self,
        containers: &BTreeSet<&str>,
        mut test: impl FnMut(&Timeline) -> bool,
    ) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            self.settle(containers).await;
            if test(&self.timeline) {
                return true;
            }
            if Instant::now() > end {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until what a setup did has been seen, so that it does not count as done since.
    pub(super) async fn quiet(&mut self, containers: &BTreeSet<&str>) {
        self.settle(containers).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        self.drain();
    }

    /// Makes sure that the engine holds these images.
    pub(super) async fn provide(
        &mut self,
        images: &[String],
        local: bool,
    ) -> Result<(), VerifyError> {
        // What the lesson before left is not to be taken for what was there.
        self.clean().await?;
        self.have(images, local).await?;
        self.provided = (images.to_vec(), local);
        self.settle(&BTreeSet::new()).await;
        // They stay for the whole verification: they are not the exercises' doing.
        self.before = live(&self.session).unwrap_or_default();
        self.made.clear();
        Ok(())
    }

    /// Refuses to prove a lesson on an engine that already holds objects of these names.
    pub(super) fn refuse_collisions(&self, lesson: &Lesson) -> Result<(), VerifyError> {
        let names: BTreeMap<Kind, BTreeSet<String>> = names_in(lesson);
        let found: Vec<String> = self
            .before
            .objects()
            .filter(|object| {
                names
                    .get(&object.reference().kind)
                    .is_some_and(|it| it.contains(object.name()))
            })
            .map(|object| the_object(object.reference().kind, object.name()))
            .collect();
        if found.is_empty() {
            Ok(())
        } else {
            Err(VerifyError::Collision(found.join(", ")))
        }
    }

    fn drain(&mut self) {
        while let Ok(occurrence) = self.session.occurrences.try_recv() {
            if let Occurrence::Call(call) = &occurrence {
                self.made.extend(made_by(call));
            }
            self.timeline.apply(occurrence);
        }
    }
}

fn live(session: &Session) -> Option<Snapshot> {
    match &*session.state.borrow() {
        EngineState::Live(state) => Some(state.clone()),
        _ => None,
    }
}

async fn first_state(session: &mut Session) -> Result<Snapshot, VerifyError> {
    let seen = tokio::time::timeout(
        CONNECTION,
        session
            .state
            .wait_for(|state| !matches!(state, EngineState::Connecting)),
    )
    .await;
    let Ok(Ok(state)) = seen else {
        let seconds = CONNECTION.as_secs();
        return Err(VerifyError::Engine(format!(
            "aucune réponse en {seconds} s"
        )));
    };
    match &*state {
        EngineState::Live(state) => Ok(state.clone()),
        EngineState::Lost { reason, .. } => Err(VerifyError::Engine(reason.clone())),
        EngineState::Connecting => Err(VerifyError::Engine("aucune réponse".to_owned())),
    }
}
