//! From a key to its character on the screen.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use moussaillon::demo::Script;
use moussaillon::lesson::Course;

use super::figures::{Log, report};
use super::program::{Program, wait_for};
use super::{Outcome, ours};

/// Between two keys: a person's pace, of no multiple of a frame.
const PACE: Duration = Duration::from_millis(83);
/// The lesson that is shown.
const LESSON: &str = "image-conteneur";
/// How often its first command is typed.
const TIMES: usize = 10;
/// What is typed in the panel, as often.
const LINE: &str = "echo abcdefghijklmnopqrstuvwxyz";

pub(super) fn measure(folder: &Path) -> Outcome<()> {
    report("key → character, terminal panel (ms)", in_panel(folder)?);
    report("key → characters, demo (ms)", in_demo(folder)?);
    Ok(())
}

/// Each key of a demo types up to three characters of the line.
fn in_demo(folder: &Path) -> Outcome<Vec<f64>> {
    let course = Course::embedded();
    let lesson = course.find(LESSON).ok_or("no such lesson")?.load()?;
    let script = Script::of(&lesson);
    let (beat, line) = script.lines().next().ok_or("no command")?;
    let log = Log::new(folder, "typing-demo");
    let arguments = ["demo", "--moteur", "simule", LESSON];
    let mut program = ours(&log, &arguments, &[])?;
    wait_for(|| program.shows("moteur simulé").then_some(()))?;
    wait_for(|| program.shows("~ $").then_some(()))?;
    for _ in 0..beat {
        program.keys("\x1b[C")?;
        thread::sleep(PACE);
    }
    let mut times = Vec::new();
    for _ in 0..TIMES {
        // The first key takes the place of what was typed.
        program.keys("x")?;
        let typed = |program: &Program| shown(program, line);
        wait_for(|| (1..line.len()).contains(&typed(&program)).then_some(()))?;
        loop {
            thread::sleep(PACE);
            let before = typed(&program);
            if before == line.len() {
                break;
            }
            // A blank at the end of a line cannot be told from none.
            if line[before..].starts_with(' ') {
                program.keys("x")?;
                continue;
            }
            times.push(press(&mut program, "x", |it| typed(it) > before)?);
        }
        for key in ["\x1b[D", "\x1b[C"] {
            program.keys(key)?;
            thread::sleep(PACE);
        }
    }
    program.close()?;
    Ok(times)
}

/// A shell's own echo.
fn in_panel(folder: &Path) -> Outcome<Vec<f64>> {
    let log = Log::new(folder, "typing-panel");
    let mut program = ours(&log, &["--moteur", "simule"], &[])?;
    wait_for(|| log.lines("trame").into_iter().next())?;
    thread::sleep(Duration::from_secs(2));
    // The lesson, the end of its tour, then the terminal has the keys.
    for key in ["\r", "\x1b", "t"] {
        program.keys(key)?;
        thread::sleep(Duration::from_secs(1));
    }
    wait_for(|| program.shows("~ $").then_some(()))?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        for (count, key) in LINE.char_indices() {
            let key = key.to_string();
            if key == " " {
                program.keys(&key)?;
            } else {
                let there = |it: &Program| shown(it, LINE) == count + 1;
                times.push(press(&mut program, &key, there)?);
            }
            thread::sleep(PACE);
        }
        program.keys("\x15")?;
        wait_for(|| (shown(&program, LINE) == 0).then_some(()))?;
    }
    program.close()?;
    Ok(times)
}

/// Presses a key, and waits until this is so; milliseconds.
fn press(program: &mut Program, key: &str, there: impl Fn(&Program) -> bool) -> Outcome<f64> {
    let began = Instant::now();
    program.keys(key)?;
    while !there(program) {
        if began.elapsed() > Duration::from_secs(10) {
            return Err("a key was lost".into());
        }
        thread::sleep(Duration::from_micros(200));
    }
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

/// How much of this line is after the last prompt.
fn shown(program: &Program, line: &str) -> usize {
    let typed = program.last_after("~ $ ").unwrap_or_default();
    let both = typed.bytes().zip(line.bytes());
    both.take_while(|(one, other)| one == other).count()
}
