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

use hyper::service::service_fn;
use hyper_util::rt::TokioIo;

use super::daemon::Daemon;
use crate::wire::Stream;

/// Answers the requests of one connection, until it ends or becomes a raw stream.
pub async fn serve(daemon: Daemon, stream: Stream) {
    let service = service_fn(move |request| {
        let daemon = daemon.clone();
        async move { Ok::<_, std::convert::Infallible>(router::answer(daemon, request).await) }
    });
    // What a client that breaks off leaves behind concerns nobody.
    let _ = hyper::server::conn::http1::Builder::new()
        .title_case_headers(true)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades()
        .await;
}
