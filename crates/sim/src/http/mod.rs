//! The Engine API over HTTP/1.1: requests become operations of the daemon.
//!
//! One file per resource; [`answer`] makes answers, [`ask`] reads requests, [`hijack`] turns a
//! connection into a raw stream, [`limits`] says what is not simulated.

mod answer;
mod ask;
mod build;
mod containers;
mod containers_io;
mod events;
mod exec;
mod fields;
mod hijack;
mod images;
pub mod limits;
mod networks;
mod registry;
mod router;
mod swarm;
mod system;
mod versions;
mod volumes;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::daemon::Daemon;
use wire::{self, HeaderNames, Stream};

/// Answers the requests of one connection, until it ends or becomes a raw stream.
pub async fn serve(daemon: Daemon, stream: Stream) {
    let service: wire::Service = Arc::new(move |request| {
        let daemon = daemon.clone();
        Box::pin(async move { Ok(router::answer(daemon, request).await) })
    });
    wire::serve(stream, HeaderNames::Title, service).await;
}
