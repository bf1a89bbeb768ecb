//! `docker history`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{ago, ellipsis, items, local_rfc3339, short_id, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;
use crate::units::human_size;
use crate::verbs::container::create::platform;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image history", "history"],
    usage: "[OPTIONS] IMAGE",
    about: "Show the history of an image",
    long: "",
    arity: Arity::Exactly(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT_TABLE,
    flag(
        'H',
        "human",
        Kind::Bool,
        "Print sizes and dates in human readable format (default true)",
    ),
    flag(' ', "no-trunc", Kind::Bool, "Don't truncate output"),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Show history for the given platform. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
    ),
    flag('q', "quiet", Kind::Bool, "Only show image IDs"),
];

const TABLE: &str = "table {{.ID}}\t{{.CreatedSince}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
const EXACT_TABLE: &str = "table {{.ID}}\t{{.CreatedAt}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}";
const TITLES: &[(&str, &str)] = &[
    ("ID", "IMAGE"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedBy", "CREATED BY"),
    ("Size", "SIZE"),
    ("Comment", "COMMENT"),
];
/// 2000-01-01: what is older has no date.
const EPOCH: i64 = 946_684_800;

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let platform = platform::of(&values)?;
    let call = Call::get(format!(
        "/images/{}/history",
        percent::encode_path(&values.args[0])
    ));
    let found = cli
        .client
        .document(call.with_some("platform", platform))
        .await?;
    let (human, trunc) = (values.on_or("human", true), !values.on("no-trunc"));
    let rows = items(&found)
        .iter()
        .map(|layer| {
            let id = text(&layer["Id"]);
            let created = layer["Created"].as_i64().unwrap_or_default();
            let by = text(&layer["CreatedBy"]).replace('\t', " ");
            let size = layer["Size"].as_i64().unwrap_or_default();
            let since = match human {
                false => local_rfc3339(created),
                true if created <= EPOCH => "N/A".to_owned(),
                true => ago(created),
            };
            Row {
                name: "*image.historyContext",
                columns: vec![
                    ("ID", if trunc { short_id(id) } else { id }.into()),
                    ("CreatedAt", local_rfc3339(created).into()),
                    ("CreatedSince", since.into()),
                    (
                        "CreatedBy",
                        if trunc { ellipsis(&by, 45) } else { by }.into(),
                    ),
                    (
                        "Size",
                        if human {
                            human_size(size, 3)
                        } else {
                            size.to_string()
                        }
                        .into(),
                    ),
                    ("Comment", text(&layer["Comment"]).into()),
                ],
                labels: None,
            }
        })
        .collect();
    let format = values.text("format");
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let table = if human { TABLE } else { EXACT_TABLE };
    Layout::new(format, table, quiet.then_some("{{.ID}}"))
        .print(cli, TITLES, rows)
        .await
}
