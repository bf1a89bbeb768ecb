//! A program that floods the terminal panel: what goes through it, beside tmux, and how soon a key
//! is answered meanwhile.
//!
//! The program and `tmux` run in pseudo-terminals of the same size, in turn, on the same commands.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::program::{Program, wait_for};
use super::{BINARY, Outcome};

/// Times each flood is run.
const ROUNDS: usize = 3;
/// Keys that are timed during a flood.
const KEYS: usize = 20;

pub(super) fn measure(folder: &Path, engine: &str) -> Outcome<()> {
    let lines = folder.join("lines");
    let line = "Sous le vent, la voile bat et le bateau dérive.\n";
    fs::write(&lines, line.repeat(50_000_000 / line.len()))?;
    let mut ours = ours(folder, engine)?;
    let mut tmux = tmux(folder)?;
    for flood in [
        "seq 1 2000000".to_owned(),
        format!("cat {}", lines.display()),
    ] {
        let (mut mine, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            mine.push(time(&mut ours, folder, &flood)?);
            theirs.push(time(&mut tmux, folder, &flood)?);
        }
        let (mine, theirs) = (middle(mine), middle(theirs));
        println!(
            "{}: tmux {theirs:.2} s, ours {mine:.2} s, throughput {:.2} of tmux's",
            flood.split('/').next().unwrap_or_default().trim(),
            theirs / mine
        );
    }
    let mut answers = Vec::new();
    ours.keys("yes inondation\r")?;
    wait_for(|| ours.shows("inondation").then_some(()))?;
    for _ in 0..KEYS {
        thread::sleep(Duration::from_millis(97));
        let began = Instant::now();
        // The leader opens the menu of actions, Escape closes it.
        ours.keys("\x07")?;
        wait_for(|| ours.shows("Actions ─").then_some(()))?;
        answers.push(began.elapsed().as_secs_f64() * 1000.0);
        ours.keys("\x1b")?;
        wait_for(|| (!ours.shows("Actions ─")).then_some(()))?;
    }
    ours.keys("\x03")?;
    answers.sort_by(f64::total_cmp);
    println!(
        "a key during yes (ms): median {:.1}, 95th percentile {:.1}, max {:.1} ({KEYS} keys)",
        answers[KEYS / 2],
        answers[KEYS * 95 / 100],
        answers[KEYS - 1]
    );
    ours.close()?;
    tmux.close()
}

/// The tutorial, in the terminal of its first lesson.
fn ours(folder: &Path, engine: &str) -> Outcome<Program> {
    let state = folder.join("state").display().to_string();
    let mut environment = environment(folder);
    environment.push(("MOUSSAILLON_ETAT", state.as_str()));
    let mut program = Program::open(BINARY, &["--moteur", engine], &environment)?;
    wait_for(|| program.shows("Premier conteneur").then_some(()))?;
    program.keys("\r")?;
    wait_for(|| program.shows("1/5").then_some(()))?;
    program.keys("\x1b")?;
    wait_for(|| (!program.shows("passer la visite")).then_some(()))?;
    program.keys("t")?;
    wait_for(|| program.shows("▸ Terminal").then_some(()))?;
    thread::sleep(Duration::from_secs(2));
    Ok(program)
}

fn tmux(folder: &Path) -> Outcome<Program> {
    let socket = folder.join("tmux").display().to_string();
    let arguments = ["-f", "/dev/null", "-S", &socket, "new-session", "/bin/bash"];
    let program = Program::open("tmux", &arguments, &environment(folder))?;
    wait_for(|| program.shows("bash").then_some(()))?;
    thread::sleep(Duration::from_secs(1));
    Ok(program)
}

/// A shell that reads nobody's settings.
fn environment(folder: &Path) -> Vec<(&'static str, &str)> {
    vec![
        ("SHELL", "/bin/bash"),
        ("LC_ALL", "C.UTF-8"),
        ("HOME", folder.to_str().unwrap_or("/tmp")),
    ]
}

/// Seconds from the command to its end.
fn time(program: &mut Program, folder: &Path, command: &str) -> Outcome<f64> {
    let end = folder.join("end");
    let _ = fs::remove_file(&end);
    let began = Instant::now();
    program.keys(&format!("{command}; touch {}\r", end.display()))?;
    wait_for(|| end.exists().then_some(()))?;
    Ok(began.elapsed().as_secs_f64())
}

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
