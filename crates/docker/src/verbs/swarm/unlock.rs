//! `docker swarm unlock`

use serde_json::json;
use tokio::io::AsyncReadExt;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Values, Verb};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm unlock"],
    usage: "",
    about: "Unlock swarm",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, _values: Values) -> Outcome {
    let info = cli.client.document(Call::get("/info")).await?;
    match text(&info["Swarm"]["LocalNodeState"]) {
        "inactive" => return Err(Failure::new("Error: This node is not part of a swarm")),
        "locked" => {}
        _ => return Err(Failure::new("Error: swarm is not locked")),
    }
    cli.print("Enter unlock key: ").await?;
    let mut key = String::new();
    if let Some(input) = &mut cli.input {
        input.read_to_string(&mut key).await?;
    }
    let call = Call::post("/swarm/unlock").json(&json!({"UnlockKey": key.trim()}));
    cli.client.send(call).await?;
    Ok(())
}
