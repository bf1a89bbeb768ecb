//! What is typed in the shell for the learner. Between the end of a command and its prompt the
//! shell reads no line yet: what is to be typed waits for the prompt.

use std::time::Duration;

use tokio::task::JoinHandle;

use super::{Incoming, Loop};
use crate::tui::effect::Effect;
use crate::tui::message::Message;

/// How long a prompt is waited for. A shell that draws none in that time is said to be busy.
const PROMPT: Duration = Duration::from_secs(3);

/// What waits for the prompt.
pub(super) struct Awaited {
    typing: Effect,
    overdue: JoinHandle<()>,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.overdue.abort();
    }
}

impl Loop {
    /// Types in the shell; waits for its prompt when it is about to draw one, and says so when it
    /// is busy.
    pub(super) fn type_in_shell(&mut self, typing: Effect) {
        if let Effect::ShellType { line, .. } = &typing {
            self.announce(line);
        }
        // The line whose beginning waits goes on.
        if let (
            Some(Awaited {
                typing: Effect::ShellTypeOn { text, .. },
                ..
            }),
            Effect::ShellTypeOn {
                text: more,
                fresh: false,
            },
        ) = (&mut self.awaited, &typing)
        {
            text.push_str(more);
            return;
        }
        self.awaited = None;
        self.type_now(typing);
    }

    fn type_now(&mut self, typing: Effect) {
        let Some(shell) = &mut self.shell else { return };
        let typed = match &typing {
            Effect::ShellType { line, force } => shell.type_line(line, *force),
            Effect::ShellPrepare(line) => shell.prepare(line),
            Effect::ShellTypeOn { text, fresh } => shell.type_on(text, *fresh),
            _ => return,
        };
        if typed {
            return;
        }
        if !shell.prompt_is_due() {
            self.busy(typing);
            return;
        }
        let sender = self.sender.clone();
        let overdue = tokio::spawn(async move {
            tokio::time::sleep(PROMPT).await;
            let _ = sender.send(Incoming::PromptOverdue);
        });
        self.awaited = Some(Awaited { typing, overdue });
    }

    /// The prompt is there: types what waited for it. Whether something did.
    pub(super) fn prompted(&mut self) -> bool {
        let Some(awaited) = self.awaited.take() else {
            return false;
        };
        self.type_now(awaited.typing.clone());
        true
    }

    /// No prompt came.
    pub(super) fn prompt_overdue(&mut self) {
        if let Some(awaited) = self.awaited.take() {
            self.busy(awaited.typing.clone());
        }
    }

    fn busy(&mut self, typing: Effect) {
        if let Effect::ShellType { line: text, .. }
        | Effect::ShellPrepare(text)
        | Effect::ShellTypeOn { text, .. } = typing
        {
            self.apply(Message::ShellBusy(text));
        }
    }
}
