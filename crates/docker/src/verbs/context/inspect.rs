//! `docker context inspect`

use super::store;
use crate::cli::Cli;
use crate::error::Outcome;
use crate::grammar::{Arity, FORMAT, Flag, Values, Verb};
use crate::verbs::inspecting::{Found, Inspector, Subject};

pub(crate) const VERB: Verb = Verb {
    spellings: &["context inspect"],
    usage: "[OPTIONS] [CONTEXT] [CONTEXT...]",
    about: "Display detailed information on one or more contexts",
    long: "",
    arity: Arity::Any,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[FORMAT];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut inspector = Inspector::new(values.text("format"))?;
    let mut names = values.args;
    if names.is_empty() {
        names.push(store::current(cli));
    }
    for name in &names {
        let found = store::whole(cli, name);
        let subject = Subject::Other("context", "", "");
        inspector.add(found.map(|it| Found::ours(subject, &it).encoded()));
    }
    inspector.finish(cli).await
}
