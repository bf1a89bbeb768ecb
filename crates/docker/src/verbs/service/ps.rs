//! `docker service ps`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{items, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::joined;
use crate::verbs::tasks;

pub(crate) const VERB: Verb = Verb {
    spellings: &["service ps"],
    usage: "[OPTIONS] SERVICE [SERVICE...]",
    about: "List the tasks of one or more services",
    long: "",
    arity: Arity::AtLeast(1),
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
        "Pretty-print tasks using a Go template",
    ),
    flag(' ', "no-resolve", Kind::Bool, "Do not map IDs to Names"),
    flag(' ', "no-trunc", Kind::Bool, "Do not truncate output"),
    flag('q', "quiet", Kind::Bool, "Only display task IDs"),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let ask = |key: &str| {
        let wanted: Vec<String> = values.args.iter().map(|it| format!("{key}={it}")).collect();
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        Call::get("/services").with("filters", crate::format::words::filters(&wanted))
    };
    let by_id = cli.client.document(ask("id")).await?;
    let by_name = cli.client.document(ask("name")).await?;
    let (mut more, mut errors) = (Vec::new(), Vec::new());
    for name in &values.args {
        let exact = items(&by_name)
            .iter()
            .chain(items(&by_id))
            .find(|it| it["Spec"]["Name"] == name.as_str() || it["ID"] == name.as_str());
        let mut begun = items(&by_id)
            .iter()
            .filter(|it| text(&it["ID"]).starts_with(name.as_str()));
        let found = match (exact, begun.next(), begun.next()) {
            (Some(found), ..) | (None, Some(found), None) => found,
            (None, Some(_), Some(_)) => {
                return Err(Failure::new(
                    "multiple services found with provided prefix: ".to_owned() + name,
                ));
            }
            _ => {
                errors.push(format!("no such service: {name}"));
                continue;
            }
        };
        more.push(("service", text(&found["ID"]).to_owned()));
    }
    if more.is_empty() {
        return joined(&errors);
    }
    for name in values
        .list("filter")
        .iter()
        .filter_map(|it| it.strip_prefix("node="))
    {
        more.push(("node", tasks::node_id(cli, name).await?));
    }
    let filters = tasks::filters(&values, &more);
    let found = cli
        .client
        .document(Call::get("/tasks").with("filters", filters))
        .await?;
    let trunc = !values.on("no-trunc") && !values.on("quiet");
    tasks::print(cli, &values, items(&found).to_vec(), trunc).await?;
    joined(&errors)
}
