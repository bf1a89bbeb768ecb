//! What the tap and its guard cost: 1 000 inspections through it against 1 000 without it, by turns;
//! by calls of one client, then by `docker inspect`, a process and a connection each.
//!
//! `MOUSSAILLON_TEST_ENGINE=unix:///var/run/docker.sock cargo bench --bench tap`
//!
//! The engine must hold `busybox:latest`, and `docker` be in the path.

use std::io;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use moussaillon::engine::{
    CallError, Choice, Client, Environment, Guard, GuardOptions, Session, SessionOptions, resolve,
};

const CALLS: u32 = 1000;
const TURN: u32 = 50;

async fn turn(client: &Client) -> Result<Duration, CallError> {
    let began = Instant::now();
    for _ in 0..TURN {
        client.json("/images/busybox:latest/json").await?;
    }
    Ok(began.elapsed())
}

async fn compare(direct: &Client, tapped: &Client) -> Result<(), CallError> {
    // Connections are opened, and caches warm, before anything is measured.
    turn(direct).await?;
    turn(tapped).await?;
    let (mut without, mut with) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..CALLS / TURN {
        without += turn(direct).await?;
        with += turn(tapped).await?;
    }
    println!("{CALLS} inspections: direct {without:?}, tapped {with:?}");
    println!(
        "per call: direct {:?}, tapped {:?}, ratio {:.2}",
        without / CALLS,
        with / CALLS,
        with.as_secs_f64() / without.as_secs_f64(),
    );
    Ok(())
}

/// One `docker inspect` of the engine at this address.
async fn inspect(host: &str) -> io::Result<Duration> {
    let began = Instant::now();
    let status = Command::new("docker")
        .args(["inspect", "busybox:latest"])
        .env("DOCKER_HOST", host)
        .stdout(Stdio::null())
        .status()
        .await?;
    if status.success() {
        Ok(began.elapsed())
    } else {
        Err(io::Error::other(format!("docker inspect: {status}")))
    }
}

async fn compare_commands(direct: &str, tapped: &str) -> io::Result<()> {
    inspect(direct).await?;
    inspect(tapped).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..CALLS {
        without.push(inspect(direct).await?);
        with.push(inspect(tapped).await?);
    }
    let mean = |times: &[Duration]| times.iter().sum::<Duration>() / CALLS;
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let ratio = |with: Duration, without: Duration| with.as_secs_f64() / without.as_secs_f64();
    let means = (mean(&without), mean(&with));
    let medians = (median(&mut without), median(&mut with));
    for (name, (without, with)) in [("mean", means), ("median", medians)] {
        println!(
            "docker inspect, {name}: direct {without:?}, tapped {with:?}, ratio {:.3}",
            ratio(with, without)
        );
    }
    Ok(())
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
    let direct = Client::new(&target.dialer);
    let mut options = SessionOptions::default();
    match Guard::new(&target, &options.id, GuardOptions::default()) {
        Ok((guard, _)) => options.guard = Some(guard),
        Err(error) => return eprintln!("{error}"),
    }
    let session = match Session::open_with(target, options) {
        Ok(session) => session,
        Err(error) => return eprintln!("{error}"),
    };
    let socket = session
        .tap_socket
        .clone()
        .map(moussaillon::wire::Dialer::Unix);
    let tapped = Client::new(socket.as_ref().unwrap_or(&session.tap));
    let compared = match (direct, tapped) {
        (Ok(direct), Ok(tapped)) => compare(&direct, &tapped).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    if let Err(error) = compared {
        eprintln!("{error}");
    }
    let Some(socket) = &session.tap_socket else {
        return println!("SKIPPED: docker inspect: this tap has no socket");
    };
    let socket = format!("unix://{}", socket.display());
    if let Err(error) = compare_commands(&host, &socket).await {
        eprintln!("{error}");
    }
}
