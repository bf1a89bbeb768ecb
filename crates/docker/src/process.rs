//! The streams, the terminal and the signals of this very process.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::io::{Io, Notice, Terminal};

/// The standard streams of this process.
pub fn process_io() -> Io {
    Io {
        stdin: Box::new(tokio::io::stdin()),
        stdout: Box::new(tokio::io::stdout()),
        stderr: Box::new(tokio::io::stderr()),
        terminal: Some(Arc::new(ProcessTerminal)),
    }
}

/// The terminal of this process, whether there is one or not.
#[derive(Debug, Clone, Copy)]
struct ProcessTerminal;

impl Terminal for ProcessTerminal {
    fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    fn size(&self) -> Option<(u16, u16)> {
        let any = self.stdin_is_terminal() || self.stdout_is_terminal();
        any.then(crossterm::terminal::size)?.ok()
    }

    fn set_raw(&self, raw: bool) -> io::Result<()> {
        if raw {
            crossterm::terminal::enable_raw_mode()
        } else {
            crossterm::terminal::disable_raw_mode()
        }
    }

    fn notices(&self) -> UnboundedReceiver<Notice> {
        let (sender, receiver) = unbounded_channel();
        listen(&sender);
        receiver
    }

    #[cfg(unix)]
    fn interruptions(&self) -> Option<UnboundedReceiver<u8>> {
        use tokio::signal::unix::SignalKind;
        let (sender, receiver) = unbounded_channel();
        for (kind, number) in [(SignalKind::interrupt(), 2), (SignalKind::terminate(), 15)] {
            pass(kind, number, &sender);
        }
        Some(receiver)
    }
}

#[cfg(unix)]
fn listen(sender: &UnboundedSender<Notice>) {
    use tokio::signal::unix::SignalKind;
    let kinds = [
        (SignalKind::window_change(), Notice::Resized),
        (SignalKind::interrupt(), Notice::Signal("INT")),
        (SignalKind::terminate(), Notice::Signal("TERM")),
        (SignalKind::hangup(), Notice::Signal("HUP")),
        (SignalKind::quit(), Notice::Signal("QUIT")),
        (SignalKind::user_defined1(), Notice::Signal("USR1")),
        (SignalKind::user_defined2(), Notice::Signal("USR2")),
    ];
    for (kind, notice) in kinds {
        pass(kind, notice, sender);
    }
}

/// Sends `what` each time the signal comes.
#[cfg(unix)]
fn pass<T: Copy + Send + 'static>(
    kind: tokio::signal::unix::SignalKind,
    what: T,
    sender: &UnboundedSender<T>,
) {
    let Ok(mut signal) = tokio::signal::unix::signal(kind) else {
        return;
    };
    let sender = sender.clone();
    tokio::spawn(
        async move { while signal.recv().await.is_some() && sender.send(what).is_ok() {} },
    );
}

#[cfg(not(unix))]
fn listen(sender: &UnboundedSender<Notice>) {
    let sender = sender.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() && sender.send(Notice::Signal("INT")).is_ok() {}
    });
}
