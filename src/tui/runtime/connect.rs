//! Finding an engine, following it, and what a shell needs to reach it.

use tokio::sync::mpsc::UnboundedSender;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{Incoming, Options};
use crate::engine::{Environment, Found, Origin, Refresher, Session, SessionOptions, Target, find};
use crate::sim::machine::{Machine, MachineOptions, Snapshot};
use crate::terminal::{HostShell, ShellCommand, Size, Terminal, TerminalError};
use crate::text::interface;
use crate::tui::message::Message;
use crate::tui::model::EngineChoice;

/// The engine that the program follows, as long as it runs.
pub(super) struct Engine {
    /// Which one and why.
    pub(super) choice: EngineChoice,
    /// Has read again what leaves no event.
    pub(super) refresh: Refresher,
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

/// Finds the engine and follows it; everything goes to the channel.
pub(super) async fn connect(options: Options, sender: UnboundedSender<Incoming>) {
    let failed = |reason: String| {
        let _ = sender.send(Message::NoEngine(reason).into());
    };
    let environment = Environment::of_this_process();
    match find(Some(&options.engine), &environment).await {
        Ok(Found::Engine(target)) => follow(target, None, &sender),
        Ok(Found::Simulator { reason }) => simulate(reason, options.start, &sender).await,
        Err(error) => failed(error.explain().to_string()),
    }
}

/// Opens the session and sends what it says. The simulated machine comes with why it was chosen.
fn follow(
    target: Target,
    simulated: Option<(Machine, String)>,
    sender: &UnboundedSender<Incoming>,
) {
    let (machine, reason) = simulated.unzip();
    // Programs of the simulated machine need no socket of this one.
    let options = SessionOptions {
        socket: machine.is_none(),
        ..SessionOptions::default()
    };
    let choice = EngineChoice {
        why: words(&target, reason.as_deref()),
        origin: target.origin.clone(),
        url: target.url.clone(),
        session: options.id.clone(),
    };
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
    let stop = CancellationToken::new();
    let followers = TaskTracker::new();
    let engine = Engine {
        choice,
        refresh: session.refresh.clone(),
        place,
        stop: stop.clone(),
        followers: followers.clone(),
    };
    let sender = sender.clone();
    if sender.send(Incoming::Engine(Box::new(engine))).is_err() {
        return;
    }
    followers.spawn(async move {
        loop {
            let message = tokio::select! {
                biased;
                () = stop.cancelled() => break,
                occurrence = session.occurrences.recv() => match occurrence {
                    Some(occurrence) => Message::Occurrence(occurrence),
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
    });
    followers.close();
}

/// Boots the simulated machine, new or in a given state, and follows its engine.
async fn simulate(reason: String, start: Option<Snapshot>, sender: &UnboundedSender<Incoming>) {
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
            follow(target, Some((machine, reason)), sender);
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
