//! Finding an engine, following it, and what a shell needs to reach it.

use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Incoming, Options};
use crate::domain::{CallOutcome, Occurrence};
use crate::engine::{
    CallError, Environment, Found, Guard, GuardOptions, Origin, Refresher, Session, SessionOptions,
    Target, Told, find,
};
use crate::inside;
use crate::lesson::progress::state_folder;
use crate::sim::machine::{Machine, MachineOptions};
use crate::terminal::{HostShell, ShellCommand, Size, Terminal, TerminalError};
use crate::text::interface;
use crate::tui::message::Message;
use crate::tui::model::EngineChoice;
use crate::wire::private;

/// The engine that the program follows, as long as it runs.
pub(super) struct Engine {
    /// Which one and why.
    pub(super) choice: EngineChoice,
    /// Has read again what leaves no event.
    pub(super) refresh: Refresher,
    /// What stands before it, on a real engine.
    pub(super) guard: Option<Arc<Guard>>,
    target: Target,
    place: Place,
    stop: CancellationToken,
    followers: TaskTracker,
}

/// Where the learner's shell runs.
enum Place {
    /// On this machine, with this `DOCKER_HOST`.
    Here(String),
    /// On the simulated one.
    Simulated(Machine),
}

/// What the command line asks of the engine, and how the learner answers the guard before it.
pub(super) struct Wanted {
    pub(super) options: Options,
    /// What they type to see and allow what was held back.
    pub(super) consent: String,
}

/// Finds the engine and follows it; everything goes to the channel.
pub(super) async fn connect(wanted: Wanted, sender: UnboundedSender<Incoming>) {
    let failed = |reason: String| {
        let _ = sender.send(Message::NoEngine(reason).into());
    };
    // What a program that was killed left behind.
    let _removed = tokio::task::spawn_blocking(private::sweep).await;
    let environment = Environment::of_this_process();
    match find(Some(&wanted.options.engine), &environment).await {
        Ok(Found::Engine(target)) => follow(target, None, &wanted, &sender),
        Ok(Found::Simulator { reason }) => simulate(reason, wanted, &sender).await,
        Err(error) => failed(error.explain().to_string()),
    }
}

/// Opens the session and sends what it says. The simulated machine comes with why it was chosen.
fn follow(
    target: Target,
    simulated: Option<(Machine, String)>,
    asked: &Wanted,
    sender: &UnboundedSender<Incoming>,
) {
    let (machine, reason) = simulated.unzip();
    // Programs of the simulated machine need no socket of this one.
    let mut options = SessionOptions {
        socket: machine.is_none(),
        ..SessionOptions::default()
    };
    let hearing = match guard(&target, &options.id, asked) {
        Ok(guarded) => guarded.map(|(guard, hearing)| {
            options.guard = Some(guard);
            hearing
        }),
        Err(error) => {
            let reason = interface::no_session(&std::io::Error::other(error));
            let _ = sender.send(Message::NoEngine(reason).into());
            return;
        }
    };
    let guard = options.guard.clone();
    let choice = EngineChoice {
        why: words(&target, reason.as_deref()),
        origin: target.origin.clone(),
        url: target.url.clone(),
        session: options.id.clone(),
        guarded: guard.is_some(),
    };
    let followed = target.clone();
    let mut session = match Session::open_with(target, options) {
        Ok(session) => session,
        Err(error) => {
            let _ = sender.send(Message::NoEngine(interface::no_session(&error)).into());
            return;
        }
    };
    let place = match (machine, &session.tap_socket) {
        (Some(machine), _) => {
            machine.lead_docker_through(&session.tap);
            Place::Simulated(machine)
        }
        (None, Some(path)) => Place::Here(format!("unix://{}", path.display())),
        (None, None) => Place::Here(choice.url.clone()),
    };
    let watched = guard.clone();
    let stop = CancellationToken::new();
    let followers = TaskTracker::new();
    let engine = Engine {
        choice,
        refresh: session.refresh.clone(),
        guard,
        target: followed,
        place,
        stop: stop.clone(),
        followers: followers.clone(),
    };
    let sender = sender.clone();
    if sender.send(Incoming::Engine(Box::new(engine))).is_err() {
        return;
    }
    if let Some(mut hearing) = hearing {
        let sender = sender.clone();
        // Ends with the guard.
        tokio::spawn(async move {
            while let Some(told) = hearing.recv().await {
                if sender.send(Message::Guard(told).into()).is_err() {
                    break;
                }
            }
        });
    }
    followers.spawn(async move {
        loop {
            let message = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                occurrence = session.occurrences.recv() => match occurrence {
                    Some(occurrence) => {
                        if leaves_swarm(&occurrence) {
                            // Nobody waits for it: the state tells.
                            drop(session.refresh.refresh_everything());
                        }
                        Message::Occurrence(occurrence)
                    }
                    None => break,
                },
                Ok(()) = session.state.changed() => {
                    Message::State(session.state.borrow_and_update().clone())
                }
                Ok(()) = session.info.changed() => {
                    match session.info.borrow_and_update().clone() {
                        Some(info) => Message::Info(info),
                        None => continue,
                    }
                }
            };
            if sender.send(message.into()).is_err() {
                break;
            }
        }
        session.close().await;
        if let Some(guard) = watched {
            guard.close().await;
        }
    });
    followers.close();
}

