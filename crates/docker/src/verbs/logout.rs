//! `docker logout`

use std::collections::BTreeMap;

use super::login::{config, save};
use crate::cli::Cli;
use crate::credentials::{self, HUB};
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Values, Verb};

pub(crate) const VERB: Verb = Verb {
    spellings: &["logout"],
    usage: "[SERVER]",
    about: "Log out from a registry",
    long: "Log out from a registry.\nIf no server is specified, the default is defined by the daemon.",
    arity: Arity::AtMost(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let server = values.args.first().map_or(HUB, String::as_str);
    let host = if server == HUB {
        HUB
    } else {
        credentials::host(server)
    };
    cli.line(&format!("Removing login credentials for {host}"))
        .await?;
    // A registry may have been kept under any of these.
    let mut names = vec![server.to_owned()];
    if server != HUB {
        names.extend([
            host.to_owned(),
            format!("http://{host}"),
            format!("https://{host}"),
        ]);
    }
    let mut config = config(cli);
    let mut changed = false;
    let mut failures = BTreeMap::new();
    let asked = names.len();
    for name in names {
        match credentials::erase(&mut config, &name, &cli.keepers) {
            Ok(erased) => changed |= erased,
            Err(error) => drop(failures.insert(name, error)),
        }
    }
    if changed {
        save(cli, &config)?;
    }
    // One that went is enough.
    if failures.len() == asked {
        cli.complain("WARNING: could not erase credentials:")
            .await?;
        for (name, error) in failures {
            cli.complain(&format!("{name}: {error}")).await?;
        }
    }
    Ok(())
}
