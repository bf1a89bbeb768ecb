//! `docker secret ls`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, label_pairs, labels, natural, since, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["secret ls", "secret list"],
    usage: "[OPTIONS]",
    about: "List secrets",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Filter output based on conditions provided",
    ),
    FORMAT_TABLE,
    flag('q', "quiet", Kind::Bool, "Only display IDs"),
];

const TABLE: &str = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.CreatedAt}}\t{{.UpdatedAt}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "ID"),
    ("Name", "NAME"),
    ("Driver", "DRIVER"),
    ("CreatedAt", "CREATED"),
    ("UpdatedAt", "UPDATED"),
    ("Labels", "LABELS"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::get("/secrets").with_some("filters", &filters(&values.list("filter")));
    let found = cli.client.document(call).await?;
    let mut list: Vec<_> = items(&found).iter().collect();
    list.sort_by_key(|it| natural(text(&it["Spec"]["Name"])));
    let format = values.text("format");
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let layout = Layout::new(format, TABLE, quiet.then_some("{{.ID}}"));
    layout
        .print(cli, TITLES, list.into_iter().map(row).collect())
        .await
}

fn row(document: &Json) -> Row {
    let spec = &document["Spec"];
    Row {
        name: "*secret.secretContext",
        columns: vec![
            ("ID", text(&document["ID"]).into()),
            ("Name", text(&spec["Name"]).into()),
            ("Driver", text(&spec["Driver"]["Name"]).into()),
            ("CreatedAt", since(text(&document["CreatedAt"])).into()),
            ("UpdatedAt", since(text(&document["UpdatedAt"])).into()),
            ("Labels", labels(&spec["Labels"]).into()),
        ],
        labels: Some(label_pairs(&spec["Labels"])),
    }
}
