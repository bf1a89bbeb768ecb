//! `docker context use`

use super::store;
use crate::cli::Cli;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Values, Verb};
use crate::verbs::login::{config, save};

pub(crate) const VERB: Verb = Verb {
    spellings: &["context use"],
    usage: "CONTEXT",
    about: "Set the current docker context",
    long: "",
    arity: Arity::Any,
    interspersed: true,
    flags: &[],
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

/// The field of docker's configuration that names the context in use.
const FIELD: &str = "currentContext";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let [name] = values.args.as_slice() else {
        let given = values.args.len();
        return Err(Failure::new(format!("accepts 1 arg(s), received {given}")));
    };
    let is_default = name == store::DEFAULT;
    if !is_default {
        store::check_name(name)?;
        store::read(cli, name)?;
    }
    let mut config = config(cli);
    let before = config[FIELD].as_str().unwrap_or_default();
    if before != if is_default { "" } else { name } {
        if is_default {
            config.as_object_mut().map(|it| it.shift_remove(FIELD));
        } else {
            config[FIELD] = name.as_str().into();
        }
        save(cli, &config)?;
    }
    cli.line(name).await?;
    cli.complain(&format!("Current context is now {name:?}"))
        .await?;
    if !is_default && store::variable(cli, store::HOST).is_some() {
        cli.complain(&format!(
            "Warning: DOCKER_HOST environment variable overrides the active context. To use \
             {name:?}, either set the global --context flag, or unset DOCKER_HOST environment \
             variable."
        ))
        .await?;
    }
    Ok(())
}
