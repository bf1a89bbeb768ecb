//! `docker inspect`: objects of any kind.

use super::inspecting::{Found, Inspector, SUBJECTS, Subject, fetch};
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, FORMAT, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["inspect"],
    usage: "[OPTIONS] NAME|ID [NAME|ID...]",
    about: "Return low-level information on Docker objects",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    FORMAT,
    flag(
        's',
        "size",
        Kind::Bool,
        "Display total file sizes if the type is container",
    ),
    flag(
        ' ',
        "type",
        Kind::Text,
        "Only inspect objects of the given type",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let wanted = values.text("type");
    if values.changed("type") && wanted.is_empty() {
        return Err(Failure::new(
            "type is empty: must be one of \"config\", \"container\", \"image\", \"network\", \"node\", \"plugin\", \"secret\", \"service\", \"task\", \"volume\"",
        ));
    }
    if !wanted.is_empty() && !SUBJECTS.iter().any(|it| it.name() == wanted) {
        let mut names: Vec<_> = SUBJECTS.iter().map(|it| it.name()).collect();
        names.sort_unstable();
        let names = names.join("\", \"");
        return Err(Failure::new(format!(
            "unknown type: {wanted:?}: must be one of \"{names}\""
        )));
    }
    let mut inspector = Inspector::new(values.text("format"))?;
    for name in &values.args {
        let found = find(cli, name, wanted, values.on("size")).await?;
        inspector.add(found);
    }
    inspector.finish(cli).await
}

async fn find(
    cli: &mut Cli,
    name: &str,
    wanted: &str,
    size: bool,
) -> Outcome<Result<Found, String>> {
    let mut manager = None;
    for subject in SUBJECTS.iter().copied() {
        if !wanted.is_empty() && subject.name() != wanted {
            continue;
        }
        if wanted.is_empty() && subject.is_swarm() {
            if manager.is_none() {
                manager = Some(match cli.client.document(Call::get("/info")).await {
                    Ok(info) => info["Swarm"]["ControlAvailable"] == true,
                    Err(error) => {
                        cli.complain(&error.to_string()).await?;
                        false
                    }
                });
            }
            if manager == Some(false) {
                continue;
            }
        }
        let call = subject
            .call(name)
            .with_flag("size", size && subject == Subject::Container);
        match fetch(cli, subject, call).await {
            Err(error) if wanted.is_empty() && can_be_skipped(&error) => {}
            Err(error) => return Ok(Err(error.to_string())),
            Ok(found) => {
                if size && subject != Subject::Container {
                    let name = subject.name();
                    cli.complain(&format!("WARNING: --size ignored for {name}"))
                        .await?;
                }
                return Ok(Ok(found));
            }
        }
    }
    Ok(Err(format!("Error: No such object: {name}")))
}

fn can_be_skipped(error: &crate::client::ClientError) -> bool {
    let text = error.to_string();
    error.is_not_found()
        || text.contains("not supported")
        || text.contains("invalid reference format")
}
