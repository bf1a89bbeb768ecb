//! What comes from outside: keys, mouse, size, signals.

use color_eyre::eyre::Result;
use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::sync::mpsc::UnboundedSender;

use super::Incoming;
use crate::tui::message::{Message, Signal};

/// Sends what the terminal tells to the channel until it closes.
pub(super) fn listen(sender: UnboundedSender<Incoming>) {
    tokio::spawn(async move {
        let mut events = EventStream::new();
        while let Some(Ok(event)) = events.next().await {
            let message = match event {
                Event::Key(key) => Message::Key(key),
                Event::Mouse(mouse) => Message::Mouse(mouse),
                Event::Paste(text) => Message::Paste(text),
                Event::Resize(width, height) => Message::Resize(width, height),
                Event::FocusGained => Message::Focus(true),
                Event::FocusLost => Message::Focus(false),
            };
            if sender.send(message.into()).is_err() {
                return;
            }
        }
        // No more keys will come: the terminal is gone.
        let signal = Signal {
            name: "la fermeture du terminal",
            number: 1,
        };
        let _ = sender.send(Message::Signal(signal).into());
    });
}

/// Sends the signals that ask the program to end.
#[cfg(unix)]
pub(super) fn signals(sender: &UnboundedSender<Incoming>) -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    for (kind, name, number) in [
        (SignalKind::terminate(), "SIGTERM", 15),
        (SignalKind::hangup(), "SIGHUP", 1),
        (SignalKind::interrupt(), "SIGINT", 2),
        (SignalKind::quit(), "SIGQUIT", 3),
    ] {
        let mut signal = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                let signal = Signal { name, number };
                if sender.send(Incoming::Signal(signal)).is_err() {
                    return;
                }
            }
        });
    }
    for (kind, message) in [
        (
            SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()),
            Message::Suspend,
        ),
        (
            SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()),
            Message::Continued,
        ),
    ] {
        let mut signal = signal(kind)?;
        let sender = sender.clone();
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                let _ = sender.send(message.clone().into());
            }
        });
    }
    Ok(())
}

/// Sends the signals that ask the program to end.
#[cfg(not(unix))]
pub(super) fn signals(sender: &UnboundedSender<Incoming>) -> Result<()> {
    let sender = sender.clone();
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            let signal = Signal {
                name: "Ctrl-C",
                number: 2,
            };
            if sender.send(Incoming::Signal(signal)).is_err() {
                return;
            }
        }
    });
    Ok(())
}
