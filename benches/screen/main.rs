//! How soon the screen shows something, how soon it follows the engine, what it costs at rest.
//!
//! `cargo bench --bench screen` measures the release binary in a pseudo-terminal of 120×40:
//!
//! - beside a simulator in another process (`DOCKER_HOST`) that has a thousand containers;
//! - alone: the simulated engine of a thousand containers, the shell and the screen in one process;
//! - on the engine of `MOUSSAILLON_TEST_ENGINE` when there is one (it must hold `busybox:latest`),
//!   with a hundred containers; and there, beside `oxker` when `MOUSSAILLON_OXKER` is its path;
//! - under floods of text, beside `tmux`;
//! - from a key to its character, in a demo and in the terminal's panel.
//!
//! `BANC=seul`, `accompagne`, `reel`, `inondation` or `frappe` measures one of them. `BANC_LIGNES` is
//! how many lines each container of the real engine writes before it waits: none unless told. Linux:
//! processor time and memory are read from `/proc`. It prints figures and asserts nothing: machines
//! differ.

mod beside;
mod figures;
mod flood;
mod program;
mod typing;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use figures::{Log, micros, milliseconds, number, report};
use program::{Cost, Program, wait_for};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const BINARY: &str = env!("CARGO_BIN_EXE_moussaillon");
/// Containers on the simulated engine.
const MANY: usize = 1_000;
/// Containers on the real one.
const REAL: usize = 100;
/// Starts that are timed.
const STARTS: usize = 20;
/// Pairs of events that are timed.
const EVENTS: usize = 30;
/// Before the figures at rest, for what an event leaves to do.
const SETTLED: Duration = Duration::from_secs(5);
/// How long nothing happens.
const REST: Duration = Duration::from_secs(20);

fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    let only = std::env::var("BANC").ok();
    let wanted = |name: &str| only.as_deref().is_none_or(|it| it == name);
    if only.is_none() {
        first_frame(folder)?;
    }
    if wanted("accompagne") || wanted("seul") {
        let kept = folder.join("kept.json");
        let simulator = Simulator::with_many(folder, &kept)?;
        if wanted("accompagne") {
            let name = format!("simulator in another process, {MANY} containers");
            let program = [("DOCKER_HOST", simulator.url.as_str())];
            let mut screen = lesson(folder, "attached", &[], &program)?;
            follow(&mut screen, &name, |_, arguments| {
                docker(&simulator.url, arguments)
            })?;
        }
        simulator.end()?;
        if wanted("seul") {
            let name = format!("all in one process, {MANY} containers");
            let kept = kept.display().to_string();
            let mut screen = lesson(folder, "alone", &["--depart", &kept], &[])?;
            // The terminal has the keys.
            screen.program.keys("t")?;
            follow(&mut screen, &name, |program, arguments| {
                program.keys(&format!("docker {}\r", arguments.join(" ")))?;
                thread::sleep(Duration::from_millis(400));
                Ok(())
            })?;
        }
    }
    if wanted("frappe") {
        typing::measure(folder)?;
    }
    if wanted("inondation") {
        let simulator = Simulator::start(folder, &folder.join("flooded.json"))?;
        flood::measure(folder, &simulator.url)?;
        simulator.end()?;
    }
    if wanted("reel") {
        match std::env::var("MOUSSAILLON_TEST_ENGINE") {
            Ok(engine) => real(folder, &engine)?,
            Err(_) => println!("SKIPPED: real engine (MOUSSAILLON_TEST_ENGINE is not set)"),
        }
    }
    Ok(())
}

/// From exec to the end of the first frame, with the simulated engine.
fn first_frame(folder: &Path) -> Outcome<()> {
    let mut times = Vec::new();
    for run in 0..STARTS {
        let log = Log::new(folder, &format!("start-{run}"));
        let began = micros()?;
        let mut program = ours(&log, &["--moteur", "simule"], &[])?;
        let frame = wait_for(|| log.lines("trame").into_iter().next())?;
        times.push(milliseconds(number(&frame, "a").saturating_sub(began)));
        program.close()?;
    }
    report("first frame after exec, simulated engine (ms)", times);
    Ok(())
}

/// The real engine, with its containers, which are removed after.
fn real(folder: &Path, engine: &str) -> Outcome<()> {
    let names = containers(engine, REAL)?;
    let name = format!("real engine, {REAL} containers");
    let mut screen = lesson(folder, "real", &["--moteur", engine], &[])?;
    follow(&mut screen, &name, |_, arguments| docker(engine, arguments))?;
    match std::env::var("MOUSSAILLON_OXKER") {
        Ok(oxker) => beside::measure(folder, engine, &oxker)?,
        Err(_) => println!("SKIPPED: oxker (MOUSSAILLON_OXKER is not set)"),
    }
    for container in &names {
        docker(engine, &["rm", "-f", container])?;
    }
    Ok(())
}

