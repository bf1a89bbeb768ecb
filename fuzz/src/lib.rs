//! What is fuzzed: a function for each target in `fuzz_targets/`.
//!
//! `fuzz/run` builds and runs them on a stable toolchain; `cargo fuzz run TARGET` works too. What
//! learners do meets a simulated machine ([`World`]), in memory; what the program reads (an engine's
//! answers, a course, a progress file, a terminal's bytes) meets its readers. A finding is a panic
//! anywhere in the process, an input that takes longer than libFuzzer allows, an engine that answers
//! no more, more memory than libFuzzer allows, or a real file that has changed.

mod archive;
mod draw;
mod engine;
mod http;
mod json;
mod lesson;
mod progress;
mod scratch;
mod terminal;
mod world;

pub use archive::tar;
pub use engine::engine;
pub use http::http;
pub use lesson::lesson;
pub use progress::progress;
pub use terminal::terminal;

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
