//! `docker swarm unlock-key`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm unlock-key"],
    usage: "[OPTIONS]",
    about: "Manage the unlock key",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('q', "quiet", Kind::Bool, "Only display token"),
    flag(' ', "rotate", Kind::Bool, "Rotate unlock key"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let quiet = values.on("quiet");
    if values.on("rotate") {
        let swarm = cli.client.document(Call::get("/swarm")).await?;
        if swarm["Spec"]["EncryptionConfig"]["AutoLockManagers"] != true {
            return Err(Failure::new(
                "cannot rotate because autolock is not turned on",
            ));
        }
        let call = Call::post("/swarm/update")
            .with("version", swarm["Version"]["Index"].to_string())
            .with("rotateManagerUnlockKey", "true");
        cli.client.send(call.json(&swarm["Spec"])).await?;
        if !quiet {
            cli.line("Successfully rotated manager unlock key.").await?;
        }
    }
    let found = cli.client.document(Call::get("/swarm/unlockkey")).await;
    let found =
        found.map_err(|error| Failure::new(format!("could not fetch unlock key: {error}")))?;
    let key = text(&found["UnlockKey"]);
    if key.is_empty() {
        return Err(Failure::new("no unlock key is set"));
    }
    if quiet {
        return cli.line(key).await;
    }
    tell(cli, key).await
}

/// Prints a key with what it is for.
pub(super) async fn tell(cli: &mut Cli, key: &str) -> Outcome {
    let text = format!(
        "To unlock a swarm manager after it restarts, run the `docker swarm unlock`\ncommand and provide the following key:\n\n    {key}\n\nRemember to store this key in a password manager, since without it you\nwill not be able to restart the manager."
    );
    cli.line(&text).await
}