/// Makes so many containers that run; their names.
fn containers(engine: &str, count: usize) -> Outcome<Vec<String>> {
    let names: Vec<String> = (0..count).map(|it| format!("banc-{it}")).collect();
    let lines = match std::env::var("BANC_LIGNES") {
        Ok(lines) => lines.parse::<u32>()?,
        Err(_) => 0,
    };
    // A line as servers write them.
    let script = format!(
        "for i in $(seq {lines}); do echo \"172.17.0.1 - - GET /page/$i HTTP/1.1 200 615\"; done; \
         exec sleep 36000"
    );
    for name in &names {
        let run = [
            "run",
            "-d",
            "--name",
            name,
            "busybox:latest",
            "sh",
            "-c",
            &script,
        ];
        docker(engine, &run)?;
    }
    Ok(names)
}

/// The program, a lesson open, and what it says of itself.
struct Screen {
    program: Program,
    log: Log,
}

fn ours(log: &Log, arguments: &[&str], environment: &[(&str, &str)]) -> Outcome<Program> {
    // Each is a learner's first start, with its tour.
    let state = log.path.with_extension("state").display().to_string();
    let log = log.path.display().to_string();
    let mut all = vec![
        ("MOUSSAILLON_MESURES", log.as_str()),
        ("MOUSSAILLON_ETAT", state.as_str()),
        ("SHELL", "/bin/bash"),
    ];
    all.extend(environment);
    Program::open(BINARY, arguments, &all)
}

fn lesson(
    folder: &Path,
    name: &str,
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> Outcome<Screen> {
    let log = Log::new(folder, name);
    let mut program = ours(&log, arguments, environment)?;
    wait_for(|| log.lines("trame").into_iter().next())?;
    thread::sleep(Duration::from_secs(2));
    // The lesson, then the end of its tour.
    program.keys("\r")?;
    thread::sleep(Duration::from_secs(1));
    program.keys("\x1b")?;
    wait_for(|| program.shows("banc-").then_some(()))?;
    thread::sleep(Duration::from_secs(3));
    Ok(Screen { program, log })
}

/// Latency of events, the frames meanwhile and while a cursor moves, then rest.
fn follow(
    screen: &mut Screen,
    name: &str,
    mut docker: impl FnMut(&mut Program, &[&str]) -> Outcome<()>,
) -> Outcome<()> {
    let Screen { program, log } = screen;
    let before = log.lines("trame").len();
    for index in 0..EVENTS {
        let (one, other) = (format!("banc-{index}"), format!("banc-{index}-bis"));
        for (from, to) in [(&one, &other), (&other, &one)] {
            docker(program, &["rename", from, to])?;
            thread::sleep(Duration::from_millis(150));
        }
    }
    let latencies = log.lines("latence");
    for (key, since) in [
        ("reception_us", "received"),
        ("evenement_us", "dated by the engine"),
    ] {
        let values = latencies.iter().map(|it| milliseconds(number(it, key)));
        report(
            &format!("event {since} → cell on screen, {name} (ms)"),
            values.collect(),
        );
    }
    // The state has the keys: Ctrl-G e.
    program.keys("\x07e")?;
    for key in ["\x1b[B", "\x1b[6~", "\x1b[A", "\x1b[5~"].repeat(20) {
        program.keys(key)?;
        thread::sleep(Duration::from_millis(40));
    }
    let frames = log.lines("trame");
    let times = frames[before..]
        .iter()
        .map(|it| milliseconds(number(it, "duree_us")));
    report(&format!("frames drawn, {name} (ms)"), times.collect());

    thread::sleep(SETTLED);
    let (frames, cost) = (log.lines("trame").len(), Cost::at_rest(program, REST)?);
    let drawn = log.lines("trame").len() - frames;
    println!(
        "at rest for {} s, {name}: {drawn} frames, {cost}",
        REST.as_secs()
    );
    program.close()
}

/// A simulator in a process of its own.
struct Simulator {
    process: Child,
    url: String,
}

impl Simulator {
    /// One that keeps its state in this file when it ends.
    fn start(folder: &Path, kept: &Path) -> Outcome<Self> {
        let socket = folder.join("simulator.sock");
        let process = Command::new(BINARY)
            .args(["simulateur", "--socket"])
            .arg(&socket)
            .arg("--sauver")
            .arg(kept)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let url = format!("unix://{}", socket.display());
        let simulator = Self { process, url };
        wait_for(|| socket.exists().then_some(()))?;
        Ok(simulator)
    }

    /// The same, with many containers.
    fn with_many(folder: &Path, kept: &Path) -> Outcome<Self> {
        let simulator = Self::start(folder, kept)?;
        docker(&simulator.url, &["pull", "-q", "busybox:latest"])?;
        containers(&simulator.url, MANY)?;
        Ok(simulator)
    }

    /// Ends it in good order.
    fn end(mut self) -> Outcome<()> {
        let pid = Pid::from_raw(i32::try_from(self.process.id())?).ok_or("no process")?;
        kill_process(pid, Signal::TERM)?;
        self.process.wait()?;
        Ok(())
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
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
