//! Terminals: what programs and the outside share.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::sync::{Notify, mpsc};

use super::discipline::{Discipline, Input};
use super::lock::Locked;
use super::wake::until;
use super::{Errno, Signal, WinSize};

/// A terminal's inner side (`/dev/pts/N`).
#[derive(Debug)]
pub(super) struct Terminal {
    /// Its number in `/dev/pts`.
    pub(super) index: u32,
    state: Mutex<State>,
    changed: Notify,
    output: mpsc::Sender<Bytes>,
}

#[derive(Debug)]
struct State {
    discipline: Discipline,
    size: WinSize,
    /// The session it controls, by its leader's host number.
    session: u32,
    /// The process group that Ctrl-C reaches, by host number.
    foreground: u32,
    /// Echo that found the output full.
    echo: Vec<u8>,
}

impl Terminal {
    pub(super) fn new(index: u32, size: WinSize, output: mpsc::Sender<Bytes>) -> Self {
        let state = State {
            discipline: Discipline::default(),
            size,
            session: 0,
            foreground: 0,
            echo: Vec::new(),
        };
        Self {
            index,
            state: Mutex::new(state),
            changed: Notify::new(),
            output,
        }
    }

    /// `pts/0`.
    pub(super) fn name(&self) -> String {
        format!("pts/{}", self.index)
    }

    pub(super) fn size(&self) -> WinSize {
        self.state.locked().size
    }

    /// Changes the size; whether it differs from what it was.
    pub(super) fn set_size(&self, size: WinSize) -> bool {
        std::mem::replace(&mut self.state.locked().size, size) != size
    }

    pub(super) fn settings(&self) -> super::Tty {
        self.state.locked().discipline.settings
    }

    pub(super) fn set_settings(&self, settings: super::Tty) {
        self.state.locked().discipline.set(settings);
        self.changed.notify_waiters();
    }

    pub(super) fn session(&self) -> u32 {
        self.state.locked().session
    }

    pub(super) fn foreground(&self) -> u32 {
        self.state.locked().foreground
    }

    /// Makes it the controlling terminal of a session.
    pub(super) fn control(&self, session: u32) {
        let mut state = self.state.locked();
        state.session = session;
        state.foreground = session;
    }

    pub(super) fn set_foreground(&self, group: u32) {
        self.state.locked().foreground = group;
    }

    /// Bytes typed; the signals to send to the foreground group.
    pub(super) fn type_in(&self, bytes: &[u8]) -> Vec<Signal> {
        let mut state = self.state.locked();
        let Input { echo, signals } = state.discipline.input(bytes);
        state.echo.extend_from_slice(&echo);
        self.flush_echo(&mut state);
        drop(state);
        self.changed.notify_waiters();
        signals
    }

    /// The outside is gone: readers find the end.
    pub(super) fn hang_up(&self) {
        self.state.locked().discipline.hang_up();
        self.changed.notify_waiters();
    }

    /// A line, or what there is in raw mode; at most `max` bytes.
    pub(super) async fn read(&self, max: usize) -> Bytes {
        until(&self.changed, || self.state.locked().discipline.take(max)).await
    }

    /// Writes all of it.
    pub(super) async fn write(&self, bytes: &[u8]) -> Result<(), Errno> {
        let text = {
            let mut state = self.state.locked();
            let mut text = std::mem::take(&mut state.echo);
            state.discipline.output(bytes, &mut text);
            text
        };
        self.output.send(text.into()).await.map_err(|_| Errno::EIO)
    }

    fn flush_echo(&self, state: &mut State) {
        if state.echo.is_empty() {
            return;
        }
        if let Ok(place) = self.output.try_reserve() {
            place.send(std::mem::take(&mut state.echo).into());
        }
    }
}

/// What a terminal is held by; its output ends with the last of them.
pub(super) type SharedTerminal = Arc<Terminal>;
