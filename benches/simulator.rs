//! The simulated engine's weight and speed, against a real one's.
//!
//! `MOUSSAILLON_TEST_ENGINE=unix:///var/run/docker.sock cargo bench --bench simulator`
//!
//! - cycles: create, start, stop (`t=0`), remove, one after the other, by the same client over a
//!   Unix socket, on both engines in turn. The real engine must hold `busybox:latest`.
//! - crowd: memory of `moussaillon simulateur` once it holds 1,000 running containers.
//! - list: `GET /containers/json?all=1` with 10,000 containers, to its last byte.
//! - machines: memory of this process once it holds 1,000 idle machines.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use moussaillon::sim::machine::{Machine, MachineOptions};
use moussaillon::wire::{Dialer, empty, full, request};
use serde_json::{Value, json};

const SIMULATED_CYCLES: u32 = 500;
const REAL_CYCLES: u32 = 10;
const ROUNDS: usize = 3;
const CROWD: u32 = 1_000;
const LISTED: u32 = 10_000;
const MACHINES: usize = 1_000;

type Done<T> = Result<T, Box<dyn Error>>;

async fn call(engine: &Dialer, method: &str, path: &str, body: Option<Value>) -> Done<Value> {
    let bytes = fetch(engine, method, path, body).await?;
    Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn fetch(engine: &Dialer, method: &str, path: &str, body: Option<Value>) -> Done<Bytes> {
    let request_head = hyper::Request::builder()
        .method(method)
        .uri(format!("/v1.41{path}"))
        .header("Host", "docker")
        .header("Content-Type", "application/json");
    let body = body.map_or_else(empty, |it| full(it.to_string()));
    let answer = request(engine, request_head.body(body)?).await?;
    let status = answer.status();
    let bytes = answer.into_body().collect().await?.to_bytes();
    if !status.is_success() {
        let words = String::from_utf8_lossy(&bytes);
        return Err(format!("{method} {path}: {status} {words}").into());
    }
    Ok(bytes)
}

async fn create(engine: &Dialer) -> Done<String> {
    let wanted = json!({"Image": "busybox", "Cmd": ["sleep", "3600"]});
    let made = call(engine, "POST", "/containers/create", Some(wanted)).await?;
    Ok(made["Id"].as_str().unwrap_or_default().to_owned())
}

async fn start(engine: &Dialer, id: &str) -> Done<()> {
    call(engine, "POST", &format!("/containers/{id}/start"), None).await?;
    Ok(())
}

/// Cycles a second.
async fn cycles(engine: &Dialer, count: u32) -> Done<f64> {
    let began = Instant::now();
    for _ in 0..count {
        let id = create(engine).await?;
        start(engine, &id).await?;
        call(engine, "POST", &format!("/containers/{id}/stop?t=0"), None).await?;
        call(engine, "DELETE", &format!("/containers/{id}"), None).await?;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// A `moussaillon simulateur` of its own, stopped when dropped.
struct Simulator {
    child: std::process::Child,
    folder: tempfile::TempDir,
}

impl Simulator {
    async fn begin() -> Done<Self> {
        let folder = tempfile::tempdir()?;
        let child = std::process::Command::new(env!("CARGO_BIN_EXE_moussaillon"))
            .args(["simulateur", "--socket"])
            .arg(folder.path().join("docker.sock"))
            .stdout(std::process::Stdio::null())
            .spawn()?;
        let simulator = Self { child, folder };
        while !simulator.socket().exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let pull = "/images/create?fromImage=busybox&tag=latest";
        call(&simulator.engine(), "POST", pull, None).await?;
        Ok(simulator)
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    fn engine(&self) -> Dialer {
        Dialer::Unix(self.socket())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory of a process, in megabytes (`VmRSS` of proc(5)).
fn resident(process: &str) -> Done<f64> {
    let status = std::fs::read_to_string(Path::new("/proc").join(process).join("status"))?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kilobytes.ok_or("no VmRSS")?.parse::<f64>()? / 1024.0)
}

async fn compare_cycles() -> Done<()> {
    let simulator = Simulator::begin().await?;
    let real = std::env::var("MOUSSAILLON_TEST_ENGINE").ok();
    let real = real.as_deref().and_then(|it| it.strip_prefix("unix://"));
    let Some(real) = real.map(|path| Dialer::Unix(path.into())) else {
        let ours = cycles(&simulator.engine(), SIMULATED_CYCLES).await?;
        println!(
            "cycles: {ours:.0}/s; SKIPPED beside a real engine: MOUSSAILLON_TEST_ENGINE names none"
        );
        return Ok(());
    };
    for _ in 0..ROUNDS {
        let theirs = cycles(&real, REAL_CYCLES).await?;
        let ours = cycles(&simulator.engine(), SIMULATED_CYCLES).await?;
        println!(
            "cycles: simulated {ours:.0}/s, real {theirs:.2}/s, {:.0} times",
            ours / theirs
        );
    }
    Ok(())
}

async fn weigh_crowd() -> Done<()> {
    let simulator = Simulator::begin().await?;
    let process = simulator.child.id().to_string();
    let before = resident(&process)?;
    let began = Instant::now();
    for _ in 0..CROWD {
        let id = create(&simulator.engine()).await?;
        start(&simulator.engine(), &id).await?;
    }
    println!(
        "crowd: {CROWD} running containers in {:.0} MB ({before:.0} MB before), made in {:?}",
        resident(&process)?,
        began.elapsed()
    );
    Ok(())
}

async fn time_list() -> Done<()> {
    let simulator = Simulator::begin().await?;
    for _ in 0..LISTED {
        create(&simulator.engine()).await?;
    }
    let mut times = Vec::new();
    for _ in 0..11 {
        let began = Instant::now();
        let bytes = fetch(&simulator.engine(), "GET", "/containers/json?all=1", None).await?;
        times.push(began.elapsed());
        let list: Value = serde_json::from_slice(&bytes)?;
        assert_eq!(list.as_array().map(Vec::len), Some(LISTED as usize));
    }
    times.sort();
    println!(
        "list: {LISTED} containers, median {:?}, longest {:?}",
        times[5], times[10]
    );
    Ok(())
}

fn weigh_machines() -> Done<()> {
    let before = resident("self")?;
    let machines = (0..MACHINES)
        .map(|_| Machine::boot(&MachineOptions::for_checks()))
        .collect::<Result<Vec<_>, _>>()?;
    println!(
        "machines: {} idle in {:.0} MB ({before:.0} MB before)",
        machines.len(),
        resident("self")?
    );
    Ok(())
}

#[tokio::main]
async fn main() -> Done<()> {
    weigh_machines()?;
    compare_cycles().await?;
    weigh_crowd().await?;
    time_list().await
}
