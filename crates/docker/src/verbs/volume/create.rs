//! `docker volume create`

use serde_json::json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::create::config::pairs;

pub(crate) const VERB: Verb = Verb {
    spellings: &["volume create"],
    usage: "[OPTIONS] [VOLUME]",
    about: "Create a volume",
    long: "",
    arity: Arity::AtMost(1),
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
        "Cluster Volume availability (\"active\", \"pause\", \"drain\") (default \"active\")",
    ),
    flag(
        'd',
        "driver",
        Kind::Text,
        "Specify volume driver name (default \"local\")",
    ),
    flag(
        ' ',
        "group",
        Kind::Text,
        "Cluster Volume group (cluster volumes)",
    ),
    flag(' ', "label", Kind::List, "Set metadata for a volume"),
    flag(
        ' ',
        "limit-bytes",
        Kind::Bytes,
        "Minimum size of the Cluster Volume in bytes",
    ),
    flag(
        'o',
        "opt",
        Kind::Map,
        "Set driver specific options (default map[])",
    ),
    flag(
        ' ',
        "required-bytes",
        Kind::Bytes,
        "Maximum size of the Cluster Volume in bytes",
    ),
    flag(
        ' ',
        "scope",
        Kind::Text,
        "Cluster Volume access scope (\"single\", \"multi\") (default \"single\")",
    ),
    flag(
        ' ',
        "secret",
        Kind::Map,
        "Cluster Volume secrets (default map[])",
    ),
    flag(
        ' ',
        "sharing",
        Kind::Text,
        "Cluster Volume access sharing (\"none\", \"readonly\", \"onewriter\", \"all\") (default \"none\")",
    ),
    flag(
        ' ',
        "topology-preferred",
        Kind::List,
        "A topology that the Cluster Volume would be preferred in",
    ),
    flag(
        ' ',
        "topology-required",
        Kind::List,
        "A topology that the Cluster Volume must be accessible from",
    ),
    flag(
        ' ',
        "type",
        Kind::Text,
        "Cluster Volume access type (\"mount\", \"block\") (default \"block\")",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = match (values.args.first(), values.text("name")) {
        (Some(_), given) if !given.is_empty() => {
            return Err(Failure::new(
                "conflicting options: cannot specify a volume-name through both --name and as a \
                 positional arg",
            ));
        }
        (Some(name), _) => name,
        (None, given) => given,
    };
    let mut document = json!({"Driver": values.text_or("driver", "local")});
    for (field, flag) in [("DriverOpts", "opt"), ("Labels", "label")] {
        if values.changed(flag) {
            document[field] = pairs(&values.list(flag));
        }
    }
    if !name.is_empty() {
        document["Name"] = name.into();
    }
    let made = cli
        .client
        .document(Call::post("/volumes/create").json(&document))
        .await?;
    cli.line(text(&made["Name"])).await
}
