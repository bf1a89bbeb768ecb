//! `docker tag`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::grammar::{Arity, Flag, Values, Verb};
use crate::reference::Reference;
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["image tag", "tag"],
    usage: "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]",
    about: "Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE",
    long: "",
    arity: Arity::Exactly(2),
    interspersed: false,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let (source, target) = (&values.args[0], &values.args[1]);
    let bad = |name: &str, error: &str| {
        Failure::new(format!(
            "Error parsing reference: {name:?} is not a valid repository/tag: {error}"
        ))
    };
    if source.len() != 64 && !source.starts_with("sha256:") {
        Reference::parse(source).map_err(|error| bad(source, &error))?;
    }
    let reference = Reference::parse(target).map_err(|error| bad(target, &error))?;
    if reference.digest.is_some() {
        return Err(Failure::new(
            "refusing to create a tag with a digest reference",
        ));
    }
    let reference = reference.with_default_tag();
    let call = Call::post(format!("/images/{}/tag", percent::encode_path(source)))
        .with("repo", format!("{}/{}", reference.domain, reference.path))
        .with("tag", reference.tag.unwrap_or_default());
    Ok(cli.client.send(call).await.map(drop)?)
}
