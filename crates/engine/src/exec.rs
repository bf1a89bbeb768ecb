//! Running a command in a container, through to its exit status (`POST /containers/{id}/exec`,
//! `POST /exec/{id}/start`, `GET /exec/{id}/json`), for what can only be seen from inside. It leaves
//! events like any other: [`MARK`] tells those of a script from the learner's.

use std::time::Duration;

use bollard::container::LogOutput;
use bollard::exec::{CreateExecOptions, StartExecResults};
use futures_util::StreamExt;

use super::client::{CallError, Client};

/// The word that ends the command line of the program's own scripts, as the `$0` of `sh -c`.
pub const MARK: &str = "moussaillon";

/// How long a script may take.
const SCRIPT_LIMIT: Duration = Duration::from_secs(10);
/// Bytes of what a command writes that are kept, of each stream.
const KEPT: usize = 1 << 20;

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ran {
    /// Its exit status; `None` when the engine did not tell, or when it was still running.
    pub status: Option<i64>,
    /// What it wrote to its standard output.
    pub stdout: String,
    /// What it wrote to its standard error.
    pub stderr: String,
    /// Whether it was left running, for want of an answer in time.
    pub late: bool,
}

impl Client {
    /// Runs a script with the container's `sh`, as its user. One that does not end in ten seconds is
    /// a timeout.
    pub async fn script(&self, container: &str, script: &str) -> Result<Ran, CallError> {
        let ran = self.script_within(container, script, SCRIPT_LIMIT).await?;
        if ran.late {
            return Err(CallError::Timeout);
        }
        Ok(ran)
    }

    /// The same within another limit; [`Ran::late`] says whether it was passed.
    pub async fn script_within(
        &self,
        container: &str,
        script: &str,
        limit: Duration,
    ) -> Result<Ran, CallError> {
        let argv = ["sh", "-c", script, MARK];
        self.run_in(container, &argv, limit).await
    }

    /// Runs a command in a running container, without input nor terminal, and waits for its end
    /// within this limit. A command that the image does not have is told as the engine does: a
    /// status of 126 or 127, or an error.
    pub async fn run_in(
        &self,
        container: &str,
        argv: &[&str],
        limit: Duration,
    ) -> Result<Ran, CallError> {
        let options = CreateExecOptions {
            cmd: Some(argv.to_vec()),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..CreateExecOptions::default()
        };
        let id = self.docker().create_exec(container, options).await?.id;
        let mut ran = Ran::default();
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let read = async {
            let started = self.docker().start_exec(&id, None).await?;
            if let StartExecResults::Attached { mut output, input } = started {
                while let Some(piece) = output.next().await {
                    let (kept, message) = match piece? {
                        LogOutput::StdErr { message } => (&mut stderr, message),
                        LogOutput::StdOut { message }
                        | LogOutput::StdIn { message }
                        | LogOutput::Console { message } => (&mut stdout, message),
                    };
                    let room = KEPT.saturating_sub(kept.len()).min(message.len());
                    kept.extend_from_slice(message.get(..room).unwrap_or_default());
                }
                // Closed only now: an engine may end a command whose client hangs up.
                drop(input);
            }
            Ok::<_, CallError>(())
        };
        match tokio::time::timeout(limit, read).await {
            Ok(done) => done?,
            Err(_) => ran.late = true,
        }
        ran.stdout = String::from_utf8_lossy(&stdout).into_owned();
        ran.stderr = String::from_utf8_lossy(&stderr).into_owned();
        let told = self.docker().inspect_exec(&id).await?;
        ran.status = told.exit_code.filter(|_| told.running != Some(true));
        Ok(ran)
    }
}

#[cfg(test)]
mod tests;
