//! `docker secret create`

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
    spellings: &["secret create"],
    usage: "[OPTIONS] SECRET [file|-]",
    about: "Create a secret from a file or STDIN as content",
    long: "",
    arity: Arity::Between(1, 2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('d', "driver", Kind::Text, "Secret driver"),
    flag('l', "label", Kind::List, "Secret labels"),
    flag(' ', "template-driver", Kind::Text, "Template driver"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let driver = values.text("driver").to_owned();
    if !driver.is_empty() && values.args.len() > 1 {
        return Err(Failure::new(
            "When using secret driver secret data must be empty",
        ));
    }
    let data = match values.args.get(1) {
        _ if !driver.is_empty() => bytes::Bytes::new(),
        None => return Err(Failure::new("secret file is required")),
        Some(file) => source(cli, file)
            .await
            .map_err(|error| Failure::new(format!("error reading from {file}: {error}")))?,
    };
    let mut document = json!({"Name": values.args[0], "Labels": pairs(&values.list("label"))});
    if !data.is_empty() {
        document["Data"] = base64(&data).into();
    }
    if !driver.is_empty() {
        document["Driver"] = json!({"Name": driver});
    }
    let template = values.text("template-driver");
    if !template.is_empty() {
        document["Templating"] = json!({"Name": template});
    }
    let made = cli
        .client
        .document(Call::post("/secrets/create").json(&document))
        .await?;
    cli.line(text(&made["ID"])).await
}
