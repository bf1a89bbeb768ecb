//! Waits until a service is as it was wished, and shows how it gets there.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::mpsc::UnboundedReceiver;

use super::bars::Bars;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{filters, items, text};
use crate::io::Notice;
use crate::progress::Display;
use crate::signals::Reaction;
use crate::verbs::image::pull::columns;

/// Between two questions.
const PACE: Duration = Duration::from_millis(200);
/// How long tasks are watched when the service does not say.
const MONITOR: Duration = Duration::from_secs(5);

struct Screen {
    display: Option<Display>,
    notices: Option<UnboundedReceiver<Notice>>,
}

impl Screen {
    async fn show(&mut self, cli: &mut Cli, id: &str, action: &str) -> Outcome {
        let message = serde_json::json!({"id": id, "status": action});
        self.message(cli, &message).await
    }

    async fn message(&mut self, cli: &mut Cli, message: &Value) -> Outcome {
        let Some(display) = &mut self.display else {
            return Ok(());
        };
        let mut message = message.clone();
        // On a terminal every line stays in its place.
        if display.moves() && message["progressDetail"].is_null() {
            message["progressDetail"] = serde_json::json!({});
        }
        let text = display.message(&message)?;
        cli.print(&text).await
    }
}

/// Follows a service; `shown` is how the user named it.
pub(super) async fn wait(cli: &mut Cli, id: &str, shown: &str, quiet: bool) -> Outcome {
    // An interruption is told, and ends well.
    cli.reactions.set(Reaction::GoOn);
    let mut screen = Screen {
        display: (!quiet).then(|| Display::new(columns(cli))),
        notices: cli.terminal.as_ref().map(|it| it.notices()),
    };
    let outcome = follow(cli, id, shown, &mut screen).await;
    if screen.display.as_ref().is_some_and(Display::moves) {
        cli.print("\n").await?;
    }
    outcome
}

async fn follow(cli: &mut Cli, id: &str, shown: &str, screen: &mut Screen) -> Outcome {
    let mut bars = Bars::default();
    let (mut converged, mut at, mut back) = (false, None::<Instant>, false);
    let mut last = None::<String>;
    loop {
        let service = cli
            .client
            .document(Call::get(format!("/services/{id}")).with("insertDefaults", "false"))
            .await?;
        let nanos = service["Spec"]["UpdateConfig"]["Monitor"]
            .as_u64()
            .filter(|it| *it > 0);
        let monitor = nanos.map_or(MONITOR, Duration::from_nanos);
        let message = text(&service["UpdateStatus"]["Message"]);
        match text(&service["UpdateStatus"]["State"]) {
            "updating" => back = false,
            "completed" if !converged => return Ok(()),
            "paused" => return Err(Failure::new(format!("service update paused: {message}"))),
            "rollback_started" => {
                if !back && !message.is_empty() {
                    screen.show(cli, "rollback", message).await?;
                }
                back = true;
            }
            "rollback_paused" => {
                return Err(Failure::new(format!("service rollback paused: {message}")));
            }
            "rollback_completed" if !converged => {
                last = Some(format!("service rolled back: {message}"));
            }
            _ => {}
        }
        if converged && at.is_some_and(|it| it.elapsed() >= monitor) {
            screen
                .show(cli, "verify", &format!("Service {shown} converged"))
                .await?;
            if let Some(last) = last {
                screen.show(cli, "rollback", &last).await?;
            }
            return Ok(());
        }
        let wanted = filters(&[&format!("service={id}"), "_up-to-date=true"]);
        let tasks = cli
            .client
            .document(Call::get("/tasks").with("filters", wanted))
            .await?;
        let nodes = cli.client.document(Call::get("/nodes")).await?;
        let active: BTreeSet<String> = items(&nodes)
            .iter()
            .filter(|it| it["Status"]["State"] != "down")
            .map(|it| text(&it["ID"]).to_owned())
            .collect();
        let (messages, now) = bars.update(&service, items(&tasks), &active, back);
        converged = now;
        for message in messages {
            screen.message(cli, &message).await?;
        }
        let mode = &service["Spec"]["Mode"];
        if converged && (mode["ReplicatedJob"].is_object() || mode["GlobalJob"].is_object()) {
            return screen.show(cli, "job complete", "").await;
        }
        if converged {
            let since = *at.get_or_insert_with(Instant::now);
            if let Some(left) = monitor.checked_sub(since.elapsed()) {
                let action = format!(
                    "Waiting {} seconds to verify that tasks are stable...",
                    left.as_secs() + 1
                );
                screen.show(cli, "verify", &action).await?;
            }
        } else if at.take().is_some() {
            screen.show(cli, "verify", "Detected task failure").await?;
        }
        if screen.interrupted().await {
            if !converged {
                cli.line("Operation continuing in background.").await?;
                cli.line(&format!(
                    "Use `docker service ps {shown}` to check progress."
                ))
                .await?;
            }
            return Ok(());
        }
    }
}

impl Screen {
    /// Waits a little; whether the user wants no more.
    async fn interrupted(&mut self) -> bool {
        let pause = tokio::time::sleep(PACE);
        let Some(notices) = &mut self.notices else {
            pause.await;
            return false;
        };
        tokio::pin!(pause);
        loop {
            tokio::select! {
                () = &mut pause => return false,
                notice = notices.recv() => match notice {
                    Some(Notice::Signal("INT")) => return true,
                    Some(_) => {}
                    None => {
                        pause.await;
                        return false;
                    }
                },
            }
        }
    }
}
