//! What is fuzzed: a function for each target in `fuzz_targets/`.
//!
//! `fuzz/run` builds and runs them on a stable toolchain; `cargo fuzz run TARGET` works too. Every
//! input meets a simulated machine ([`World`]), in memory. A finding is a panic anywhere in the
//! process, an input that takes longer than libFuzzer allows, an engine that answers no more, more
//! memory than libFuzzer allows, or a real file that has changed.

mod archive;
mod draw;
mod http;
mod json;
mod world;

pub use archive::tar;
pub use http::http;

use std::time::Duration;

use world::{World, with_world};

/// A Dockerfile: read, then built on a machine that has busybox.
pub fn dockerfile(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    moussaillon::sim::daemon::try_dockerfile(&text);
    with_world(async |world: &World| {
        let context = archive::context(data);
        let path = "/v1.41/build?t=a&rm=1&networkmode=none";
        world
            .ask_for("POST", path, context, Duration::from_secs(1))
            .await;
    });
}

/// A script, given to `sh` on a machine; the first byte says whether as its input.
pub fn shell(data: &[u8]) {
    let Some((how, script)) = data.split_first() else {
        return;
    };
    let script = String::from_utf8_lossy(script);
    with_world(async |world: &World| {
        if how & 1 == 0 {
            world.run(&script, "").await;
        } else {
            world.run("sh", &script).await;
        }
    });
}
