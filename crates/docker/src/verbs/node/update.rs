//! `docker node update`

use serde_json::{Map, Value};

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["node update"],
    usage: "[OPTIONS] NODE",
    about: "Update a node",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "availability",
        Kind::Text,
        "Availability of the node (\"active\", \"pause\", \"drain\")",
    ),
    flag(
        ' ',
        "label-add",
        Kind::List,
        "Add or update a node label (\"key=value\")",
    ),
    flag(' ', "label-rm", Kind::List, "Remove a node label if exists"),
    flag(
        ' ',
        "role",
        Kind::Text,
        "Role of the node (\"worker\", \"manager\")",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let node = cli
        .client
        .document(Call::get(format!("/nodes/{}", percent::encode_path(name))))
        .await?;
    let mut spec = node["Spec"].clone();
    for (flag, field) in [("role", "Role"), ("availability", "Availability")] {
        if values.changed(flag) {
            spec[field] = values.text(flag).into();
        }
    }
    let mut labels: Map<String, Value> = spec["Labels"].as_object().cloned().unwrap_or_default();
    for label in values.list("label-add") {
        let (key, value) = label.split_once('=').unwrap_or((label, ""));
        labels.insert(key.to_owned(), value.into());
    }
    for key in values.list("label-rm") {
        if labels.remove(key).is_none() {
            return Err(Failure::new(format!(
                "key {key} doesn't exist in node's labels"
            )));
        }
    }
    spec["Labels"] = Value::Object(labels);
    let version = node["Version"]["Index"].to_string();
    let call = Call::post(format!("/nodes/{}/update", text(&node["ID"])));
    cli.client
        .send(call.with("version", version).json(&spec))
        .await?;
    cli.line(name).await
}
