//! Tests against a real engine: which one, and the docker command on it.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "for tests, which fail by a panic"
)]

use std::process::{Command, Output};

use super::{Origin, Target};

/// The engine that `MOUSSAILLON_TEST_ENGINE` names. A test without one says so and passes.
pub fn engine() -> Option<Target> {
    let Ok(url) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        eprintln!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return None;
    };
    Some(target(&url))
}

/// The engine at this address, given by hand.
pub fn target(url: &str) -> Target {
    let dialer = super::address::parse(url, None).unwrap();
    Target {
        dialer,
        url: url.to_owned(),
        origin: Origin::Flag,
    }
}

/// Runs the docker command on this engine.
pub fn docker(host: &str, arguments: &[&str]) -> Output {
    Command::new("docker")
        .args(["-H", host])
        .args(arguments)
        .output()
        .unwrap()
}

/// Runs it without blocking the runtime; fails the test when the command fails.
pub async fn succeed(host: &str, arguments: &[&str]) -> String {
    let output = tokio::process::Command::new("docker")
        .args(["-H", host])
        .args(arguments)
        .output()
        .await
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Removes a container when the test ends, however it ends.
pub struct Cleanup {
    host: String,
    name: String,
}

impl Cleanup {
    /// Removes this container of the engine at `host` when dropped.
    pub fn container(host: &str, name: &str) -> Self {
        Self {
            host: host.to_owned(),
            name: name.to_owned(),
        }
    }
}

impl Drop for Cleanup {
    fn drop(&mut self) {
        docker(&self.host, &["rm", "-f", &self.name]);
    }
}

/// A name that no other test run uses.
pub fn unique(name: &str) -> String {
    format!("engine-{name}-{}", std::process::id())
}
