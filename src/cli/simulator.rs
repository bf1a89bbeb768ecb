//! `moussaillon simulateur`: the simulated engine on a socket, and the table of its limits.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use super::options::Simulated;
use crate::sim::daemon::time;
use crate::sim::http::limits;
use crate::sim::machine::{Machine, MachineOptions, ServeError, Snapshot};
use crate::text::system::reason;

/// Serves until a signal ends it.
pub(super) fn run(socket: &Path, simulated: &Simulated) -> ExitCode {
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| {
            let done = runtime.block_on(serve(socket, simulated));
            runtime.shutdown_background();
            done
        });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Prints what is not simulated.
pub(super) fn print_limits() -> ExitCode {
    print!("{}", limits::table());
    ExitCode::SUCCESS
}

/// The state that `--depart` names, for the tutorial: only the simulated engine can start from one.
pub(super) fn starting_at(file: Option<&Path>, engine: &str) -> Result<Option<Snapshot>, String> {
    match file {
        None => Ok(None),
        Some(_) if !matches!(engine, "auto" | "simule") => Err(format!(
            "--depart ne vaut que pour le moteur simulé\u{a0}: retirez-le, ou retirez --moteur {engine}."
        )),
        Some(file) => load(file).map(Some),
    }
}

fn load(file: &Path) -> Result<Snapshot, String> {
    let shown = file.display();
    let opened = File::open(file).map_err(|error| {
        format!(
            "impossible de lire «\u{a0}{shown}\u{a0}»\u{a0}: {}.",
            reason(&error)
        )
    })?;
    Snapshot::read(BufReader::new(opened)).map_err(|error| {
        format!(
            "«\u{a0}{shown}\u{a0}» n’est pas un état gardé par «\u{a0}moussaillon simulateur --sauver\u{a0}»\u{a0}: {error}"
        )
    })
}

/// Writes the whole file, then gives it its name: what was there is lost for nothing less.
fn save(snapshot: &Snapshot, file: &Path) -> Result<(), String> {
    let folder = file.parent().filter(|it| !it.as_os_str().is_empty());
    let written = || -> Result<(), Box<dyn std::error::Error>> {
        let mut new = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
        let mut writer = BufWriter::new(&mut new);
        snapshot.write(&mut writer)?;
        writer.flush()?;
        drop(writer);
        new.as_file().sync_all()?;
        new.persist(file)?;
        Ok(())
    };
    written().map_err(|error| {
        format!(
            "impossible de garder l’état dans «\u{a0}{}\u{a0}»\u{a0}: {error}",
            file.display()
        )
    })
}

fn date(text: &str) -> Result<SystemTime, String> {
    time::parse(text).ok_or_else(|| {
        format!("--horloge attend une date comme 2026-01-31T08:00:00Z, pas «\u{a0}{text}\u{a0}»")
    })
}

async fn serve(socket: &Path, simulated: &Simulated) -> Result<(), String> {
    let options = MachineOptions {
        seed: simulated.seed,
        date: simulated.date.as_deref().map(date).transpose()?,
        ..MachineOptions::default()
    };
    let machine = match simulated.start.as_deref().map(load).transpose()? {
        Some(snapshot) => Machine::boot_from(&options, &snapshot).await,
        None => Machine::boot(&options),
    };
    let machine = machine.map_err(|error| error.to_string())?;
    let guard = machine.serve_unix(socket).map_err(|error| match error {
        ServeError::Io { path, error } => format!(
            "impossible de créer le socket «\u{a0}{}\u{a0}»\u{a0}: {}.",
            path.display(),
            reason(&error)
        ),
        other => other.to_string(),
    })?;
    let shown = socket.display();
    println!("Le moteur simulé écoute. Dans un autre terminal\u{a0}:");
    println!("    export DOCKER_HOST=unix://{shown}");
    println!("    docker run hello-world");
    println!("Ctrl-C l’arrête.");
    ended().await.map_err(|error| error.to_string())?;
    drop(guard);
    if let Some(file) = &simulated.save {
        save(&machine.snapshot(), file)?;
        println!("État gardé dans «\u{a0}{}\u{a0}».", file.display());
    }
    Ok(())
}

#[cfg(unix)]
async fn ended() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        done = tokio::signal::ctrl_c() => done,
        _ = terminate.recv() => Ok(()),
        _ = hang_up.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn ended() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
