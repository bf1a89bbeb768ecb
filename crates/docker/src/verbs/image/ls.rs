//! `docker images`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::Layout;
use crate::format::words::{ago, filters, go_time, items, short_id, strings};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::reference::Reference;
use crate::template::Row;
use crate::units::human_size;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image ls", "image list", "images"],
    usage: "[OPTIONS] [REPOSITORY[:TAG]]",
    about: "List images",
    long: "",
    arity: Arity::AtMost(1),
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
        "Show all images (default hides intermediate images)",
    ),
    flag(' ', "digests", Kind::Bool, "Show digests"),
    flag(
        'f',
        "filter",
        Kind::Filter,
        "Filter output based on conditions provided",
    ),
    FORMAT_TABLE,
    flag(' ', "no-trunc", Kind::Bool, "Don't truncate output"),
    flag('q', "quiet", Kind::Bool, "Only show image IDs"),
    flag(
        ' ',
        "tree",
        Kind::Bool,
        "List multi-platform images as a tree (EXPERIMENTAL)",
    ),
];

const TABLE: &str = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";
const DIGEST_TABLE: &str = "table {{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{if .CreatedSince }}{{.CreatedSince}}{{else}}N/A{{end}}\t{{.Size}}";
pub(crate) const TITLES: &[(&str, &str)] = &[
    ("ID", "IMAGE ID"),
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("Digest", "DIGEST"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Size", "SIZE"),
    ("Containers", "CONTAINERS"),
    ("VirtualSize", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
];
/// What `docker images NAME` was probably meant to be, by NAME.
const SUBCOMMANDS: &[&str] = &[
    "build", "history", "import", "inspect", "list", "load", "ls", "prune", "pull", "push", "rm",
    "save", "tag",
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("repository", "Repository"),
    ("tag", "Tag"),
    ("digest", "Digest"),
    ("image_id", "ID"),
    ("created_at", "CreatedAt"),
    ("virtual_size", "Size"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    if values.on("tree") {
        return Err(Failure::new(
            "non pris en charge\u{a0}: docker images --tree",
        ));
    }
    let mut wanted = values.strings("filter");
    let name = values.args.first().cloned().unwrap_or_default();
    if !name.is_empty() {
        wanted.push(format!("reference={name}"));
    }
    let wanted: Vec<_> = wanted.iter().map(String::as_str).collect();
    let call = Call::get("/images/json")
        .with_flag("all", values.on("all"))
        .with_some("filters", &filters(&wanted));
    let found = cli.client.document(call).await?;
    let digests = values.on("digests");
    let table = if digests { DIGEST_TABLE } else { TABLE };
    let format = values.text("format");
    let quiet = values.on("quiet") && matches!(format, "" | "table");
    let shown = |it: &(&str, &str)| match it.0 {
        "digest" => digests && !values.on("quiet"),
        name => name == "image_id" || !values.on("quiet"),
    };
    let raw: Vec<_> = RAW.iter().copied().filter(|it| shown(it)).collect();
    let layout =
        Layout::new(format, table, quiet.then_some("{{.ID}}")).or_raw(&raw, values.on("quiet"));
    let trunc = !values.on("no-trunc");
    // As written: the real client does not look for the field elsewhere.
    let by_digest = digests || format.contains("{{.Digest}}");
    let mut rows = Vec::new();
    for image in items(&found) {
        for (repository, tag, digest) in names(image, by_digest, digests) {
            rows.push(row(image, trunc, [&repository, &tag, &digest]));
        }
    }
    let none = rows.is_empty();
    layout.print(cli, TITLES, rows).await?;
    if none && values.name == "images" && SUBCOMMANDS.contains(&name.as_str()) {
        cli.complain(&format!(
            "\nNo images found matching {name:?}: did you mean \"docker image {name}\"?"
        ))
        .await?;
    }
    Ok(())
}

/// The names under which an image is listed: repository, tag, digest.
pub(crate) fn names(
    image: &Json,
    by_digest: bool,
    digest_rows: bool,
) -> Vec<(String, String, String)> {
    let none = || "<none>".to_owned();
    let (tags, digests) = (strings(&image["RepoTags"]), strings(&image["RepoDigests"]));
    let dangling = tags.iter().all(|it| *it == "<none>:<none>")
        && digests.iter().all(|it| *it == "<none>@<none>");
    if dangling {
        return vec![(none(), none(), none())];
    }
    let parse = |names: Vec<&str>| -> Vec<Reference> {
        names
            .into_iter()
            .filter_map(|it| Reference::parse(it).ok())
            .collect()
    };
    let (tags, digests) = (parse(tags), parse(digests));
    let mut rows = Vec::new();
    for tag in &tags {
        let repository = tag.familiar_name();
        let own: Vec<_> = digests
            .iter()
            .filter(|it| by_digest && it.familiar_name() == repository)
            .collect();
        let tag = tag.tag.clone().unwrap_or_default();
        if own.is_empty() {
            rows.push((repository.clone(), tag.clone(), none()));
        }
        for digest in own {
            let digest = digest.digest.clone().unwrap_or_default();
            rows.push((repository.clone(), tag.clone(), digest));
        }
    }
    for digest in &digests {
        let repository = digest.familiar_name();
        let tagged = tags.iter().any(|it| it.familiar_name() == repository);
        let again = !digest_rows && rows.iter().any(|row| row.0 == repository);
        if !tagged && !again {
            let digest = digest
                .digest
                .clone()
                .filter(|_| digest_rows)
                .unwrap_or_default();
            rows.push((repository, none(), digest));
        }
    }
    rows
}

/// The columns of one name of an image.
pub(crate) fn row(image: &Json, trunc: bool, [repository, tag, digest]: [&str; 3]) -> Row {
    let id = image["Id"].as_str().unwrap_or_default();
    let number = |field: &str| image[field].as_i64();
    let created = number("Created").unwrap_or_default();
    let (size, shared) = (
        number("Size").unwrap_or_default(),
        number("SharedSize").unwrap_or(-1),
    );
    let or_unknown = |known: bool, text: String| if known { text } else { "N/A".to_owned() };
    let containers = number("Containers").unwrap_or(-1);
    Row {
        name: "*formatter.imageContext",
        columns: vec![
            ("ID", if trunc { short_id(id) } else { id }.into()),
            ("Repository", repository.into()),
            ("Tag", tag.into()),
            ("Digest", digest.into()),
            ("CreatedSince", ago(created).into()),
            ("CreatedAt", go_time(created).into()),
            ("Size", human_size(size, 3).into()),
            (
                "Containers",
                or_unknown(containers != -1, containers.to_string()).into(),
            ),
            ("VirtualSize", human_size(size, 4).into()),
            (
                "SharedSize",
                or_unknown(shared != -1, human_size(shared, 4)).into(),
            ),
            (
                "UniqueSize",
                or_unknown(shared != -1, human_size(size - shared, 4)).into(),
            ),
        ],
        labels: None,
    }
}
