//! `docker swarm join-token`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm join-token"],
    usage: "[OPTIONS] (worker|manager)",
    about: "Manage join tokens",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('q', "quiet", Kind::Bool, "Only display token"),
    flag(' ', "rotate", Kind::Bool, "Rotate join token"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let role = values.args[0].as_str();
    let quiet = values.on("quiet");
    let parameter = match role {
        "worker" => "rotateWorkerToken",
        "manager" => "rotateManagerToken",
        other => return Err(Failure::new(format!("unknown role {other}"))),
    };
    if values.on("rotate") {
        let swarm = cli.client.document(Call::get("/swarm")).await?;
        let call = Call::post("/swarm/update")
            .with("version", swarm["Version"]["Index"].to_string())
            .with(parameter, "true");
        cli.client.send(call.json(&swarm["Spec"])).await?;
        if !quiet {
            cli.line(&format!("Successfully rotated {role} join token.\n"))
                .await?;
        }
    }
    let swarm = cli.client.document(Call::get("/swarm")).await?;
    let tokens = &swarm["JoinTokens"];
    let token = text(if role == "worker" {
        &tokens["Worker"]
    } else {
        &tokens["Manager"]
    });
    if quiet {
        return cli.line(token).await;
    }
    let info = cli.client.document(Call::get("/info")).await?;
    tell(cli, text(&info["Swarm"]["NodeID"]), role, token).await
}

/// Prints the command that joins.
pub(super) async fn tell(cli: &mut Cli, node: &str, role: &str, token: &str) -> Outcome {
    let node = cli
        .client
        .document(Call::get(format!("/nodes/{node}")))
        .await?;
    let address = text(&node["ManagerStatus"]["Addr"]);
    if !address.is_empty() {
        cli.line(&format!("To add a {role} to this swarm, run the following command:\n\n    docker swarm join --token {token} {address}\n")).await?;
    }
    Ok(())
}
