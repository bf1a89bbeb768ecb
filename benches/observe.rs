//! From an engine's event to the state that holds its effect, with 100 containers there.
//!
//! `MOUSSAILLON_TEST_ENGINE=unix:///var/run/docker.sock cargo bench --bench observe`
//!
//! The engine must hold `busybox:latest`. Containers named `banc-*` are made, and removed after.

use std::time::{Duration, Instant};

use moussaillon::domain::{Occurrence, Snapshot};
use moussaillon::engine::{Choice, EngineState, Environment, Session, resolve};

const CONTAINERS: usize = 100;
const ROUNDS: usize = 40;

fn docker(host: &str, arguments: &[&str]) {
    let output = std::process::Command::new("docker")
        .args(["-H", host])
        .args(arguments)
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        other => eprintln!("docker {arguments:?}: {other:?}"),
    }
}

async fn next_state(session: &mut Session) -> Option<Snapshot> {
    session.state.changed().await.ok()?;
    match &*session.state.borrow_and_update() {
        EngineState::Live(snapshot) => Some(snapshot.clone()),
        _ => None,
    }
}

async fn measure(host: &str, session: &mut Session) {
    let began = Instant::now();
    while next_state(session).await.is_none() {}
    println!(
        "first state, {CONTAINERS} containers: {:?}",
        began.elapsed()
    );
    let mut latencies = Vec::new();
    for round in 0..ROUNDS {
        while session.occurrences.try_recv().is_ok() {}
        let (name, other) = (format!("banc-{round}"), format!("banc-renomme-{round}"));
        let (host, from, to) = (host.to_owned(), name, other.clone());
        let command = tokio::task::spawn_blocking(move || docker(&host, &["rename", &from, &to]));
        let mut event = None;
        loop {
            match session.occurrences.recv().await {
                Some(Occurrence::Event(it, _)) if it.verb() == "rename" => {
                    event = Some(Instant::now());
                }
                Some(Occurrence::State(read)) if read.state.container(&other).is_some() => break,
                Some(_) => {}
                None => return,
            }
        }
        latencies.extend(event.map(|it| it.elapsed()));
        let _ = command.await;
    }
    latencies.sort();
    let at = |share: usize| latencies.get(latencies.len() * share / 100).copied();
    println!(
        "event to state, {} renames: median {:?}, 95 % {:?}, longest {:?}",
        latencies.len(),
        at(50).unwrap_or(Duration::ZERO),
        at(95).unwrap_or(Duration::ZERO),
        latencies.last().copied().unwrap_or(Duration::ZERO),
    );
}

#[tokio::main]
async fn main() {
    let Ok(host) = std::env::var("MOUSSAILLON_TEST_ENGINE") else {
        println!("SKIPPED: MOUSSAILLON_TEST_ENGINE names no engine (unix:///…)");
        return;
    };
    let Ok(Choice::Explicit(target)) = resolve(Some(&host), &Environment::of_this_process()) else {
        println!("SKIPPED: {host} is no address");
        return;
    };
    for index in 0..CONTAINERS {
        docker(
            &host,
            &[
                "create",
                "--name",
                &format!("banc-{index}"),
                "busybox",
                "sleep",
                "60",
            ],
        );
    }
    match Session::open(target) {
        Ok(mut session) => measure(&host, &mut session).await,
        Err(error) => eprintln!("{error}"),
    }
    for index in 0..CONTAINERS {
        let prefix = if index < ROUNDS {
            "banc-renomme"
        } else {
            "banc"
        };
        docker(&host, &["rm", "-f", &format!("{prefix}-{index}")]);
    }
}
