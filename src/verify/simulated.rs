//! Commands in the shell of a simulated machine.

use tokio::sync::mpsc::Receiver;

use super::VerifyError;
use super::bench::{LONGEST_COMMAND, Ran};
use crate::engine::{Session, Target};
use crate::sim::kernel::Started;
use crate::sim::machine::{Machine, MachineOptions};

/// A simulated machine, its docker command behind a session's tap.
pub(super) struct Simulated {
    machine: Machine,
}

impl Simulated {
    /// A new machine, and the session that observes it.
    pub(super) fn boot() -> Result<(Self, Session), VerifyError> {
        let machine = Machine::boot(&MachineOptions::for_checks())
            .map_err(|error| VerifyError::Engine(error.to_string()))?;
        let session = Session::open(Target::simulator(machine.dialer())).map_err(|cause| {
            VerifyError::System {
                what: "connexion au moteur simulé",
                cause,
            }
        })?;
        machine.lead_docker_through(&session.tap);
        Ok((Self { machine }, session))
    }

    /// Ends and forgets everything but the images that were pulled.
    pub(super) async fn reset(&self) {
        self.machine.reset(true).await;
    }

    /// Runs a line with the machine's `sh -c`, both streams together as far as their order is known.
    pub(super) async fn run(&self, line: &str) -> Result<Ran, VerifyError> {
        let started = self
            .machine
            .run(line)
            .map_err(|error| VerifyError::Engine(error.to_string()))?;
        Ok(ended(started).await)
    }

    /// Runs a line on a terminal, on which these lines are then typed.
    #[cfg(test)]
    pub(super) async fn run_typing(
        &self,
        line: &str,
        typed: &[String],
    ) -> Result<Ran, VerifyError> {
        let size = crate::sim::kernel::WinSize { rows: 24, cols: 80 };
        let argv = ["/bin/sh", "-c", line].map(str::to_owned).to_vec();
        let home = crate::sim::machine::HOME;
        let environment = self.machine.login_env();
        let mut started = self
            .machine
            .kernel()
            .spawn_host(argv, environment, home, Some(size))
            .map_err(|error| VerifyError::Engine(error.to_string()))?;
        let keyboard = started.stdio.stdin.take();
        let text = typed.join("\r") + "\r";
        let typing = async {
            tokio::time::sleep(super::bench::BEFORE_TYPING).await;
            if let Some(keyboard) = &keyboard {
                let _ = keyboard.send(text.into()).await;
            }
        };
        let (ran, ()) = tokio::join!(ended(started), typing);
        Ok(ran)
    }
}

/// What a command answered, once it has ended; nothing more is typed to it.
async fn ended(started: Started) -> Ran {
    let mut stdio = started.stdio;
    drop(stdio.stdin.take());
    let ended = async {
        let (output, errors) =
            tokio::join!(everything(&mut stdio.stdout), everything(&mut stdio.stderr));
        let status = started
            .exit
            .await
            .ok()
            .map(|(status, _)| i32::from(status.code()));
        (status, [output, errors].concat())
    };
    match tokio::time::timeout(LONGEST_COMMAND, ended).await {
        Ok((status, bytes)) => Ran {
            status,
            output: String::from_utf8_lossy(&bytes).into_owned(),
        },
        Err(_) => Ran {
            status: None,
            output: String::new(),
        },
    }
}

async fn everything(stream: &mut Receiver<bytes::Bytes>) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(bytes) = stream.recv().await {
        all.extend_from_slice(&bytes);
    }
    all
}
