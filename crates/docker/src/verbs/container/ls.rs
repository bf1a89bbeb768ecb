//! `docker ps`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::Layout;
use crate::format::words::{
    ago, ellipsis, filters, go_time, items, label_pairs, labels, ports, quote, short_id, strings,
    text,
};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::reference::Reference;
use crate::template::{Mode, Row, Template, Value};
use crate::units::human_size;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container ls", "container list", "container ps", "ps"],
    usage: "[OPTIONS]",
    about: "List containers",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'a',
        "all",
        Kind::Bool,
        "Show all containers (default shows just running)",
    ),
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Filter output based on conditions provided",
    ),
    FORMAT_TABLE,
    flag(
        'n',
        "last",
        Kind::Int,
        "Show n last created containers (includes all states) (default -1)",
    ),
    flag(
        'l',
        "latest",
        Kind::Bool,
        "Show the latest created container (includes all states)",
    ),
    flag(' ', "no-trunc", Kind::Bool, "Don't truncate output"),
    flag('q', "quiet", Kind::Bool, "Only display container IDs"),
    flag('s', "size", Kind::Bool, "Display total file sizes"),
];

const TABLE: &str =
    "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";
pub(crate) const TITLES: &[(&str, &str)] = &[
    ("ID", "CONTAINER ID"),
    ("Names", "NAMES"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("RunningFor", "CREATED"),
    ("Ports", "PORTS"),
    ("State", "STATE"),
    ("Status", "STATUS"),
    ("Size", "SIZE"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    ("Networks", "NETWORKS"),
    ("Platform", "PLATFORM"),
];

/// What `--format raw` writes of each.
const RAW: &str = "container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\nnames: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let format = values.text("format");
    if !format.is_empty() && values.on("quiet") {
        cli.complain("WARNING: Ignoring custom format, because both --format and --quiet are set.")
            .await?;
    }
    let mut size = values.on("size");
    if !format.is_empty() {
        let template = Template::parse(if format == "json" { "" } else { format })
            .map_err(|error| Failure::new(format!("failed to parse template: {error}")))?;
        // Tried on nothing, so that a wrong column is told before the engine is asked.
        let nothing = Value::Row(row(&Json::Null, true).into());
        template
            .execute(&nothing, Mode::default())
            .map_err(|error| Failure::new(format!("failed to execute template: {error}")))?;
        size |= !values.on("quiet") && !values.changed("size") && template.uses("Size");
    }
    let mut limit = values.number_or("last", -1);
    if values.on("latest") && limit == -1 {
        limit = 1;
    }
    let call = Call::get("/containers/json")
        .with_flag("all", values.on("all"))
        .with_some("filters", &filters(&values.list("filter")))
        .with_some(
            "limit",
            &if limit > 0 {
                limit.to_string()
            } else {
                String::new()
            },
        )
        .with_flag("size", size);
    let found = cli.client.document(call).await?;
    let table = if size {
        format!("{TABLE}\t{{{{.Size}}}}")
    } else {
        TABLE.to_owned()
    };
    let quiet = values.on("quiet");
    let raw = RAW.to_owned() + if size { "size: {{.Size}}\n" } else { "" };
    // Identifiers alone come before any format.
    let format = match format {
        "raw" if quiet => "container_id: {{.ID}}",
        "raw" => &raw,
        _ if quiet => "",
        format => format,
    };
    let layout = Layout::new(
        format,
        &table,
        (quiet && format.is_empty()).then_some("{{.ID}}"),
    );
    let trunc = !values.on("no-trunc");
    let rows = items(&found).iter().map(|it| row(it, trunc)).collect();
    layout.print(cli, TITLES, rows).await
}

/// The columns of one container.
pub(crate) fn row(container: &Json, trunc: bool) -> Row {
    let id = text(&container["Id"]);
    let command = text(&container["Command"]);
    let command = if trunc {
        ellipsis(command, 20)
    } else {
        command.to_owned()
    };
    let created = container["Created"].as_i64().unwrap_or_default();
    let mounts: Vec<_> = items(&container["Mounts"])
        .iter()
        .map(|mount| {
            let name = text(&mount["Name"]);
            let name = if name.is_empty() {
                text(&mount["Source"])
            } else {
                name
            };
            if trunc {
                ellipsis(name, 15)
            } else {
                name.to_owned()
            }
        })
        .collect();
    let local = items(&container["Mounts"])
        .iter()
        .filter(|it| it["Driver"] == "local")
        .count();
    let networks = container["NetworkSettings"]["Networks"].as_object();
    let networks: Vec<_> = networks
        .into_iter()
        .flatten()
        .map(|(name, _)| name.as_str())
        .collect();
    let size = |field: &str| human_size(container[field].as_i64().unwrap_or_default(), 3);
    let sizes = if container["SizeRootFs"].as_i64().unwrap_or_default() > 0 {
        format!("{} (virtual {})", size("SizeRw"), size("SizeRootFs"))
    } else {
        size("SizeRw")
    };
    let platform = match container["ImageManifestDescriptor"]["platform"].as_object() {
        Some(platform) => {
            let part = |name: &str| {
                platform
                    .get(name)
                    .and_then(Json::as_str)
                    .unwrap_or_default()
            };
            let variant = part("variant");
            let variant = if variant.is_empty() {
                String::new()
            } else {
                format!("/{variant}")
            };
            Value::from(format!("{}/{}{variant}", part("os"), part("architecture")))
        }
        None => Value::NilPointer("*formatter.Platform".into(), Vec::new()),
    };
    Row {
        name: "*formatter.ContainerContext",
        columns: vec![
            ("ID", if trunc { short_id(id) } else { id }.into()),
            ("Names", names(&container["Names"], trunc).into()),
            ("Image", image(container, trunc).into()),
            ("Command", quote(&command).into()),
            ("CreatedAt", go_time(created).into()),
            ("RunningFor", ago(created).into()),
            ("Ports", ports(&container["Ports"]).into()),
            ("State", text(&container["State"]).into()),
            ("Status", text(&container["Status"]).into()),
            ("Size", sizes.into()),
            ("Labels", labels(&container["Labels"]).into()),
            ("Mounts", mounts.join(",").into()),
            ("LocalVolumes", local.to_string().into()),
            ("Networks", networks.join(",").into()),
            ("Platform", platform),
        ],
        labels: Some(label_pairs(&container["Labels"])),
    }
}

fn names(names: &Json, trunc: bool) -> String {
    let names: Vec<_> = strings(names)
        .iter()
        .map(|it| it.strip_prefix('/').unwrap_or(it))
        .collect();
    match names.iter().find(|it| trunc && !it.contains('/')) {
        Some(name) => (*name).to_owned(),
        None => names.join(","),
    }
}

fn image(container: &Json, trunc: bool) -> String {
    let image = text(&container["Image"]);
    if image.is_empty() {
        return "<no image>".to_owned();
    }
    if !trunc {
        return image.to_owned();
    }
    let id = short_id(text(&container["ImageID"]));
    if id == short_id(image) {
        return id.to_owned();
    }
    match Reference::parse(image) {
        Ok(reference) => Reference {
            digest: None,
            ..reference
        }
        .familiar(),
        Err(_) => image.to_owned(),
    }
}
