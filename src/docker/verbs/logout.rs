//! `docker logout`

use super::login::{config, save};
use crate::docker::cli::Cli;
use crate::docker::credentials::{self, HUB};
use crate::docker::error::Outcome;
use crate::docker::grammar::{Arity, Flag, Values, Verb};

pub(in crate::docker) const VERB: Verb = Verb {
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
    let bare = server
        .trim_start_matches("https://")
        .trim_start_matches("http://");
    let host = if server == HUB {
        HUB
    } else {
        bare.split('/').next().unwrap_or(bare)
    };
    cli.line(&format!("Removing login credentials for {host}"))
        .await?;
    let mut config = config(cli);
    let names = [
        server.to_owned(),
        host.to_owned(),
        format!("http://{host}"),
        format!("https://{host}"),
    ];
    let asked = if server == HUB {
        &names[..1]
    } else {
        &names[1..]
    };
    for name in asked {
        if let Err(error) = credentials::erase(&config, name, &cli.keepers) {
            cli.complain(&format!(
                "WARNING: could not erase credentials:\n{name}: {error}"
            ))
            .await?;
        }
    }
    let Some(auths) = config
        .get_mut("auths")
        .and_then(serde_json::Value::as_object_mut)
    else {
        return Ok(());
    };
    let before = auths.len();
    auths.retain(|name, _| !names.contains(name));
    if auths.len() == before {
        Ok(())
    } else {
        save(cli, &config)
    }
}
