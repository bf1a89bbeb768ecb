//! `/exec`.

use hyper::Method;
use serde_json::Value;

use super::answer::{Routed, bare, document};
use super::ask::Ask;
use super::hijack::{self, Session};
use crate::daemon::Daemon;
use crate::daemon::streams::Source;
use crate::kernel::WinSize;

pub(super) async fn route(daemon: &Daemon, ask: &Ask, path: &[&str]) -> Option<Routed> {
    let routed = match (&ask.method, path) {
        (&Method::GET, [id, "json"]) => daemon.inspect_exec(id).map(|it| document(200, &it)),
        (&Method::POST, [id, "start"]) => start(daemon, ask, id).await,
        (&Method::POST, [id, "resize"]) => ask
            .size()
            .and_then(|size| daemon.resize_exec(id, size))
            .map(|()| bare(200)),
        _ => return None,
    };
    Some(routed)
}

async fn start(daemon: &Daemon, ask: &Ask, id: &str) -> Routed {
    let body = ask.json().await?;
    daemon.check_exec(id)?;
    let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
    let detach = flag("Detach");
    // The request that starts it says how its output is sent, whatever made it said.
    let tty = flag("Tty");
    let cells = |index: usize| {
        let value = body
            .get("ConsoleSize")
            .and_then(|it| it.get(index))
            .and_then(Value::as_u64);
        value
            .and_then(|it| u16::try_from(it).ok())
            .filter(|it| *it > 0)
    };
    let size = cells(0)
        .zip(cells(1))
        .filter(|_| tty && ask.speaks() >= (1, 42))
        .map(|(rows, cols)| WinSize { rows, cols });
    let started = daemon.start_exec(id, size);
    if detach {
        return started.map(|_| bare(200));
    }
    let keys = hijack::detach_keys(&daemon.exec_detach_keys(id)?)?;
    let session = match started {
        Ok(started) => {
            let (daemon, id) = (daemon.clone(), id.to_owned());
            Session {
                tty,
                settles: true,
                past: Vec::new(),
                output: started.output,
                streams: started.streams,
                stdin: started.stdin,
                closes_stdin: true,
                on_detach: Box::new(move || daemon.exec_detached(&id)),
            }
        }
        // The connection is already the process's: the reason is written there.
        Err(fault) => {
            let message = format!("{}\r\n", fault.message);
            let (_, output) = tokio::sync::mpsc::channel(1);
            Session {
                tty,
                settles: true,
                past: vec![(Source::Stdout, message.into())],
                output,
                streams: std::sync::Arc::default(),
                stdin: false,
                closes_stdin: false,
                on_detach: Box::new(|| {}),
            }
        }
    };
    Ok(hijack::open(ask, keys, session))
}
