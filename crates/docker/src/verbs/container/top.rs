//! `docker top`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::table;
use crate::format::words::{items, strings};
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container top", "top"],
    usage: "CONTAINER [ps OPTIONS]",
    about: "Display the running processes of a container",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: false,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let call = Call::get(format!(
        "/containers/{}/top",
        percent::encode_path(&values.args[0])
    ));
    let call = call.with_some("ps_args", &values.args[1..].join(" "));
    let found = cli.client.document(call).await?;
    let mut text = strings(&found["Titles"]).join("\t") + "\n";
    for process in items(&found["Processes"]) {
        text.push_str(&(strings(process).join("\t") + "\n"));
    }
    cli.print(&table(&text, 20)).await
}
