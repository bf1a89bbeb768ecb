//! `docker search`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{ellipsis, filters, items, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["search"],
    usage: "[OPTIONS] TERM",
    about: "Search Docker Hub for images",
    long: "",
    arity: Arity::Exactly(1),
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
    flag(
        ' ',
        "format",
        Kind::Text,
        "Pretty-print search using a Go template",
    ),
    flag(' ', "limit", Kind::Int, "Max number of search results"),
    flag(' ', "no-trunc", Kind::Bool, "Don't truncate output"),
];

const TABLE: &str = "table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}";
const TITLES: &[(&str, &str)] = &[
    ("Name", "NAME"),
    ("Description", "DESCRIPTION"),
    ("StarCount", "STARS"),
    ("IsOfficial", "OFFICIAL"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let limit = values.number("limit");
    let call = Call::get("/images/search")
        .with("term", values.args[0].as_str())
        .with_some(
            "limit",
            &if limit > 0 {
                limit.to_string()
            } else {
                String::new()
            },
        )
        .with_some("filters", &filters(&values.list("filter")));
    let found = cli.client.document(call).await?;
    let format = values.text("format");
    let (json, trunc) = (format == "json", !values.on("no-trunc"));
    let rows = items(&found)
        .iter()
        .map(|image| {
            let description = text(&image["description"]).replace(['\n', '\r'], " ");
            let description = if trunc {
                ellipsis(&description, 45)
            } else {
                description
            };
            let official = match (image["is_official"] == true, json) {
                (true, true) => "true",
                (true, false) => "[OK]",
                (false, true) => "false",
                (false, false) => "",
            };
            let stars = image["star_count"].as_i64().unwrap_or_default();
            Row {
                name: "*registry.searchContext",
                columns: vec![
                    ("Name", text(&image["name"]).into()),
                    ("Description", description.into()),
                    ("StarCount", stars.to_string().into()),
                    ("IsOfficial", official.into()),
                ],
                labels: None,
            }
        })
        .collect();
    Layout::new(format, TABLE, None)
        .print(cli, TITLES, rows)
        .await
}
