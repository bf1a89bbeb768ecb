//! `docker service ls`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, natural, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;
use crate::verbs::tasks::short_image;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service ls", "service list"],
    usage: "[OPTIONS]",
    about: "List services",
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

const TABLE: &str = "table {{.ID}}\t{{.Name}}\t{{.Mode}}\t{{.Replicas}}\t{{.Image}}\t{{.Ports}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "ID"),
    ("Name", "NAME"),
    ("Mode", "MODE"),
    ("Replicas", "REPLICAS"),
    ("Image", "IMAGE"),
    ("Ports", "PORTS"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("id", "ID"),
    ("name", "Name"),
    ("mode", "Mode"),
    ("replicas", "Replicas"),
    ("image", "Image"),
    ("ports", "Ports"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let quiet = values.on("quiet");
    let mut call = Call::get("/services").with_some("filters", &filters(&values.list("filter")));
    if !quiet {
        call = call.with("status", "true");
    }
    let found = cli.client.document(call).await?;
    let mut services: Vec<_> = items(&found).iter().collect();
    services.sort_by_key(|it| natural(text(&it["Spec"]["Name"])));
    let format = values.text("format");
    let only = quiet;
    let quiet = quiet && matches!(format, "" | "table");
    let layout = Layout::new(format, TABLE, quiet.then_some("{{.ID}}")).or_raw(RAW, only);
    layout
        .print(cli, TITLES, services.into_iter().map(row).collect())
        .await
}

/// `3/3`, with what limits it.
fn replicas(service: &Json) -> String {
    let spec = &service["Spec"];
    let status = |name: &str| service["ServiceStatus"][name].as_u64().unwrap_or_default();
    let count = format!("{}/{}", status("RunningTasks"), status("DesiredTasks"));
    let most = spec["TaskTemplate"]["Placement"]["MaxReplicas"]
        .as_u64()
        .unwrap_or_default();
    let mode = &spec["Mode"];
    let total = mode["ReplicatedJob"]["TotalCompletions"].as_u64();
    match (most, total) {
        (0, Some(total)) => format!("{count} ({}/{total} completed)", status("CompletedTasks")),
        (0, None) if mode["GlobalJob"].is_object() => format!(
            "{count} ({}/{} completed)",
            status("CompletedTasks"),
            status("DesiredTasks") + status("CompletedTasks")
        ),
        (0, None) => count,
        (most, _) if mode["Replicated"].is_object() => format!("{count} (max {most} per node)"),
        _ => count,
    }
}

/// The mode in words.
pub(super) fn mode(service: &Json) -> &'static str {
    let mode = &service["Spec"]["Mode"];
    match () {
        () if mode["Global"].is_object() => "global",
        () if mode["ReplicatedJob"].is_object() => "replicated job",
        () if mode["GlobalJob"].is_object() => "global job",
        () => "replicated",
    }
}

fn ports(service: &Json) -> String {
    let mut ports: Vec<(u64, String, u64)> = items(&service["Endpoint"]["Ports"])
        .iter()
        .filter(|it| it["PublishMode"] == "ingress")
        .map(|it| {
            (
                it["PublishedPort"].as_u64().unwrap_or_default(),
                text(&it["Protocol"]).to_owned(),
                it["TargetPort"].as_u64().unwrap_or_default(),
            )
        })
        .collect();
    ports.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    let mut groups: Vec<(u64, u64, u64, u64, String)> = Vec::new();
    for (published, protocol, target) in ports {
        match groups.last_mut() {
            Some(last) if last.4 == protocol && last.1 + 1 == published && last.3 + 1 == target => {
                (last.1, last.3) = (published, target);
            }
            _ => groups.push((published, published, target, target, protocol)),
        }
    }
    let range = |first: u64, last: u64| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        }
    };
    let shown = |it: &(u64, u64, u64, u64, String)| {
        format!("*:{}->{}/{}", range(it.0, it.1), range(it.2, it.3), it.4)
    };
    groups.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn row(service: &Json) -> Row {
    let id = text(&service["ID"]);
    Row {
        name: "*service.serviceContext",
        columns: vec![
            ("ID", id.get(..12).unwrap_or(id).into()),
            ("Name", text(&service["Spec"]["Name"]).into()),
            ("Mode", mode(service).into()),
            ("Replicas", replicas(service).into()),
            (
                "Image",
                short_image(text(
                    &service["Spec"]["TaskTemplate"]["ContainerSpec"]["Image"],
                ))
                .into(),
            ),
            ("Ports", ports(service).into()),
        ],
        labels: None,
    }
}
