//! `docker node ls`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, natural, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["node ls", "node list"],
    usage: "[OPTIONS]",
    about: "List nodes in the swarm",
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

const TABLE: &str = "table {{.ID}} {{if .Self}}*{{else}} {{ end }}\t{{.Hostname}}\t{{.Status}}\t{{.Availability}}\t{{.ManagerStatus}}\t{{.EngineVersion}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "ID"),
    ("Self", ""),
    ("Hostname", "HOSTNAME"),
    ("Status", "STATUS"),
    ("Availability", "AVAILABILITY"),
    ("ManagerStatus", "MANAGER STATUS"),
    ("EngineVersion", "ENGINE VERSION"),
    ("TLSStatus", "TLS STATUS"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("node_id", "ID"),
    ("hostname", "Hostname"),
    ("status", "Status"),
    ("availability", "Availability"),
    ("manager_status", "ManagerStatus"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::get("/nodes").with_some("filters", &filters(&values.list("filter")));
    let found = cli.client.document(call).await?;
    let mut nodes: Vec<_> = items(&found).iter().collect();
    let quiet = values.on("quiet");
    let info = if nodes.is_empty() || quiet {
        Json::Null
    } else {
        cli.client.document(Call::get("/info")).await?
    };
    nodes.sort_by_key(|node| natural(text(&node["Description"]["Hostname"])));
    let format = values.text("format");
    let only = quiet;
    let quiet = quiet && matches!(format, "" | "table");
    let layout = Layout::new(format, TABLE, quiet.then_some("{{.ID}}")).or_raw(RAW, only);
    layout
        .print(
            cli,
            TITLES,
            nodes.into_iter().map(|it| row(it, &info)).collect(),
        )
        .await
}

/// `ready` as `Ready`.
pub(crate) fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn row(node: &Json, info: &Json) -> Row {
    let manager = &node["ManagerStatus"];
    let role = match (manager.is_null(), manager["Leader"] == true) {
        (true, _) => String::new(),
        (false, true) => "Leader".to_owned(),
        (false, false) => capital(text(&manager["Reachability"])),
    };
    let trust = &info["Swarm"]["Cluster"]["TLSInfo"]["TrustRoot"];
    let own = &node["Description"]["TLSInfo"]["TrustRoot"];
    let tls = match () {
        () if text(trust).is_empty() || text(own).is_empty() => "Unknown",
        () if trust == own => "Ready",
        () => "Needs Rotation",
    };
    Row {
        name: "*node.nodeContext",
        columns: vec![
            ("ID", text(&node["ID"]).into()),
            (
                "Self",
                crate::template::Value::Bool(node["ID"] == info["Swarm"]["NodeID"]),
            ),
            ("Hostname", text(&node["Description"]["Hostname"]).into()),
            ("Status", capital(text(&node["Status"]["State"])).into()),
            (
                "Availability",
                capital(text(&node["Spec"]["Availability"])).into(),
            ),
            ("ManagerStatus", role.into()),
            ("TLSStatus", tls.into()),
            (
                "EngineVersion",
                text(&node["Description"]["Engine"]["EngineVersion"]).into(),
            ),
        ],
        labels: None,
    }
}
