//! `docker stack ls`

use std::collections::BTreeMap;

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::Layout;
use crate::format::words::{filters, items, natural, text};
use crate::grammar::{Arity, FORMAT_TABLE, Flag, Kind, Values, Verb, flag};
use crate::template::Row;

pub(crate) const VERB: Verb = Verb {
    spellings: &["stack ls", "stack list"],
    usage: "[OPTIONS]",
    about: "List stacks",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT_TABLE,
    flag(' ', "orchestrator", Kind::Text, "")
        .hidden_for("orchestrator")
        .deprecated("option will be ignored"),
];

/// The label that says of which stack a service is.
const STACK: &str = "com.docker.stack.namespace";
const TABLE: &str = "table {{.Name}}\t{{.Services}}";
const TITLES: &[(&str, &str)] = &[("Name", "NAME"), ("Services", "SERVICES")];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let wanted = filters(&[&format!("label={STACK}")]);
    let found = cli
        .client
        .document(Call::get("/services").with("filters", wanted))
        .await?;
    let mut stacks: BTreeMap<&str, usize> = BTreeMap::new();
    for service in items(&found) {
        let name = text(&service["Spec"]["Labels"][STACK]);
        *stacks.entry(name).or_default() += 1;
    }
    let mut stacks: Vec<_> = stacks.into_iter().collect();
    stacks.sort_by_key(|(name, _)| natural(name));
    let row = |(name, services): (&str, usize)| Row {
        name: "*formatter.stackContext",
        columns: vec![
            ("Name", name.into()),
            ("Services", services.to_string().into()),
        ],
        labels: None,
    };
    let layout = Layout::new(values.text("format"), TABLE, None);
    layout
        .print(cli, TITLES, stacks.into_iter().map(row).collect())
        .await
}
