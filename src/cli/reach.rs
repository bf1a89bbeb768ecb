//! The engine that a subcommand speaks to, and how the French of its progress is shown.

use std::future::Future;
use std::io::{IsTerminal, Write, stderr};
use std::time::{Duration, Instant};

use crate::engine::{Connection, Environment, Found, Target, connect, find};
use crate::ready::Told;
use crate::text::harmless::harmless;

/// The shortest time between two states of a gauge.
const BLINK: Duration = Duration::from_millis(100);

/// What was found.
pub(super) enum Reached {
    /// An engine that answers.
    Engine(Box<(Target, Connection)>),
    /// The simulator would be used; why, in French.
    Simulator(String),
}

/// Finds the engine that `--moteur` names and connects to it. The error is a French sentence.
pub(super) async fn reach(flag: &str) -> Result<Reached, String> {
    let environment = Environment::of_this_process();
    let found = find(Some(flag), &environment).await;
    match found.map_err(|error| error.explain().to_string())? {
        Found::Simulator { reason } => Ok(Reached::Simulator(reason)),
        Found::Engine(target) => {
            let connection = connect(&target).await;
            let connection = connection.map_err(|error| error.explain().to_string())?;
            Ok(Reached::Engine(Box::new((target, connection))))
        }
    }
}

/// Runs a task to its end.
pub(super) fn block_on<T>(task: impl Future<Output = T>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())?;
    let done = runtime.block_on(task);
    runtime.shutdown_background();
    Ok(done)
}

/// Shows how long work goes on: a gauge that moves on a terminal, only whole facts in a pipe.
pub(super) struct Teller {
    moves: bool,
    drawn: Option<Instant>,
}

impl Teller {
    /// On the standard error.
    pub(super) fn new() -> Self {
        Self {
            moves: stderr().is_terminal(),
            drawn: None,
        }
    }

    /// Shows something.
    pub(super) fn tell(&mut self, told: Told) {
        let mut out = stderr().lock();
        // Nobody may be there to read.
        let _ = match told {
            Told::Line(line) => {
                self.erase();
                writeln!(out, "{}", harmless(&line))
            }
            Told::Gauge(_) if !self.moves => Ok(()),
            Told::Gauge(_) if self.drawn.is_some_and(|it| it.elapsed() < BLINK) => Ok(()),
            Told::Gauge(line) => {
                self.drawn = Some(Instant::now());
                let width = crossterm::terminal::size().map_or(80, |(columns, _)| columns.max(40));
                let line: String = harmless(&line)
                    .chars()
                    .take(usize::from(width).saturating_sub(1))
                    .collect();
                write!(out, "\r\x1b[K{line}")
            }
        };
        let _ = out.flush();
    }

    /// Takes the gauge away.
    pub(super) fn erase(&mut self) {
        if self.drawn.take().is_some() {
            let _ = write!(stderr(), "\r\x1b[K");
        }
    }
}
