//! `docker system df`

use serde_json::Value as Json;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{ago, items, short_id, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::{Field, Mode, Row, Shape, Struct, Template, Value};
use crate::time::seconds;
use crate::units::human_size;
use crate::verbs::{container, image, volume};

pub(crate) const VERB: Verb = Verb {
    spellings: &["system df"],
    usage: "[OPTIONS]",
    about: "Show docker disk usage",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT_TABLE,
    flag(
        'v',
        "verbose",
        Kind::Bool,
        "Show detailed information on space usage",
    ),
];

const TABLE: &str = "table {{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";
const TITLES: &[(&str, &str)] = &[
    ("Type", "TYPE"),
    ("TotalCount", "TOTAL"),
    ("Active", "ACTIVE"),
    ("Size", "SIZE"),
    ("Reclaimable", "RECLAIMABLE"),
];
const IMAGES: &str = "table {{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}";
const CONTAINERS: &str = "table {{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}";
const VOLUMES: &str = "table {{.Name}}\t{{.Links}}\t{{.Size}}";
const CACHE: &str = "table {{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}";
const CACHE_TITLES: &[(&str, &str)] = &[
    ("ID", "CACHE ID"),
    ("CacheType", "CACHE TYPE"),
    ("Size", "SIZE"),
    ("CreatedSince", "CREATED"),
    ("LastUsedSince", "LAST USED"),
    ("UsageCount", "USAGE"),
    ("Shared", "SHARED"),
];

/// What `--format raw` writes of each.
const RAW: &[(&str, &str)] = &[
    ("type", "Type"),
    ("total", "TotalCount"),
    ("active", "Active"),
    ("size", "Size"),
    ("reclaimable", "Reclaimable"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let usage = cli.client.document(Call::get("/system/df")).await?;
    let format = values.text("format");
    if values.on("verbose") {
        return verbose(cli, &usage, format).await;
    }
    let layout = Layout::new(format, TABLE, None).or_raw(RAW, false);
    let rows = vec![
        images(&usage),
        containers(&usage),
        volumes(&usage),
        cache(&usage),
    ];
    layout.print(cli, TITLES, rows).await
}

fn number(value: &Json, field: &str) -> i64 {
    value[field].as_i64().unwrap_or_default()
}

fn share(part: i64, whole: i64) -> String {
    let size = human_size(part, 4);
    if whole > 0 {
        format!("{size} ({}%)", part * 100 / whole)
    } else {
        size
    }
}

fn line(kind: &str, name: &'static str, [total, active]: [usize; 2], sizes: [String; 2]) -> Row {
    let [size, reclaimable] = sizes;
    Row {
        name,
        columns: vec![
            ("Type", kind.into()),
            ("TotalCount", total.to_string().into()),
            ("Active", active.to_string().into()),
            ("Size", size.into()),
            ("Reclaimable", reclaimable.into()),
        ],
        labels: None,
    }
}

fn images(usage: &Json) -> Row {
    let all = items(&usage["Images"]);
    let active = all.iter().filter(|it| number(it, "Containers") > 0).count();
    let total = number(usage, "LayersSize");
    let used: i64 = all
        .iter()
        .filter(|it| number(it, "Containers") != 0)
        .filter(|it| number(it, "Size") != -1 && number(it, "SharedSize") != -1)
        .map(|it| number(it, "Size") - number(it, "SharedSize"))
        .sum();
    let sizes = [human_size(total, 4), share(total - used, total)];
    line(
        "Images",
        "*formatter.diskUsageImagesContext",
        [all.len(), active],
        sizes,
    )
}

fn containers(usage: &Json) -> Row {
    let all = items(&usage["Containers"]);
    let is_active = |it: &&Json| matches!(text(&it["State"]), "running" | "paused" | "restarting");
    let active = all.iter().filter(is_active).count();
    let total: i64 = all.iter().map(|it| number(it, "SizeRw")).sum();
    let free: i64 = all
        .iter()
        .filter(|it| !is_active(it))
        .map(|it| number(it, "SizeRw"))
        .sum();
    let sizes = [human_size(total, 4), share(free, total)];
    line(
        "Containers",
        "*formatter.diskUsageContainersContext",
        [all.len(), active],
        sizes,
    )
}

fn volumes(usage: &Json) -> Row {
    let all = items(&usage["Volumes"]);
    let data = |it: &Json, field: &str| number(&it["UsageData"], field);
    let active = all.iter().filter(|it| data(it, "RefCount") > 0).count();
    let known: Vec<_> = all.iter().filter(|it| data(it, "Size") != -1).collect();
    let total: i64 = known.iter().map(|it| data(it, "Size")).sum();
    let free: i64 = known
        .iter()
        .filter(|it| data(it, "RefCount") == 0)
        .map(|it| data(it, "Size"))
        .sum();
    let sizes = [human_size(total, 4), share(free, total)];
    line(
        "Local Volumes",
        "*formatter.diskUsageVolumesContext",
        [all.len(), active],
        sizes,
    )
}

fn cache(usage: &Json) -> Row {
    let all = items(&usage["BuildCache"]);
    let active = all.iter().filter(|it| it["InUse"] == true).count();
    let used: i64 = all
        .iter()
        .filter(|it| it["InUse"] == true && it["Shared"] != true)
        .map(|it| number(it, "Size"))
        .sum();
    let total = cache_size(usage);
    let sizes = [human_size(total, 4), human_size(total - used, 4)];
    line(
        "Build Cache",
        "*formatter.diskUsageBuilderContext",
        [all.len(), active],
        sizes,
    )
}

fn cache_size(usage: &Json) -> i64 {
    let all = items(&usage["BuildCache"]).iter();
    all.filter(|it| it["Shared"] != true)
        .map(|it| number(it, "Size"))
        .sum()
}

fn cache_row(record: &Json) -> Row {
    let id = text(&record["ID"]);
    let in_use = if record["InUse"] == true { "*" } else { "" };
    let used = match text(&record["LastUsedAt"]) {
        "" => String::new(),
        moment => ago(seconds(moment)),
    };
    Row {
        name: "*formatter.buildCacheContext",
        columns: vec![
            ("ID", (short_id(id).to_owned() + in_use).into()),
            ("CacheType", text(&record["Type"]).into()),
            ("Size", human_size(number(record, "Size"), 4).into()),
            (
                "CreatedSince",
                ago(seconds(text(&record["CreatedAt"]))).into(),
            ),
            ("LastUsedSince", used.into()),
            (
                "UsageCount",
                number(record, "UsageCount").to_string().into(),
            ),
            ("Shared", (record["Shared"] == true).to_string().into()),
        ],
        labels: None,
    }
}

async fn verbose(cli: &mut Cli, usage: &Json, format: &str) -> Outcome {
    let trunc = matches!(format, "" | "table");
    let images: Vec<_> = items(&usage["Images"])
        .iter()
        .filter_map(|it| {
            let (repository, tag, _) = image::ls::names(it, false, false).into_iter().next()?;
            Some(image::ls::row(it, trunc, [&repository, &tag, ""]))
        })
        .collect();
    let containers: Vec<_> = items(&usage["Containers"])
        .iter()
        .map(|it| {
            let mut it = it.clone();
            it["SizeRootFs"] = 0.into();
            container::ls::row(&it, trunc)
        })
        .collect();
    let volumes: Vec<_> = items(&usage["Volumes"])
        .iter()
        .map(volume::ls::row)
        .collect();
    let cache: Vec<_> = items(&usage["BuildCache"]).iter().map(cache_row).collect();
    if !trunc {
        let list = |name: &'static str, rows: Vec<Row>| Field {
            name,
            json: name,
            omit_empty: false,
            value: Value::List(
                rows.into_iter().map(|it| Value::Row(it.into())).collect(),
                Shape::of("[]*formatter.diskUsage"),
            ),
        };
        let all = Struct {
            name: "formatter.diskUsageContext",
            pointer: true,
            fields: vec![
                list("Images", images),
                list("Containers", containers),
                list("Volumes", volumes),
                list("BuildCache", cache),
            ],
        };
        let text = if format == "json" {
            "{{json .}}"
        } else {
            format
        };
        let template = Template::parse(text).map_err(crate::format::template_failure)?;
        let text = template.execute(&Value::Struct(all.into()), Mode::default());
        return cli
            .print(&text.map_err(crate::format::template_failure)?)
            .await;
    }
    let size = human_size(cache_size(usage), 4);
    for (head, table, titles, rows) in [
        (
            "Images space usage:".to_owned(),
            IMAGES,
            image::ls::TITLES,
            images,
        ),
        (
            "\nContainers space usage:".to_owned(),
            CONTAINERS,
            container::ls::TITLES,
            containers,
        ),
        (
            "\nLocal Volumes space usage:".to_owned(),
            VOLUMES,
            volume::ls::TITLES,
            volumes,
        ),
        (
            format!("\nBuild cache usage: {size}"),
            CACHE,
            CACHE_TITLES,
            cache,
        ),
    ] {
        cli.print(&format!("{head}\n\n")).await?;
        Layout::new("", table, None)
            .print(cli, titles, rows)
            .await?;
    }
    Ok(())
}
