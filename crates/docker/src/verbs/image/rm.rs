//! `docker rmi`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{items, text};
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image rm", "image remove", "rmi"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Remove one or more images",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag('f', "force", Kind::Bool, "Force removal of the image"),
    flag(
        ' ',
        "no-prune",
        Kind::Bool,
        "Do not delete untagged parents",
    ),
    flag(
        ' ',
        "platform",
        Kind::Strings,
        "Remove only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let (mut errors, mut fatal) = (Vec::new(), false);
    for name in &values.args {
        let call = Call::delete(format!("/images/{}", percent::encode_path(name)))
            .with_flag("force", values.on("force"))
            .with_flag("noprune", values.on("no-prune"));
        match cli.client.document(call).await {
            Ok(deleted) => {
                for image in items(&deleted) {
                    let line = match text(&image["Deleted"]) {
                        "" => format!("Untagged: {}", text(&image["Untagged"])),
                        id => format!("Deleted: {id}"),
                    };
                    cli.line(&line).await?;
                }
            }
            Err(error) => {
                fatal |= !error.is_not_found();
                errors.push(error.to_string());
            }
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let message = errors.join("\n");
    if values.on("force") && !fatal {
        return cli.complain(&message).await;
    }
    Err(Failure::new(message))
}
