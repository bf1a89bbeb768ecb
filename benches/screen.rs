//! How soon the screen shows something, how soon it follows the engine, what it costs at rest.
//!
//! `cargo bench --bench screen` measures the release binary in a pseudo-terminal of 120×40, on the
//! engine of `MOUSSAILLON_TEST_ENGINE` when there is one (it must hold `busybox:latest`), and on
//! the simulated engine served over a socket. Linux: processor time is read from `/proc`.
//!
//! It prints figures and asserts nothing: machines differ.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::Value;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const BINARY: &str = env!("CARGO_BIN_EXE_moussaillon");
/// Containers on the engine meanwhile.
const CONTAINERS: usize = 100;
/// Starts that are timed.
const STARTS: usize = 20;
/// Pairs of events that are timed.
const EVENTS: usize = 20;
/// How long nothing happens.
const REST: Duration = Duration::from_secs(10);
/// Clock ticks per second of `/proc/PID/stat`: `USER_HZ` on every Linux.
const TICKS: f64 = 100.0;

fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let socket = folder.path().join("simulator.sock");
    let mut simulator = Command::new(BINARY)
        .args(["simulateur", "--socket"])
        .arg(&socket)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let outcome = wait_for(|| socket.exists().then_some(()))
        .and_then(|()| measure(folder.path(), &format!("unix://{}", socket.display())));
    simulator.kill()?;
    simulator.wait()?;
    outcome
}

fn measure(folder: &Path, simulator: &str) -> Outcome<()> {
    first_frame(folder)?;
    docker(simulator, &["pull", "-q", "busybox:latest"])?;
    follow(folder, simulator, "simulated engine")?;
    match std::env::var("MOUSSAILLON_TEST_ENGINE") {
        Ok(engine) => follow(folder, &engine, "real engine")?,
        Err(_) => println!("SKIPPED: real engine (MOUSSAILLON_TEST_ENGINE is not set)"),
    }
    Ok(())
}

/// From exec to the end of the first frame, with the simulated engine.
fn first_frame(folder: &Path) -> Outcome<()> {
    let mut times = Vec::new();
    for run in 0..STARTS {
        let log = folder.join(format!("start-{run}"));
        let began = micros()?;
        let mut screen = Screen::open(folder, &log, "simule")?;
        let frame = wait_for(|| lines(&log, "trame").into_iter().next())?;
        times.push(milliseconds(number(&frame, "a").saturating_sub(began)));
        screen.close()?;
    }
    report("first frame after exec, simulated engine (ms)", times);
    Ok(())
}

/// Latency of events, then rest, with a lesson open.
fn follow(folder: &Path, engine: &str, name: &str) -> Outcome<()> {
    let names: Vec<String> = (0..CONTAINERS).map(|it| format!("banc-{it}")).collect();
    for container in &names {
        docker(
            engine,
            &[
                "run",
                "-d",
                "--name",
                container,
                "busybox:latest",
                "sleep",
                "3600",
            ],
        )?;
    }
    let log = folder.join(name.replace(' ', "-"));
    let mut screen = Screen::open(folder, &log, engine)?;
    wait_for(|| lines(&log, "trame").into_iter().next())?;
    thread::sleep(Duration::from_secs(2));
    screen.keys("\r")?;
    thread::sleep(Duration::from_secs(3));

    for container in &names[..EVENTS] {
        let other = format!("{container}-bis");
        for (from, to) in [(container, &other), (&other, container)] {
            docker(engine, &["rename", from, to])?;
            thread::sleep(Duration::from_millis(150));
        }
    }
    let latencies = lines(&log, "latence");
    for (key, since) in [
        ("reception_us", "received"),
        ("evenement_us", "dated by the engine"),
    ] {
        let values = latencies
            .iter()
            .map(|it| milliseconds(number(it, key)))
            .collect();
        report(
            &format!("event {since} → cell on screen, {CONTAINERS} containers, {name} (ms)"),
            values,
        );
    }

    thread::sleep(Duration::from_secs(5));
    let (frames, ticks) = (lines(&log, "trame").len(), screen.ticks()?);
    thread::sleep(REST);
    let drawn = lines(&log, "trame").len() - frames;
    let used = f64::from(u32::try_from(screen.ticks()? - ticks)?) / TICKS;
    println!(
        "at rest for {} s, {CONTAINERS} containers, {name}: {drawn} frames, {:.2} % of a core, \
         {} kB resident",
        REST.as_secs(),
        used / REST.as_secs_f64() * 100.0,
        screen.resident()?
    );
    screen.close()?;
    for container in &names {
        docker(engine, &["rm", "-f", container])?;
    }
    Ok(())
}