/// A guard, and what it tells.
type Guarded = (Arc<Guard>, UnboundedReceiver<Told>);

/// The guard of a session, and what it tells; none for the simulated engine, unless it is asked for.
fn guard(target: &Target, session: &str, wanted: &Wanted) -> Result<Option<Guarded>, CallError> {
    let asked = &wanted.options;
    if !Guard::is_due(target) && !asked.guarded && !asked.read_only {
        return Ok(None);
    }
    let options = GuardOptions {
        // What the simulated engine holds goes with the program.
        state: Guard::is_due(target).then(state_folder).flatten(),
        read_only: asked.read_only,
        consent: wanted.consent.clone(),
    };
    Guard::new(target, session, options).map(Some)
}

/// Whether the engine has just left a swarm, with all that it held: no event tells it.
fn leaves_swarm(occurrence: &Occurrence) -> bool {
    let Occurrence::Call(call) = occurrence else {
        return false;
    };
    let path = call.path.split('?').next().unwrap_or_default();
    path.ends_with("/swarm/leave") && matches!(call.outcome, CallOutcome::Answered(200..=299))
}

/// Boots the simulated machine, new or in a given state, and follows its engine.
async fn simulate(reason: String, asked: Wanted, sender: &UnboundedSender<Incoming>) {
    let start = asked.options.start.clone();
    let booted = tokio::spawn(async move {
        let options = MachineOptions::default();
        match start {
            Some(snapshot) => Machine::boot_from(&options, &snapshot).await,
            None => Machine::boot(&options),
        }
    })
    .await;
    match booted {
        Ok(Ok(machine)) => {
            let target = Target::simulator(machine.dialer());
            follow(target, Some((machine, reason)), &asked, sender);
        }
        Ok(Err(error)) => {
            let _ = sender.send(Message::NoEngine(interface::no_machine(&error)).into());
        }
        Err(error) => {
            let _ = sender.send(Message::NoEngine(interface::no_machine(&error)).into());
        }
    }
}

impl Engine {
    /// Opens the shell that goes with it. `wake` is called when it has something to show.
    pub(super) fn open_terminal(
        &self,
        size: Size,
        wake: impl Fn() + Send + Sync + 'static,
    ) -> Result<Terminal, TerminalError> {
        let docker_host = match &self.place {
            Place::Here(docker_host) => docker_host,
            Place::Simulated(machine) => {
                return Terminal::on_machine(machine.kernel(), HostShell::default(), size, wake);
            }
        };
        let mut shell = ShellCommand::of_user().docker_host(docker_host.clone());
        if let Ok(program) = std::env::current_exe() {
            shell = shell.docker_fallback(program);
        }
        Terminal::on_pty(&shell, size, wake)
    }

    /// Which engine it is.
    pub(super) const fn target(&self) -> &Target {
        &self.target
    }

    /// How commands reach it.
    pub(super) fn way(&self) -> &str {
        match &self.place {
            Place::Here(docker_host) => docker_host,
            Place::Simulated(_) => "dans le programme",
        }
    }

    /// Where panes look inside, and how often.
    pub(super) fn inside(&self, pace: inside::Pace) -> inside::Place {
        inside::Place {
            target: self.target.clone(),
            machine: self.machine().cloned(),
            pace,
        }
    }

    /// The simulated machine, if that is where it is.
    pub(super) const fn machine(&self) -> Option<&Machine> {
        match &self.place {
            Place::Simulated(machine) => Some(machine),
            Place::Here(_) => None,
        }
    }

    /// Stops following it, and waits until that is done.
    pub(super) async fn close(self) {
        self.stop.cancel();
        self.followers.wait().await;
    }
}

/// Which engine and why.
fn words(target: &Target, why: Option<&str>) -> String {
    let url = &target.url;
    match &target.origin {
        Origin::Flag => interface::engine_from_flag(url),
        Origin::DockerHost => interface::engine_from_variable(url),
        Origin::Context(name) => interface::engine_from_context(name, url),
        Origin::DefaultSocket => interface::engine_at_default(url),
        Origin::RootlessSocket => interface::engine_rootless(url),
        Origin::PodmanSocket => interface::engine_podman(url),
        Origin::Simulator => interface::engine_simulated(why.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ApiCall;

    #[test]
    fn leaving_a_swarm_is_a_call_that_succeeded() {
        let call = |path: &str, outcome| {
            Occurrence::Call(ApiCall {
                number: 1,
                method: "POST".to_owned(),
                path: path.to_owned(),
                outcome,
                request_body: String::new(),
                response_body: String::new(),
                took: std::time::Duration::ZERO,
            })
        };
        let done = CallOutcome::Answered(200);
        assert!(leaves_swarm(&call(
            "/v1.51/swarm/leave?force=1",
            done.clone()
        )));
        assert!(!leaves_swarm(&call(
            "/v1.51/swarm/leave",
            CallOutcome::Answered(503)
        )));
        assert!(!leaves_swarm(&call("/v1.51/swarm/init", done)));
    }
}
