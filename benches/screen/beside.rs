//! The program and `oxker`, in turn, on the same engine with the same containers.
//!
//! A frame is useful when what one came for is on the screen: the containers; for us the course
//! too, which is what the first screen is about.

use std::path::Path;
use std::thread;
use std::time::Instant;

use super::figures::{Log, report};
use super::program::{Cost, Program, wait_for};
use super::{Outcome, REST, SETTLED, ours};

/// Starts of each that are timed.
const STARTS: usize = 5;
/// What the screen of a list of containers has.
const CONTAINER: &str = "banc-";
/// What our first screen has, once the lessons are read.
const LESSON: &str = " 1. ";

pub(super) fn measure(folder: &Path, engine: &str, oxker: &str) -> Outcome<()> {
    let mine = || {
        let log = Log::new(folder, "beside");
        ours(&log, &["--moteur", engine], &[])
    };
    let theirs = || Program::open(oxker, &["--host", engine], &[]);
    let (mut course, mut ours, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut program = mine()?;
        wait_for(|| program.shows(LESSON).then_some(()))?;
        course.push(began.elapsed().as_secs_f64() * 1000.0);
        // A lesson, where the containers are.
        program.keys("\r")?;
        wait_for(|| program.shows(CONTAINER).then_some(()))?;
        ours.push(began.elapsed().as_secs_f64() * 1000.0);
        program.close()?;

        let began = Instant::now();
        let mut program = theirs()?;
        wait_for(|| program.shows(CONTAINER).then_some(()))?;
        other.push(began.elapsed().as_secs_f64() * 1000.0);
        program.close()?;
    }
    report(
        "first useful frame after exec, moussaillon: the course (ms)",
        course,
    );
    report(
        "first useful frame after exec, moussaillon: the containers, a lesson being opened (ms)",
        ours,
    );
    report(
        "first useful frame after exec, oxker: the containers (ms)",
        other,
    );

    let at_rest = |mut program: Program, first: &str, keys: &str| {
        wait_for(|| program.shows(first).then_some(()))?;
        program.keys(keys)?;
        wait_for(|| program.shows(CONTAINER).then_some(()))?;
        thread::sleep(SETTLED);
        let cost = Cost::at_rest(&program, REST)?;
        program.close()?;
        Ok::<_, Box<dyn std::error::Error>>(cost)
    };
    let (ours, other) = (
        at_rest(mine()?, LESSON, "\r")?,
        at_rest(theirs()?, CONTAINER, "")?,
    );
    println!("at rest, moussaillon: {ours}");
    println!("at rest, oxker: {other}");
    let ratio = |ours: u64, other: u64| -> Outcome<f64> {
        Ok(f64::from(u32::try_from(ours)?) / f64::from(u32::try_from(other)?))
    };
    println!(
        "moussaillon / oxker: {:.3} of the processor, {:.2} of the resident memory, {:.2} of the \
         anonymous",
        ours.processor / other.processor,
        ratio(ours.resident, other.resident)?,
        ratio(ours.anonymous, other.anonymous)?
    );
    Ok(())
}
