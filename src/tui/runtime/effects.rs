//! Performing what `update` asks for.

use std::time::Duration;

use ratatui::layout::{Rect, Size};

use super::shell::Shell;
use super::{Incoming, Loop, connect, library, screen};
use crate::sim::machine::Machine;
use crate::tui::effect::Effect;
use crate::tui::message::Message;

/// When, after a command, what it wrote is read again: an engine's state lags behind.
const REREAD_AFTER: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_millis(700),
    Duration::from_secs(1),
    Duration::from_secs(1),
];

/// How long goals must be met: a command that ends at once leaves its container running for less.
const SETTLED_AFTER: Duration = Duration::from_millis(800);

impl Loop {
    /// Performs an effect. Nothing here waits, but for the progress: it is safe before the screen
    /// says so.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::LoadCourse => {
                let from = self.options.lessons.clone();
                if let Some(folder) = from.clone().filter(|it| it.is_dir()) {
                    let sender = self.sender.clone();
                    let say = move |message: Message| sender.send(message.into()).is_ok();
                    tokio::spawn(library::watch(folder, say));
                }
                let sender = self.sender.clone();
                tokio::task::spawn_blocking(move || {
                    let (store, course) = library::read(from.as_deref());
                    let _ = sender.send(Incoming::Library(Box::new(store)));
                    let _ = sender.send(Message::Course(course).into());
                });
            }
            Effect::ConnectEngine => {
                let (options, sender) = (self.options.clone(), self.sender.clone());
                tokio::spawn(connect::connect(options, sender));
            }
            Effect::OpenShell(size) => self.open_shell(size),
            Effect::ResizeShell(size) => self.with_shell(|shell| shell.resize(size)),
            Effect::ShellKey(event) => self.with_shell(|shell| shell.key(event)),
            Effect::ShellPaste(text) => self.with_shell(|shell| shell.paste(&text)),
            Effect::ShellMouse(event, area) => self.mouse(event, area),
            Effect::ShellType { line, force } => {
                let typed = self
                    .shell
                    .as_mut()
                    .is_none_or(|shell| shell.type_line(&line, force));
                if !typed {
                    self.apply(Message::ShellBusy(line));
                }
            }
            Effect::ShellPrepare(line) => {
                let typed = self.shell.as_mut().is_none_or(|it| it.prepare(&line));
                if !typed {
                    self.apply(Message::ShellBusy(line));
                }
            }
            Effect::Attest => {
                let outcome = library::attest(&self.model);
                self.apply(Message::Attested(outcome));
            }
            Effect::ShellScroll(lines) => self.with_shell(|shell| shell.scroll(lines)),
            Effect::ShellBottom => self.with_shell(Shell::bottom),
            Effect::Copy => {
                let text = self.shell.as_mut().map(Shell::copied).unwrap_or_default();
                self.copy(&text);
            }
            Effect::SaveProgress => {
                if let Err(error) = self.library.save(&mut self.model.progress) {
                    self.apply(Message::NotSaved(error.to_string()));
                }
            }
            Effect::Settle(number) => {
                let sender = self.sender.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(SETTLED_AFTER).await;
                    let _ = sender.send(Message::Settled(number).into());
                });
            }
            Effect::Undo => {
                self.travel(|machine| async move { Message::Undone(machine.undo().await) });
            }
            Effect::Redo => {
                self.travel(|machine| async move { Message::Redone(machine.redo().await) });
            }
            Effect::Reread(containers) => self.reread(containers),
        }
    }

    fn with_shell(&mut self, act: impl FnOnce(&mut Shell)) {
        if let Some(shell) = &mut self.shell {
            act(shell);
            self.model.dirty = true;
        }
    }

    fn open_shell(&mut self, size: Size) {
        // The former one ends first.
        self.shell = None;
        let Some(engine) = &self.engine else { return };
        let message = match Shell::open(engine, size, self.sender.clone()) {
            Ok(shell) => {
                let marked = shell.is_marked();
                self.shell = Some(shell);
                Message::ShellOpened { marked }
            }
            Err(error) => Message::ShellFailed(error.to_string()),
        };
        self.apply(message);
    }

    /// Has the simulated machine go back or forth; there is nothing to do on a real engine.
    fn travel<F>(&self, go: impl FnOnce(Machine) -> F)
    where
        F: Future<Output = Message> + Send + 'static,
    {
        let Some(machine) = self.engine.as_ref().and_then(connect::Engine::machine) else {
            return;
        };
        let (sender, travel) = (self.sender.clone(), go(machine.clone()));
        tokio::spawn(async move {
            let _ = sender.send(travel.await.into());
        });
    }

    fn mouse(&mut self, event: crossterm::event::MouseEvent, area: Rect) {
        let text = self
            .shell
            .as_mut()
            .and_then(|shell| shell.mouse(event, area));
        if let Some(text) = text {
            self.copy(&text);
        }
    }

    fn copy(&mut self, text: &str) {
        let message = match screen::copy(text) {
            Ok(()) => Message::Copied(text.chars().count()),
            Err(error) => Message::InternalError(error.to_string()),
        };
        self.apply(message);
    }

    fn reread(&mut self, containers: Vec<String>) {
        if let Some(former) = self.reread.take() {
            former.abort();
        }
        let Some(engine) = &self.engine else { return };
        let refresh = engine.refresh.clone();
        self.reread = Some(tokio::spawn(async move {
            for delay in REREAD_AFTER {
                tokio::time::sleep(delay).await;
                if !refresh.refresh_all_changes(containers.clone()).wait().await {
                    return;
                }
            }
        }));
    }
}
