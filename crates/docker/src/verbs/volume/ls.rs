//! `docker volume ls`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, label_pairs, labels, natural, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;
use crate::units::human_size;

pub(crate) const VERB: Verb = Verb {
    spellings: &["volume ls", "volume list"],
    usage: "[OPTIONS]",
    about: "List volumes",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "cluster",
        Kind::Bool,
        "Display only cluster volumes, and use cluster volume list formatting",
    ),
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Provide filter values (e.g. \"dangling=true\")",
    ),
    FORMAT_TABLE,
    flag('q', "quiet", Kind::Bool, "Only display volume names"),
];

const TABLE: &str = "table {{.Driver}}\t{{.Name}}";
const CLUSTER_TABLE: &str =
    "table {{.Name}}\t{{.Group}}\t{{.Driver}}\t{{.Availability}}\t{{.Status}}";
pub(crate) const TITLES: &[(&str, &str)] = &[
    ("ID", "ID"),
    ("Name", "VOLUME NAME"),
    ("Group", "GROUP"),
    ("Driver", "DRIVER"),
    ("Scope", "SCOPE"),
    ("Availability", "AVAILABILITY"),
    ("Mountpoint", "MOUNTPOINT"),
    ("Labels", "LABELS"),
    ("Links", "LINKS"),
    ("Size", "SIZE"),
    ("Status", "STATUS"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[("name", "Name"), ("driver", "Driver")];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::get("/volumes").with_some("filters", &filters(&values.list("filter")));
    let found = cli.client.document(call).await?;
    let cluster = values.on("cluster");
    let mut volumes: Vec<_> = items(&found["Volumes"])
        .iter()
        .filter(|it| !cluster || !it["ClusterVolume"].is_null())
        .collect();
    volumes.sort_by_key(|volume| natural(text(&volume["Name"])));
    let format = values.text("format");
    let table = if cluster { CLUSTER_TABLE } else { TABLE };
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let layout =
        Layout::new(format, table, quiet.then_some("{{.Name}}")).or_raw(RAW, values.on("quiet"));
    layout
        .print(cli, TITLES, volumes.into_iter().map(row).collect())
        .await
}

/// The columns of one volume.
pub(crate) fn row(volume: &Json) -> Row {
    let usage = |field: &str| volume["UsageData"][field].as_i64();
    let unknown = || "N/A".to_owned();
    let cluster = &volume["ClusterVolume"];
    let spec = |field: &str| match cluster["Spec"][field].as_str() {
        Some(value) => value.to_owned(),
        None => unknown(),
    };
    let status = match (cluster.is_null(), text(&cluster["Info"]["VolumeID"])) {
        (true, _) => unknown(),
        (false, "") => "pending creation".to_owned(),
        (false, _) => match items(&cluster["PublishStatus"]).len() {
            0 => "created".to_owned(),
            1 => "in use (1 node)".to_owned(),
            nodes => format!("in use ({nodes} nodes)"),
        },
    };
    Row {
        name: "*formatter.volumeContext",
        columns: vec![
            ("Name", text(&volume["Name"]).into()),
            ("Driver", text(&volume["Driver"]).into()),
            ("Scope", text(&volume["Scope"]).into()),
            ("Mountpoint", text(&volume["Mountpoint"]).into()),
            ("Labels", labels(&volume["Labels"]).into()),
            (
                "Links",
                usage("RefCount")
                    .map_or_else(unknown, |it| it.to_string())
                    .into(),
            ),
            (
                "Size",
                usage("Size")
                    .map_or_else(unknown, |it| human_size(it, 4))
                    .into(),
            ),
            ("Group", spec("Group").into()),
            ("Availability", spec("Availability").into()),
            ("Status", status.into()),
        ],
        labels: Some(label_pairs(&volume["Labels"])),
    }
}
