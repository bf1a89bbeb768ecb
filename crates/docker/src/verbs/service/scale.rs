//! `docker service scale`

use super::converge;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::joined;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service scale"],
    usage: "SERVICE=REPLICAS [SERVICE=REPLICAS...]",
    about: "Scale one or multiple replicated services",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'd',
    "detach",
    Kind::Bool,
    "Exit immediately instead of waiting for the service to converge",
)];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    for argument in &values.args {
        let complete = |it: (&str, &str)| !it.0.is_empty() && !it.1.is_empty();
        if !argument.split_once('=').is_some_and(complete) {
            let usage = "See 'docker service scale --help'.\n\nUsage:  docker service scale SERVICE=REPLICAS [SERVICE=REPLICAS...]\n\nScale one or multiple replicated services";
            return Err(Failure::new(format!(
                "invalid scale specifier '{argument}'.\n{usage}"
            )));
        }
    }
    let (mut scaled, mut errors) = (Vec::new(), Vec::new());
    for argument in &values.args {
        let (name, count) = argument.split_once('=').unwrap_or((argument, ""));
        match scale(cli, name, count).await {
            Ok(id) => scaled.push((id, name.to_owned())),
            Err(error) => errors.push(format!("{name}: {error}")),
        }
    }
    if !values.on("detach") {
        for (id, name) in &scaled {
            if let Err(failure) = converge::wait(cli, id, name, false).await {
                errors.push(format!("{name}: {}", failure.message));
            }
        }
    }
    joined(&errors)
}

async fn scale(cli: &mut Cli, name: &str, count: &str) -> Result<String, String> {
    let wrong = || {
        format!(
            "invalid replicas value {count}: strconv.ParseUint: parsing {count:?}: invalid syntax"
        )
    };
    // Go takes no sign there.
    let digits = count.bytes().all(|it| it.is_ascii_digit());
    let replicas: u64 = count.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
    let call = Call::get(format!("/services/{}", percent::encode_path(name)))
        .with("insertDefaults", "false");
    let service = cli
        .client
        .document(call)
        .await
        .map_err(|it| it.to_string())?;
    let mut spec = service["Spec"].clone();
    if spec["Mode"]["Replicated"].is_object() {
        spec["Mode"]["Replicated"]["Replicas"] = replicas.into();
    } else if spec["Mode"]["ReplicatedJob"].is_object() {
        spec["Mode"]["ReplicatedJob"]["TotalCompletions"] = replicas.into();
    } else {
        return Err("scale can only be used with replicated or replicated-job mode".to_owned());
    }
    let id = text(&service["ID"]).to_owned();
    let call = Call::post(format!("/services/{id}/update"))
        .with("version", service["Version"]["Index"].to_string());
    cli.client
        .send(call.json(&spec))
        .await
        .map_err(|it| it.to_string())?;
    // A standard output that is closed stops the others too.
    cli.line(&format!("{name} scaled to {replicas}"))
        .await
        .map_err(|it| it.message)?;
    Ok(id)
}
