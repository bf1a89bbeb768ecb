//! `docker service create`

use super::flags::{CREATE, SHARED};
use super::{converge, image, spec};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::{strings, text};
use crate::grammar::{Arity, Values, Verb};

pub(crate) const VERB: Verb = Verb {
    spellings: &["service create"],
    usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
    about: "Create a new service",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: false,
    flags: CREATE,
    more_flags: SHARED,
    run: |cli, values| Box::pin(run(cli, values)),
};

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut document = spec::service(cli, &values).await?;
    let warning = if values.on("no-resolve-image") {
        None
    } else {
        image::resolve(cli, &mut document["TaskTemplate"]).await
    };
    let made = cli
        .client
        .document(Call::post("/services/create").json(&document))
        .await?;
    for warning in strings(&made["Warnings"])
        .into_iter()
        .map(str::to_owned)
        .chain(warning)
    {
        cli.complain(&warning).await?;
    }
    let id = text(&made["ID"]);
    cli.line(id).await?;
    if values.on("detach") {
        return Ok(());
    }
    converge::wait(cli, id, id, values.on("quiet")).await
}
