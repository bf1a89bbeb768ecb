//! Performing what `update` asks for.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ratatui::layout::{Rect, Size};
use tokio::sync::mpsc::UnboundedSender;

use super::shell::{self, Shell};
use super::{Incoming, Loop, connect, library, screen};
use crate::domain::{Occurrence, Travel};
use crate::engine::Guard;
use crate::inside::{self, Need};
use crate::text::interface;
use crate::tui::effect::Effect;
use crate::tui::message::Message;
use crate::tui::update::guard;

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

/// What the clock of a demo shows changes this often.
const TICK: Duration = Duration::from_secs(1);

impl Loop {
    /// Performs an effect. Nothing here waits, but for the progress: it is safe before the screen
    /// says so.
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::LoadCourse => self.load_course(),
            Effect::ConnectEngine => {
                let wanted = connect::Wanted {
                    options: self.options.clone(),
                    consent: guard::consent(&self.model),
                };
                tokio::spawn(connect::connect(wanted, self.sender.clone()));
            }
            Effect::OpenShell(size) => self.open_shell(size),
            Effect::ResizeShell(size) => self.with_shell(|shell| shell.resize(size)),
            Effect::ShellKey(event) => self.feed_shell(|shell| shell.key(event)),
            Effect::ShellPaste(text) => self.feed_shell(|shell| shell.paste(&text)),
            Effect::ShellMouse(event, area) => self.mouse(event, area),
            Effect::ShellType { .. } | Effect::ShellPrepare(_) | Effect::ShellTypeOn { .. } => {
                self.type_in_shell(effect);
            }
            Effect::Allow(key) => self.with_guard(|guard, _| {
                guard.allow(&key);
            }),
            Effect::Declare(dangers) => self.with_guard(|guard, _| guard.declare(dangers)),
            Effect::Foresee(prunes) => self.with_guard(|guard, _| {
                tokio::spawn(async move { guard.preview(&prunes).await });
            }),
            Effect::PlanTidy => self.with_guard(|guard, sender| {
                tokio::spawn(async move {
                    let planned = guard.plan().await.map_err(|error| error.to_string());
                    let _ = sender.send(Message::TidyPlanned(planned).into());
                });
            }),
            Effect::Tidy(plan) => self.with_guard(|guard, sender| {
                tokio::spawn(async move {
                    let tidied = guard.tidy(&plan).await;
                    let _ = sender.send(Message::Tidied(tidied).into());
                });
            }),
            Effect::Tick => self.tick(),
            Effect::Attest => {
                let outcome = library::attest(&self.model);
                self.apply(Message::Attested(outcome));
            }
            Effect::ShellScroll(lines) => self.with_shell(|shell| shell.scroll(lines)),
            Effect::ShellBottom => self.with_shell(Shell::bottom),
            Effect::Copy => {
                let copied = self.shell.as_mut().map(Shell::copied);
                let (what, text) = copied.unwrap_or_default();
                self.copy(what.to_owned(), &text);
            }
            Effect::CopyTerminal => {
                let text = self.shell.as_mut().map(Shell::whole_text);
                self.copy("Terminal".to_owned(), &text.unwrap_or_default());
            }
            Effect::CopyText { what, text } => self.copy(what, &text),
            Effect::ShellFind { words, rank } => {
                let shell = self.shell.as_mut();
                let (at, count) = shell.map_or((0, 0), |shell| shell.find(&words, rank));
                self.apply(Message::ShellFound { at, count });
            }
            Effect::ShellFindEnd { back } => self.with_shell(|shell| shell.end_search(back)),
            Effect::Prepare { lesson, asked } => self.prepare(lesson, asked),
            Effect::Diagnose => self.diagnose(),
            Effect::Suspend => self.suspend(),
            Effect::TakeScreen => self.take_screen(),
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
            Effect::Undo | Effect::Redo | Effect::Travel { .. } => self.travel(&effect),
            Effect::Reread(containers) => self.reread(containers),
            Effect::Follow(needs) => self.follow(&needs),
            Effect::Away(away) => {
                self.away.send_replace(away);
            }
        }
    }

    fn load_course(&self) {
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

    fn with_guard(&self, act: impl FnOnce(Arc<Guard>, UnboundedSender<Incoming>)) {
        let guard = self.engine.as_ref().and_then(|it| it.guard.clone());
        if let Some(guard) = guard {
            act(guard, self.sender.clone());
        }
    }

    fn tick(&self) {
        let sender = self.sender.clone();
        tokio::spawn(async move {
            tokio::time::sleep(TICK).await;
            let _ = sender.send(Message::Tick.into());
        });
    }

    fn with_shell(&mut self, act: impl FnOnce(&mut Shell)) {
        self.feed_shell(|shell| {
            act(shell);
            true
        });
    }

    /// Sends something to the shell, and draws only if that alone changes what is shown: a frame
    /// drawn now would have the program's answer wait for the next one.
    fn feed_shell(&mut self, act: impl FnOnce(&mut Shell) -> bool) {
        if let Some(shell) = &mut self.shell {
            self.model.dirty |= act(shell);
        }
    }

    fn open_shell(&mut self, size: Size) {
        // The former one ends first.
        self.shell = None;
        self.awaited = None;
        let Some(engine) = &self.engine else { return };
        let message = match Shell::open(engine, size, self.sender.clone()) {
            Ok(mut shell) => {
                if self.lines.is_some() || self.tape.is_some() {
                    shell.keep_output();
                }
                let marked = shell.is_marked();
                self.shell = Some(shell);
                Message::ShellOpened { marked }
            }
            Err(error) => Message::ShellFailed(error.to_string()),
        };
        self.apply(message);
    }

    /// Has the simulated machine go back or forth; there is nothing to do on a real engine. What
    /// that changes is a step of its own, which begins here.
    fn travel(&mut self, effect: &Effect) {
        let Some(machine) = self.engine.as_ref().and_then(connect::Engine::machine) else {
            return;
        };
        let machine = machine.clone();
        let (travel, refused) = match *effect {
            Effect::Undo => (machine.undoable().map(Travel::Undo), Message::Undone(None)),
            Effect::Redo => (machine.redoable().map(Travel::Redo), Message::Redone(None)),
            Effect::Travel { step, moment } => {
                let kept = machine.has_moment(moment);
                let travel = kept.then_some(Travel::To(step));
                (travel, Message::Travelled(step, false))
            }
            _ => return,
        };
        let Some(travel) = travel else {
            self.apply(refused);
            return;
        };
        let moment = machine.keep_moment();
        self.apply(Message::Occurrence(Occurrence::Travel { travel, moment }));
        let (sender, effect) = (self.sender.clone(), effect.clone());
        tokio::spawn(async move {
            let message = match effect {
                Effect::Redo => Message::Redone(machine.redo().await),
                Effect::Travel { step, moment } => {
                    let name = interface::travel_name(step + 1);
                    Message::Travelled(step, machine.travel_to(moment, name).await)
                }
                _ => Message::Undone(machine.undo().await),
            };
            let _ = sender.send(message.into());
        });
    }

    fn mouse(&mut self, event: crossterm::event::MouseEvent, area: Rect) {
        let text = self
            .shell
            .as_mut()
            .and_then(|shell| shell.mouse(event, area));
        if let Some(text) = text {
            self.copy(shell::SELECTION.to_owned(), &text);
        }
    }

    fn copy(&mut self, what: String, text: &str) {
        let characters = text.chars().count();
        let copied = if text.is_empty() {
            // What the clipboard has is kept.
            Ok(())
        } else {
            screen::copy(text)
        };
        let message = match copied {
            Ok(()) => Message::Copied { what, characters },
            Err(error) => Message::InternalError(error.to_string()),
        };
        self.apply(message);
    }

    /// Follows these needs: what is no longer among them stops, what is already followed goes on.
    fn follow(&mut self, needs: &BTreeSet<Need>) {
        self.followed.retain(|need, task| {
            let wanted = needs.contains(need);
            if !wanted {
                task.abort();
            }
            wanted
        });
        let Some(engine) = &self.engine else { return };
        for need in needs {
            if self.followed.contains_key(need) {
                continue;
            }
            let (sender, about) = (self.sender.clone(), need.clone());
            let tell = Arc::new(move |fact| {
                let _ = sender.send(Message::Learnt(about.clone(), fact).into());
            });
            let place = engine.inside(inside::Pace::following(self.away.subscribe()));
            let task = tokio::spawn(inside::follow(need.clone(), place, tell));
            self.followed.insert(need.clone(), task);
        }
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

#[cfg(test)]
mod tests;
