//! `docker network rm`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::prompt::confirm;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["network rm", "network remove"],
    usage: "NETWORK [NETWORK...]",
    about: "Remove one or more networks",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[flag(
    'f',
    "force",
    Kind::Bool,
    "Do not error if the network does not exist",
)];

const INGRESS: &str = "WARNING! Before removing the routing-mesh network, make sure all the nodes \
                       in your swarm run the same docker engine version. Otherwise, removal may \
                       not be effective and functionality of newly create ingress networks will \
                       be impaired.\nAre you sure you want to continue?";

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let mut failed = false;
    for name in &values.args {
        let path = format!("/networks/{}", percent::encode_path(name));
        let network = cli.client.document(Call::get(path.clone())).await;
        let ingress = network.is_ok_and(|it| it["Ingress"] == true);
        if ingress && !confirm(cli, INGRESS).await? {
            continue;
        }
        match cli.client.send(Call::delete(path)).await {
            Ok(_) => cli.line(name).await?,
            Err(error) if values.on("force") && error.is_not_found() => {}
            Err(error) => {
                cli.complain(&error.to_string()).await?;
                failed = true;
            }
        }
    }
    if failed {
        Err(Failure::new("exit status 1"))
    } else {
        Ok(())
    }
}
