//! What `run`, `start`, `attach` and `exec` share: waiting for the end, passing signals on, and
//! telling the container the size of the terminal.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::cli::Cli;
use crate::client::{Call, Called, Client};
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::io::{Notice, Terminal};
use crate::signals::Reaction;
use crate::stream::{Attached, Ended, join};
use wire::Upgraded;
use wire::percent;

/// How many times the first size is sent to a process that may not have started yet.
const RESIZE_TRIES: u32 = 10;
/// The exit code when docker itself failed.
pub(super) const FAILED: u8 = 125;

/// The answer, under way, to "tell me when it ends".
pub(super) struct Waiting(hyper::Response<Incoming>);

impl Waiting {
    /// Asks; the engine has heard when this returns.
    pub(super) async fn ask(client: &Client, id: &str, condition: &str) -> Called<Self> {
        let call = Call::post(format!("/containers/{}/wait", percent::encode_path(id)));
        client
            .send(call.with_some("condition", condition))
            .await
            .map(Self)
    }

    /// The exit code, once there is one; 125 when the engine cannot say.
    pub(super) async fn status(self, cli: &mut Cli) -> Outcome<u8> {
        let body = self.0.into_body().collect().await;
        let body = body
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let error = text(&answer["Error"]["Message"]);
        if error.is_empty() && answer["StatusCode"].is_number() {
            return Ok(code(answer["StatusCode"].as_i64().unwrap_or_default()));
        }
        cli.complain(&format!("Error waiting for container: {error}"))
            .await?;
        Ok(FAILED)
    }
}

/// The exit code that a shell sees of a status.
pub(super) fn code(status: i64) -> u8 {
    status.to_le_bytes()[0]
}

/// The end of a command whose container ended with that status.
pub(super) fn ended(status: u8) -> Outcome {
    if status == 0 {
        Ok(())
    } else {
        Err(Failure::silent(status))
    }
}

/// The error of a terminal that is asked for and is not there.
pub(super) fn check_terminal(cli: &Cli, stdin: bool, tty: bool) -> Outcome {
    if stdin && tty && !cli.reads_from_terminal() {
        return Err(Failure::new("the input device is not a TTY"));
    }
    Ok(())
}

/// Listens to signals and to the terminal on behalf of a container or of a process in it.
pub(super) struct Watch {
    client: Client,
    /// `/containers/ID` or `/exec/ID`.
    path: String,
    notices: UnboundedReceiver<Notice>,
    terminal: Arc<dyn Terminal>,
    resizes: bool,
    passes_signals: bool,
}

impl Watch {
    /// Starts listening; `None` when there is nothing to pass on.
    pub(super) fn start(cli: &Cli, path: String, tty: bool, passes_signals: bool) -> Option<Self> {
        cli.reactions.set(Reaction::GoOn);
        let terminal = cli.terminal.clone()?;
        let resizes = tty && terminal.stdout_is_terminal();
        if !resizes && !passes_signals {
            return None;
        }
        let notices = terminal.notices();
        let client = cli.client.clone();
        Some(Self {
            client,
            path,
            notices,
            terminal,
            resizes,
            passes_signals,
        })
    }

    /// Makes a program that is already running draw itself anew, as after a change of size.
    pub(super) async fn redraw(&self) {
        if self.resizes {
            self.resize(1).await;
        }
    }

    /// Sends the terminal's size, that much bigger.
    async fn resize(&self, more: u16) -> bool {
        let Some((columns, rows)) = self.terminal.size() else {
            return true;
        };
        if (columns, rows) == (0, 0) {
            return true;
        }
        let (columns, rows) = (columns.saturating_add(more), rows.saturating_add(more));
        let call = Call::post(format!("{}/resize", self.path));
        let call = call
            .with("h", rows.to_string())
            .with("w", columns.to_string());
        self.client.send(call).await.is_ok()
    }

    /// Passes everything on, for ever.
    async fn serve(mut self) -> Infallible {
        if self.resizes {
            for round in 0..RESIZE_TRIES {
                if self.resize(0).await {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10 * u64::from(round + 1))).await;
            }
        }
        while let Some(notice) = self.notices.recv().await {
            match notice {
                Notice::Resized if self.resizes => {
                    self.resize(0).await;
                }
                Notice::Signal(signal) if self.passes_signals => {
                    let call = Call::post(format!("{}/kill", self.path)).with("signal", signal);
                    // A container that has just ended takes no signal.
                    let _ = self.client.send(call).await;
                }
                _ => {}
            }
        }
        std::future::pending().await
    }
}

/// Joins the streams while the watch passes signals and sizes on.
pub(super) async fn join_watched(
    cli: &mut Cli,
    upgraded: Upgraded,
    how: &Attached,
    watch: Option<Watch>,
) -> Outcome<Ended> {
    let watch = async {
        match watch {
            Some(watch) => watch.serve().await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        ended = join(cli, upgraded, how) => Ok(ended?),
        never = watch => match never {},
    }
}

/// The call that attaches to a container.
pub(super) fn attach_call(id: &str, how: &Attached) -> Call {
    Call::post(format!("/containers/{}/attach", percent::encode_path(id)))
        .with_some("detachKeys", &how.detach_keys)
        .with_flag("stderr", how.stderr)
        .with_flag("stdin", how.stdin)
        .with_flag("stdout", how.stdout)
        .with("stream", "1")
}
