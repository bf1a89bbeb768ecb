//! `moussaillon ranger`: removing from an engine what sessions that ended made in it, and nothing
//! else, also after a crash.

use std::io::{BufRead, IsTerminal, Write, stderr, stdin};
use std::process::ExitCode;

use clap::Args;

use super::options::Engine;
use crate::engine::{Client, Environment, Found, Past, Plan, find, past};
use crate::lesson::progress::state_folder;

/// What is asked of the tidying.
#[derive(Debug, Args)]
pub(super) struct Asked {
    #[command(flatten)]
    engine: Engine,
    /// Ne ranger que cette session
    #[arg(
        long,
        value_name = "ID",
        conflicts_with = "all",
        help_heading = "Options"
    )]
    session: Option<String>,
    /// Ranger toutes les sessions terminées (c’est ce qui est fait sans --session)
    #[arg(long = "toutes", help_heading = "Options")]
    all: bool,
    /// Ranger sans demander
    #[arg(long = "oui", help_heading = "Options")]
    yes: bool,
}

/// Shows what would go, asks, and removes it.
pub(super) fn run(asked: &Asked) -> ExitCode {
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("moussaillon\u{a0}: impossible de démarrer\u{a0}: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(tidy(asked)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("moussaillon\u{a0}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Whether all that was to go went.
async fn tidy(asked: &Asked) -> Result<bool, String> {
    let Some(state) = state_folder() else {
        return Err("aucun dossier n’a pu garder la trace des sessions.".to_owned());
    };
    let all = past(&state).map_err(|error| {
        format!(
            "les sessions notées dans «\u{a0}{}\u{a0}» ne se lisent pas\u{a0}: {error}",
            state.display()
        )
    })?;
    let wanted = |it: &&Past| {
        asked
            .session
            .as_ref()
            .is_none_or(|id| *id == it.header.session)
    };
    let sessions: Vec<&Past> = all.iter().filter(wanted).collect();
    if sessions.is_empty() {
        println!("Rien à ranger\u{a0}: aucune session n’est notée.");
        return Ok(asked.session.is_none());
    }
    let (client, engine) = connect(&asked.engine.engine).await?;
    let mut done = true;
    for session in sessions {
        done &= tidy_one(session, &client, &engine, asked.yes).await?;
    }
    Ok(done)
}

/// The engine, and what tells it from every other one.
async fn connect(engine: &str) -> Result<(Client, String), String> {
    let environment = Environment::of_this_process();
    let target = match find(Some(engine), &environment).await {
        Ok(Found::Engine(target)) => target,
        Ok(Found::Simulator { reason }) => {
            return Err(format!("aucun vrai moteur à ranger. {reason}"));
        }
        Err(error) => return Err(error.explain().to_string()),
    };
    let said = |error: crate::engine::CallError| format!("le moteur ne répond pas\u{a0}: {error}");
    let client = Client::new(&target.dialer).map_err(said)?;
    let engine = client.identity().await.map_err(said)?;
    Ok((client, engine))
}

async fn tidy_one(
    session: &Past,
    client: &Client,
    engine: &str,
    yes: bool,
) -> Result<bool, String> {
    let name = &session.header.session;
    if session.runs {
        println!("Session {name}\u{a0}: elle est en cours, elle n’est pas touchée.");
        return Ok(true);
    }
    if session.header.engine != engine {
        println!(
            "Session {name}\u{a0}: elle était sur un autre moteur ({}). Indiquez-le par --moteur.",
            session.header.url
        );
        return Ok(true);
    }
    let said = |error: crate::engine::CallError| format!("le moteur a répondu\u{a0}: {error}");
    let plan = session.plan(client).await.map_err(said)?;
    show(name, &plan);
    if !plan.is_empty() && !yes && !agreed() {
        println!("Rien n’a été retiré.");
        return Ok(false);
    }
    let tidied = plan.carry_out(client).await;
    for (what, why) in &tidied.failed {
        println!("  resté\u{a0}: {what} ({why})");
    }
    if !plan.is_empty() {
        println!("  retirés\u{a0}: {}", tidied.gone.len());
    }
    match session.remove_socket() {
        Ok(true) => println!("  son socket abandonné a été retiré"),
        Ok(false) => {}
        Err(error) => println!("  son socket est resté\u{a0}: {error}"),
    }
    // Its record goes when nothing of it is left, so that what stays can be tidied another day.
    let done = tidied.failed.is_empty();
    if done && plan.kept.is_empty() {
        session.forget().map_err(|error| error.to_string())?;
    }
    Ok(done)
}

fn show(session: &str, plan: &Plan) {
    if plan.is_empty() {
        println!("Session {session}\u{a0}: plus rien à retirer.");
    } else {
        println!("Session {session}\u{a0}: seront retirés, avec ce qu’ils contiennent\u{a0}:");
    }
    for item in &plan.gone {
        println!("  - {}", item.what);
    }
    for (what, why) in &plan.kept {
        println!("  · reste\u{a0}: {what}, car {why}");
    }
}

/// Asks on the terminal; without one, nobody agrees.
fn agreed() -> bool {
    if !stdin().is_terminal() {
        eprintln!("moussaillon\u{a0}: ajoutez --oui pour ranger sans terminal.");
        return false;
    }
    eprint!("Ranger\u{a0}? [o/N] ");
    // A question that cannot be shown gets no answer either.
    let _ = stderr().flush();
    let mut answer = String::new();
    let read = stdin().lock().read_line(&mut answer);
    read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "o" | "oui")
}
