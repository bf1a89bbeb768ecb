//! `moussaillon simulateur`: the simulated engine on a socket, and the table of its limits.

use std::path::Path;
use std::process::ExitCode;

use crate::sim::http::limits;
use crate::sim::machine::{Machine, MachineOptions};

/// Serves until a signal ends it.
pub(super) fn run(socket: &Path) -> ExitCode {
    let served = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| {
            let done = runtime.block_on(serve(socket));
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

async fn serve(socket: &Path) -> Result<(), String> {
    let machine = Machine::boot(&MachineOptions::default()).map_err(|error| error.to_string())?;
    let guard = machine
        .serve_unix(socket)
        .map_err(|error| error.to_string())?;
    let shown = socket.display();
    println!("Le moteur simulé écoute. Dans un autre terminal\u{a0}:");
    println!("    export DOCKER_HOST=unix://{shown}");
    println!("    docker run hello-world");
    println!("Ctrl-C l’arrête.");
    ended().await.map_err(|error| error.to_string())?;
    drop(guard);
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