/// The program in a pseudo-terminal.
struct Screen {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    /// The terminal ends when this is dropped.
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Screen {
    fn open(folder: &Path, log: &Path, engine: &str) -> Outcome<Self> {
        let size = PtySize {
            rows: 40,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size)?;
        let mut command = CommandBuilder::new(BINARY);
        command.args(["--moteur", engine]);
        command.env("MOUSSAILLON_MESURES", log);
        command.env("MOUSSAILLON_ETAT", folder.join("state"));
        command.env("TERM", "xterm-256color");
        command.env("SHELL", "/bin/bash");
        let child = pair.slave.spawn_command(command)?;
        let mut reader = pair.master.try_clone_reader()?;
        thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while reader.read(&mut buffer).is_ok_and(|count| count > 0) {}
        });
        let writer = pair.master.take_writer()?;
        Ok(Self {
            child,
            writer,
            _master: pair.master,
        })
    }

    fn keys(&mut self, keys: &str) -> Outcome<()> {
        self.writer.write_all(keys.as_bytes())?;
        Ok(self.writer.flush()?)
    }

    fn proc(&self, file: &str) -> Outcome<String> {
        let pid = self.child.process_id().ok_or("the program has ended")?;
        Ok(fs::read_to_string(
            PathBuf::from(format!("/proc/{pid}")).join(file),
        )?)
    }

    /// Processor time so far, user and system, `proc_pid_stat(5)`.
    fn ticks(&self) -> Outcome<u64> {
        let stat = self.proc("stat")?;
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        Ok(fields[11].parse::<u64>()? + fields[12].parse::<u64>()?)
    }

    /// Resident memory, kB.
    fn resident(&self) -> Outcome<u64> {
        let status = self.proc("status")?;
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .ok_or("no VmRSS")?;
        Ok(line.split_whitespace().nth(1).ok_or("no VmRSS")?.parse()?)
    }

    fn close(&mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

fn docker(engine: &str, arguments: &[&str]) -> Outcome<()> {
    let output = Command::new(BINARY)
        .arg("docker")
        .args(arguments)
        .env("DOCKER_HOST", engine)
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "docker {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}

/// The measurements of one sort.
fn lines(log: &Path, sort: &str) -> Vec<Value> {
    fs::read_to_string(log)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|it| it["quoi"] == sort)
        .collect()
}

fn number(value: &Value, key: &str) -> u64 {
    value[key].as_u64().unwrap_or_default()
}

/// Now, in microseconds since the Unix epoch, the unit of the program's own measurements.
fn micros() -> Outcome<u64> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?;
    Ok(u64::try_from(now.as_micros())?)
}

fn milliseconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64() * 1000.0
}

fn wait_for<T>(mut attempt: impl FnMut() -> Option<T>) -> Outcome<T> {
    for _ in 0..1000 {
        if let Some(value) = attempt() {
            return Ok(value);
        }
        thread::sleep(Duration::from_millis(10));
    }
    Err("nothing came in ten seconds".into())
}

fn report(what: &str, mut values: Vec<f64>) {
    values.sort_by(f64::total_cmp);
    match values.as_slice() {
        [] => println!("{what}: no measurement"),
        all => println!(
            "{what}: min {:.1}, median {:.1}, 95th percentile {:.1}, max {:.1} ({} measurements)",
            all[0],
            all[all.len() / 2],
            all[(all.len() * 95 / 100).min(all.len() - 1)],
            all[all.len() - 1],
            all.len()
        ),
    }
}
