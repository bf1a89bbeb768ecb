//! `docker save`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};
use crate::verbs::container::create::platform;
use crate::verbs::transfer::Destination;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image save", "save"],
    usage: "[OPTIONS] IMAGE [IMAGE...]",
    about: "Save one or more images to a tar archive (streamed to STDOUT by default)",
    long: "",
    arity: Arity::AtLeast(1),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        'o',
        "output",
        Kind::Text,
        "Write to a file, instead of STDOUT",
    ),
    flag(
        ' ',
        "platform",
        Kind::Text,
        "Save only the given platform variant. Formatted as \"os[/arch[/variant]]\" (e.g., \"linux/amd64\")",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let platform = platform::of(&values)?;
    let to = Destination::new(cli, values.text("output"), "failed to save image")?;
    let mut call = Call::get("/images/get");
    for name in &values.args {
        call = call.with("names", name.as_str());
    }
    let answer = cli
        .client
        .send(call.with_some("platform", platform))
        .await?;
    to.fill(cli, answer.into_body()).await
}
