//! The digest and platforms of a service's image, asked of the registry.

use serde_json::{Value, json};

use crate::cli::Cli;
use crate::client::Call;
use crate::format::words::{items, text};
use crate::reference::Reference;
use wire::percent;

/// Names an image by what the registry says of it now; the warning when it says nothing.
pub(super) async fn resolve(cli: &mut Cli, template: &mut Value) -> Option<String> {
    let name = text(&template["ContainerSpec"]["Image"]).to_owned();
    let reference = Reference::parse(&name).ok()?;
    if reference.digest.is_some() {
        return None;
    }
    let reference = if reference.is_name_only() {
        reference.with_default_tag()
    } else {
        reference
    };
    let name = reference.familiar();
    template["ContainerSpec"]["Image"] = name.clone().into();
    let call = Call::get(format!(
        "/distribution/{}/json",
        percent::encode_path(&name)
    ));
    let Ok(found) = cli.client.document(call).await else {
        return Some(format!(
            "image {name} could not be accessed on a registry to record\nits digest. Each node will access {name} independently,\npossibly leading to different nodes running different\nversions of the image.\n"
        ));
    };
    let digest = text(&found["Descriptor"]["digest"]);
    if !digest.is_empty() {
        template["ContainerSpec"]["Image"] = format!("{name}@{digest}").into();
    }
    let platforms: Vec<Value> = items(&found["Platforms"])
        .iter()
        .map(|it| json!({"Architecture": it["architecture"], "OS": it["os"]}))
        .collect();
    if !platforms.is_empty() {
        template["Placement"]["Platforms"] = platforms.into();
    }
    None
}
