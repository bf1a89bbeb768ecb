//! What `docker node promote` and `docker node demote` share.

use crate::cli::Cli;
use crate::client::Call;
use crate::error::Outcome;
use crate::format::words::text;
use wire::percent;

/// Gives nodes a role, and says so of each.
pub(super) async fn change(
    cli: &mut Cli,
    nodes: &[String],
    role: &str,
    said: impl Fn(&str) -> String,
) -> Outcome {
    for name in nodes {
        let path = format!("/nodes/{}", percent::encode_path(name));
        let node = cli.client.document(Call::get(path)).await?;
        if node["Spec"]["Role"] == role {
            cli.line(&format!("Node {name} is already a {role}."))
                .await?;
            continue;
        }
        let mut spec = node["Spec"].clone();
        spec["Role"] = role.into();
        let version = node["Version"]["Index"].to_string();
        let call = Call::post(format!("/nodes/{}/update", text(&node["ID"])));
        cli.client
            .send(call.with("version", version).json(&spec))
            .await?;
        cli.line(&said(name)).await?;
    }
    Ok(())
}
