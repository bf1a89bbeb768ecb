//! `docker network ls`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, label_pairs, labels, natural, short_id, text, zoned};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network ls", "network list"],
    usage: "[OPTIONS]",
    about: "List networks",
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
        "Provide filter values (e.g. \"driver=bridge\")",
    ),
    FORMAT_TABLE,
    flag(' ', "no-trunc", Kind::Bool, "Do not truncate the output"),
    flag('q', "quiet", Kind::Bool, "Only display network IDs"),
];

const TABLE: &str = "table {{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "NETWORK ID"),
    ("Name", "NAME"),
    ("Driver", "DRIVER"),
    ("Scope", "SCOPE"),
    ("IPv4", "IPV4"),
    ("IPv6", "IPV6"),
    ("Internal", "INTERNAL"),
    ("Labels", "LABELS"),
    ("CreatedAt", "CREATED AT"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("network_id", "ID"),
    ("name", "Name"),
    ("driver", "Driver"),
    ("scope", "Scope"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::get("/networks").with_some("filters", &filters(&values.list("filter")));
    let found = cli.client.document(call).await?;
    let mut networks: Vec<_> = items(&found).iter().collect();
    networks.sort_by_key(|network| natural(text(&network["Name"])));
    let format = values.text("format");
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let layout =
        Layout::new(format, TABLE, quiet.then_some("{{.ID}}")).or_raw(RAW, values.on("quiet"));
    let trunc = !values.on("no-trunc");
    let rows = networks.into_iter().map(|it| row(it, trunc)).collect();
    layout.print(cli, TITLES, rows).await
}

fn row(network: &Json, trunc: bool) -> Row {
    let id = text(&network["Id"]);
    let on = |field: &str| (network[field] == true).to_string();
    Row {
        name: "*network.networkContext",
        columns: vec![
            ("ID", if trunc { short_id(id) } else { id }.into()),
            ("Name", text(&network["Name"]).into()),
            ("Driver", text(&network["Driver"]).into()),
            ("Scope", text(&network["Scope"]).into()),
            ("IPv4", on("EnableIPv4").into()),
            ("IPv6", on("EnableIPv6").into()),
            ("Internal", on("Internal").into()),
            ("Labels", labels(&network["Labels"]).into()),
            ("CreatedAt", zoned(text(&network["Created"])).into()),
        ],
        labels: Some(label_pairs(&network["Labels"])),
    }
}
