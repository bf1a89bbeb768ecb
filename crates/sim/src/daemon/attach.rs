//! `POST /containers/ID/attach`: a client on a container's streams.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::config::flag;
use super::container::Container;
use super::streams::{Chunk, Source, Streams};
use super::{Daemon, Fault, Outcome};
use domain::ContainerState;

/// What is asked for.
#[derive(Debug, Clone, Copy, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the five parameters of the API"
)]
pub struct AttachOptions {
    /// The client writes.
    pub stdin: bool,
    /// It reads the output.
    pub stdout: bool,
    /// It reads the error output.
    pub stderr: bool,
    /// What was written before, first.
    pub logs: bool,
    /// What is written from now on.
    pub stream: bool,
}

/// A client's place on the streams.
#[derive(Debug)]
pub struct Attach {
    /// Whether bytes are sent as they are, or in frames.
    pub tty: bool,
    /// What was written before.
    pub past: Vec<Chunk>,
    /// What is written, until the end.
    pub output: mpsc::Receiver<Chunk>,
    /// Where the client writes to.
    pub streams: Arc<Streams>,
    /// Whether the client's input is carried.
    pub stdin: bool,
    /// Whether the end of the client's input ends the container's.
    pub closes_stdin: bool,
    pub(super) container: Arc<Container>,
}

impl Daemon {
    /// Attaches; the container need not run yet.
    pub fn attach(&self, key: &str, options: AttachOptions) -> Outcome<Attach> {
        let container = self.container(key)?;
        match container.state {
            ContainerState::Paused => {
                return Err(Fault::conflict(format!(
                    "container {key} is paused, unpause the container before attach"
                )));
            }
            ContainerState::Restarting => {
                return Err(Fault::conflict(format!(
                    "container {key} is restarting, wait until the container is running"
                )));
            }
            _ => {}
        }
        let live = self.live(&container.id);
        let (stdout, stderr) = (
            options.stdout && options.stream,
            options.stderr && options.stream,
        );
        let output = if options.stream {
            live.streams.listen(stdout, stderr)
        } else {
            // What was written before, and no more.
            mpsc::channel(1).1
        };
        let past = if options.logs {
            live.log.from(0).0
        } else {
            Vec::new()
        };
        self.note(&container, "attach", &[]);
        Ok(Attach {
            tty: container.tty(),
            past: past
                .into_iter()
                .filter(|entry| match entry.source {
                    Source::Stdout => options.stdout,
                    Source::Stderr => options.stderr,
                })
                .map(|entry| (entry.source, entry.line))
                .collect(),
            output,
            streams: Arc::clone(&live.streams),
            stdin: options.stdin && flag(&container.config, "OpenStdin"),
            closes_stdin: flag(&container.config, "StdinOnce"),
            container,
        })
    }

    /// Tells that a client left with the detach keys.
    pub fn detached(&self, attach: &Attach) {
        self.note(&attach.container, "detach", &[]);
    }
}
