//! What comes from outside: keys, mouse, size, signals.

use color_eyre::eyre::Result;
use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::sync::mpsc::UnboundedSender;

use super::Incoming;
use crate::tui::message::{Message, Signal};

/// Sends everything to the channel until it closes.
pub(super) fn listen(sender: UnboundedSender<Incoming>) -> Result<()> {
    signals(&sender)?;
    tokio::spawn(async move {
        let mut events = EventStream::new();
        while let Some(Ok(event)) = events.next().await {
            let message = match event {
                Event::Key(key) => Message::Key(key),
                Event::Mouse(mouse) => Message::Mouse(mouse),
                Event::Paste(text) => Message::Paste(text),
                Event::Resize(width, height) => Message::Resize(width, height),
                Event::FocusGained | Event::FocusLost => continue,
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
    Ok(())
}

#[cfg(unix)]
fn signals(sender: &UnboundedSender<Incoming>) -> Result<()> {
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
            if signal.recv().await.is_some() {
                let _ = sender.send(Message::Signal(Signal { name, number }).into());
            }
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn signals(sender: &UnboundedSender<Incoming>) -> Result<()> {
    let sender = sender.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            let _ = sender.send(
                Message::Signal(Signal {
                    name: "Ctrl-C",
                    number: 2,
                })
                .into(),
            );
        }
    });
    Ok(())
}
