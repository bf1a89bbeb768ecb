//! `docker port`

use crate::cli::Cli;
use crate::client::Call;
use crate::error::{Failure, Outcome};
use crate::format::words::{host_port, items, natural, text};
use crate::grammar::{Arity, Flag, Values, Verb};
use wire::percent;

pub(crate) const VERB: Verb = Verb {
    spellings: &["container port", "port"],
    usage: "CONTAINER [PRIVATE_PORT[/PROTO]]",
    about: "List port mappings or a specific mapping for the container",
    long: "",
    arity: Arity::Between(1, 2),
    interspersed: true,
    flags: FLAGS,
    more_flags: &[],
    run: |cli, values| Box::pin(run(cli, values)),
};

const FLAGS: &[Flag] = &[];

async fn run(cli: &mut Cli, values: Values) -> Outcome {
    let name = &values.args[0];
    let path = format!("/containers/{}/json", percent::encode_path(name));
    let container = cli.client.document(Call::get(path)).await?;
    let ports = &container["NetworkSettings"]["Ports"];
    let binding = |it: &serde_json::Value| host_port(text(&it["HostIp"]), text(&it["HostPort"]));
    let mut lines = Vec::new();
    if let Some(wanted) = values.args.get(1) {
        let (port, proto) = wanted.split_once('/').unwrap_or((wanted, "tcp"));
        let proto = if proto.is_empty() { "tcp" } else { proto };
        if let Err(error) = port.parse::<u16>() {
            let range = matches!(error.kind(), std::num::IntErrorKind::PosOverflow);
            let reason = if range {
                "value out of range"
            } else {
                "invalid syntax"
            };
            return Err(Failure::new(format!(
                "Error: invalid port ({port}): strconv.ParseUint: parsing {port:?}: {reason}"
            )));
        }
        let bindings = items(&ports[format!("{port}/{proto}")]);
        if bindings.is_empty() {
            return Err(Failure::new(format!(
                "Error: No public port '{wanted}' published for {name}"
            )));
        }
        lines.extend(bindings.iter().map(binding));
    } else {
        for (port, bindings) in ports.as_object().into_iter().flatten() {
            lines.extend(
                items(bindings)
                    .iter()
                    .map(|it| format!("{port} -> {}", binding(it))),
            );
        }
    }
    lines.sort_by_key(|line| natural(line));
    if lines.is_empty() {
        Ok(())
    } else {
        cli.line(&lines.join("\n")).await
    }
}
