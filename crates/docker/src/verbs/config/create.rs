//! `docker config create`

use serde_json::json;

use crate::base64::base64;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::create::config::pairs;
use crate::verbs::transfer::source;

pub(crate) const VERB: Verb = Verb {
    spellings: &["config create"],
    usage: "[OPTIONS] CONFIG file|-",
    about: "Create a config from a file or STDIN",
    long: "",
    arity: Arity::Exactly(2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('l', "label", Kind::List, "Config labels"),
    flag(' ', "template-driver", Kind::Text, "Template driver"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let file = &values.args[1];
    let data = source(cli, file).await.map_err(|error| {
        Failure::new(format!(
            "Error reading content from \"{file}\": error reading from {file}: {error}"
        ))
    })?;
    let mut document = json!({"Name": values.args[0], "Labels": pairs(&values.list("label"))});
    if !data.is_empty() {
        document["Data"] = base64(&data).into();
    }
    let template = values.text("template-driver");
    if !template.is_empty() {
        document["Templating"] = json!({"Name": template});
    }
    let made = cli
        .client
        .document(Call::post("/configs/create").json(&document))
        .await?;
    cli.line(text(&made["ID"])).await
}
