//! Lists of tasks, for `docker service ps` and `docker node ps`.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::node::ls::capital;
use crate::cli::Cli;
use crate::client::{Call, Called, Client, ClientError};
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{ellipsis, items, natural, quote, since, text};
use crate::grammar::Values;
use crate::template::Row;
use wire::percent;

const TABLE: &str = "table {{.ID}}\t{{.Name}}\t{{.Image}}\t{{.Node}}\t{{.DesiredState}}\t{{.CurrentState}}\t{{.Error}}\t{{.Ports}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "ID"),
    ("Name", "NAME"),
    ("Image", "IMAGE"),
    ("Node", "NODE"),
    ("DesiredState", "DESIRED STATE"),
    ("CurrentState", "CURRENT STATE"),
    ("Error", "ERROR"),
    ("Ports", "PORTS"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("id", "ID"),
    ("name", "Name"),
    ("image", "Image"),
    ("node", "Node"),
    ("desired_state", "DesiredState"),
    ("current_state", "CurrentState"),
    ("error", "Error"),
    ("ports", "Ports"),
];

/// Letters of an error that a table shows.
const ERROR: usize = 30;

/// Identifier of the node that `self` is.
pub(super) async fn node_id(cli: &mut Cli, name: &str) -> Called<String> {
    if name != "self" {
        return Ok(name.to_owned());
    }
    let info = cli.client.document(Call::get("/info")).await?;
    let id = text(&info["Swarm"]["NodeID"]);
    if id.is_empty() {
        // The engine says in its own words that it is no manager.
        cli.client.document(Call::get("/nodes")).await?;
        return Err(ClientError::Other("node ID not found in /info".to_owned()));
    }
    Ok(id.to_owned())
}

/// The `filters` parameter: those given, and these.
pub(super) fn filters(values: &Values, more: &[(&str, String)]) -> String {
    let mut keys: Map<String, Json> = Map::new();
    let given = values
        .list("filter")
        .into_iter()
        .filter_map(|it| it.split_once('='))
        // Those that are given again stand in their stead.
        .filter(|it| it.0 != "node" || more.iter().all(|other| other.0 != "node"));
    for (key, value) in given.chain(more.iter().map(|(key, value)| (*key, value.as_str()))) {
        let entry = keys.entry(key).or_insert_with(|| Json::Object(Map::new()));
        entry[value] = true.into();
    }
    keys.sort_keys();
    Json::Object(keys).to_string()
}

/// The names of what identifiers stand for, asked once each.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Name of a service; its identifier when there is none any more.
    pub(super) async fn service(&mut self, client: &Client, id: &str) -> String {
        let path = format!("/services/{}", percent::encode_path(id));
        let call = Call::get(path).with("insertDefaults", "false");
        self.find(client, id, call, |it| text(&it["Spec"]["Name"]).to_owned())
            .await
    }

    /// Name of a node.
    pub(super) async fn node(&mut self, client: &Client, id: &str) -> String {
        let call = Call::get(format!("/nodes/{}", percent::encode_path(id)));
        let name = |it: &Json| {
            let own = text(&it["Spec"]["Name"]);
            if own.is_empty() {
                text(&it["Description"]["Hostname"])
            } else {
                own
            }
            .to_owned()
        };
        self.find(client, id, call, name).await
    }

    async fn find(
        &mut self,
        client: &Client,
        id: &str,
        call: Call,
        name: impl Fn(&Json) -> String,
    ) -> String {
        if id.is_empty() {
            return String::new();
        }
        if let Some(name) = self.0.get(id) {
            return name.clone();
        }
        let found = client
            .document(call)
            .await
            .map(|it| name(&it))
            .unwrap_or_default();
        let found = if found.is_empty() {
            id.to_owned()
        } else {
            found
        };
        self.0.insert(id.to_owned(), found.clone());
        found
    }
}

/// Prints tasks, each slot's history under its last.
pub(super) async fn print(
    cli: &mut Cli,
    values: &Values,
    tasks: Vec<Json>,
    trunc: bool,
) -> Outcome {
    let resolve = !values.on("no-resolve");
    let mut names = Names::default();
    let mut named = Vec::new();
    for task in tasks {
        let (service, node) = (text(&task["ServiceID"]), text(&task["NodeID"]));
        let owner = if resolve {
            names.service(&cli.client, service).await
        } else {
            service.to_owned()
        };
        let place = if resolve {
            names.node(&cli.client, node).await
        } else {
            node.to_owned()
        };
        let name = match task["Slot"].as_u64().unwrap_or_default() {
            0 => format!("{owner}.{node}"),
            slot => format!("{owner}.{slot}"),
        };
        named.push((name, place, task));
    }
    named.sort_by(|one, other| {
        let newest = || text(&other.2["CreatedAt"]).cmp(text(&one.2["CreatedAt"]));
        natural(&one.0).cmp(&natural(&other.0)).then_with(newest)
    });
    let format = values.text("format");
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let layout =
        Layout::new(format, TABLE, quiet.then_some("{{.ID}}")).or_raw(RAW, values.on("quiet"));
    let mut rows = Vec::new();
    let mut last = String::new();
    for (name, node, task) in named {
        let shown = if layout.is_table() && name == last {
            format!(" \\_ {name}")
        } else {
            name.clone()
        };
        rows.push(row(&task, &shown, &node, trunc));
        last = name;
    }
    layout.print(cli, TITLES, rows).await
}

fn ports(task: &Json) -> String {
    let ports = items(&task["Status"]["PortStatus"]["Ports"]);
    let shown = |it: &Json| {
        format!(
            "*:{}->{}/{}",
            it["PublishedPort"],
            it["TargetPort"],
            text(&it["Protocol"])
        )
    };
    ports.iter().map(shown).collect::<Vec<_>>().join(",")
}

/// The name of an image without its digest, when it has a tag.
pub(super) fn short_image(image: &str) -> &str {
    image.split_once('@').map_or(image, |it| it.0)
}

fn row(task: &Json, name: &str, node: &str, trunc: bool) -> Row {
    let id = text(&task["ID"]);
    let image = text(&task["Spec"]["ContainerSpec"]["Image"]);
    let status = &task["Status"];
    let error = match text(&status["Err"]) {
        "" => String::new(),
        error if trunc => quote_plain(&ellipsis(error, ERROR)),
        error => quote_plain(error),
    };
    let state = format!(
        "{} {}",
        capital(text(&status["State"])),
        since(text(&status["Timestamp"])).to_lowercase()
    );
    Row {
        name: "*task.taskContext",
        columns: vec![
            (
                "ID",
                if trunc {
                    id.get(..12).unwrap_or(id)
                } else {
                    id
                }
                .into(),
            ),
            ("Name", name.into()),
            (
                "Image",
                if trunc { short_image(image) } else { image }.into(),
            ),
            ("Node", node.into()),
            ("DesiredState", capital(text(&task["DesiredState"])).into()),
            ("CurrentState", state.into()),
            ("Error", error.into()),
            ("Ports", ports(task).into()),
        ],
        labels: None,
    }
}

/// Between quotes, which are not escaped inside.
fn quote_plain(error: &str) -> String {
    let plain = quote(error);
    if plain.contains('\\') {
        format!("\"{error}\"")
    } else {
        plain
    }
}
