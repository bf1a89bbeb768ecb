//! `/events`.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use tokio::sync::broadcast::error::RecvError;

use super::answer::{JSON, Routed, streamed, with_body};
use super::ask::Ask;
use crate::daemon::event::Event;
use crate::daemon::time::parse;
use crate::daemon::{Daemon, Fault};

fn bound(ask: &Ask, name: &str) -> Result<Option<SystemTime>, Fault> {
    match ask.get(name) {
        "" | "0" => Ok(None),
        text => parse(text).map(Some).ok_or_else(|| {
            Fault::invalid(format!(
                "strconv.ParseInt: parsing \"{text}\": invalid syntax"
            ))
        }),
    }
}

pub(super) fn stream(daemon: &Daemon, ask: &Ask) -> Routed {
    let filters = ask.filters()?;
    let (since, until) = (bound(ask, "since")?, bound(ask, "until")?);
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        return Err(Fault::invalid("`since` time cannot be after `until` time"));
    }
    let (past, mut coming) = daemon.events();
    let left = until.map(|until| {
        until
            .duration_since(daemon.kernel().now())
            .unwrap_or_default()
    });
    let (sender, receiver) = tokio::sync::mpsc::channel(64);
    let wanted = move |event: &Event| {
        since.is_none_or(|it| event.time >= it)
            && until.is_none_or(|it| event.time <= it)
            && event.passes(&filters)
    };
    tokio::spawn(async move {
        let told = |event: &Arc<Event>| Bytes::from(format!("{}\n", event.to_json()));
        // Without `since` the past is not told.
        for event in past
            .iter()
            .filter(|it| (since.is_some() || until.is_some()) && wanted(it))
        {
            if sender.send(told(event)).await.is_err() {
                return;
            }
        }
        let end = async {
            match left {
                Some(left) => tokio::time::sleep(left).await,
                None => std::future::pending().await,
            }
        };
        tokio::pin!(end);
        loop {
            let event = tokio::select! {
                event = coming.recv() => event,
                () = &mut end => return,
                () = sender.closed() => return,
            };
            match event {
                Ok(event) if wanted(&event) => {
                    if sender.send(told(&event)).await.is_err() {
                        return;
                    }
                }
                Ok(_) | Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return,
            }
        }
    });
    Ok(with_body(200, JSON, streamed(receiver)))
}
